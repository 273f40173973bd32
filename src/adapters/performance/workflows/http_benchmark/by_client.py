"""A benchmark through an HTTP client: its authentication, retries, base URL and timing of each phase."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

import numpy as np

from ...engines.kinds import DECODE, REDIRECTS, STATUS, TIMEOUT
from ...errors import UsageError, reword
from ...metrics.result import ResultWarning
from ...metrics.summary import error_counts
from ...metrics.window import bounded_errors
from ...plan.masking import Secrets
from ...plan.secrets import mask_url
from .columns import Columns
from .figures import figures_of, rows_of
from .request import Errand
from .result import HttpBenchmarkResult

if TYPE_CHECKING:
    import httpx

    from ....http import HTTPXClient

MEASURED = (
    "by the HTTP client, in this process: from when the request is handed to the transport to its last byte, waiting "
    "for a free connection and connecting included; of a request that was retried or redirected, from its first "
    "sending, pauses between tries included"
)
_BUSY = 0.95
_BUSY_LEAST_S = 0.5
_NAN = math.nan


@dataclass(slots=True)
class _Row:
    """One request; times in seconds, as the columns define them."""

    end_s: float
    total_s: float
    first_byte_s: float = _NAN
    connect_s: float = _NAN
    status: float = _NAN
    received: float = _NAN
    tries: float = _NAN
    failure: tuple[str, str] | None = None


async def benchmark_by_client(
    client: HTTPXClient, errand: Errand, *, keep_rows: bool = False
) -> HttpBenchmarkResult:
    """Sends the requests through a client, and returns the figures; UsageError when none could be sent as it is."""
    if "://" not in errand.url and not str(client.base_url):
        raise UsageError(
            f"{mask_url(errand.url)!r} has no scheme and the http_client has no base_url to join it to",
            hint="give HTTPXClient(base_url=…), or the whole URL",
        )
    started_at = datetime.fromtimestamp(time.time(), UTC)
    cpu_s, start = thread_time(), perf_counter()
    rows = await _send_all(client, errand, start)
    busy = _busy(thread_time() - cpu_s, perf_counter() - start)
    measured = sorted(rows, key=lambda row: row.end_s)[errand.warm_up :]
    hide = Secrets(errand.request or {}).hide
    told = (row.failure for row in measured if row.failure is not None)
    failures = Counter((kind, hide(message)) for kind, message in told)
    columns = _columns(rows)
    return HttpBenchmarkResult(
        success=not failures,
        reason=f"{failures.total()} of {len(measured)} requests failed" if failures else None,
        method=errand.method,
        url=_shown(client, errand.url),
        concurrency=errand.concurrency,
        warm_up=errand.warm_up,
        started_at=started_at,
        errors=error_counts(bounded_errors(failures)),
        measured=MEASURED,
        warnings=tuple(_warnings(busy)),
        rows=tuple(rows_of(columns, errand.warm_up)) if keep_rows else None,
        **figures_of(columns, errand.warm_up),
    )


async def _send_all(client: HTTPXClient, errand: Errand, start: float) -> list[_Row]:
    rows: list[_Row] = []
    left = iter(range(errand.sends))
    options = _options(errand)

    async def one_after_the_other() -> None:
        for _ in left:
            rows.append(await _send(client, errand, options, start))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(errand.concurrency):
                group.create_task(one_after_the_other())
    except BaseExceptionGroup as failed:
        reword(failed.exceptions[0], Secrets(errand.request or {}).hide)
        raise failed.exceptions[0] from None
    return rows


async def _send(client: HTTPXClient, errand: Errand, options: dict[str, Any], start: float) -> _Row:
    import httpx

    began = perf_counter()
    try:
        response = await client.request(errand.method, errand.url, **options)
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
        raise UsageError(f"{errand.method} {mask_url(errand.url)}: this cannot be sent: {error}") from error
    except httpx.RequestError as error:
        ended = perf_counter()
        tries = _tries_of(error)
        return _Row(ended - start, ended - began, tries=tries, failure=failure_of(error))
    ended = perf_counter()
    return _answered(response, ended - start, ended - began)


def _answered(response: httpx.Response, end_s: float, span_s: float) -> _Row:
    from ....http.timing import timing_of

    tries = int(response.extensions.get("tries", 1))
    failed = response.status_code >= 400
    row = _Row(
        end_s,
        span_s,
        status=response.status_code,
        received=response.num_bytes_downloaded,
        tries=tries,
        failure=(STATUS, f"status {response.status_code}") if failed else None,
    )
    try:
        timing = timing_of(response)
    except LookupError:
        return row
    if tries == 1 and not response.history:
        row.total_s = timing.total_s
    row.first_byte_s = row.total_s - (timing.total_s - timing.first_byte_s)
    row.connect_s = _NAN if timing.connect_s is None else timing.connect_s
    return row


def failure_of(error: httpx.RequestError) -> tuple[str, str]:
    """The kind of a failure, in the words that every engine uses, and its message."""
    import httpx

    from ....http.errors import WireError
    from ...engines.native.httpx_sender import wire_error

    if isinstance(error.__cause__, WireError):
        return error.__cause__.kind, error.__cause__.message
    if isinstance(error, httpx.TimeoutException):
        return TIMEOUT, str(error) or "no whole answer within the timeout"
    if isinstance(error, httpx.TooManyRedirects):
        return REDIRECTS, str(error)
    if isinstance(error, httpx.DecodingError):
        return DECODE, str(error)
    told = wire_error(error, str(error.request.url), answered=False)
    return told.kind, told.message


def _tries_of(error: httpx.RequestError) -> float:
    try:
        return float(error.request.extensions.get("tries", 1))
    except RuntimeError:  # httpx: an error without its request
        return _NAN


def _options(errand: Errand) -> dict[str, Any]:
    """The request's fields in httpx's words."""
    words = {"body": "content", "form": "data"}
    options = {words.get(name, name): value for name, value in errand.fields.items()}
    return options if errand.timeout_s is None else {**options, "timeout": errand.timeout_s}


def _columns(rows: list[_Row]) -> Columns:
    def column(name: str, scale: float = 1.0) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([getattr(row, name) for row in rows], dtype=np.float64) * scale

    return Columns(
        end_s=column("end_s"),
        total_ns=column("total_s", 1e9),
        first_byte_ns=column("first_byte_s", 1e9),
        connect_ns=column("connect_s", 1e9),
        status=column("status"),
        received=column("received"),
        tries=column("tries"),
        failure=[None if row.failure is None else row.failure[0] for row in rows],
    )


def _busy(cpu_s: float, elapsed_s: float) -> float:
    """The share of a core that was used; 0 over a time too short to tell."""
    return cpu_s / elapsed_s if elapsed_s >= _BUSY_LEAST_S else 0.0


def _warnings(busy: float) -> Iterator[ResultWarning]:
    if busy >= _BUSY:
        text = (
            f"this process used {100 * busy:.0f}% of a core: times include waiting for the client itself, and the "
            "throughput is the client's; what helps: less concurrency, or a benchmark without http_client"
        )
        yield ResultWarning(code="GeneratorBusy", message=text)


def _shown(client: HTTPXClient, url: str) -> str:
    return mask_url(url if "://" in url else f"{str(client.base_url).rstrip('/')}/{url.lstrip('/')}")
