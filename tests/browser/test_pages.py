"""The pages of stress tests, searches, comparisons, suites and benchmarks as a reader sees them, in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.pages.made import EVERY, capacity, comparison, functions, stress, suite

from adapters.performance.cli.kinds import kind_of
from adapters.performance.testing.demo import DemoServer
from adapters.performance.testing.queueing import QueueServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"'><svg onload=alert(3)>",
    "עברית / العربية",
    "n" * 5_000,
]
TEXTS = {
    name: kind_of(result).renderer("html")(result) for name, make in EVERY.items() for result in [make()]
}


def html_of(result) -> str:
    return kind_of(result).renderer("html")(result)


def check(reader, page, width: int) -> None:
    """Nothing went wrong, nothing was asked for, and it never scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("figure.chart canvas").count() == page.locator("figure.chart").count()
    assert reader.problems == []
    assert [url for url in reader.requests if not url.startswith("file:")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("name", EVERY)
def test_it_draws_without_an_error_or_a_request_and_never_scrolls_sideways(reader, name, width, scheme):
    check(reader, reader.open(TEXTS[name], width, scheme), width)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    "result",
    [
        comparison(HOSTILE, repeats=5),
        suite(HOSTILE, error=HOSTILE[1]),
        functions(HOSTILE),
        stress(reason=HOSTILE[0]),
    ],
    ids=["comparison", "suite", "functions", "stress"],
)
def test_hostile_names_are_shown_as_text(reader, result, width):
    page = reader.open(html_of(result), width)
    check(reader, page, width)
    assert page.locator("body img, body svg[onload]").count() == 0
    assert HOSTILE[0] in page.locator("main").text_content()


@pytest.mark.parametrize("name", EVERY)
def test_without_a_script_every_picture_is_there(reader, name):
    page = reader.open(TEXTS[name], javascript=False)
    charts, spreads = page.locator("figure.chart").count(), page.locator("figure.spreads").count()
    assert charts + spreads >= 1
    assert page.locator("figure.chart .static svg:visible").count() == charts
    assert page.locator("figure.spreads tbody td.picture > svg:visible").count() >= spreads
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", EVERY)
def test_on_paper_it_is_drawn_in_full(reader, name):
    page = reader.open(TEXTS[name], scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    charts = page.locator("figure.chart").count()
    assert page.locator("figure.chart .static svg:visible").count() == charts
    assert page.locator("canvas:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(21, 24, 28)"
    assert page.pdf()[:5] == b"%PDF-"


def test_intervals_of_all_rows_stand_on_one_axis(reader):
    for width in (390, 1440):
        page = reader.open(html_of(comparison()), width)
        places = page.locator("#change-1 tbody td.picture > svg").evaluate_all(
            "found => found.map(svg => [svg.getBoundingClientRect().left, svg.getBoundingClientRect().width])"
        )
        assert len(places) >= 3
        assert len({tuple(place) for place in places}) == 1
        assert places[0][1] > 250


def test_rows_of_intervals_do_not_cover_one_another(reader):
    for width in (390, 820, 1440):
        page = reader.open(html_of(comparison()), width)
        rows = page.locator("#change-1 tbody tr").evaluate_all(
            "found => found.map(row => row.getBoundingClientRect()).map(box => [box.top, box.bottom])"
        )
        pictures = page.locator("#change-1 tbody td.picture").evaluate_all(
            "found => found.map(cell => cell.getBoundingClientRect()).map(box => [box.top, box.bottom])"
        )
        for (top, bottom), (above, below) in zip(rows, pictures, strict=True):
            assert top - 1 <= above
            assert below <= bottom + 1


def test_the_failing_step_is_hidden_and_shown_by_the_legend(reader):
    page = reader.open(html_of(stress()))
    key = page.locator("#throughput .key", has_text="failed")
    before = page.locator("#throughput canvas").screenshot()
    page.locator("#throughput .key", has_text="repeated").click()
    key.click()
    assert key.get_attribute("aria-pressed") == "false"
    assert page.locator("#throughput canvas").screenshot() != before
    assert reader.problems == []


def test_the_pointer_reads_a_probe_off_the_curve(reader):
    page = reader.open(html_of(capacity()))
    page.locator("#rate-latency .u-over").hover(position={"x": 3, "y": 100})
    assert page.locator("#rate-latency .at").text_content() == "10/s"
    assert (
        page.locator("#rate-latency .key", has_text="p99, held").locator("output").text_content() == "20.0ms"
    )


def test_a_test_of_a_suite_leads_to_its_summary(reader):
    page = reader.open(html_of(suite(("fast", "slow"))))
    page.get_by_role("link", name="slow").last.click()
    assert page.evaluate("location.hash") == "#test-2"
    assert reader.problems == []


def test_tests_of_a_suite_sort_by_verdict(reader):
    page = reader.open(html_of(suite(("fast", "slow"))))
    verdict = page.locator("#all-tests thead th", has_text="verdict").get_by_role("button")
    verdict.click()
    verdict.click()
    assert page.locator("#all-tests tbody th").first.text_content() == "absent"


# Real runs


def polyload(*arguments: object) -> None:
    done = subprocess.run(
        [*POLYLOAD, *map(str, arguments), "-q"], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr


def plan(file: Path, url: str, name: str) -> Path:
    content = {
        "name": name,
        "target": url,
        "scenarios": [{"name": "one", "steps": [{"name": "read", "url": "/"}]}],
        "load": {"users": 2, "duration": 2},
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("real")


def written(folder: Path, *arguments: object) -> str:
    file = folder / "report.html"
    file.unlink(missing_ok=True)
    polyload(*arguments, "--report", f"html={file}")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def queue():
    with QueueServer(slots=4, service_s=0.02) as server:
        yield server


def test_a_real_stress_test(reader, folder, queue):
    text = written(
        folder,
        "stress",
        queue.url,
        "--start",
        2,
        "--max",
        6,
        "--step",
        2,
        "--step-duration",
        "3s",
        "--tool",
        "native",
    )
    page = reader.open(text)
    check(reader, page, 1440)
    assert page.locator("#throughput canvas").is_visible()
    assert page.locator("#table tbody tr").count() >= 1


def test_a_real_search_for_capacity(reader, folder, queue):
    text = written(
        folder,
        *("capacity", queue.url, "--slo", "p99 < 2s", "--start-rate", 20, "--max-rate", 40),
        *("--probe", "2s", "--warm-up", "0s", "--tool", "native"),
    )
    page = reader.open(text)
    check(reader, page, 1440)
    assert page.locator("#rate-latency canvas").is_visible()
    assert page.locator("#probes tbody tr").count() >= 2


def test_a_real_measurement_of_scalability(reader, folder, queue):
    text = written(
        folder,
        "scalability",
        queue.url,
        "-u",
        "1,2,4",
        "--probe",
        "2s",
        "--warm-up",
        "0s",
        "--tool",
        "native",
    )
    page = reader.open(text)
    check(reader, page, 1440)
    assert page.locator("#scalability canvas").is_visible()
    assert page.locator("#levels tbody tr").count() == 3


def test_a_real_comparison(reader, folder, queue):
    sides = [plan(folder / f"{name}.json", queue.url, name) for name in ("before", "after")]
    page = reader.open(written(folder, "compare", *sides, "--repeats", 2, "--tool", "native"))
    check(reader, page, 1440)
    assert page.locator("#runs-p50 canvas").is_visible()
    assert "before" in page.locator("#runs-p50 .keys").text_content()


def test_a_real_suite(reader, folder):
    with DemoServer() as shop:
        tests = {name: str(plan(folder / f"{name}.json", shop.url, name)) for name in ("one", "two")}
        file = folder / "suite.yaml"
        file.write_text(json.dumps({"tests": tests}), encoding="utf-8")
        page = reader.open(written(folder, "suite", file, "--tool", "native"))
    check(reader, page, 1440)
    assert page.locator("#all-tests tbody tr").count() == 2
    assert page.locator("#test-1 canvas").count() == 2


def test_real_benchmarks(reader, folder):
    source = folder / "work.py"
    source.write_text(
        "def few():\n    sum(range(100))\n\ndef many():\n    sum(range(1000))\n", encoding="utf-8"
    )
    page = reader.open(
        written(
            folder,
            *("bench", f"{source}:few", f"{source}:many"),
            *("--processes", 5, "--values", 5, "--min-time", "0.001"),
        )
    )
    check(reader, page, 1440)
    assert page.locator("#values tbody tr").count() == 2
    assert page.locator("#changes tbody tr").count() == 1
    with DemoServer() as shop:
        page = reader.open(written(folder, "bench", f"{shop.url}/", "-n", 50, "--rows"))
    check(reader, page, 1440)
    assert page.locator("#over-time canvas").is_visible()
    assert page.locator("#rows tbody tr").count() == 50
