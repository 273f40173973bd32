"""TLS: certificates are verified unless the plan says otherwise; a bad one is never accepted in silence."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from ...metrics.result import RunResult
from ..server import RecordingServer
from .base import Topic, once
from .invariants import kinds_of

Bad = Literal["expired", "untrusted", "wrong_host"]
BAD: tuple[Bad, ...] = get_args(Bad)


@contextmanager
def _servers(folder: Path) -> Iterator[dict[str, RecordingServer]]:
    """One server for each certificate, and in ``folder`` the authorities of all in one file."""
    with ExitStack() as stack:
        servers: dict[str, RecordingServer] = {
            name: stack.enter_context(RecordingServer(tls=name)) for name in BAD
        }
        servers["good"] = stack.enter_context(RecordingServer(tls=True))
        authorities = [server.ca_file.read_text() for server in servers.values()]
        (folder / "all.pem").write_text("".join(authorities))
        yield servers


class TlsTests(Topic):
    """https, trusted and not."""

    @once
    async def _verified(self) -> tuple[RunResult, dict[str, int]]:
        """The result of three requests to each server, one step for each, and how many each server saw."""
        return await self._to_all({"ca_file": "all.pem"}, "tls.ca_file", "tls.verify", "steps")

    async def _to_all(self, tls: dict[str, Any], *features: str) -> tuple[RunResult, dict[str, int]]:
        folder = Path(tempfile.gettempdir())
        with _servers(folder) as servers:
            if "ca_file" in tls:
                tls = {**tls, "ca_file": str(folder / tls["ca_file"])}
            steps = [{"name": name, "url": f"{server.url}/"} for name, server in servers.items()]
            plan = self.plan(*steps, load={"iterations": 3}, options={"tls": tls})
            result = await self.run_or_refuse(plan, *features, servers=list(servers.values()))
            return result, {name: server.log.count() for name, server in servers.items()}

    async def test_a_trusted_certificate_is_accepted(self) -> None:
        result, seen = await self._verified()
        assert (result.requests["good"].requests, result.requests["good"].failures, seen["good"]) == (3, 0, 3)

    @pytest.mark.parametrize("certificate", BAD)
    async def test_a_bad_certificate_is_a_failure_of_every_request(self, certificate: str) -> None:
        result, seen = await self._verified()
        summary = result.requests[certificate]
        assert (summary.requests, summary.failures, seen[certificate]) == (3, 3, 0)
        assert kinds_of(summary) <= self.kinds("tls")
        assert not result.success

    async def test_an_unknown_authority_is_not_trusted_by_default(self) -> None:
        with RecordingServer(tls=True) as server:
            plan = self.plan(f"{server.url}/", load={"iterations": 2})
            result = await self.run_or_refuse(plan, "tls.verify", servers=[server])
            assert (result.summary.requests, result.summary.failures, server.log.count()) == (2, 2, 0)
            assert (result.success, result.exit_code) == (False, 1)
            assert kinds_of(result.summary) <= self.kinds("tls")

    async def test_verification_can_be_turned_off(self) -> None:
        if self.can("steps"):
            result, seen = await self._to_all({"verify": False}, "tls")
            assert (result.summary.failures, seen) == (0, dict.fromkeys((*BAD, "good"), 3))
            return
        with RecordingServer(tls="expired") as server:
            plan = self.plan(f"{server.url}/", load={"iterations": 3}, options={"tls": {"verify": False}})
            result = await self.run_or_refuse(plan, "tls", servers=[server])
            assert (result.summary.requests, result.summary.failures, server.log.count()) == (3, 0, 3)
