"""Connections, redirects, credentials by challenge, and the bound on what is in flight at the end."""

from __future__ import annotations

from typing import Any

from .base import Step, Topic, once
from .cases import Cases, CasesTopic
from .clock import LATE_S, by_the_clock
from .invariants import kinds_of
from .timing import starts

REDIRECTS: dict[str, dict[str, Any]] = {
    "redirect": {"url": "/redirect/3", "redirects": 5},
    "redirect-loop": {"redirects": 2},
    "see-other": {
        "url": "/redirect-to?url=/landed-303&status=303",
        "method": "POST",
        "body": "kept?",
        "redirects": 3,
    },
    "temporary": {
        "url": "/redirect-to?url=/landed-307&status=307",
        "method": "POST",
        "body": "kept!",
        "headers": {"X-Kept": "yes"},
        "redirects": 3,
    },
}


class ConnectionTests(Topic):
    """Kept connections, and new ones for each request."""

    async def test_each_user_keeps_its_connection(self) -> None:
        plan = self.plan("/delay/5", load={"iterations": 12, "users": 3}, options={"keep_alive": True})
        await self.run_or_refuse(plan, "keep_alive")
        assert len(self.seen) == 12
        assert self.server.log.connections <= 3

    async def test_each_request_may_have_a_new_connection(self) -> None:
        plan = self.plan("/delay/5", load={"iterations": 12, "users": 3}, options={"keep_alive": False})
        await self.run_or_refuse(plan, "keep_alive.off")
        assert len({request.connection for request in self.seen}) == len(self.seen) == 12

    async def test_a_connection_that_the_server_closes_costs_no_count(self) -> None:
        result = await self.run_or_refuse(self.plan("/keep-alive-limit/3", load={"iterations": 12}))
        assert result.summary.requests == 12
        assert self.server.log.connections >= 3

    async def test_digest_credentials_are_accepted(self) -> None:
        auth = {"digest": {"username": "ada", "password": "s3cret"}}
        step = {"url": "/digest-auth/ada/s3cret?x=1", "auth": auth}
        plan = self.plan(step, load={"iterations": 3})
        await self.run_or_refuse(plan, "auth.digest", challenged=True)
        statuses = self.server.log.status_codes()
        assert statuses[200] == 3
        assert 1 <= statuses[401] <= 3

    async def test_requests_in_flight_at_the_end_may_finish(self) -> None:
        options = {"graceful_stop": 5}
        plan = self.plan("/delay/700", load={"users": 2, "duration": 0.4}, options=options)
        result = await self.run_or_refuse(plan, "graceful_stop")
        assert (len(self.seen), self.server.log.completed) == (2, 2)
        self.figures(result.summary, requests=2, failures=0, interrupted=0)

    @by_the_clock
    async def test_requests_that_outlast_the_graceful_stop_are_interrupted(self) -> None:
        options = {"graceful_stop": 0.2}
        plan = self.plan("/hang", load={"users": 2, "duration": 0.4}, options=options)
        result = await self.run_or_refuse(plan, "graceful_stop")
        self.figures(result.summary, requests=0, interrupted=2)
        assert result.duration_s is None or result.duration_s <= 0.6 + 2 * LATE_S
        assert (result.success, self.server.log.abandoned) == (False, 2)

    async def test_requests_that_are_cut_off_are_named(self) -> None:
        steps: list[Step] = ["/", {"url": "/hang", "name": "the slow one"}]
        load, options = {"users": 2, "duration": 0.4}, {"graceful_stop": 0.2}
        result = await self.run_or_refuse(
            self.plan(*steps, load=load, options=options), "steps", "graceful_stop"
        )
        (told,) = [warning.message for warning in result.warnings if warning.code == "Interrupted"]
        assert "the slow one × 2" in told
        assert "GET /" not in told

    @by_the_clock
    async def test_no_step_starts_after_the_end(self) -> None:
        steps = ["/delay/250", "/delay/251", "/delay/252", "/delay/253"]
        await self.run_or_refuse(self.plan(*steps, load={"users": 2, "duration": 0.6}), "steps")
        assert starts(self.seen)[-1] <= 0.6 + LATE_S
        assert not self.server.log.count("/delay/253")


class RedirectTests(CasesTopic):
    """Redirects, each hop a request of its own."""

    @once
    async def _redirects(self) -> Cases:
        return await self.together(REDIRECTS)

    async def test_redirects_are_not_followed_unless_asked(self) -> None:
        result = await self.run_or_refuse(self.plan("/redirect/2", load={"iterations": 2}))
        assert [request.path for request in self.seen] == ["/redirect/2"] * 2
        self.figures(result.summary, requests=2, failures=0, status_codes={"302": 2})
        if result.summary.status_codes is not None:
            assert "RedirectsNotFollowed" in {warning.code for warning in result.warnings}

    async def test_each_hop_is_a_request(self) -> None:
        summary = (await self._redirects())["redirect"].summary
        self.figures(summary, requests=4, failures=0, status_codes={"200": 1, "302": 3})

    async def test_too_many_redirects_are_a_failure(self) -> None:
        case = (await self._redirects())["redirect-loop"]
        assert (len(case.seen), case.summary.requests, case.summary.failures) == (3, 3, 1)
        assert kinds_of(case.summary) <= self.kinds("redirects")

    async def test_a_303_turns_a_post_into_a_get(self) -> None:
        cases = await self._redirects()
        assert cases["see-other"].summary.requests == 2
        (landed,) = cases.on("/landed-303")
        assert (landed.method, landed.body, landed.header("content-type")) == ("GET", b"", None)

    async def test_a_307_keeps_method_headers_and_body(self) -> None:
        cases = await self._redirects()
        assert cases["temporary"].summary.requests == 2
        (landed,) = cases.on("/landed-307")
        assert (landed.method, landed.body, landed.header("x-kept")) == ("POST", b"kept!", "yes")
