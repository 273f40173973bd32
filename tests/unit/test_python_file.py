"""A plan file in Python is run for the plan that it defines; what is wrong is told with its line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from adapters.performance import Plan, PlanError
from adapters.performance.cli import main
from adapters.performance.cli.planning import Wishes, make_plan

BUILT = "plan('http://x.example').get('/').users(2).duration(5)"
HEAD = "from adapters.performance import Plan\nfrom adapters.performance.scenarios import *\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "scenario.py"
        path.write_text(HEAD + text)
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        f"plan = {BUILT}",
        f"plan = {BUILT}.build()",
        f"begun = {BUILT}\ndef plan():\n    return begun",
        "plan = {'target': 'http://x.example', 'scenarios': [{'steps': [{'url': '/', 'method': 'GET'}]}],\n"
        "        'load': {'users': 2, 'duration': 5}}",
        "target = 'http://x.example'\nload = {'users': 2, 'duration': 5}\n"
        "from adapters.performance.plan import Scenario as Steps, Request\n"
        "scenario = Steps(steps=[Request(url='/', method='GET')])",
        "load = {'users': 2, 'duration': 5}\nname = None\nscenarios = [Scenario('default', 'http://x.example').get('/')]",
    ],
)
def test_ways_to_define_a_plan(written, text):
    plan = Plan.from_file(written(text))
    expected = Plan.from_dict(
        {
            "target": "http://x.example",
            "scenarios": [{"steps": [{"url": "/"}]}],
            "load": {"users": 2, "duration": 5},
        }
    )
    assert plan == expected


def test_scenarios_share_data_and_variables(written):
    one = "Scenario('a', 'http://x.example').get('/${v}').set_variable('v', 1)"
    two = "Scenario('b', weight=2).post('/').set_variable('w', 2)"
    plan = make_plan(str(written(f"scenarios = [{one}, {two}]")), Wishes(load={"users": 3, "duration": 9.0}))
    assert [(scenario.name, scenario.weight) for scenario in plan.scenarios] == [("a", 1), ("b", 2)]
    assert plan.variables == {"v": 1, "w": 2}
    assert (plan.load.users, plan.load.duration) == (3, 9)


def test_files_of_data_are_looked_up_beside_it(written, tmp_path):
    (tmp_path / "users.csv").write_text("name\nann\n")
    text = "scenario = Scenario('a', 'http://x.example').load_data_file('users.csv').get('/${data.name}')"
    plan = make_plan(str(written(text)), Wishes())
    assert plan.data["data"].file == tmp_path / "users.csv"


def test_imports_are_looked_up_beside_it(written, tmp_path):
    (tmp_path / "my_shop_pages.py").write_text("HOME = '/home'\n")
    text = f"from my_shop_pages import HOME\nplan = {BUILT.replace(repr('/'), 'HOME')}"
    assert Plan.from_file(written(text)).requests()[0].url == "/home"


def test_what_it_prints_goes_to_stderr_and_it_leaves_no_files(written, tmp_path):
    path = written(f"print('hello')\nplan = {BUILT}")
    done = CliRunner().invoke(main, ["validate", "--no-config", "--json", str(path)])
    assert done.exit_code == 0
    assert "hello" not in done.stdout
    assert "hello" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["scenario.py"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "scenario.py: no plan: it defines neither plan nor scenario"),
        ("scenrio = {}", "no plan: it defines 'scenrio'; rename it"),
        ("plan = None\nscenario = None", "no plan"),
        ("plan = 3", "plan is a int, not a plan"),
        ("def plan():\n    pass", "plan is nothing"),
        ("x = 1\nplan = nope", "line 4: NameError: name 'nope' is not defined"),
        ("def plan(:", "line 3: not Python"),
        ("plan = plan('http://x.example').get('/', chck=1)", "line 3: get('/'): chck: no such field"),
        ("def plan():\n    return open('/nowhere/at-all')", "line 4: FileNotFoundError"),
        ("raise SystemExit(1)", "line 3: the file ends the program"),
        ("scenarios = []", "there is no scenario in scenarios"),
        (
            "scenarios = [Scenario('a', 'http://a.example').get('/'), Scenario('b', 'http://b.example').get('/')]",
            "scenarios of one plan have one target",
        ),
        ("scenario = Scenario('a', 'http://a.example').get('/')", "load: is missing"),
        (
            f"plan = {BUILT.replace('users(2)', 'users(1)')}.plan_fields() | {{'lod': 1}}",
            "lod: no such field",
        ),
    ],
)
def test_what_is_wrong_names_the_file_and_the_line(written, text, told):
    with pytest.raises(PlanError) as refused:
        Plan.from_file(written(text))
    assert told in refused.value.message
    assert "scenario.py" in refused.value.message


def test_secrets_in_what_went_wrong_are_masked(written):
    with pytest.raises(PlanError) as refused:
        Plan.from_file(written("raise ValueError('password=hunter2-hunter2')"))
    assert "hunter2" not in str(refused.value)
