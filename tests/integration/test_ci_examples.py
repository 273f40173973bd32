"""The scripts of the pipelines in examples/ci do what the comments beside them say, with a server on loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.test_ci_examples import FILES, scripts

from adapters.performance.testing import RecordingServer

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the pipelines are of bash")


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


@pytest.fixture
def job(server, tmp_path):
    """Runs the scripts of a pipeline in a folder with a plan, as its shell would; the result is that of the last."""
    command = tmp_path / "bin" / "polyload"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom adapters.performance.cli import main\nmain()\n")
    command.chmod(0o755)

    def run(file: Path, threshold: str = "p95 < 10s") -> subprocess.CompletedProcess[str]:
        (tmp_path / "load-test.yaml").write_text(
            f"target: {server.url}\nscenarios: [{{steps: [{{url: /status/200}}]}}]\nload: {{iterations: 10}}\n"
            f"thresholds: ['{threshold}']\n"
        )
        github = file.stem.startswith("github")
        environment = {
            **os.environ,
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "PLAN": "load-test.yaml",
            **(
                {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "output"}
                if github
                else {"GITLAB_CI": "true"}
            ),
        }
        mine = [text for text in scripts(file) if not re.match("pip|gh", text)]
        parts = [text for text in mine if not text.startswith("cp")] if github else mine
        script = re.sub("^polyload engines .*$", "", "\n".join(parts), flags=re.M)
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            capture_output=True,
            text=True,
            timeout=100,
            cwd=tmp_path,
            env=environment,
        )

    return run


@pytest.mark.parametrize("file", FILES, ids=[path.stem for path in FILES])
def test_the_job_passes_fails_and_compares_as_it_says(job, tmp_path, file):
    first = job(file)
    assert first.returncode == 0, first.stderr
    assert {"result.json", "report.md", "report.html", "junit.xml"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert "baseline" not in (tmp_path / "report.md").read_text()
    (tmp_path / "baseline.json").write_bytes((tmp_path / "result.json").read_bytes())
    second = job(file, "p95 < 1us")
    assert second.returncode == 99
    assert "Against the baseline" in (tmp_path / "report.md").read_text()
    assert "<failure" in (tmp_path / "junit.xml").read_text()


def test_github_is_told_the_exit_code_and_shows_the_summary(job, tmp_path):
    (file,) = [path for path in FILES if path.stem.startswith("github")]
    done = job(file, "p95 < 1us")
    assert (tmp_path / "output").read_text() == "exit_code=99\n"
    assert (tmp_path / "summary.md").read_text().startswith("## ❌ FAILED")
    assert "::error title=polyload%3A p95 < 1us::" in done.stderr


def test_gitlab_has_metrics_and_no_baseline_of_what_failed(job, tmp_path):
    (file,) = [path for path in FILES if path.stem.startswith("gitlab")]
    job(file, "p95 < 1us")
    assert "polyload_requests 10" in (tmp_path / "metrics.txt").read_text()
    assert not (tmp_path / "baseline.json").exists()
    assert job(file).returncode == 0
    assert (tmp_path / "baseline.json").exists()
