"""The report of a run as a reader sees it: in a real browser, in both themes, on every size of screen, on paper."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.reports.made import read_back, run, stats

from adapters.performance.metrics import ResultWarning
from adapters.performance.reports import html

RNG = np.random.default_rng(3)
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "\"'><svg onload=alert(4)>",
    "\u202egnp.exe",
    "עברית / العربية",
    "n" * 10_000,
    "{{ 7 * 7 }} ${7*7}",
]


def a_result(names=("GET /a", "GET /b", "POST /c"), seconds=30, **changes):
    """Names in this order are each slower and more rarely asked for than the one before."""

    def second():
        return {
            name: stats(
                RNG.lognormal(1 + 0.4 * number, 0.4, 60 - 5 * number).tolist(),
                failures=number % 2,
                message=name if name in HOSTILE else "status 503",
                response_ms=RNG.lognormal(1.2 + 0.4 * number, 0.4, 60 - 5 * number).tolist(),
            )
            for number, name in enumerate(names)
        }

    load = {"rate": float(len(names)), "duration": float(seconds or 1), "max_users": 20}
    return run([second() for _ in range(seconds)], load=load, **changes)


@pytest.fixture(scope="module")
def text() -> str:
    return html.render(a_result())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_draws_without_an_error_or_a_request_and_never_scrolls_sideways(reader, text, width, scheme):
    page = reader.open(text, width, scheme)
    assert page.locator("figure.chart canvas").count() == page.locator("figure.chart").count() >= 7
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert reader.problems == []
    assert [url for url in reader.requests if not url.startswith("file:")] == []
    assert len(reader.requests) == 1


def test_the_theme_is_the_systems_until_it_is_changed(reader, text):
    page = reader.open(text, scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Change between light and dark").click()
    light = page.evaluate(background)
    assert dark != light
    assert light == reader.open(text, scheme="light").evaluate(background)
    assert reader.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(reader, text, scheme):
    page = reader.open(text, scheme=scheme)
    assert page.evaluate(_CONTRAST) >= 4.5


_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = colour => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = colour => rgb(colour).map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, number) => sum + part * [0.2126, 0.7152, 0.0722][number], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const style = name => getComputedStyle(document.querySelector(name)).color;
  const page = getComputedStyle(document.body).backgroundColor;
  const word = document.querySelector(".word");
  const names = ["h1", ".where", ".note", ".about dt", ".card.bad dd", "td", "thead th", ".advice"];
  return Math.min(...names.map(name => contrast(style(name), page)),
    contrast(getComputedStyle(word).color, getComputedStyle(word).backgroundColor));
}"""


def test_a_click_in_the_legend_hides_a_series_and_shows_it_again(reader, text):
    page = reader.open(text)
    key = page.locator("#percentiles .key", has_text="p99")
    before = page.locator("#percentiles canvas").screenshot()
    key.click()
    assert key.get_attribute("aria-pressed") == "false"
    assert page.locator("#percentiles canvas").screenshot() != before
    key.click()
    assert key.get_attribute("aria-pressed") == "true"
    assert reader.problems == []


def test_the_pointer_reads_the_same_moment_off_every_chart_over_time(reader, text):
    page = reader.open(text)
    page.locator("#throughput .u-over").hover()
    moments = page.locator("figure.chart .at").all_text_contents()
    over_time = [moment for moment in moments if "UTC" in moment]
    assert len(over_time) >= 5
    assert len({moment.split(" ")[0] for moment in over_time}) == 1
    assert page.locator("#throughput .key output").first.text_content().endswith("/s")


def drawn(page, chart: str) -> str:
    return page.locator(f"#{chart} canvas").evaluate("canvas => canvas.toDataURL()")


def test_a_drag_zooms_into_every_chart_over_time_and_a_double_click_shows_all_again(reader, text):
    page = reader.open(text)
    over_time = ["throughput", "percentiles", "heatmap"]
    before = [drawn(page, chart) for chart in over_time]
    place = page.locator("#throughput .u-over")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 50, steps=5)
    page.mouse.up()
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
    assert all(drawn(page, chart) != seen for chart, seen in zip(over_time, before, strict=True))
    page.mouse.dblclick(box["x"] + 200, box["y"] + 50)
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
    assert [drawn(page, chart) for chart in over_time] == before
    assert reader.problems == []


def test_a_scale_can_be_changed_to_logarithmic_and_back(reader, text):
    page = reader.open(text)
    button = page.locator("#percentiles .scale")
    before = page.locator("#percentiles canvas").screenshot()
    button.click()
    assert button.text_content() == "linear scale"
    assert page.locator("#percentiles canvas").screenshot() != before
    button.click()
    assert page.locator("#percentiles canvas").screenshot() == before
    assert reader.problems == []


def names_shown(page) -> list[str]:
    return page.locator("#request-table tbody tr:visible th").all_text_contents()


def test_requests_sort_by_any_column_both_ways(reader, text):
    page = reader.open(text)
    assert names_shown(page) == ["GET /a", "GET /b", "POST /c"]
    p95 = page.locator("#request-table thead th", has_text="p95")
    p95.get_by_role("button").click()
    assert names_shown(page) == ["POST /c", "GET /b", "GET /a"]
    assert p95.get_attribute("aria-sort") == "descending"
    p95.get_by_role("button").click()
    assert names_shown(page) == ["GET /a", "GET /b", "POST /c"]
    page.locator("#request-table thead th", has_text="failed").get_by_role("button").click()
    assert names_shown(page)[0] == "GET /b"


def test_requests_can_be_searched(reader, text):
    page = reader.open(text)
    page.get_by_role("searchbox").fill("get")
    assert names_shown(page) == ["GET /a", "GET /b"]
    assert page.locator(".search output").text_content() == "2 of 3"
    page.get_by_role("searchbox").fill("")
    assert len(names_shown(page)) == 3


def test_hostile_names_are_shown_as_text(reader):
    warning = ResultWarning(code=HOSTILE[0], message=HOSTILE[2])
    result = a_result(HOSTILE, warnings=[warning], plan={"name": HOSTILE[1], "load": {"x": HOSTILE[2]}})
    page = reader.open(html.render(result), 390)
    shown = names_shown(page)
    assert shown[:4] == HOSTILE[:4]
    assert shown[4] == "\\u202egnp.exe"
    assert shown[5] == HOSTILE[5]
    assert shown[6] == "n" * 119 + "…"
    assert shown[7] == HOSTILE[7]
    assert page.locator("body img, body svg[onload]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert reader.problems == []


def test_without_a_script_there_are_drawings_tables_and_every_figure(reader, text):
    page = reader.open(text, javascript=False)
    assert page.locator("figure.chart .static svg:visible").count() >= 7
    assert page.locator("canvas:visible").count() == 0
    assert page.get_by_role("searchbox").count() == 0
    assert names_shown(page) == ["GET /a", "GET /b", "POST /c"]
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_it_is_light_and_drawn_in_full(reader, text, scheme):
    page = reader.open(text, scheme=scheme)
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.locator("figure.chart .static svg:visible").count() >= 7
    assert page.locator("canvas:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(21, 24, 28)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#plan pre").is_visible()
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("seconds", [0, 1, 2])
def test_a_run_of_nearly_nothing_still_has_a_page(reader, seconds):
    reader.open(html.render(a_result(seconds=seconds)))
    assert reader.problems == []


def test_a_result_read_from_json_says_what_it_lacks(reader):
    page = reader.open(html.render(read_back(a_result())))
    assert page.locator("#percentiles canvas").is_visible()
    assert page.locator("#heatmap").count() == 0
    assert "read from JSON" in page.locator("#latency").text_content()
    assert reader.problems == []
