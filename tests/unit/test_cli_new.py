"""``polyload new`` writes a plan from answers: asked for in a terminal, or all of them options."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from adapters.performance import Plan
from adapters.performance.cli import main
from adapters.performance.scenarios import TEMPLATES

ROOT = Path(__file__).parents[2]
TARGET = "http://127.0.0.1:1"


@pytest.fixture
def new(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*args):
        return CliRunner().invoke(main, ["new", *args])

    return call


def test_a_target_is_enough_without_a_terminal(new, tmp_path):
    done = new(TARGET)
    assert done.exit_code == 0, done.stderr
    plan = Plan.from_file("plan.yaml")
    assert plan.target == TARGET
    assert [step.url for step in plan.requests()] == ["/"]
    assert (plan.load.users, plan.load.duration) == (10, 30)
    assert "now: polyload validate --dry-run plan.yaml" in done.stderr


def test_every_answer_is_an_option(new, tmp_path):
    (tmp_path / "users.csv").write_text("name,age\nann,7\n")
    pages = ["--page", "/a", "--page", "PUT /b", "--page", 'POST /c {"x": 1}', "--page", "/d text"]
    load = ["--rate", "50", "-d", "1m", "-r", "5s"]
    auth = ["--auth", "api-key", "--key-header", "X-Key", "--secret-env", "MY_KEY"]
    more = [
        "--pause",
        "500ms",
        "--status",
        "200",
        "--threshold",
        "p95 < 1s",
        "--data",
        "users.csv",
        "--strategy",
        "random",
    ]
    done = new("127.0.0.1:1", "-o", "plans/a.yaml", *pages, *load, *auth, *more)
    assert done.exit_code == 0, done.stderr
    plan = Plan.from_file("plans/a.yaml")
    requests = plan.requests()
    assert [(step.method, step.url) for step in requests] == [
        ("GET", "/a"),
        ("PUT", "/b"),
        ("POST", "/c"),
        ("POST", "/d"),
    ]
    assert (requests[2].json_, requests[3].body) == ({"x": 1}, "text")
    assert (plan.load.rate, plan.load.duration, plan.load.ramp_up) == (50, 60, 5)
    assert requests[0].auth.api_key.value.get_secret_value() == "${env.MY_KEY}"
    assert requests[0].checks[0].status == 200
    assert plan.data["data"].file.resolve() == tmp_path / "users.csv"
    assert "${data.name}, ${data.age}" in Path("plans/a.yaml").read_text()
    assert plan.thresholds == ("p95 < 1s",)


@pytest.mark.parametrize("template", ["quick", "rest", "website", "mixed", "api"])
def test_templates(new, template):
    done = new(TARGET, "--template", template, "-u", "3")
    assert done.exit_code == 0, done.stderr
    plan = Plan.from_file("plan.yaml")
    assert plan.load.users == 3
    assert "guesses" in done.stderr or template == "quick"


def test_nothing_is_overwritten_unless_it_is_forced(new):
    Path("plan.yaml").write_text("mine")
    refused = new(TARGET)
    assert refused.exit_code == 2
    assert "there already, and nothing was written" in refused.stderr
    assert Path("plan.yaml").read_text() == "mine"
    assert new(TARGET, "--force").exit_code == 0
    assert Plan.from_file("plan.yaml").target == TARGET


def test_secrets_are_not_written(new):
    done = new(TARGET, "--page", 'POST /login {"user": "ann", "password": "hunter2-hunter2"}')
    assert "hunter2" not in Path("plan.yaml").read_text()
    assert "set the environment variable PASSWORD" in done.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "Missing argument 'URL'"),
        (["ftp://x"], "URL: "),
        ([TARGET, "--template", "rst"], "--template: no template is called 'rst'"),
        ([TARGET, "--page", "POST"], "--page: 'POST': the path is missing"),
        ([TARGET, "--pause", "3s-1s"], "--pause: 1s is less than 3s"),
        ([TARGET, "-u", "many"], "--users: 'many' is no number"),
        ([TARGET, "-u", "3", "--rate", "5"], "--users cannot be combined with --rate"),
        ([TARGET, "-d", "soon"], "not a duration"),
        ([TARGET, "--status", "9xx"], "--status: "),
        ([TARGET, "--threshold", "p95 < 5"], "--threshold: "),
        ([TARGET, "--auth", "magic"], "--auth: 'magic' is none of none, basic, bearer, api-key"),
        ([TARGET, "--data", "none.csv"], "--data: "),
        ([TARGET, "--template", "rest", "--page", "/a"], "--page cannot be combined with --template"),
        ([TARGET, "--strategy", "random"], "--strategy goes with --data"),
        ([TARGET, "--auth", "bearer", "--username", "ann"], "--username goes with --auth basic"),
        ([TARGET, "--username", "ann"], "--username goes with --auth basic"),
    ],
)
def test_answers_that_make_no_sense_are_refused(new, tmp_path, args, told):
    done = new(*args)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


# In a terminal


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_a_terminal_is_asked_until_the_answers_make_sense(tmp_path):
    asked = [
        ("(URL): ", "not a url at all"),
        ("(URL): ", "127.0.0.1:1"),
        ("[own]: ", "none-such"),
        ("[own]: ", ""),
        ("1. [GET /]: ", "/products"),
        ("2.: ", 'POST /cart {"id": 7}'),
        ("3.: ", ""),
        ("[1s-3s]: ", "5-1"),
        ("[1s-3s]: ", "0"),
        ("[2xx]: ", ""),
        ("[10]: ", "20/s"),
        ("[30s]: ", "1m"),
        ("[0s]: ", ""),
        ("1%]: ", ""),
        ("[none]: ", "bearer"),
        ("[API_TOKEN]: ", "NOT_SET_TOKEN"),
        ("for none): ", ""),
    ]
    shown, code = in_a_terminal(["new"], asked, tmp_path)
    assert code == 0, shown
    plan = Plan.from_file(tmp_path / "plan.yaml")
    assert [(step.method, step.url) for step in plan.requests()] == [("GET", "/products"), ("POST", "/cart")]
    assert (plan.load.rate, plan.load.duration) == (20, 60)
    assert plan.requests()[0].auth.bearer.get_secret_value() == "${env.NOT_SET_TOKEN}"
    assert "no template is called 'none-such'" in shown
    assert "1 is less than 5" in shown
    assert "Run it now" not in shown  # its secret is not set


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_options_are_not_asked_for_and_a_run_is_offered(tmp_path):
    args = [
        "new",
        TARGET,
        "--page",
        "/",
        "--pause",
        "0",
        "--status",
        "2xx",
        "-u",
        "1",
        "--threshold",
        "p95 < 1s",
    ]
    asked = [("[none]: ", ""), ("for none): ", ""), ("Run it now [y/N]: ", "n")]
    shown, code = in_a_terminal(args, asked, tmp_path)
    assert (code, (tmp_path / "plan.yaml").exists()) == (0, True), shown


def in_a_terminal(args, asked, folder):
    """What a command shows that is answered so, and its exit code."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from adapters.performance.cli import main; main()", *args]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder) as process:
        os.close(theirs)
        shown, answers = "", list(asked)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                text = os.read(ours, 4096).decode()
            except OSError:  # the other end is closed
                break
            if not text:
                break
            shown += text
            if answers and shown.endswith(answers[0][0]):
                os.write(ours, f"{answers.pop(0)[1]}\n".encode())
        else:
            process.kill()
        os.close(ours)
    assert not answers, shown
    return shown, process.returncode


# For editors


def schema_beside(path):
    """The schema that the first line of a plan names, as an editor finds it."""
    first = path.read_text().splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    return json.loads((path.parent / first.partition("=")[2]).read_text())


@pytest.mark.parametrize(
    "command", [["new", TARGET], ["init"], *(["new", TARGET, "--template", name] for name in TEMPLATES)]
)
def test_editors_find_the_schema_of_what_is_written(new, tmp_path, command):
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.stderr
    path = tmp_path / "plan.yaml"
    validator = jsonschema.Draft202012Validator(schema_beside(path))
    data = yaml.safe_load(path.read_text())
    validator.validate(data)
    assert not validator.is_valid({**data, "thrsholds": []})


def test_the_schema_takes_our_plans_and_says_what_fields_mean():
    from adapters.performance.cli.schema import plan_schema

    schema = plan_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(yaml.safe_load((ROOT / "examples" / "shop.yaml").read_text()))
    assert schema["properties"]["target"]["description"].startswith("The base URL")
    described = schema["$defs"]["Request"]["properties"]
    assert described["timeout"]["description"].startswith("Seconds from sending")
