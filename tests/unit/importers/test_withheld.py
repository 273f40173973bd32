"""Secrets of what is imported become environment variables, by names one can read."""

import pytest

from adapters.performance.importers.withheld import Withheld, literal, variable_name


def test_the_same_secret_has_the_same_variable_and_another_of_its_name_a_number():
    withheld = Withheld()
    assert [withheld("a", "password"), withheld("b", "password"), withheld("a", "pass")] == [
        "${env.PASSWORD}",
        "${env.PASSWORD_2}",
        "${env.PASSWORD}",
    ]
    assert withheld.variables == ["PASSWORD", "PASSWORD_2"]
    assert withheld.note() == [
        "secrets were left out; before a run set the environment variables PASSWORD, PASSWORD_2"
    ]


def test_a_placeholder_is_no_secret():
    withheld = Withheld()
    assert withheld("${token}", "token") == "${token}"
    assert withheld.note() == []


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("X-Api-Key", "API_KEY"),
        ("userPassword", "USER_PASSWORD"),
        ("csrf_token", "CSRF_TOKEN"),
        ("1", "SECRET_1"),
        ("é", "SECRET"),
        ("", "SECRET"),
    ],
)
def test_names_of_variables(name: str, variable: str):
    assert variable_name(name) == variable


def test_what_looks_like_a_placeholder_is_escaped():
    assert literal("a ${x} $${y}") == "a $${x} $$${y}"
