"""The Locust engine: what it sends with either client, how its load runs, and how it ends, by the server's own log."""

import asyncio
import base64
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.locust import LocustAdapter, adapter, launch
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineFailed, UnsupportedFeature
from adapters.performance.plan import Plan
from adapters.performance.testing import RecordingServer, Reply

LATE_S = 0.3
"""How late a busy machine may be."""

if not LocustAdapter().detect().available:
    pytest.skip("Locust is not installed: pip install 'polyload[locust]'", allow_module_level=True)


@pytest.fixture(autouse=True)
def own_temporary_directory(tmp_path, monkeypatch):
    """So that what others leave at the same time is not taken for what a run left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(params=["fast_http_user", "http_user"])
def user(request):
    return request.param


def plan_of(target, *steps, load=None, **more):
    return Plan.from_dict(
        {"target": target, "scenarios": [{"steps": list(steps)}], "load": load or {"iterations": 1}, **more}
    )


async def run(plan, user="fast_http_user", **more):
    return await run_plan(LocustAdapter(user=user), plan, **more)


def errors(summary):
    return {(error.kind, error.count) for error in summary.errors}


def leftovers():
    """What a run may leave behind: child processes and workspaces."""
    children = [
        child for child in psutil.Process().children(recursive=True) if "locust" in " ".join(child.cmdline())
    ]
    return [*children, *Path(tempfile.gettempdir()).glob("polyload-*")]


class TestWhatIsSent:
    async def test_iterations_are_shared_and_exact(self, server, user):
        steps = [{"url": "/a?i=${iteration}"}, {"url": "/b"}]
        result = await run(plan_of(server.url, *steps, load={"users": 3, "iterations": 25}), user)
        assert result.success, result.reason
        assert (result.summary.iterations, result.summary.requests) == (25, 50)
        assert sorted(int(seen.query[2:]) for seen in server.log.on("/a")) == list(range(25))
        assert server.log.count("/b") == 25
        assert server.log.connections == 3

    async def test_urls_leave_byte_for_byte(self, server, user):
        targets = [
            "/%41%7e%c3%a9/x",
            "/a?",
            "/a;p=1?x=%2B+1&y=[1],2",
            "/q?next=%2Fa%2fb&&=",
            "//double//slash",
            "/a/../b/./c",
        ]
        await run(plan_of(server.url, *({"url": server.url + target} for target in targets)), user)
        assert [seen.target for seen in server.log.requests] == targets

    @pytest.mark.parametrize(
        ("field", "value", "wanted"),
        [
            (
                "body",
                "quote \" \\ ${ $${x} </script>\n\r\n é ✓, '",
                "quote \" \\ ${ ${x} </script>\n\r\n é ✓, '".encode(),
            ),
            ("body", "", b""),
            ("body_base64", base64.b64encode(bytes(range(256))).decode(), bytes(range(256))),
            ("json", {"a": ["é", 1.5, None, True]}, json.dumps({"a": ["é", 1.5, None, True]}).encode()),
            ("form", {"a b": "1&2=é"}, b"a%20b=1%262%3D%C3%A9"),
        ],
    )
    async def test_bodies_leave_byte_for_byte(self, server, user, field, value, wanted):
        await run(plan_of(server.url, {"url": "/echo", "method": "POST", field: value}), user)
        seen = server.log.last
        assert json.loads(seen.body) == json.loads(wanted) if field == "json" else seen.body == wanted
        assert seen.header("content-length") == str(len(seen.body))

    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    async def test_headers_are_those_of_the_plan_and_the_clients_own(self, server, user, method):
        step = {
            "url": "/x",
            "method": method,
            "headers": {"X-Odd": 'ü ✓, "q" \'\\', "x-lower": "1", "Cookie": "a=b"},
        }
        result = await run(plan_of(server.url, step), user)
        headers = {name.lower(): value for name, value in server.log.last.headers}
        assert server.log.last.method == method
        assert headers.pop("x-odd").encode("latin-1").decode() == 'ü ✓, "q" \'\\'
        assert (headers.pop("x-lower"), headers.pop("cookie")) == ("1", "a=b")
        assert headers.keys() <= {"host", "user-agent", "accept", "content-length"}
        assert ("content-length" in headers) == (method in {"POST", "PUT", "PATCH"})
        assert result.success, result.reason

    async def test_values_are_extracted_checked_and_used_again(self, server, user):
        login = {
            "url": "/login",
            "method": "POST",
            "json": {"username": "u${user}", "password": "p"},
            "extract": {"token": {"json": "token"}, "sid": {"cookie": "session"}},
            "checks": [{"status": 200}, {"json": "user.name", "equals": "u0"}],
        }
        use = {"url": "/protected", "headers": {"Authorization": "Bearer ${token}", "X-Sid": "${sid}"}}
        result = await run(plan_of(server.url, login, use, load={"iterations": 3}), user)
        assert result.success, result.reason
        assert [check.passed for check in result.checks] == [3, 3]
        assert [seen.header("x-sid") for seen in server.log.on("/protected")] == [
            "sess-1",
            "sess-2",
            "sess-3",
        ]

    async def test_a_gzipped_body_is_checked_decoded(self, server, user):
        step = {"url": "/gzip", "checks": [{"json": "owner.name", "equals": "Ada"}]}
        result = await run(plan_of(server.url, step), user)
        assert result.success, result.reason

    async def test_a_failed_check_and_a_missing_value_are_failures(self, server, user):
        steps = [
            {"name": "check", "url": "/json", "checks": [{"body": {"contains": "nowhere"}}]},
            {"name": "extract", "url": "/json", "extract": {"x": {"json": "nothing.there"}}},
            {"name": "allowed", "url": "/status/404", "checks": [{"status": "4xx"}]},
        ]
        result = await run(plan_of(server.url, *steps, load={"iterations": 2}), user)
        kinds = {name: {error.kind for error in summary.errors} for name, summary in result.requests.items()}
        assert kinds == {"check": {"check"}, "extract": {"extract"}, "allowed": set()}

    @pytest.mark.parametrize(
        ("cookies", "shown"), [("user", [{}, {"a": "1"}]), ("iteration", [{}, {}]), ("off", [{}, {}])]
    )
    async def test_cookies_are_kept_as_the_plan_says(self, server, user, cookies, shown):
        steps = [{"url": "/cookie/show"}, {"url": "/cookie/set?a=1"}, {"url": "/cookie/show?after"}]
        await run(plan_of(server.url, *steps, load={"iterations": 2}, options={"cookies": cookies}), user)
        seen = [request.cookies for request in server.log.on("/cookie/show")]
        assert seen[0::2] == shown
        assert seen[1::2] == [{} if cookies == "off" else {"a": "1"}] * 2

    async def test_without_keep_alive_each_request_has_a_connection_of_its_own(self, server, user):
        plan = plan_of(
            server.url, {"url": "/x"}, load={"users": 2, "iterations": 10}, options={"keep_alive": False}
        )
        result = await run(plan, user)
        assert result.success, result.reason
        assert server.log.connections == 10
        assert server.log.last.header("connection") is None

    async def test_the_same_seed_makes_the_same_choices(self, server, user):
        targets = []
        for _ in range(2):
            server.reset()
            step = {"url": "/${randint(1,1000000)}/${uuid()}"}
            await run(plan_of(server.url, step, load={"iterations": 3}, options={"seed": 7}), user)
            targets.append([seen.target for seen in server.log.requests])
        assert targets[0] == targets[1]
        assert len(set(targets[0])) == 3

    async def test_scenarios_are_chosen_by_weight(self, server):
        scenarios = [
            {"name": "a", "weight": 3, "steps": [{"url": "/a"}]},
            {"name": "b", "weight": 1, "steps": [{"url": "/b"}, {"url": "/never", "run_if": False}]},
        ]
        plan = Plan.from_dict(
            {
                "target": server.url,
                "scenarios": scenarios,
                "load": {"users": 2, "iterations": 400},
                "options": {"seed": 1},
            }
        )
        await run(plan)
        counts = Counter(seen.path for seen in server.log.requests)
        assert counts["/a"] + counts["/b"] == 400
        assert 0.65 < counts["/a"] / 400 < 0.85


class TestAnotherLocust:
    async def test_a_program_on_the_path_is_run_in_its_own_environment(self, server, monkeypatch):
        monkeypatch.setattr(launch, "find_spec", lambda name: None)
        found = LocustAdapter().detect()
        assert found.available
        assert Path(found.path).name == "locust"
        assert found.version[0].isdigit()
        result = await run(plan_of(server.url, {"url": "/x"}, load={"iterations": 3}))
        assert result.success, result.reason
        assert result.engine.version == found.version

    async def test_settings_for_several_processes_are_refused(self, server, monkeypatch):
        monkeypatch.setenv("LOCUST_PROCESSES", "2")
        with pytest.raises(EngineFailed, match="several processes"):
            await run(plan_of(server.url, {"url": "/x"}))
        assert server.log.count() == 0


class TestFeeds:
    async def test_unique_rows_are_used_once_and_then_the_load_ends(self, server):
        rows = [{"x": str(number)} for number in range(12)]
        data = {"r": {"rows": rows, "strategy": "unique"}}
        result = await run(
            plan_of(server.url, {"url": "/?x=${r.x}"}, load={"users": 3, "duration": 30}, data=data)
        )
        assert sorted(int(seen.query[2:]) for seen in server.log.requests) == list(range(12))
        assert result.success, result.reason

    async def test_running_out_of_rows_fails_the_run_if_the_plan_says_so(self, server):
        data = {"r": {"rows": [{"x": "1"}], "strategy": "unique", "on_end": "fail"}}
        result = await run(plan_of(server.url, {"url": "/?x=${r.x}"}, load={"iterations": 3}, data=data))
        assert (result.stopped, server.log.count()) == ("failed", 1)
        assert "data.r ran out" in result.reason


class TestRedirects:
    async def test_each_hop_is_a_request(self, server, user):
        step = {
            "name": "r",
            "url": "/redirect/2",
            "redirects": 2,
            "checks": [{"body": {"equals": "redirected"}}],
        }
        result = await run(plan_of(server.url, step), user)
        assert result.success, result.reason
        assert result.requests["r"].requests == server.log.count() == 3

    async def test_more_hops_than_allowed_are_a_failure(self, server, user):
        result = await run(plan_of(server.url, {"url": "/redirect-loop", "redirects": 3}), user)
        assert result.summary.requests == server.log.count() == 4
        assert errors(result.summary) == {("redirects", 1)}

    async def test_without_redirects_the_answer_is_the_redirect(self, server, user):
        result = await run(plan_of(server.url, {"url": "/redirect/1"}), user)
        assert result.success, result.reason
        assert server.log.count() == 1

    @pytest.mark.parametrize(
        ("status", "method", "body"),
        [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"b"), (308, "POST", b"b")],
    )
    async def test_method_body_and_credentials_after_a_redirect(self, server, user, status, method, body):
        with RecordingServer() as other:
            step = {
                "url": "/redirect-to",
                "params": {"url": other.url + "/there", "status": status},
                "method": "POST",
                "body": "b",
                "headers": {"Content-Type": "text/x", "Authorization": "secret", "X-Kept": "1"},
                "redirects": 1,
            }
            result = await run(plan_of(server.url, step), user)
            seen = other.log.last
        assert result.success, result.reason
        assert (seen.method, seen.path, seen.body) == (method, "/there", body)
        assert seen.header("authorization") is None
        assert seen.header("x-kept") == "1"
        assert seen.header("content-type") == (None if method == "GET" else "text/x")


FAULTS = {
    "/hang": "timeout",
    "/slow-body/2000": "timeout",
    "/reset-before": "reset",
    "/reset-inside": "reset",
    "/close-before": "closed",
    "/truncated": "truncated",
    "/garbage": "protocol",
    "/bad-length": "protocol",
    "/status/503": "status",
}


class TestFaults:
    async def test_every_fault_is_counted_once_under_its_kind(self, server, user):
        steps = [
            {"name": path, "url": path, "timeout": 0.2 if kind == "timeout" else 10}
            for path, kind in FAULTS.items()
        ]
        steps += [
            {"name": "refused", "url": server.refused_url},
            {"name": "dns", "url": server.unresolvable_url},
        ]
        result = await run(plan_of(server.url, *steps, load={"iterations": 2}), user)
        found = {name: errors(summary) for name, summary in result.requests.items()}
        assert found == {
            name: {(kind, 2)} for name, kind in {**FAULTS, "refused": "refused", "dns": "dns"}.items()
        }
        assert {path: server.log.count(path) for path in FAULTS} == dict.fromkeys(FAULTS, 2)
        assert result.requests["/hang"].latency_ms.min >= 200

    async def test_answers_of_every_framing_are_whole(self, server, user):
        paths = [
            "/until-close/5000",
            "/chunked/70000",
            "/bytes/300000",
            "/early-hints",
            "/close",
            "/status/204",
            "/status/304",
        ]
        steps = [{"name": path, "url": path} for path in paths]
        sizes = {
            "/until-close/5000": 5000,
            "/chunked/70000": 70000,
            "/bytes/300000": 300000,
            "/early-hints": 2,
        }
        for step in steps:
            size = sizes.get(step["name"])
            step["checks"] = [] if size is None else [{"status": 200}, {"size": {"min": size, "max": size}}]
        result = await run(plan_of(server.url, *steps, load={"iterations": 2}), user)
        assert result.success, result.reason
        assert result.summary.requests == server.log.count() == 2 * len(paths)

    async def test_a_request_that_cannot_be_sent_is_a_failure_and_nothing_is_sent(self, server, user):
        steps = [{"url": "/x", "headers": {"X-A": "${evil}"}}, {"url": "${unknown}/x"}]
        result = await run(plan_of(server.url, *steps, variables={"evil": "a\r\nX-Evil: 1"}), user)
        assert errors(result.summary) == {("protocol", 1)}
        assert (result.summary.failures, server.log.count()) == (2, 0)
        assert result.summary.latency_ms.mean is None


BROKEN_CHECK = {"kind": "size", "name": "x", "min": "none", "max": None}
BROKEN_CONDITION = {
    "op": "truthy",
    "a": {"t": [{"var": "x", "path": 5, "default": None, "text": "", "enc": ""}]},
}


class TestErrorsInsideLocust:
    """A program that is wrong stands for a mistake of polyload's own: it is told, and never a success."""

    @staticmethod
    def break_program(monkeypatch, breaking):
        def compiled(plan, **more):
            program = compile_plan(plan, **more)
            breaking(program["scenarios"][0]["steps"][0])
            return program

        monkeypatch.setattr(adapter, "compile_plan", compiled)

    async def test_an_error_while_an_answer_is_judged_fails_that_request(self, server, monkeypatch):
        self.break_program(monkeypatch, lambda step: step["checks"].append(BROKEN_CHECK))
        result = await run(plan_of(server.url, {"url": "/x"}, load={"iterations": 3}))
        assert errors(result.summary) == {("script", 3)}
        assert result.stopped == "failed"
        assert "script errors: 3 (first: TypeError: '<=' not supported" in result.reason

    async def test_an_error_elsewhere_is_no_request_but_fails_the_run(self, server, monkeypatch):
        self.break_program(monkeypatch, lambda step: step.update(run_if=BROKEN_CONDITION))
        result = await run(plan_of(server.url, {"url": "/x"}, load={"iterations": 3}))
        assert (result.stopped, result.summary.requests, server.log.count()) == ("failed", 0, 0)
        assert "script errors: 3" in result.reason

    async def test_json_nested_too_deep_is_no_json(self, server, user):
        server.route("/deep", lambda seen: Reply(body=b"[" * 200_000))
        result = await run(
            plan_of(server.url, {"url": "/deep", "checks": [{"json": "a", "exists": False}]}), user
        )
        assert result.success, result.reason


class TestTls:
    async def test_certificates_are_verified_by_default(self, user):
        with RecordingServer(tls=True) as server:
            result = await run(plan_of(server.url, {"url": "/"}), user)
            trusted = await run(
                plan_of(server.url, {"url": "/"}, options={"tls": {"ca_file": str(server.ca_file)}}), user
            )
        assert errors(result.summary) == {("tls", 1)}
        assert trusted.success, trusted.reason

    @pytest.mark.parametrize("wrong", ["expired", "untrusted", "wrong_host"])
    async def test_a_wrong_certificate_is_refused_unless_verification_is_off(self, user, wrong):
        with RecordingServer(tls=wrong) as server:
            tls = {"ca_file": str(server.ca_file)}
            refused = await run(plan_of(server.url, {"url": "/"}, options={"tls": tls}), user)
            taken = await run(plan_of(server.url, {"url": "/"}, options={"tls": {"verify": False}}), user)
        assert errors(refused.summary) == {("tls", 1)}
        assert taken.success, taken.reason

    async def test_a_client_certificate_is_shown(self, user, tmp_path):
        import trustme

        authority = trustme.CA()
        client = authority.issue_cert("client@example.invalid")
        client.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))

        class Demanding(RecordingServer):
            def _context(self):
                context = super()._context()
                authority.configure_trust(context)
                context.verify_mode = ssl.CERT_REQUIRED
                return context

        with Demanding(tls=True) as server:
            tls = {"ca_file": str(server.ca_file)}
            without = await run(plan_of(server.url, {"url": "/"}, options={"tls": tls}), user)
            tls["client_cert"] = str(tmp_path / "client.pem")
            shown = await run(plan_of(server.url, {"url": "/"}, options={"tls": tls}), user)
        assert without.summary.failures == 1
        assert shown.success, shown.reason


class TestLoad:
    async def test_users_start_evenly_over_the_ramp(self, server, user):
        load = {"users": 10, "ramp_up": 1, "duration": 1.2}
        result = await run(plan_of(server.url, {"url": "/delay/20?${user}"}, load=load), user)
        first = {}
        for seen in server.log.requests:
            first.setdefault(int(seen.query), seen.received_s)
        offsets = [first[number] - first[0] for number in range(10)]
        assert offsets == pytest.approx([number / 10 for number in range(10)], abs=LATE_S)
        assert result.success, result.reason

    async def test_stages_go_up_and_down_and_up_again(self, server):
        stages = [{"duration": 0, "users": 3}, {"duration": 0.4, "users": 3}, {"duration": 0, "users": 1}]
        stages += [{"duration": 0.4, "users": 1}, {"duration": 0, "users": 2}, {"duration": 0.4, "users": 2}]
        result = await run(plan_of(server.url, {"url": "/delay/20?${user}"}, load={"stages": stages}))
        start = server.log.requests[0].received_s
        spans = {number: [] for number in range(3)}
        for seen in server.log.requests:
            spans[int(seen.query)].append(seen.received_s - start)
        assert max(spans[2]) < 0.4 + LATE_S
        assert not [at for at in spans[1] if 0.6 < at < 0.75]
        assert max(spans[0]) > 1.0
        assert max(spans[1]) > 1.0
        assert 1.1 < result.duration_s < 1.2 + 2 * LATE_S

    async def test_requests_in_flight_at_the_end_finish(self, server, user):
        result = await run(
            plan_of(server.url, {"url": "/delay/400"}, load={"users": 3, "duration": 0.6}), user
        )
        assert result.summary.requests == server.log.count() == server.log.completed == 6
        assert result.summary.interrupted == 0
        assert result.summary.iterations == 6
        assert 0.75 < result.duration_s < 1.2

    async def test_requests_that_do_not_finish_in_time_are_interrupted(self, server, user):
        plan = plan_of(
            server.url, {"url": "/hang"}, load={"users": 3, "duration": 0.3}, options={"graceful_stop": 0.2}
        )
        result = await run(plan, user)
        assert (result.summary.requests, result.summary.interrupted, server.log.count()) == (0, 3, 3)
        assert [warning.code for warning in result.warnings] == ["Interrupted"]
        assert result.stopped == "completed"

    async def test_no_step_starts_after_the_end_and_pauses_are_cut_short(self, server):
        steps = [{"url": "/a"}, {"pause": 60}, {"url": "/b"}]
        started = time.monotonic()
        result = await run(plan_of(server.url, *steps, load={"users": 2, "duration": 0.3}))
        assert time.monotonic() - started < 20
        assert (server.log.count("/a"), server.log.count("/b")) == (2, 0)
        assert result.summary.iterations == 0
        assert 0.25 < result.duration_s < 0.3 + 2 * LATE_S

    async def test_max_duration_bounds_iterations_and_says_how_many_were_done(self, server):
        load = {"users": 1, "iterations": 1000, "max_duration": 0.3}
        result = await run(plan_of(server.url, {"url": "/delay/50"}, load=load))
        assert result.stopped == "failed"
        assert f"{server.log.count()} of 1000 iterations were done" in result.reason

    async def test_the_timeline_tells_the_users_of_each_second(self, server):
        plan = plan_of(server.url, {"url": "/delay/10"}, load={"users": 4, "duration": 1.5})
        result = await run(plan)
        assert result.timeline[0].users == 4
        assert (
            sum(point.requests for point in result.timeline) == result.summary.requests == server.log.count()
        )

    def test_what_locust_cannot_do_is_refused_before_launch(self, server):
        plan = plan_of(server.url, {"url": "/"}, load={"rate": 5, "duration": 1})
        with pytest.raises(UnsupportedFeature, match="still the closed model"):
            asyncio.run(run(plan))
        assert server.log.count() == 0


LONG = {"users": 3, "duration": 60}


class TestEndings:
    async def test_a_stop_ends_the_run_with_what_was_measured(self, server, user):
        ctx = RunContext()
        running = asyncio.ensure_future(
            run(plan_of(server.url, {"url": "/delay/20"}, load=LONG), user, ctx=ctx)
        )
        await asyncio.to_thread(server.log.wait_for, 20, 20)
        ctx.stop.set()
        result = await running
        assert (result.success, result.stopped) == (False, "interrupted")
        assert result.summary.requests == server.log.count() >= 20
        assert result.duration_s < 20
        assert leftovers() == []

    async def test_a_stop_cuts_off_what_does_not_end(self, server):
        ctx = RunContext()
        running = asyncio.ensure_future(run(plan_of(server.url, {"url": "/hang"}, load=LONG), ctx=ctx))
        await asyncio.to_thread(server.log.wait_for, 3, 20)
        ctx.stop.set()
        result = await running
        assert (result.stopped, result.summary.requests, result.summary.interrupted) == ("interrupted", 0, 3)
        assert result.duration_s < 20

    async def test_cancelling_leaves_no_process_and_a_partial_result(self, server):
        ctx = RunContext()
        running = asyncio.ensure_future(run(plan_of(server.url, {"url": "/delay/5"}, load=LONG), ctx=ctx))
        await asyncio.to_thread(server.log.wait_for, 100, 20)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert ctx.partial.stopped == "interrupted"
        assert leftovers() == []

    async def test_a_locust_that_is_killed_is_a_failed_run_with_partial_figures(self, server):
        running = asyncio.ensure_future(run(plan_of(server.url, {"url": "/delay/20"}, load=LONG)))
        await asyncio.to_thread(server.log.wait_for, 100, 20)
        os.kill(leftovers()[0].pid, signal.SIGKILL)
        result = await running
        assert (result.success, result.stopped) == (False, "failed")
        assert "ended by SIGKILL before the load was over" in result.reason
        assert 0 < result.summary.requests <= server.log.count()
        assert result.summary.interrupted is None
        assert leftovers() == []

    async def test_a_stop_before_the_load_began_is_no_failure(self, server):
        ctx = RunContext()
        ctx.stop.set()
        result = await run(plan_of(server.url, {"url": "/"}, load=LONG), ctx=ctx)
        assert (result.stopped, result.duration_s, result.summary.requests) == ("interrupted", None, 0)

    def test_locust_ends_when_polyload_is_killed(self, server):
        code = "import asyncio\nfrom adapters.performance.engines.locust import LocustAdapter\n"
        code += f"asyncio.run(LocustAdapter().run_load_test({server.url + '/delay/5'!r}, duration=60))\n"
        polyload = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, "TMPDIR": tempfile.gettempdir()}
        )
        try:
            server.log.wait_for(20, 20)
            (locust,) = psutil.Process(polyload.pid).children()
        finally:
            polyload.kill()
            polyload.wait()
        locust.wait(10)

    async def test_an_ended_run_leaves_nothing(self, server):
        await run(plan_of(server.url, {"url": "/"}))
        assert leftovers() == []


SCRIPT = """
from locust import {user}, task, constant
from beside import PATH

class First({user}):
    wait_time = constant(0.01)

    @task
    def named(self):
        self.client.get(PATH, name="named")

    @task
    def by_default(self):
        self.client.post("/plain", json={{"a": 1}})

    @task
    def judged(self):
        with self.client.get("/json", name="judged", catch_response=True) as response:
            response.failure("not what was wanted")

    @task
    def missing(self):
        self.client.get("/status/404", name="missing")

class Second({user}):
    @task
    def other(self):
        self.client.get("/delay/5?second")
"""


class TestOwnLocustfile:
    @pytest.fixture
    def script(self, tmp_path):
        def write(text):
            (tmp_path / "beside.py").write_text('PATH = "/delay/5?beside"\n')
            (tmp_path / "own.py").write_text(text)
            return tmp_path / "own.py"

        return write

    @staticmethod
    async def run(server, script, load, **more):
        return await run_plan(LocustAdapter(script, **more), Plan.for_url(server.url + "/", load=load))

    @pytest.mark.parametrize("client", ["HttpUser", "FastHttpUser"])
    async def test_runs_as_it_is_and_is_measured_under_its_own_names(self, server, script, client):
        file = script(SCRIPT.format(user=client))
        result = await self.run(server, file, {"users": 4, "duration": 1}, user_classes=["First"])
        assert result.requests.keys() == {"named", "POST /plain", "judged", "missing"}
        assert result.summary.requests == server.log.count()
        assert {error.kind for error in result.requests["judged"].errors} == {"check"}
        assert result.requests["missing"].status_codes == {"404": result.requests["missing"].requests}
        assert {error.kind for error in result.requests["missing"].errors} == {"status"}
        assert result.requests["named"].latency_ms.min > 3
        assert result.stopped == "completed"
        assert result.summary.interrupted is None

    async def test_its_warm_up_is_left_out_of_the_figures(self, server, script):
        file = script(SCRIPT.format(user="FastHttpUser"))
        load = {"users": 2, "duration": 2, "warm_up": 1}
        result = await self.run(server, file, load, user_classes=["Second"])
        assert result.success, result.reason
        assert result.warm_up.requests + result.summary.requests == server.log.count()
        assert min(result.warm_up.requests, result.summary.requests) > 0
        assert result.timeline[0].t == 1

    async def test_users_of_all_classes_start_evenly(self, server, script):
        text = "from locust import FastHttpUser, task\n"
        for name in "AB":
            text += f"class {name}(FastHttpUser):\n    @task\n    def t(self):\n"
            text += f"        self.client.get('/delay/20?%d{name}' % id(self))\n"
        await self.run(server, script(text), {"users": 10, "ramp_up": 1, "duration": 1.2})
        first = {}
        for seen in server.log.requests:
            first.setdefault(seen.query, seen.received_s)
        assert Counter(query[-1] for query in first) == {"A": 5, "B": 5}
        starts = sorted(first.values())
        assert [at - starts[0] for at in starts] == pytest.approx(
            [number / 10 for number in range(10)], abs=LATE_S
        )

    async def test_an_error_in_a_task_fails_the_run(self, server, script):
        text = (
            "from locust import HttpUser, task, constant\nclass U(HttpUser):\n    wait_time = constant(0.1)\n"
        )
        text += "    @task\n    def t(self):\n        self.client.get('/')\n        {}['missing']\n"
        result = await self.run(server, script(text), {"users": 1, "duration": 0.5})
        assert result.stopped == "failed"
        assert "KeyError: 'missing' (own.py, line 7)" in result.reason
        assert result.summary.requests == server.log.count() > 0

    async def test_transport_failures_have_their_kinds(self, server, script):
        text = "from locust import HttpUser, FastHttpUser, task, constant\n"
        for base in ("HttpUser", "FastHttpUser"):
            text += f"class My{base}({base}):\n    wait_time = constant(0.05)\n    @task\n    def t(self):\n"
            text += f"        self.client.get({server.refused_url!r}, name='refused')\n"
            text += "        self.client.get('/truncated', name='truncated')\n"
        result = await self.run(server, script(text), {"users": 2, "duration": 0.5})
        kinds = {name: {error.kind for error in summary.errors} for name, summary in result.requests.items()}
        assert kinds == {"refused": {"refused"}, "truncated": {"truncated"}}

    async def test_a_file_with_its_own_shape_is_refused(self, server, script):
        text = SCRIPT.format(user="HttpUser") + "\nfrom locust import LoadTestShape\n"
        text += "class Mine(LoadTestShape):\n    def tick(self): return (1, 1)\n"
        with pytest.raises(EngineFailed, match=r"load shape of its own \(Mine\)"):
            await self.run(server, script(text), LONG)
        assert server.log.count() == 0

    @pytest.mark.parametrize(
        ("text", "words"), [("this is no python", "SyntaxError"), ("x = 1\n", "No User class")]
    )
    async def test_a_file_that_cannot_run_is_told_in_locusts_words(self, server, script, text, words):
        with pytest.raises(EngineFailed, match=words):
            await self.run(server, script(text), LONG)

    async def test_a_script_that_ends_the_run_itself_has_not_done_what_the_plan_says(self, server, script):
        text = "from locust import HttpUser, task\nclass U(HttpUser):\n    @task\n    def t(self):\n"
        text += "        self.client.get('/')\n        self.environment.runner.quit()\n"
        result = await self.run(server, script(text), LONG)
        assert result.stopped == "failed"
        assert "before the load was over" in result.reason

    async def test_a_stop_ends_it(self, server, script):
        ctx = RunContext()
        plan = Plan.for_url(server.url, load=LONG)
        adapter = LocustAdapter(script(SCRIPT.format(user="FastHttpUser")))
        running = asyncio.ensure_future(run_plan(adapter, plan, ctx=ctx))
        await asyncio.to_thread(server.log.wait_for, 20, 20)
        ctx.stop.set()
        result = await running
        assert result.stopped == "interrupted"
        assert result.summary.requests >= 20
        assert leftovers() == []
