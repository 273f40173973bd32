"""How a request says who is asking, and who must not hear it."""

from typing import Any

import httpx
import pytest

from adapters.http import ApiKeyAuth, BearerAuth, HTTPXClient


async def seen(auth: Any, url: str = "http://host/start", **client: Any) -> list[httpx.Request]:
    """The requests that arrive; /start redirects to wherever its query says."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        to = request.url.params.get("to")
        return httpx.Response(302, headers={"Location": to}) if to else httpx.Response(200)

    async with HTTPXClient(auth=auth, transport=httpx.MockTransport(answer), **client) as sender:
        await sender.get(url)
    return requests


async def test_a_pair_is_basic() -> None:
    [request] = await seen(("user", "pass"))
    assert request.headers["Authorization"] == "Basic dXNlcjpwYXNz"


async def test_a_bearer_token_is_in_the_authorization_header() -> None:
    [request] = await seen(BearerAuth("abc"))
    assert request.headers["Authorization"] == "Bearer abc"


async def test_an_api_key_is_in_the_header_named_or_in_x_api_key() -> None:
    assert (await seen(ApiKeyAuth("k1")))[0].headers["X-API-Key"] == "k1"
    assert (await seen(ApiKeyAuth("k1", header="X-Token")))[0].headers["X-Token"] == "k1"


async def test_an_api_key_in_the_query_joins_the_other_parameters() -> None:
    [request] = await seen(ApiKeyAuth("k 1", query="key"), "http://host/?a=1")
    assert request.url.raw_path == b"/?a=1&key=k+1"
    assert "X-API-Key" not in request.headers


def test_an_api_key_goes_in_one_place() -> None:
    with pytest.raises(ValueError, match="one of header= and query="):
        ApiKeyAuth("k", header="A", query="b")


@pytest.mark.parametrize(
    ("to", "kept"), [("/next", True), ("http://other/", False), ("https://host/", False)]
)
async def test_a_redirect_takes_the_key_along_only_within_its_origin(to: str, kept: bool) -> None:
    _, redirected = await seen(ApiKeyAuth("k1"), f"http://host/?to={to}", follow_redirects=True)
    assert ("X-API-Key" in redirected.headers) is kept


def test_secrets_do_not_show() -> None:
    for auth in (BearerAuth("secret"), ApiKeyAuth("secret"), ApiKeyAuth("secret", query="key")):
        assert "secret" not in repr(auth)
