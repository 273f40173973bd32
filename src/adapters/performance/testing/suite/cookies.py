"""Cookies: each engine's users keep and send them as browsers do, whatever its own client makes of them."""

from __future__ import annotations

from ....http.cookies import CookieJar
from .base import Step, Topic, once

SET = (
    "plain=1",
    "root=2; Path=/",
    "deep=3; Path=/headers/deep",
    "slash=4; Path=/headers/",
    "other=5; Path=/elsewhere",
    'quoted="a b"',
    "spaces =  6 6  ; path=/",
    "odd=a,b{}[]<>@:?/~; Path=/",
    "empty=; Path=/",
    "eq=a=b==; Path=/",
    "gone=7; Path=/; Max-Age=0",
    "past=8; Path=/; Expires=Thu, 01 Jan 1970 00:00:10 GMT",
    "dashed=9; Path=/; Expires=Wednesday, 21-Oct-45 07:28:00 GMT",
    "asctime=10; Path=/; Expires=Wed Oct 21 07:28:00 2099",
    "sloppy=11; Path=/; Expires=21 oct 2099 7:8:9 CET (so they say)",
    "nodate=12; Path=/; Expires=soon",
    "age-wins=13; Path=/; Max-Age=100; Expires=Thu, 01 Jan 1970 00:00:10 GMT",
    "bad-age=14; Path=/; Max-Age=1e3; Expires=Thu, 01 Jan 1970 00:00:10 GMT",
    "foreign=15; Path=/; Domain=example.com",
    "bare=16; Path=/; Domain=localhost",
    "suffix=17; Path=/; Domain=com",
    "nodomain=18; Path=/; Domain=",
    "secure=19; Path=/; Secure",
    "__Secure-a=20; Path=/",
    "__Secure-b=21; Path=/; Secure",
    "__Host-a=22; Path=/; Secure",
    "__Host-b=23; Path=/headers; Secure",
    "__Host-c=24; Path=/; Secure; Domain=localhost",
    "twice=25; Path=/",
    "twice=26; Path=/",
    "Case=27; Path=/",
    "case=28; PATH=/; httponly",
    "relative=29; Path=headers",
    "lax=30; Path=/; SameSite=None",
    "long=" + "x" * 4093,
    "most=" + "x" * 4092 + "; Path=/elsewhere",
)
"""Cookies that a server sets in one answer, with more or less care."""
PATHS = ("/headers", "/headers/deep/er", "/elsewhere", "/")


class CookieTests(Topic):
    """What a server sets, and what it then is sent."""

    @once
    async def _cookies_sent(self) -> dict[str, str | None]:
        """The Cookie header of a request to each path, after all cookies were set."""
        setting: Step = {"url": "/headers", "params": {"Set-Cookie": list(SET)}}
        own: Step = {"url": "/own", "headers": {"Cookie": "root=mine; more=1"}}
        dropping: Step = {
            "url": "/headers",
            "params": {"Set-Cookie": ["root=; Path=/; Max-Age=-1", "new=1; Path=/"]},
        }
        plan = self.plan(setting, *PATHS, own, dropping, "/last")
        await self.run_or_refuse(plan, "cookies")
        return {request.path: request.header("cookie") for request in self.seen if not request.query}

    async def test_cookies_are_sent_as_browsers_do(self) -> None:
        sent, jar = await self._cookies_sent(), CookieJar()
        for header in SET:
            jar.store(f"{self.server.url}/headers", header)
        for path in PATHS:
            assert _pairs(sent[path]) == _pairs(jar.header_for(f"{self.server.url}{path}")), path
        assert "deep=3; slash=4; plain=1" in (sent["/headers/deep/er"] or "")

    async def test_a_cookie_of_the_request_s_own_comes_first(self) -> None:
        own = _pairs((await self._cookies_sent())["/own"])
        assert own[:2] == ["root=mine", "more=1"]
        assert [pair for pair in own if pair.startswith("root=")] == ["root=mine"]

    async def test_a_cookie_is_taken_back(self) -> None:
        last = _pairs((await self._cookies_sent())["/last"])
        assert "new=1" in last
        assert [pair for pair in last if pair.startswith("root=")] == []


def _pairs(header: str | None) -> list[str]:
    return (header or "").split("; ")
