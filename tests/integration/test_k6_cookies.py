"""k6's cookie jar is a port of the one that all other engines have: both are asked the same."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from adapters.http.cookies import CookieJar
from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.k6.launch import MAIN
from adapters.performance.testing.suite.cookies import SET

NOW = 1_800_000_000
URLS = [
    "http://www.shop.example/a/b?c",
    "https://www.shop.example/a/b",
    "https://shop.example/",
    "https://www.shop.example:8443/a",
    "https://user:pw@www.shop.example/a/b/c",
    "http://127.0.0.1:99/a/",
    "http://[::1]/a",
    "http://localhost/a/b",
    "https://deep.www.shop.example/a//b",
    "https://othershop.example/a",
]
HEADERS = [
    *SET,
    *(
        "a=1; Domain=shop.example; Path=/",
        "a=2; Domain=.SHOP.example",
        "a=3; Domain=example",
        "a=4; Domain=é.example",
    ),
    *(
        "nameless",
        "=only value",
        "",
        ";",
        "a=5\x7f",
        "a\t=\t6\t",
        "b=1; Domain=127.0.0.1",
        "b=2; Domain=0.0.1",
    ),
    *("c=1; Expires=Sunday, 06-Nov-94 08:49:37 GMT", "c=2; Expires=6 NOVEMBER 69 8:49:37", "d=1; Max-Age=-0"),
    *(
        "c=3; Expires=31 Feb 2070 00:00:00",
        "c=4; Expires=1 Jan 1601 0:0:0",
        "d=2; max-age=99999999999999999999",
    ),
    *(
        "e=1; Secure; Path=/a",
        "e=2; Path=/a/b",
        "é=ü",
        "f=" + "é" * 2046,
        "g=" + "é" * 2048,
        "h=1; Path=/" + "x" * 1100,
    ),
    *(
        "__HOST-x=1; Secure; Path=/",
        "__Host-y=1; Secure; Path=/; Domain=",
        "__secure-z; Secure",
        "a=1; Path=/a/b/",
    ),
]
SCRIPT = """
import {{ CookieJar, splitSetCookie }} from {module};
const asked = JSON.parse(open({asked}));
export default function () {{
  const told = asked.cases.map(([from, headers]) => {{
    const jar = new CookieJar(() => asked.now);
    for (const header of headers) jar.store(from, header);
    return asked.urls.map((url) => [jar.headerFor(url, null), jar.headerFor(url, 'a=own; z=1')]);
  }});
  const split = asked.joined.map((text) => splitSetCookie(text));
  console.log(JSON.stringify({{ told, split }}));
}}
"""
JOINED = [
    [
        "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        "b=2; Path=/; Expires=Wednesday, 21-Oct-26 07:28:00 GMT",
        "c =3",
    ],
    ["a=1,2; Path=/", "b="],
]


@pytest.fixture(scope="module")
def k6() -> str:
    found = K6Adapter(binary=os.environ.get("POLYLOAD_K6_V1")).detect()
    if found.path is None:
        pytest.skip("k6 is not installed")
    return found.path


def test_the_same_is_kept_and_sent(k6: str, tmp_path: Path) -> None:
    cases = [(url, [header]) for url in URLS for header in HEADERS] + [(url, HEADERS) for url in URLS]
    asked = tmp_path / "asked.json"
    joined = [", ".join(headers) for headers in JOINED]
    asked.write_text(json.dumps({"now": NOW, "cases": cases, "urls": URLS, "joined": joined}))
    script, out = tmp_path / "script.js", tmp_path / "out"
    module = json.dumps(str(MAIN.with_name("cookies.js")))
    script.write_text(SCRIPT.format(module=module, asked=json.dumps(str(asked))))
    quiet = ["--no-usage-report", "--address", "", "--log-format", "raw", "--console-output", str(out)]
    subprocess.run([k6, "run", *quiet, str(script)], check=True, capture_output=True, timeout=60)
    told = json.loads(out.read_text())
    assert told["split"] == JOINED
    for (url, headers), sent in zip(cases, told["told"], strict=True):
        jar = CookieJar(lambda: NOW)
        for header in headers:
            jar.store(url, header.encode().decode("latin-1"))
        wanted = [[jar.header_for(to), jar.header_for(to, "a=own; z=1")] for to in URLS]
        assert sent == wanted, (url, headers)
