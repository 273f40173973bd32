"""Names that can have no value are told before a run; Faker's values are made before it."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from adapters.performance import Plan, PlanError
from adapters.performance.cli.app import main
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.plan import fakes
from adapters.performance.plan.fakes import Faked, FakerMissing, NotFaked, fake
from adapters.performance.plan.names import feed_called_data, unknown_names

USERS = {"users": {"rows": [{"name": "ann", "a.b": 1}, {"name": "bob", "age": 2}]}}


def plan_of(step=None, **more):
    step = {"url": "http://h/", **(step or {})}
    return Plan.from_dict({"scenarios": [{"steps": [step]}], "load": {"iterations": 1}, **more})


def told(text, environ=None, **more):
    """Why a template in a body has no value, None if it has one."""
    found = unknown_names(plan_of({"body": text}, **more), environ=environ or {})
    assert len(found) <= 1
    return found[0].why if found else None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "${a}",
            "${var.a.b.c}",
            "${user}",
            "${iteration}",
            "${uuid()}",
            "${env.HOME_TOWN}",
            "${users.name}",
        ),
        *(
            "${csv.users.age}",
            "${users.a.b}",
            "${data.name}",
            "${none:-x}",
            "${none:-${a}}",
            "$${none}",
            "no ${{} "[:3],
        ),
    ],
)
def test_names_with_a_value_are_not_told(text):
    assert told(text, {"HOME_TOWN": "Bern"}, variables={"a": 1}, data=USERS) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("${usr}", "there is no variable or feed usr; did you mean user?"),
        ("${var.tokn}", "there is no variable tokn; did you mean token?"),
        ("${x:-${tokn}}", "there is no variable or feed tokn; did you mean token?"),
        ("${users.nam}", "the feed users has no column nam; did you mean name?"),
        ("${csv.user.name}", "there is no feed user; did you mean users?"),
        ("${env.NOT_SET}", "the environment has no NOT_SET"),
        ("${nope()}", "there is no function nope"),
        ("${", "it is not closed"),
    ],
)
def test_names_without_a_value_are_told_with_the_nearest(text, why):
    assert told(text, variables={"token": 1}, data=USERS) == why


def test_names_may_get_their_value_anywhere_in_a_plan():
    steps = [
        {"url": "http://h/${token}"},
        {"url": "http://h/", "extract": {"token": {"json": "a"}}},
    ]
    plan = Plan.from_dict({"scenarios": [{"steps": steps}], "load": {"iterations": 1}})
    assert unknown_names(plan) == []


def test_every_place_is_looked_at_and_named():
    step = {
        "url": "http://h/${a}",
        "headers": {"X": "${b}"},
        "params": {"${c}": 1},
        "json": [{"k": "${d}"}],
        "auth": {"bearer": "${e}"},
        "run_if": {"equals": ["${f}", 1]},
        "name": "${no template}",
        "checks": [{"body": {"matches": "^${neither}"}}],
    }
    more = {"variables": {"v": "${uuid()}"}, "options": {"headers": {"Y": "${g}"}}, "target": "${h}"}
    found = {one.text: one.where for one in unknown_names(plan_of(step, **more), environ={})}
    assert found == {
        "${a}": "scenarios.0.steps.0.url",
        "${b}": "scenarios.0.steps.0.headers.X",
        "${c}": "scenarios.0.steps.0.params",
        "${d}": "scenarios.0.steps.0.json.0.k",
        "${e}": "scenarios.0.steps.0.auth.bearer",
        "${f}": "scenarios.0.steps.0.run_if.equals.0",
        "${g}": "options.headers.Y",
        "${h}": "target",
        "${uuid()}": "variables.v",
    }


def test_columns_of_files_can_be_given(tmp_path):
    file = tmp_path / "users.csv"
    file.write_text("name\nann\n")
    plan = plan_of({"body": "${users.nam}"}, data={"users": {"file": str(file)}})
    assert unknown_names(plan) == []
    (found,) = unknown_names(plan, columns={"users": ["name"]})
    assert found.why == "the feed users has no column nam; did you mean name?"


def test_data_is_the_only_feed_unless_something_else_is_called_so():
    assert feed_called_data(plan_of(data=USERS)) == "users"
    assert feed_called_data(plan_of(data=USERS, variables={"data": 1})) is None
    two = {**USERS, "others": {"rows": [{"name": "x"}]}}
    assert feed_called_data(plan_of(data=two)) is None
    assert told("${data.name}", data=two) == (
        "data stands for the only feed of a plan, and here are several: users, others"
    )
    named = {"data": {"rows": [{"name": "x"}]}, **USERS}
    assert told("${data.name}", data=named) is None


def test_validate_tells_them_and_a_plan_with_them_is_valid(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("scenarios: [{steps: [{url: 'http://h/${usr}'}]}]\nload: {iterations: 1}\n")
    result = CliRunner().invoke(main, ["validate", str(file)])
    assert result.exit_code == 0
    assert (
        "warning  scenarios.0.steps.0.url: ${usr} stays as it is written: there is no variable"
        in result.output
    )


def test_validate_reads_the_columns_of_files_and_a_plan_that_asks_for_others_is_not_valid(tmp_path):
    (tmp_path / "users.csv").write_text("name\nann\n")
    file = tmp_path / "plan.yaml"
    file.write_text(
        "scenarios: [{steps: [{url: 'http://h/${users.nam}'}]}]\n"
        "data: {users: {file: users.csv}}\nload: {iterations: 1}\n"
    )
    result = CliRunner().invoke(main, ["validate", str(file)])
    assert result.exit_code == 2
    assert "has no column 'nam', which ${users.nam} asks for" in result.output
    assert "did you mean 'name'?" in result.output


def values(path, *args, **more):
    made = fake(path.split("."), args, **more)
    assert isinstance(made, Faked), made
    return made.values


def test_faker_makes_values_by_name_locale_and_arguments():
    pytest.importorskip("faker")
    assert all(isinstance(name, str) for name in values("first_name", size=3))
    assert set(values("pyint", "1", "max_value=3")) == {1, 2, 3}
    assert len(values("de_DE.city")) == fakes.POOL_SIZE
    assert values("date_object", size=1)[0].count("-") == 2
    assert values("name", seed="1") == values("name", seed="1") != values("name", seed="2")


@pytest.mark.parametrize(
    ("path", "args", "why"),
    [
        ("frst_name", (), "Faker has no method frst_name; did you mean first_name?"),
        ("seed_instance", (), "Faker has no method seed_instance"),
        ("_Generator__random", (), "Faker has no method"),
        ("random.seed", (), "Faker has no locale random"),
        ("xx_XX.name", (), "Faker has no locale xx_XX"),
        ("pyint", ("nope=1",), "Faker's pyint does not work so: TypeError"),
        ("binary", ("10",), "its values are bytes"),
        ("a.b.c", (), "is named faker.method or faker.locale.method"),
    ],
)
def test_what_faker_does_not_offer_is_not_called(path, args, why):
    pytest.importorskip("faker")
    made = fake(path.split("."), args, size=1)
    assert isinstance(made, NotFaked)
    assert why in made.why


def test_users_draw_from_the_pool_of_a_program():
    pytest.importorskip("faker")
    step = {"json": {"a": "${faker.pyint(1, 9)}", "b": "${faker.nope:-none}"}}
    program = compile_plan(plan_of(step, options={"seed": 4}))
    ((key, pool),) = program["pools"].items()
    assert (key, len(pool)) == ("pyint(1, 9)", fakes.POOL_SIZE)
    text = runtime.compile_text(program["scenarios"][0]["steps"][0]["body"]["text"])
    session, again = (runtime.Session.of(program, 0) for _ in range(2))
    assert text(session) == text(again) != ""
    assert program == compile_plan(plan_of(step, options={"seed": 4}))


def test_without_faker_the_plan_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fakes, "_generator", lambda locale: (_ for _ in ()).throw(ImportError()))
    assert isinstance(fake(["name"]), FakerMissing)
    with pytest.raises(PlanError, match=r"polyload\[faker\]"):
        compile_plan(plan_of({"body": "${faker.name}"}))


def test_faker_is_imported_only_where_it_is_needed():
    code = "import sys, adapters.performance.plan.names; sys.exit('faker' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
