"""Hostile strings: what would break a shell, a script, a template or a row of CSV arrives as it was written."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

from ..messages import Reply
from .base import once
from .cases import Cases, CasesTopic

NASTY = "\"double\" 'single' `back` \\ \\n ${nope} $${kept} ${ $( ) %s %41 100% a,b;c & <!-- </script> é日本 {{x}} #{y}"
"""On one line; as a template it shows ``${nope}`` as written and ``$${`` as ``${``."""
SHOWN = NASTY.replace("$${", "${")
LINES = f"{NASTY}\r\nsecond line\n\ttab\x00nul\x7f\u2028"
SHOWN_LINES = LINES.replace("$${", "${")
ASCII_HEADER = "".join(character for character in NASTY if character.isascii())
SHOWN_HEADER = ASCII_HEADER.replace("$${", "${")
URL = '/nasty-url/a b,c%41%zz"\'<>\\^`{|}é?x=1,2&y="z" é'
ON_THE_WIRE = "/nasty-url/a%20b,c%41%25zz%22'%3C%3E%5C%5E%60%7B%7C%7D%C3%A9?x=1,2&y=%22z%22%20%C3%A9"
NAME = f"name {NASTY}\nwith a second line"
STEPS: dict[str, dict[str, Any]] = {
    "nasty-url": {"url": URL},
    "nasty-params": {"params": {NASTY: NASTY, "next": "é 日本"}},
    "nasty-header": {"headers": {"X-Nasty": ASCII_HEADER}},
    "nasty-body": {"method": "POST", "body": LINES},
    "nasty-json": {"method": "POST", "json": {NASTY: LINES}},
    "nasty-form": {"method": "POST", "form": {NASTY: LINES}},
    "nasty-var-url": {"url": "/nasty-var-url/${nasty}?v=${nasty}"},
    "nasty-var-param": {"params": {"v": "${nasty}"}},
    "nasty-var-header": {"headers": {"X-Nasty": "<${nasty_ascii}>"}},
    "nasty-var-body": {"method": "POST", "body": "<${nasty}>"},
    "nasty-var-json": {
        "method": "POST",
        "json": {"inside": "<${nasty}>", "whole": "${nasty}", "list": "${list}"},
    },
}
VARIABLES = {"nasty": LINES, "nasty_ascii": ASCII_HEADER, "list": [1, "two", None]}


class HostileTests(CasesTopic):
    """Nothing of a plan is ever read as code, as a template twice, or as a separator."""

    @once
    async def _nasty(self) -> Cases:
        return await self.together(STEPS, variables=VARIABLES)

    async def test_a_url_is_percent_encoded_once(self) -> None:
        assert (await self._nasty())["nasty-url"].only.target == ON_THE_WIRE

    async def test_params_arrive_as_written(self) -> None:
        seen = (await self._nasty())["nasty-params"].only
        assert parse_qsl(seen.query, strict_parsing=True) == [(SHOWN, SHOWN), ("next", "é 日本")]

    async def test_a_header_value_arrives_as_written(self) -> None:
        assert (await self._nasty())["nasty-header"].only.header("x-nasty") == SHOWN_HEADER

    async def test_a_text_body_arrives_as_written(self) -> None:
        assert (await self._nasty())["nasty-body"].only.body == SHOWN_LINES.encode()

    async def test_json_keys_and_texts_arrive_as_written(self) -> None:
        assert (await self._nasty())["nasty-json"].only.json() == {SHOWN: SHOWN_LINES}

    async def test_form_names_and_values_arrive_as_written(self) -> None:
        body = (await self._nasty())["nasty-form"].only.body.decode()
        assert parse_qsl(body, strict_parsing=True) == [(SHOWN, SHOWN_LINES)]

    async def test_a_variable_in_a_url_is_encoded_and_is_no_template_itself(self) -> None:
        target = (await self._nasty())["nasty-var-url"].only.target
        assert target.isascii()
        assert not set(target) & set(' "<>\\^`{|}\r\n\t\x00')
        assert unquote(target).startswith(f"/nasty-var-url/{SHOWN_LINES.partition('%s')[0]}")

    async def test_a_variable_in_a_parameter_arrives_as_it_is(self) -> None:
        assert parse_qsl((await self._nasty())["nasty-var-param"].only.query) == [("v", SHOWN_LINES)]

    async def test_a_variable_in_a_header_arrives_as_it_is(self) -> None:
        assert (await self._nasty())["nasty-var-header"].only.header("x-nasty") == f"<{SHOWN_HEADER}>"

    async def test_a_variable_in_a_body_arrives_as_it_is(self) -> None:
        assert (await self._nasty())["nasty-var-body"].only.body == f"<{SHOWN_LINES}>".encode()

    async def test_a_variable_in_json_stays_json(self) -> None:
        wanted = {"inside": f"<{SHOWN_LINES}>", "whole": SHOWN_LINES, "list": [1, "two", None]}
        assert (await self._nasty())["nasty-var-json"].only.json() == wanted

    async def test_a_request_name_is_a_label_and_nothing_else(self) -> None:
        result = await self.run_or_refuse(self.plan({"name": NAME, "url": "/named"}))
        assert {name: part.requests for name, part in result.requests.items()} == {NAME: 1}

    async def test_texts_of_checks_are_compared_and_not_run(self) -> None:
        self.server.route("/nasty-answer", lambda request: Reply.text(SHOWN_LINES))
        self.server.route("/nasty-document", lambda request: Reply.json({NASTY: SHOWN_LINES}))
        quoted = NASTY.replace("\\", "\\\\").replace('"', '\\"')
        checks: dict[str, list[dict[str, Any]]] = {
            "nasty-answer": [
                {"body": {"equals": LINES}},
                {"body": {"contains": NASTY}},
                {"body": {"not_contains": f"{NASTY}!"}},
            ],
            "nasty-document": [{"json": f'$["{quoted}"]', "equals": LINES}],
        }
        cases = await self.together({name: {"checks": those} for name, those in checks.items()})
        for name in checks:
            assert cases[name].summary.failures == 0
