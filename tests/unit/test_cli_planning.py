"""What a command line asks for becomes a plan, or a clear refusal: no option is dropped."""

from __future__ import annotations

import pytest

from adapters.performance.cli.planning import Wishes, make_plan
from adapters.performance.errors import PlanError, UsageError
from adapters.performance.plan.load import ClosedLoad, IterationLoad, OpenLoad

URL = "http://127.0.0.1:1/a"


def for_url(load=None, **request):
    return make_plan(URL, Wishes(load=load or {}, request=request))


@pytest.fixture
def from_file(tmp_path):
    def change(text, **wishes):
        path = tmp_path / "plan.yaml"
        path.write_text(f"scenarios: [{{steps: [{{name: a, url: '{URL}'}}]}}]\n{text}")
        return make_plan(str(path), Wishes(**wishes))

    return change


# A URL


@pytest.mark.parametrize(
    ("given", "load"),
    [
        ({}, ClosedLoad(users=10, duration=10)),
        ({"users": 3}, ClosedLoad(users=3, duration=10)),
        ({"users": 3, "duration": 5.0, "ramp_up": 2.0}, ClosedLoad(users=3, duration=5, ramp_up=2)),
        ({"users": 3, "warm_up": 2.0}, ClosedLoad(users=3, duration=10, warm_up=2)),
        ({"rate": 50.0}, OpenLoad(rate=50, duration=10)),
        ({"rate": 50.0, "max_users": 7, "duration": 2.0}, OpenLoad(rate=50, duration=2, max_users=7)),
        ({"iterations": 100}, IterationLoad(iterations=100, users=10)),
        ({"iterations": 4}, IterationLoad(iterations=4, users=4)),
        (
            {"iterations": 4, "users": 2, "duration": 9.0},
            IterationLoad(iterations=4, users=2, max_duration=9),
        ),
    ],
)
def test_load_for_a_url(given, load):
    assert for_url(given).load == load


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rate": 5.0, "users": 3}, "--users cannot be combined with --rate"),
        ({"rate": 5.0, "iterations": 3}, "--iterations cannot be combined with --rate"),
        ({"iterations": 5, "ramp_up": 1.0}, "--ramp-up cannot be combined with --iterations"),
        ({"users": 5, "max_users": 9}, "--users cannot be combined with --max-users"),
        ({"iterations": 5, "warm_up": 1.0}, "--warm-up cannot be combined with --iterations"),
        ({"users": 5, "warm_up": 0.5}, "--warm-up: a warm-up is in whole seconds"),
        ({"max_users": 9}, "rate is missing"),
        ({"ramp_up": 30.0}, "ramp_up .* is longer than duration"),
        ({"rate": -1.0}, "--rate: "),
        ({"duration": 0.0}, "--duration: "),
        ({"iterations": 5, "duration": 0.0}, "--duration: "),
        ({"iterations": 5, "users": 6}, "some would have none"),
    ],
)
def test_load_options_that_do_not_go_together(given, told):
    with pytest.raises(UsageError, match=told):
        for_url(given)


def test_what_is_sent_to_a_url():
    (request,) = for_url(method="put", headers=["X-A: 1:2", "Accept:*/*"], body="text").requests()
    assert (request.method, request.url, request.body) == ("PUT", URL, "text")
    assert request.headers == {"X-A": "1:2", "Accept": "*/*"}


def test_a_body_is_posted_unless_a_method_is_given():
    assert for_url(body="x").requests()[0].method == "POST"
    assert for_url().requests()[0].method == "GET"
    assert for_url(body="x", method="GET").requests()[0].method == "GET"


def test_a_body_from_a_file_is_sent_as_it_is(tmp_path):
    (tmp_path / "text").write_bytes("ü\r\n".encode())
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    assert for_url(body=f"@{tmp_path}/text").requests()[0].body == "ü\r\n"
    assert for_url(body=f"@{tmp_path}/binary").requests()[0].body_base64 == "/wA="
    with pytest.raises(UsageError, match="cannot be read"):
        for_url(body=f"@{tmp_path}/missing")


@pytest.mark.parametrize(
    ("headers", "told"),
    [(["X-A"], "not a header"), (["a: 1", "A: 2"], "given twice"), (["a b: 1"], "not a header name")],
)
def test_headers_that_are_none(headers, told):
    with pytest.raises(UsageError, match=told):
        for_url(headers=headers)


def test_options_and_thresholds_for_a_url():
    plan = make_plan(URL, Wishes(options={"timeout": 2.0, "redirects": 3}, thresholds=["p95 < 1s"]))
    assert (plan.options.timeout, plan.options.redirects, plan.thresholds) == (2.0, 3, ("p95 < 1s",))
    assert plan.options.model_fields_set == {"timeout", "redirects"}


@pytest.mark.parametrize("target", ["localhost:80/a", "ftp://x/", "http://", "example.org"])
def test_a_target_that_is_no_url(target):
    with pytest.raises(PlanError):
        make_plan(target, Wishes())


def test_a_file_that_does_not_look_like_a_plan(tmp_path):
    (tmp_path / "plan.txt").write_text("x")
    with pytest.raises(UsageError, match="not a plan file by its name"):
        make_plan(str(tmp_path / "plan.txt"), Wishes())


def test_a_missing_plan_file_may_be_meant_as_a_url():
    with pytest.raises(PlanError) as caught:
        make_plan("localhost/data.json", Wishes())
    assert "http://" in caught.value.hint


def test_a_url_that_ends_like_a_plan_file_is_a_url():
    assert make_plan("http://127.0.0.1:1/data.json", Wishes()).requests()[0].url.endswith("data.json")


# A plan file

CLOSED = "load: {users: 4, duration: 60s, ramp_up: 30s}"
OPEN = "load: {rate: 9, duration: 60s, arrivals: poisson}"
COUNTED = "load: {iterations: 100, users: 4}"
STAGED = "load: {stages: [{users: 4, duration: 60s}]}"


def test_a_plan_file_without_wishes_stays_as_it_is(from_file):
    assert from_file(CLOSED).load == ClosedLoad(users=4, duration=60, ramp_up=30)


@pytest.mark.parametrize(
    ("planned", "given", "load"),
    [
        (CLOSED, {"users": 9}, ClosedLoad(users=9, duration=60, ramp_up=30)),
        (CLOSED, {"duration": 90.0}, ClosedLoad(users=4, duration=90, ramp_up=30)),
        (CLOSED, {"rate": 5.0, "duration": 2.0}, OpenLoad(rate=5, duration=2)),
        (CLOSED, {"iterations": 5}, IterationLoad(iterations=5)),
        (OPEN, {"rate": 5.0}, OpenLoad(rate=5, duration=60, arrivals="poisson")),
        (OPEN, {"max_users": 5}, OpenLoad(rate=9, duration=60, arrivals="poisson", max_users=5)),
        (OPEN, {"users": 5, "duration": 2.0}, ClosedLoad(users=5, duration=2)),
        (COUNTED, {"users": 5}, IterationLoad(iterations=100, users=5)),
        (COUNTED, {"duration": 5.0}, IterationLoad(iterations=100, users=4, max_duration=5)),
        (STAGED, {"users": 5, "duration": 2.0}, ClosedLoad(users=5, duration=2)),
    ],
)
def test_load_options_replace_those_of_the_plan(from_file, planned, given, load):
    assert from_file(planned, load=given).load == load


@pytest.mark.parametrize(
    ("planned", "given", "told"),
    [
        (CLOSED, {"duration": 10.0}, r"ramp_up \(30 s\) is longer"),
        (CLOSED, {"rate": 5.0}, "duration is missing"),
        (OPEN, {"users": 5}, "duration is missing"),
        (STAGED, {"users": 5}, "duration is missing"),
        (COUNTED, {"ramp_up": 5.0}, "users is missing"),
    ],
)
def test_load_options_that_do_not_fit_the_plan(from_file, planned, given, told):
    with pytest.raises(UsageError, match=told):
        from_file(planned, load=given)


def test_what_is_sent_stands_in_the_plan(from_file):
    with pytest.raises(UsageError, match=r"--method, --header cannot be combined with a plan file"):
        from_file(CLOSED, request={"method": "PUT", "headers": ("a: b",)})


def test_a_timeout_replaces_the_plans_and_keeps_its_other_options(from_file):
    plan = from_file(f"{CLOSED}\noptions: {{timeout: 9, cookies: 'off'}}", options={"timeout": 2.0})
    assert (plan.options.timeout, plan.options.cookies) == (2.0, "off")


def test_a_timeout_that_would_not_reach_every_step_is_refused(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(f"scenarios: [{{steps: [{{name: a, url: '{URL}', timeout: 1}}]}}]\n{CLOSED}")
    with pytest.raises(UsageError, match=r"--timeout would not reach step 'a'"):
        make_plan(str(path), Wishes(options={"timeout": 2.0}))


def test_an_impossible_timeout_is_a_usage_error(from_file):
    with pytest.raises(UsageError, match="--timeout"):
        from_file(CLOSED, options={"timeout": 0.0})


def test_a_threshold_replaces_the_plans_on_the_same_figure_only(from_file):
    planned = f"{CLOSED}\nthresholds: ['p95 < 1s', 'p95 > 1ms', 'a: p95 < 1s', 'p99 < 2s']"
    plan = from_file(planned, thresholds=["p95 <= 3s"])
    assert plan.thresholds == ("p95 > 1ms", "a: p95 < 1s", "p99 < 2s", "p95 <= 3s")
