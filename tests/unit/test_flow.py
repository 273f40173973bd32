"""Steps in steps: what a plan may say, where its mistakes are, and what its parts mean in Python."""

from pathlib import Path
from typing import Any

import pytest

from adapters.performance import Plan, PlanError
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.program.walk import every_step
from adapters.performance.plan.counting import requests_per_iteration
from adapters.performance.plan.failing import Retry
from adapters.performance.plan.flow import DEEPEST
from adapters.performance.plan.masking import public_dict
from adapters.performance.plan.walk import placed_steps
from adapters.performance.plan.written import written_steps

URL = "http://127.0.0.1:8000/"
ONE = [{"url": URL}]


def plan(*steps: dict[str, Any], **more: Any) -> Plan:
    return Plan.from_dict(
        {"scenarios": [{"steps": list(steps)}], "load": {"users": 1, "duration": 1}, **more}
    )


def deep(levels: int, step: dict[str, Any]) -> dict[str, Any]:
    for _ in range(levels):
        step = {"group": "g", "steps": [step]}
    return step


MISTAKES = [
    ({"repeat": "x", "steps": ONE}, "steps.0.repeat: neither a whole number nor a template"),
    ({"repeat": -1, "steps": ONE}, "steps.0.repeat: input should be greater"),
    ({"repeat": True, "steps": ONE}, "steps.0.repeat: input should be a valid integer"),
    ({"repeat": {"min": 3, "max": 1}, "steps": ONE}, "steps.0.repeat: max is less than min"),
    ({"while": True, "steps": ONE}, "steps.0.max: is missing"),
    ({"for_each": "items", "steps": ONE}, "steps.0.for_each: neither a list nor a template"),
    ({"for_each": [1], "as": "a b", "steps": ONE}, "steps.0.as: not a name"),
    ({"group": "g", "steps": []}, "steps.0.steps: tuple should have at least 1 item"),
    ({"group": "g"}, "steps.0.steps: is missing"),
    (
        {"group": "g", "steps": [{"url": URL, "metod": "GET"}]},
        "steps.0.steps.0.metod: no such field; did you mean",
    ),
    ({"type": "grup", "steps": ONE}, "steps.0: no such step; its type is one of: pause, group"),
    ({"choose": [{"weight": 0, "steps": ONE}]}, "steps.0.choose.0.weight: input should be greater than 0"),
    (
        {"choose": [{"steps": [{"url": "/x"}]}]},
        "scenarios.0.steps.0.choose.0.steps.0.url: '/x' has no scheme",
    ),
    ({"set": {"a.b": 1}}, "steps.0.set.a.b: not a name"),
    ({"url": URL, "run_if": {"equal": [1, 2]}}, "steps.0.run_if: a condition is true, false"),
    ({"url": URL, "run_if": {"all": [{"equals": [1]}]}}, "steps.0.run_if.all.0.equals.1: is missing"),
    ({"url": URL, "run_if": {"exists": "x"}}, "steps.0.run_if.exists: one placeholder"),
    ({"url": URL, "run_if": {"matches": ["x", "("]}}, "steps.0.run_if.matches.1: not a regular expression"),
    ({"url": URL, "retry": {"attempts": 1}}, "steps.0.retry.attempts: input should be greater"),
    ({"url": URL, "retry": {"on": ["oops"]}}, "steps.0.retry.on.0: input should be 'no_answer'"),
    ({"url": URL, "retry": {"backoff": 9, "max": 1}}, "steps.0.retry: max is less than backoff"),
    ({"url": URL, "on_failure": "stop"}, "steps.0.on_failure: input should be 'continue'"),
    (deep(DEEPEST + 1, ONE[0]), f"steps lie in steps more than {DEEPEST} deep"),
]


@pytest.mark.parametrize(("step", "message"), MISTAKES)
def test_a_mistake_is_told_with_its_place(step: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan(step)
    assert message in str(caught.value)
    assert str(caught.value).startswith("plan: scenarios.0.steps.0")


@pytest.mark.parametrize("levels", [60, 400, 100_000])
@pytest.mark.parametrize("leaf", [{"url": URL}, {"url": URL, "metod": 1}])
def test_data_far_too_deep_is_a_mistake_like_others(levels: int, leaf: dict[str, Any]) -> None:
    with pytest.raises(PlanError, match="deep"):
        plan(deep(levels, leaf))


@pytest.mark.parametrize("name", ["plan.json", "plan.yaml"])
def test_files_far_too_deep_are_a_mistake_like_others(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"variables": ' + "[" * 50_000 + "]" * 50_000 + "}")
    with pytest.raises(PlanError, match="nested more than 100 levels deep"):
        Plan.from_file(tmp_path / name)


def test_groups_are_parts_of_iterations() -> None:
    with pytest.raises(PlanError, match=r"setup\.0: a group is a part of iterations, and setup is none"):
        plan(*ONE, setup=[{"group": "g", "steps": ONE}])


def test_steps_as_deep_as_they_may_lie() -> None:
    assert len(plan(deep(DEEPEST, ONE[0])).requests()) == 1


EVERYWHERE: dict[str, Any] = {
    "setup": [{"url": URL + "s"}],
    "scenarios": [
        {
            "before": [{"url": URL + "b"}],
            "steps": [
                {
                    "group": "g",
                    "steps": [{"choose": [{"steps": [{"url": URL + "1"}]}, {"steps": [{"pause": 1}]}]}],
                },
                {"repeat": 2, "steps": [{"while": True, "max": 2, "steps": [{"url": URL + "2"}]}]},
                {"for_each": [1], "steps": [{"url": URL + "3"}]},
            ],
            "after": [{"url": URL + "a"}],
        }
    ],
    "teardown": [{"url": URL + "t"}],
    "load": {"users": 1, "duration": 1},
}


def test_every_request_is_found_wherever_it_stands() -> None:
    made = Plan.from_dict(EVERYWHERE)
    wanted = [URL + path for path in "sb123at"]
    assert [request.url for request in made.requests()] == wanted
    assert [step["url"] for step in every_step(compile_plan(made)) if step["kind"] == "request"] == wanted
    assert [step["url"] for step in written_steps(public_dict(made)) if "url" in step] == wanted
    places = {placed.where: placed.part for placed in placed_steps(made)}
    assert places["scenarios.0.steps.0.steps.0.choose.0.steps.0"] == "steps"
    assert places["scenarios.0.after.0"] == "after"


def test_secrets_are_masked_wherever_they_stand() -> None:
    secret = {"password": "hunter2-hunter2"}
    made = plan(
        {"choose": [{"steps": [{"set": secret}]}]},
        {"for_each": [secret], "steps": ONE, "run_if": {"at_least": ["${password}", "hunter2-hunter2"]}},
    )
    assert "hunter2" not in str(public_dict(made))


@pytest.mark.parametrize(
    ("step", "requests"),
    [
        ({"repeat": 3, "steps": [*ONE, *ONE]}, 6),
        ({"repeat": {"min": 1, "max": 4}, "steps": ONE}, 2.5),
        ({"choose": [{"weight": 3, "steps": ONE}, {"steps": [{"pause": 1}]}]}, 0.75),
        ({"for_each": [1, 2], "steps": ONE}, 2),
        ({"for_each": "${x}", "steps": ONE}, None),
        ({"repeat": "${x}", "steps": ONE}, None),
        ({"while": True, "max": 2, "steps": ONE}, None),
        ({"group": "g", "run_if": "${x}", "steps": ONE}, None),
        ({"group": "g", "run_if": "${x}", "steps": [{"set": {"a": 1}}]}, 0),
    ],
)
def test_how_many_requests_an_iteration_sends(step: dict[str, Any], requests: float | None) -> None:
    expected = None if requests is None else requests + 1
    assert requests_per_iteration(plan(step, *ONE).scenarios) == expected


def test_the_key_on_is_no_truth_value_in_yaml(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        "load: {iterations: 1}\nscenarios: [{steps: [{url: 'http://a/', retry: {on: [5xx, timeout]}}]}]\n"
    )
    (request,) = Plan.from_file(file).requests()
    assert request.retry is not None
    assert request.retry.on == ("5xx", "timeout")


def test_waits_before_further_attempts_grow_up_to_a_bound() -> None:
    assert Retry(attempts=5, backoff=0.1, factor=3, max=1).waits_s() == pytest.approx([0.1, 0.3, 0.9, 1])
    assert Retry(attempts=3).waits_s() == [0, 0]
    assert len(Retry(attempts=100, backoff=1, factor=100, max=3600).waits_s()) == 99


@pytest.mark.parametrize(
    ("on", "kind", "status", "again"),
    [
        ([], None, 200, False),
        ([], "check", 200, True),
        (["5xx"], "status", 503, True),
        (["5xx"], "status", 404, False),
        ([202], None, 202, True),
        (["status"], "status", 404, True),
        (["status"], "check", 200, False),
        (["no_answer"], "refused", 0, True),
        (["no_answer"], "timeout", 0, True),
        (["timeout"], "reset", 0, False),
        (["no_answer"], "status", 500, False),
    ],
)
def test_what_is_tried_again(on: list[Any], kind: str | None, status: int, again: bool) -> None:
    retry = compile_plan(plan({"url": URL, "retry": {"on": on}}))["scenarios"][0]["steps"][0]["retry"]
    assert runtime.compile_retry(retry)(kind, status) is again


@pytest.mark.parametrize(
    ("value", "rounds"),
    [(2, 2), ("3", 3), (2.0, 2), (0, 0), (-1, None), (1.5, None), ("x", None), (True, None), (None, None)],
)
@pytest.mark.parametrize("there", [True, False])
def test_how_often_a_template_says(value: Any, rounds: int | None, there: bool) -> None:
    step = compile_plan(plan({"repeat": "${n}", "steps": ONE}))["scenarios"][0]["steps"][0]
    session = runtime.Session(0, {"n": value} if there else {}, None)
    made = runtime.compile_rounds(step)(session)
    expected = rounds if there else None
    assert (made == "${n} was no whole number from 0 on") if expected is None else len(list(made)) == expected


@pytest.mark.parametrize(
    ("text", "number"), [("1e400", None), ("1", 1), (" 1", None), ("0x1", None), ("-0", 0)]
)
def test_texts_that_are_numbers(text: str, number: int | None) -> None:
    step = compile_plan(plan({"repeat": "${n}", "steps": ONE}))["scenarios"][0]["steps"][0]
    made = runtime.compile_rounds(step)(runtime.Session(0, {"n": text}, None))
    assert isinstance(made, str) if number is None else len(list(made)) == number


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"less_than": ["${five}", 6]}, True),
        ({"less_than": ["${five}", "5"]}, False),
        ({"at_most": ["${five}", "5.0"]}, True),
        ({"more_than": ["${word}", 1]}, False),
        ({"not": {"more_than": ["${word}", 1]}}, True),
        ({"at_least": ["${big}", 1]}, True),
        ({"less_than": [True, 2]}, False),
        ({"matches": ["${word}", "^a.c$"]}, True),
        ({"matches": ["${nobody}", "^null$"]}, True),
        ({"exists": "${nobody}"}, False),
        ({"exists": "${nobody:-x}"}, True),
        ({"exists": "${nothing}"}, True),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"all": [True, {"any": [False, {"not": False}]}]}, True),
        ({"equals": [{"t": "${five}"}, {"t": 5}]}, True),
    ],
)
def test_conditions(condition: Any, holds: bool) -> None:
    step = compile_plan(plan({"url": URL, "run_if": condition}))["scenarios"][0]["steps"][0]
    variables = {"five": 5, "word": "abc", "big": 10**400, "nothing": None}
    run = runtime.compile_conditions(step)
    assert run is not None
    assert run(runtime.Session(0, variables, None)) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"exists": "${env.UNSET}"}, False),
        ({"exists": "${env.EMPTY}"}, True),
        ({"exists": "${env.UNSET:-x}"}, True),
        ("${env.UNSET}", False),
        ("${env.YES}", True),
        ({"equals": ["${env.UNSET}", None]}, True),
    ],
)
def test_a_variable_that_the_environment_does_not_have_has_no_value(condition: Any, holds: bool) -> None:
    environ = {"EMPTY": "", "YES": "yes"}
    made = compile_plan(plan({"url": URL, "run_if": condition}), environ=environ)
    run = runtime.compile_conditions(made["scenarios"][0]["steps"][0])
    assert run is not None
    assert run(runtime.Session(0, {}, None)) is holds


def test_what_is_set_keeps_its_type_and_names_without_a_value_stay_visible() -> None:
    given = {
        "n": "${five}",
        "text": "n=${n}",
        "list": ["${n}", {"t": "${list}"}],
        "gone": "${nobody}",
        "or": "${x:-1}",
    }
    step = compile_plan(plan({"set": given}))["scenarios"][0]["steps"][0]
    session = runtime.Session(0, {"five": 5}, None)
    runtime.compile_set(step)(session)
    del session.variables["five"]
    assert session.variables == {
        "n": 5,
        "text": "n=5",
        "list": [5, {"t": "${list}"}],
        "gone": "${nobody}",
        "or": "1",
    }


def test_what_a_failure_leads_to_is_said_by_the_request_the_options_or_the_part() -> None:
    made = plan(
        {"url": URL},
        {"url": URL, "on_failure": "continue"},
        setup=ONE,
        teardown=ONE,
        options={"on_failure": "stop_user"},
    )
    policies = [step["on_failure"] for step in every_step(compile_plan(made))]
    assert policies == ["end_iteration", "stop_user", "continue", "continue"]
