"""HTTP Digest: the examples of RFC 7616, and what is answered when."""

import hashlib
import re

import pytest

from adapters.performance.engines.program.runtime import Digest, Session, Unsigned
from adapters.performance.engines.program.runtime.digest import challenges

URL = "http://www.example.org/dir/index.html"
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
GET = Unsigned("GET", URL, (), b"")


def made() -> tuple[Digest, Session]:
    entry = {"number": 0, "username": "Mufasa", "password": "Circle of Life"}
    return Digest(entry, lambda: CNONCE), Session(0, {}, None)


def asked(
    algorithm: str | None = "MD5", qop: str = ', qop="auth, auth-int"', **more: str
) -> list[tuple[str, str]]:
    named = f", algorithm={algorithm}" if algorithm else ""
    rest = "".join(f', {name}="{value}"' for name, value in more.items())
    value = f'Digest realm="http-auth@example.org"{qop}{named}, nonce="{NONCE}", opaque="{OPAQUE}"{rest}'
    return [("WWW-Authenticate", value)]


def answered(*headers: tuple[str, str], request: Unsigned = GET) -> dict[str, str]:
    digest, session = made()
    assert digest.headers(session, request) == []
    assert digest.challenged(session, request, headers)
    ((name, value),) = digest.headers(session, request)
    assert (name, value[:7]) == ("Authorization", "Digest ")
    return {key: text.strip('"') for key, text in re.findall(r'(\w+)=("[^"]*"|[^,]*)', value[7:])}


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_rfc(algorithm: str, response: str) -> None:
    fields = answered(*asked(algorithm))
    assert fields == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "nonce": NONCE,
        "algorithm": algorithm,
        "opaque": OPAQUE,
        "response": response,
        "nc": "00000001",
        "cnonce": CNONCE,
        "qop": "auth",
    }


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_a_session_s_algorithm_hashes_the_nonces_too() -> None:
    secret = md5(f"{md5('Mufasa:http-auth@example.org:Circle of Life')}:{NONCE}:{CNONCE}")
    wanted = md5(f"{secret}:{NONCE}:00000001:{CNONCE}:auth:{md5('GET:/dir/index.html')}")
    assert answered(*asked("MD5-sess"))["response"] == wanted


def test_without_a_quality_of_protection_it_is_that_of_rfc_2069() -> None:
    secret, request = md5("Mufasa:http-auth@example.org:Circle of Life"), md5("GET:/dir/index.html")
    fields = answered(*asked(None, qop=""))
    assert fields["response"] == md5(f"{secret}:{NONCE}:{request}")
    assert "nc" not in fields


def test_the_first_challenge_that_can_be_answered_is() -> None:
    other = (
        "www-authenticate",
        'Basic realm="x, Digest y", Digest realm="z", nonce="n", algorithm=SHA-512-256',
    )
    assert answered(other, *asked("SHA-256"))["algorithm"] == "SHA-256"
    assert answered(("WWW-Authenticate", f"{other[1]}, {asked('MD5')[0][1]}"))["algorithm"] == "MD5"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic realm=x",
        "Digest",
        'Digest realm="x"',
        'Digest nonce="n", qop="auth-int"',
        "Digest nonce=n, algorithm=X",
    ],
)
def test_what_cannot_be_answered_is_not(value: str) -> None:
    digest, session = made()
    assert not digest.challenged(session, GET, [("WWW-Authenticate", value)])
    assert digest.headers(session, GET) == []


def test_a_nonce_is_used_again_with_a_count_at_its_origin_only() -> None:
    digest, session = made()
    digest.challenged(session, GET, asked())
    counts = [re.search(r"nc=(\w+)", digest.headers(session, GET)[0][1]) for _ in range(3)]
    assert [match and match[1] for match in counts] == ["00000001", "00000002", "00000003"]
    assert digest.headers(session, GET._replace(url="https://www.example.org/dir/index.html")) == []
    assert digest.headers(Session(1, {}, None), GET) == []


def test_wrong_credentials_are_not_sent_again_at_once() -> None:
    digest, session = made()
    assert digest.challenged(session, GET, asked())
    digest.headers(session, GET)
    assert not digest.challenged(session, GET, asked())


@pytest.mark.parametrize(
    ("uses", "stale", "again"), [(1, "false", False), (1, "TRUE", True), (2, "false", True)]
)
def test_a_nonce_that_was_good_before_may_have_expired(uses: int, stale: str, again: bool) -> None:
    digest, session = made()
    digest.challenged(session, GET, asked())
    for _ in range(uses):
        digest.headers(session, GET)
    assert digest.challenged(session, GET, asked(stale=stale)) == again


def test_quotes_are_escaped_and_understood() -> None:
    (found,) = challenges(r'Digest realm="a \"b\" \\", nonce = n1 , qop=auth')
    assert found == {"realm": r'a "b" \ '.rstrip(), "nonce": "n1", "qop": "auth"}


@pytest.mark.parametrize(
    "text",
    ['Digest realm="', ",,,==", "Digest " + "a" * 10_000, 'Digest a="\\' + "b" * 1000, "é=é, Digest é"],
)
def test_nonsense_ends_soon(text: str) -> None:
    assert isinstance(challenges(text * 20), list)
