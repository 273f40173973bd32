"""One request and its answer, outside of any load: to look at a service, to log in, to prepare data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..errors import RequestFailed, UsageError
from ..plan.auth import ApiKeyAuth, BasicAuth, BearerAuth, DigestAuth
from ..plan.logs import log
from ..plan.masking import Secrets
from ..plan.quantity import parse_duration
from ..plan.reading import validated
from ..plan.secrets import mask_text, mask_url
from ..plan.steps import Request

if TYPE_CHECKING:
    import httpx

    from ...http import HTTPXClient

DEFAULT_TIMEOUT_S = 30.0
_WORDS = {"body": "content", "form": "data"}


class SingleFields(TypedDict, total=False):
    """What may be said of one request, in the words of a plan; ``auth`` may also be what httpx takes."""

    headers: Mapping[str, str]
    params: Mapping[str, Any]
    json: Any
    body: str | bytes | None
    form: Mapping[str, Any]
    auth: Any
    timeout: float | str
    follow_redirects: bool


async def send_one(client: HTTPXClient, method: str, url: str, fields: Mapping[str, Any]) -> httpx.Response:
    """The answer to a request, whatever its status; RequestFailed, with the kind of failure, when none came."""
    import httpx

    from .http_benchmark.by_client import failure_of

    options = _options(fields)
    if "://" not in url and not str(client.base_url):
        raise UsageError(
            f"{mask_url(url)!r} has no scheme, and there is no base URL to join it to",
            hint="give the whole URL, or HTTPXClient(base_url=…)",
        )
    try:
        response = await client.request(method, url, **options)
        log.debug("%s %s: %d", method, mask_url(url), response.status_code)
        return response
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UsageError(f"{mask_url(url)!r}: {mask_text(str(error))}") from error
    except httpx.RequestError as error:
        kind, message = failure_of(error)
        told = Secrets(dict(fields)).hide(message)
        raise RequestFailed(f"{method} {mask_url(url)}: {told}", kind=kind) from error


def _options(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in httpx's words; UsageError for one that there is not, or that makes no sense."""
    known = SingleFields.__optional_keys__
    strange = [name for name in fields if name not in known]
    if strange:
        raise UsageError(
            f"request has no setting {strange[0]!r}", hint=f"there are {', '.join(sorted(known))}"
        )
    given = {name: value for name, value in fields.items() if value is not None}
    bodies = [name for name in ("json", "body", "form") if name in given]
    if len(bodies) > 1:
        raise UsageError(f"a request has one body, not {' and '.join(bodies)}")
    if "timeout" in given:
        given["timeout"] = _timeout_s(given["timeout"])
    if isinstance(given.get("auth"), Mapping):
        given["auth"] = _auth(given["auth"])
    return {_WORDS.get(name, name): value for name, value in given.items()}


def _timeout_s(timeout: float | str) -> float:
    try:
        seconds = parse_duration(timeout)
    except ValueError as error:
        raise UsageError(f"timeout: {error}") from None
    if not seconds:
        raise UsageError("timeout: a duration must be more than 0 here")
    return seconds


def _auth(fields: Mapping[str, Any]) -> Any:
    """Authentication as a plan says it, as what httpx does."""
    import httpx

    from ...http.auth import ApiKeyAuth as Key
    from ...http.auth import BearerAuth as Bearer

    auth = validated(Request, {"url": "/", "auth": fields}, source="request").auth
    match auth:
        case BasicAuth(basic=pair):
            return pair.username, pair.password.get_secret_value()
        case DigestAuth(digest=pair):
            return httpx.DigestAuth(pair.username, pair.password.get_secret_value())
        case BearerAuth(bearer=token):
            return Bearer(token.get_secret_value())
        case ApiKeyAuth(api_key=key):
            where = "query" if key.where == "query" else "header"
            return Key(key.value.get_secret_value(), **{where: key.name})
    raise UsageError("a single request proves who asks by basic, digest, bearer or api_key")
