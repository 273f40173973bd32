"""Variables in values, env files, and the names of settings in the environment."""

from __future__ import annotations

import pytest

from adapters.performance.errors import UsageError
from adapters.performance.settings.interpolation import Unfilled, fill
from adapters.performance.settings.variables import keys, names, variable


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain $ { }", "plain $ { }"),
        ("${A}", "1"),
        ("x-${A}-${ B }-y", "1".join(["x-", "-"]) + "-y"),
        ("${env.A}", "1"),
        ("${MISSING:-none}", "none"),
        ("${MISSING:-}", ""),
        ("${B}", ""),
        ("${B:-other}", "other"),
        ("${A:-other}", "1"),
        ("$${A} ${A}", "${A} 1"),
        ("${MISSING:-http://h:1/?a=b}", "http://h:1/?a=b"),
    ],
)
def test_variables_are_filled_in(text, value):
    assert fill(text, {"A": "1", "B": ""}.get).value == value


def test_variables_are_filled_in_at_any_depth_and_only_in_texts():
    filled = fill({"a": ["${A}", 2, {"b": "${A}"}], "${A}": None}, {"A": "1"}.get)
    assert filled.value == {"a": ["1", 2, {"b": "1"}], "${A}": None}
    assert filled.names == ("A", "A")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("${MISSING}", r"the variable MISSING is not set; set it, or give a default: \$\{MISSING:-default\}"),
        ("${a b}", r"not a variable: '\$\{a b\}'"),
        ("${}", "not a variable"),
        ("${A", "not a variable"),
        ("${X:-${A}}", "not a variable"),
    ],
)
def test_what_cannot_be_filled_in(text, told):
    with pytest.raises(Unfilled, match=told) as caught:
        fill({"key": [text]}, {"A": "1"}.get)
    assert caught.value.path == ("key", 0)


def test_the_type_is_that_of_the_setting_after_filling_in(settle):
    file = "default_users: ${N}\ndefault_duration: ${T}\napproximate: ${YES}\npreference: ${P}\n"
    settings = settle({"qa.yaml": file}, {"N": "7", "T": "1m30s", "YES": "true", "P": "k6, locust"}).settings
    assert (settings.default_users, settings.default_duration) == (7, 90.0)
    assert (settings.approximate, settings.preference) == (True, ("k6", "locust"))


def test_a_text_that_looks_like_a_number_stays_a_text(settle):
    file = "target: {base_url: 'http://h', api_key: '${K}'}\n"
    assert settle({"qa.yaml": file}, {"K": "0123"}).settings.target.api_key == "0123"


def test_a_threshold_from_the_environment(settle):
    file = {"qa.yaml": "thresholds: {max_error_rate: '${RATE:-0.05}'}\n"}
    assert settle(file).settings.thresholds == ("error_rate <= 5%",)
    assert settle(file, {"RATE": "0.01"}).settings.thresholds == ("error_rate <= 1%",)
    both = {"POLYLOAD_THRESHOLDS": "p95 < 1s, error_rate < 2%"}
    assert settle(environ=both).settings.thresholds == ("p95 < 1s", "error_rate < 2%")


def test_where_a_value_came_from_names_its_variables(settle):
    resolved = settle({"qa.yaml": "tool: auto\nname: '${A}${B:-x}'\n"}, {"A": "1"})
    assert str(resolved.origin("name")) == "qa.yaml:2 with A"


def test_the_environment_fills_in_before_the_env_file(settle):
    files = {"qa.yaml": "name: ${A}-${B}\n", "config.env": "A=file\nB=file\n"}
    assert settle(files, {"A": "environment"}).settings.name == "environment-file"


# Env files


def test_the_first_env_file_there_is_is_read_and_no_other(settle):
    both = {"config.env": "POLYLOAD_NAME=one\n", ".env": "POLYLOAD_NAME=two\nPOLYLOAD_TIMEOUT=1\n"}
    resolved = settle(both)
    assert (resolved.settings.name, resolved.settings.timeout) == ("one", None)
    assert settle({".env": both[".env"]}, read_files=False).settings.name is None


def test_a_fallback_env_file(settle):
    resolved = settle({".env": "POLYLOAD_NAME=two\n"})
    assert resolved.settings.name == "two"
    assert str(resolved.env_file[0]) == ".env"


@pytest.mark.parametrize("name", ["POLYLOAD_ENV_FILE", "PYLOAD_CONFIG"])
def test_a_named_env_file_comes_first(settle, name):
    files = {"config.env": "POLYLOAD_NAME=one\n", "own.env": "POLYLOAD_NAME=own\n"}
    assert settle(files, {name: "own.env"}).settings.name == "own"
    assert settle(files, {name: "gone.env"}, env_file="own.env").settings.name == "own"
    with pytest.raises(UsageError, match=r"gone\.env: cannot be read"):
        settle(files, {name: "gone.env"})


SEED = """\
# Database configuration (required)
DATABASE_URL=load.db

# Betterstack monitoring configuration (required for failure logging)
LOGTAIL_URL=https://logs.betterstack.com
LOGTAIL_TOKEN=your_betterstack_logtail_token

# Optional: Authentication credentials (only needed if testing authenticated endpoints)
USERNAME=your_username
PASSWORD=your_password

# Request timeout in seconds (required, 0 = no timeout)
timeout=30
"""


def test_an_env_file_of_pyload(settle):
    resolved = settle({"config.env": SEED})
    assert resolved.settings.timeout == 30.0
    assert resolved.origin("timeout").text == "config.env:13 timeout"
    target = resolved.settings.target
    assert (target.username, target.password) == ("your_username", "your_password")
    told = [remark.partition(": ")[0] for remark in resolved.remarks]
    assert {"config.env:5 LOGTAIL_URL has no effect", "config.env:6 LOGTAIL_TOKEN has no effect"} <= set(told)


def test_who_is_logged_in_is_not_who_requests_come_from(settle):
    assert settle(environ={"USERNAME": "me", "PASSWORD": "x"}).settings.target.username is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("POLYLOAD_NAME='a b'  # comment\n", "a b"),
        ('export POLYLOAD_NAME="a\\tb"\n', None),
        ("POLYLOAD_NAME=a # b\n", "a"),
        ("POLYLOAD_NAME=\n", ""),
        ("X=1\nPOLYLOAD_NAME=${X}-${Y:-2}-${HOME}\n", "1-2-home"),
        ("POLYLOAD_NAME=$${X}\n", "${X}"),
    ],
)
def test_values_of_env_files(settle, text, value):
    if value is None:
        with pytest.raises(UsageError, match=r"config\.env:1 POLYLOAD_NAME: it holds a line break"):
            settle({"config.env": text})
    else:
        assert settle({"config.env": text}, {"HOME": "home"}).settings.name == (value or None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A=1\n\nnot = a = line'\n=x\n", r"config\.env:\d: not NAME=value"),
        ("POLYLOAD_NAME=a\nPOLYLOAD_NAME=b\n", r"config\.env:2: POLYLOAD_NAME is given twice, first in line 1"),
        ("POLYLOAD_NAME=${LATER}\nLATER=1\n", r"config\.env:1: POLYLOAD_NAME: the variable LATER is not set"),
        ("\n\nPOLYLOAD_DEFAULT_USERS=x\n", r"config\.env:3 POLYLOAD_DEFAULT_USERS: a whole number is needed"),
        ("POLYLOAD_DEFUALT_USERS=3\n", r"config\.env: POLYLOAD_DEFUALT_USERS is no setting; did you mean"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_env_file(settle, text, told):
    with pytest.raises(UsageError, match=told):
        settle({"config.env": text})


def test_variables_of_others_in_an_env_file_are_left_alone(settle):
    resolved = settle({".env": "SECRET_KEY=${NOT_SET}\nDEBUG=1\nDEBUG=2\nPOLYLOAD_TIMEOUT=3\n"})
    assert resolved.settings.timeout == 3.0


# The environment


def test_every_setting_has_one_name_and_no_two_share_it():
    named = [name for key in keys() if (name := variable(key)) is not None]
    assert len(named) == len(set(named))
    assert {"POLYLOAD_TOOL", "POLYLOAD_TARGET_BASE_URL", "POLYLOAD_HISTORY_URL"} <= set(named)
    assert names()["POLYLOAD_DATABASE_URL"] == ("history", "url")


def test_an_empty_variable_is_none(settle):
    assert settle(environ={"POLYLOAD_TOOL": "", "POLYLOAD_PROFILE": ""}).settings.tool == "auto"


def test_a_list_in_a_variable(settle):
    listed = settle(environ={"POLYLOAD_REPORTS": "html=a.html, json=b.json"}).settings.reports
    assert listed == ("html=a.html", "json=b.json")
    assert settle(environ={"POLYLOAD_REPORTS": '["html=a,b.html"]'}).settings.reports == ("html=a,b.html",)
    with pytest.raises(UsageError, match="POLYLOAD_REPORTS: not a list in JSON"):
        settle(environ={"POLYLOAD_REPORTS": "[html"})


def test_a_variable_that_is_nearly_a_setting_is_refused_and_one_of_others_is_not(settle):
    with pytest.raises(
        UsageError, match=r"POLYLOAD_DEFUALT_USERS is no setting; did you mean POLYLOAD_DEFAULT_USERS"
    ):
        settle(environ={"POLYLOAD_DEFUALT_USERS": "3"})
    settle(environ={"POLYLOAD_VERSION": "1.2", "POLYLOAD_K6": "/k6", "POLYLOAD_DEBUG": "1"})


def test_what_is_wrong_in_a_variable(settle):
    with pytest.raises(UsageError, match=r"^POLYLOAD_DEFAULT_USERS: a whole number is needed, not 'x'"):
        settle(environ={"POLYLOAD_DEFAULT_USERS": "x"})
