"""The cookie jar: what is kept, and what goes where (RFC 6265 and its revision)."""

import pytest

from adapters.http.cookie_dates import cookie_date
from adapters.http.cookies import MAX_PER_DOMAIN, CookieJar, cookie_pair

NOW = 1_800_000_000.0
PLAIN, SECURE = "http://www.shop.example/a/b?c", "https://www.shop.example/a/b"


def jar(*headers: str, url: str = SECURE) -> CookieJar:
    made = CookieJar(lambda: NOW)
    for header in headers:
        made.store(url, header)
    return made


def sent(header: str, to: str, url: str = SECURE) -> bool:
    return jar(header, url=url).header_for(to) is not None


@pytest.mark.parametrize(
    ("header", "to", "goes"),
    [
        ("a=1", "https://www.shop.example/a/x", True),
        ("a=1", "https://www.shop.example/a", True),
        ("a=1", "https://www.shop.example/ab", False),
        ("a=1", "https://www.shop.example/", False),
        ("a=1; Path=/", "https://www.shop.example/", True),
        ("a=1; Path=/a/", "https://www.shop.example/a", False),
        ("a=1; Path=x", "https://www.shop.example/a/y", True),
        ("a=1; Path=/; Path=/q", "https://www.shop.example/a", False),
        ("a=1; Path=/", "https://shop.example/", False),
        ("a=1; Path=/; Domain=shop.example", "https://shop.example/", True),
        ("a=1; Path=/; Domain=.Shop.Example", "https://deep.down.shop.example/", True),
        ("a=1; Path=/; Domain=shop.example", "https://othershop.example/", False),
        ("a=1; Path=/; Domain=other.example", "https://other.example/", False),
        ("a=1; Path=/; Domain=deep.www.shop.example", "https://deep.www.shop.example/", False),
        ("a=1; Path=/; Domain=example", "https://www.shop.example/", False),
        ("a=1; Path=/; Domain=", "https://www.shop.example/", True),
        ("a=1; Path=/; Secure", "http://www.shop.example/", False),
        ("a=1; Path=/; Secure", "https://www.shop.example/", True),
    ],
)
def test_a_cookie_goes_where_it_may(header: str, to: str, goes: bool) -> None:
    assert sent(header, to) == goes


@pytest.mark.parametrize(
    "header",
    [
        "",
        "=",
        ";a=1",
        "a=1\x01",
        "a=1; Max-Age=0",
        "a=1; Max-Age=-5",
        "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "__Secure-a=1",
        "__host-a=1; Secure",
        "__Host-a=1; Secure; Path=/a",
        "__Host-a=1; Secure; Path=/; Domain=www.shop.example",
        "__Host-a=1; Path=/",
        f"a={'x' * 4096}",
        "a=1; Domain=é.example",
    ],
)
def test_a_cookie_that_may_not_be_is_not_kept(header: str) -> None:
    assert len(jar(header)) == 0


@pytest.mark.parametrize(
    "header",
    [
        "a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=1; Max-Age=+10",
        "a=1; Max-Age=1.5",
        "a=1; Expires=",
        "a=1; Expires=nonsense",
        f"a=1; Path=/{'x' * 1100}",
        "__Secure-a=1; Secure",
        "__Host-a=1; Secure; Path=/",
        "a",
        f"a={'x' * 4095}",
    ],
)
def test_a_cookie_that_may_be_is_kept(header: str) -> None:
    assert jar(header).header_for(SECURE.replace("/a/b", "/a/c")) or jar(header).header_for(SECURE)


def test_a_secure_cookie_is_neither_set_nor_hidden_without_tls() -> None:
    assert len(jar("a=1; Secure", url=PLAIN)) == 0
    kept = jar("a=1; Secure; Path=/a")
    kept.store(PLAIN, "a=2; Path=/a/b")
    kept.store(PLAIN, "a=3; Path=/")
    assert kept.header_for("https://www.shop.example/a/b") == "a=1; a=3"


@pytest.mark.parametrize("host", ["localhost", "shop.localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_this_machine_counts_as_secure(host: str) -> None:
    assert sent("__Host-a=1; Secure; Path=/", f"http://{host}:8080/", url=f"http://{host}:9090/")


def test_addresses_have_no_subdomains() -> None:
    assert not sent("a=1; Domain=0.0.1", "http://127.0.0.1/", url="http://127.0.0.1/")
    assert sent("a=1; Domain=127.0.0.1", "http://127.0.0.1/", url="http://127.0.0.1/")


def test_ports_and_schemes_do_not_matter() -> None:
    assert sent("a=1", "http://www.shop.example:8080/a/", url=SECURE)


def test_longer_paths_come_first_then_earlier_cookies_and_one_that_is_set_again_keeps_its_place() -> None:
    kept = jar("a=1; Path=/", "b=2; Path=/", "c=3; Path=/a", "a=4; Path=/")
    assert kept.header_for("https://www.shop.example/a") == "c=3; a=4; b=2"


def test_a_host_s_cookie_and_its_domain_s_are_two() -> None:
    kept = jar("a=1; Path=/", "a=2; Path=/; Domain=www.shop.example")
    assert kept.header_for(SECURE) == "a=1; a=2"


def test_a_cookie_expires() -> None:
    now = [NOW]
    kept = CookieJar(lambda: now[0])
    kept.store(SECURE, "a=1; Max-Age=10")
    assert kept.header_for(SECURE) == "a=1"
    now[0] += 10
    assert kept.header_for(SECURE) is None


def test_own_cookies_come_first_and_hide_those_of_the_same_name() -> None:
    kept = jar("a=1", "b=2")
    assert kept.header_for(SECURE, "b=own; c=3") == "b=own; c=3; a=1"
    assert CookieJar().header_for(SECURE, "x=1") == "x=1"


def test_of_too_many_cookies_of_a_domain_the_oldest_go() -> None:
    kept = jar(*(f"c{number}=1" for number in range(MAX_PER_DOMAIN + 5)))
    header = kept.header_for(SECURE) or ""
    assert (len(kept), header.startswith("c5=1; ")) == (MAX_PER_DOMAIN, True)


def test_bytes_beyond_ascii_come_back_as_they_came() -> None:
    for raw in ("né".encode(), b"n\xe9"):
        header = jar(f"a={raw.decode('latin-1')}").header_for(SECURE)
        assert header is not None
        assert header.encode("utf-8", "surrogateescape") == b"a=" + raw


@pytest.mark.parametrize(
    ("header", "pair"), [("a=b=c; x", ("a", "b=c")), (" a = 1 ", ("a", "1")), ("v", ("", "v"))]
)
def test_the_pair_of_a_header(header: str, pair: tuple[str, str]) -> None:
    assert cookie_pair(header) == pair


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "6 NOVEMBER 94 8:49:37",
        "08:49:37x, nov-6th, 1994",
        "1994 6 Nov 08:49:37",
    ],
)
def test_a_date_in_any_form(text: str) -> None:
    assert cookie_date(text) == 784111777


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sun, 06 Nov 1994",
        "06 Nov 1994 25:00:00",
        "31 Feb 2030 00:00:00",
        "06 Nov 1600 00:00:00",
        "0 Jan 2030 1:2:3",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert cookie_date(text) is None


def test_two_digits_are_a_year_from_1970_to_2069() -> None:
    assert [cookie_date(f"1 Jan {year} 0:0:0") for year in ("69", "70")] == [3124224000, 0]
