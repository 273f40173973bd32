"""Authentication: what proves who asks is had, made, renewed and kept apart, and is measured aside."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from ...metrics.result import RunResult
from ..identity import CLIENT, CLIENT_SECRET, password_of
from ..messages import Reply, SeenRequest
from ..signatures import ACCESS_KEY, HMAC_KEY, SECRET_KEY
from .base import Step, Topic, once

EARLIER_TOKEN, WRONG = "refresh-from-before", "no"
_CLIENT = {"client_id": CLIENT, "client_secret": CLIENT_SECRET}
_FORM = {"login_url": "/form/login", "csrf_field": "csrf_token", "success_indicator": "Welcome"}
_AWS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "region": "eu-central-1"}


def oauth2(query: str = "", **more: Any) -> dict[str, Any]:
    """An auth by a token of the server."""
    return {"oauth2": {"token_url": f"/oauth/token{query}", **_CLIENT, **more}}


def form(user: str, password: str | None = None) -> dict[str, Any]:
    """An auth by the server's login form."""
    return {"form": {**_FORM, "username": user, "password": password or password_of(user)}}


PROVED: dict[str, tuple[str, dict[str, Any]]] = {
    "digest": ("auth.digest", {"url": "/digest-auth/ad%20a/p%C3%A9?x=1", "auth": {"digest": ("ad a", "pé")}}),
    "digest-md5": (
        "auth.digest",
        {"url": "/digest-auth/ada/pw?algorithm=MD5", "auth": {"digest": ("ada", "pw")}},
    ),
    "basic": ("template", {"url": "/basic-auth/ü0/p:0", "auth": {"basic": ("ü${user}", "p:${user}")}}),
    "sigv4": (
        "auth.sigv4",
        {
            "url": "/sigv4/a b/c%2Fd?b=2&a=1,2&a=é",
            "method": "POST",
            "json": {"é": "${user}"},
            "headers": {"X-Amz-Meta-A": "a  b"},
            "auth": {"sigv4": {**_AWS, "service": "execute-api"}},
        },
    ),
    "s3": ("auth.sigv4", {"url": "/sigv4/a b/?c", "auth": {"sigv4": {**_AWS, "service": "s3"}}}),
    "hmac": (
        "auth.hmac",
        {"url": "/hmac?a=${user}", "method": "PUT", "body": "é${user}", "auth": {"hmac": {"key": HMAC_KEY}}},
    ),
    "hmac-base64": (
        "auth.hmac",
        {
            "url": "/hmac?algorithm=sha512&encoding=base64",
            "auth": {
                "hmac": {
                    "key": HMAC_KEY.encode().hex(),
                    "key_encoding": "hex",
                    "algorithm": "sha512",
                    "encoding": "base64",
                }
            },
        },
    ),
    "cookie": (
        "headers",
        {
            "url": "/cookie/need/key",
            "headers": {"Cookie": "own=1"},
            "auth": {"api_key": {"name": "key", "value": "v", "where": "cookie"}},
        },
    ),
    "form": ("auth.form", {"url": "/form/home", "auth": form("ann")}),
    "oauth2": ("auth.oauth2", {"url": "/oauth/protected", "auth": oauth2()}),
    "oauth2-body": (
        "auth.oauth2",
        {"url": "/oauth/protected", "auth": oauth2(client_auth="body", scope=["a", "b"])},
    ),
    "oauth2-password": (
        "auth.oauth2",
        {
            "url": "/oauth/protected",
            "auth": oauth2(grant="password", username="bob", password=password_of("bob")),
        },
    ),
    "oauth2-refresh": (
        "auth.oauth2",
        {
            "url": "/oauth/protected",
            "auth": oauth2(grant="refresh_token", refresh_token=EARLIER_TOKEN),
        },
    ),
}
"""Name to the feature and the step, which the server answers with 200 only when it is proved who asks."""
REFUSED: dict[str, tuple[str, dict[str, Any], int]] = {
    "digest": ("auth.digest", {"url": "/digest-auth/a/b", "auth": {"digest": ("a", "wrong")}}, 401),
    "sigv4": (
        "auth.sigv4",
        {"url": "/sigv4", "auth": {"sigv4": {**_AWS, "service": "x", "secret_key": "no"}}},
        403,
    ),
    "hmac": ("auth.hmac", {"url": "/hmac", "auth": {"hmac": {"key": "no"}}}, 403),
}
"""The same, of wrong credentials, with the status of the answer."""
UNSENT: dict[str, tuple[str, dict[str, Any], str]] = {
    "form": ("auth.form", {"url": "/never", "auth": form("eve", "wrong")}, "no login at /form/login"),
    "oauth2": (
        "auth.oauth2",
        {"url": "/never", "auth": oauth2(client_secret=WRONG)},
        "no token from /oauth/token",
    ),
}
"""The same, of what cannot be had, with what the failure of the request says."""


def _spelt(name: str, step: Mapping[str, Any]) -> dict[str, Any]:
    """A step by its name, its pairs of user name and password written out."""
    ((kind, given),) = step["auth"].items()
    if isinstance(given, tuple):
        given = {"username": given[0], "password": given[1]}
    return {"name": name, **step, "auth": {kind: given}}


class AuthenticationTests(Topic):
    """Who asks is proved with each request, by what is had and measured apart."""

    # One user

    @once
    async def _proved_by_one(self) -> tuple[RunResult, list[SeenRequest]]:
        """What became of every kind that the engine has, twice each, and of what is wrong."""
        steps = [_spelt(name, step) for name, (feature, step) in PROVED.items() if self.can(feature)]
        steps += [
            _spelt(f"wrong {name}", step)
            for name, (feature, step, _) in (REFUSED | UNSENT).items()
            if self.can(feature)
        ]
        result = await self.run_or_refuse(self.plan(*steps, load={"iterations": 2}))
        return result, list(self.seen)

    async def _may_refuse(self, feature: str, step: Mapping[str, Any]) -> None:
        await self.may_refuse(self.plan(_spelt("it", step)), feature)

    @pytest.mark.parametrize("name", PROVED)
    async def test_proved(self, name: str) -> None:
        await self._may_refuse(*PROVED[name])
        result, _ = await self._proved_by_one()
        assert result.requests[name].errors == ()
        assert result.requests[name].requests == 2

    @pytest.mark.parametrize("name", REFUSED)
    async def test_wrong_credentials_fail_the_request(self, name: str) -> None:
        feature, step, status = REFUSED[name]
        await self._may_refuse(feature, step)
        result, _ = await self._proved_by_one()
        (error,) = result.requests[f"wrong {name}"].errors
        assert (error.kind, error.message, error.count) == ("status", f"status {status}", 2)

    @pytest.mark.parametrize("name", UNSENT)
    async def test_a_request_whose_proof_cannot_be_had_is_not_sent(self, name: str) -> None:
        feature, step, message = UNSENT[name]
        await self._may_refuse(feature, step)
        result, seen = await self._proved_by_one()
        (error,) = result.requests[f"wrong {name}"].errors
        assert (error.kind, error.message, error.count) == ("auth", message, 2)
        assert [request for request in seen if request.path == "/never"] == []

    async def test_challenges_are_answered_once_for_a_nonce(self) -> None:
        await self._may_refuse(*PROVED["digest"])
        result, seen = await self._proved_by_one()
        sent = [request for request in seen if request.path.startswith("/digest-auth/ad%20a")]
        assert [request.status for request in sent] == [401, 200, 200]
        assert result.aside["digest challenge"].failures == 0

    async def test_logins_are_told_apart(self) -> None:
        await self._may_refuse(*PROVED["form"])
        result, _ = await self._proved_by_one()
        told = {name: (part.requests, part.failures) for name, part in result.aside.items()}
        assert told["login page /form/login"] == (3, 0)
        assert told["login /form/login"] == (4, 2)
        assert sum(part.requests for part in result.requests.values()) == result.summary.requests

    # Where auth stands, and when it ends

    @once
    async def _auths_in_turn(self) -> tuple[RunResult, list[SeenRequest]]:
        """Steps of one user whose auths stand in different places, fail at first, and end."""
        self.server.route("/gone", lambda request: Reply.text("gone", 401))
        late = oauth2("?fail=1")
        steps: list[Step] = [
            {"url": "/plan", "auth": "none"},
            {"url": "/scenario"},
            {"url": "/own", "auth": {"bearer": "own"}},
            {"url": "/header", "headers": {"authorization": "mine"}},
            {"url": "/oauth/protected?late", "name": "late", "auth": late},
            {"url": "/oauth/protected?late", "name": "late", "auth": late},
            {"url": "/oauth/protected", "name": "held", "auth": oauth2()},
            {"url": "/oauth/revoke", "auth": "none"},
            {"url": "/oauth/protected", "name": "revoked", "auth": oauth2()},
            {"url": "/oauth/protected", "name": "again", "auth": oauth2()},
            *({"url": "/gone", "name": "gone", "auth": oauth2(scope="gone")} for _ in range(4)),
        ]
        scenarios = [
            {"steps": [dict(step) for step in steps if not isinstance(step, str)], "auth": {"bearer": "s"}}
        ]
        plan = self.plan(scenarios=scenarios, auth={"bearer": "p"})
        result = await self.run_or_refuse(plan, "auth.oauth2")
        return result, list(self.seen)

    async def test_the_nearest_auth_holds(self) -> None:
        _, seen = await self._auths_in_turn()
        sent = {request.path: request.header("authorization") for request in seen}
        wanted = {"/plan": None, "/scenario": "Bearer s", "/own": "Bearer own", "/header": "mine"}
        assert {path: sent[path] for path in wanted} == wanted

    async def test_a_token_server_that_fails_is_asked_again_later(self) -> None:
        result, seen = await self._auths_in_turn()
        late = result.requests["late"]
        assert [(error.kind, error.count) for error in late.errors] == [("auth", 1)]
        first, second = (request for request in seen if request.query == "fail=1")
        assert second.received_s - first.received_s >= 0.9

    async def test_a_token_that_is_refused_is_thrown_away_once(self) -> None:
        result, seen = await self._auths_in_turn()
        assert (result.requests["held"].failures, result.requests["revoked"].failures) == (0, 1)
        assert result.requests["again"].failures == 0
        asked = [parse_qs(request.body.decode()) for request in seen if request.path == "/oauth/token"]
        assert sum(fields.get("scope") == ["gone"] for fields in asked) == 2

    # Many users

    @once
    async def _held_by_many(self) -> tuple[RunResult, list[SeenRequest]]:
        """Twelve users for a while, each with a login and a token of its own that does not last."""
        token = oauth2(
            "?expires=1&refresh=1",
            grant="password",
            username="u${user}",
            password=password_of("u${user}"),
        )
        steps: list[Step] = [
            {"url": "/form/home?user=u${user}", "name": "home", "auth": form("u${user}")},
            {"url": "/oauth/protected?user=u${user}", "name": "token", "auth": token},
            {"pause": 0.1},
        ]
        result = await self.run_or_refuse(
            self.plan(*steps, load={"users": 12, "duration": 1.6}), "auth.form", "auth.oauth2"
        )
        return result, list(self.seen)

    async def test_no_user_has_another_s_session_or_token(self) -> None:
        result, seen = await self._held_by_many()
        assert result.summary.failures == 0
        for path, proof in (("/form/home", "cookie"), ("/oauth/protected", "authorization")):
            users = defaultdict(set)
            for request in seen:
                if request.path == path and request.query:
                    users[request.header(proof)].add(request.query)
            assert len(users) >= 12
            assert all(len(named) == 1 for named in users.values()), "two users were one to the server"

    async def test_each_user_logs_in_once(self) -> None:
        _, seen = await self._held_by_many()
        logins = Counter(request.body for request in seen if request.path == "/form/login" and request.body)
        assert (len(logins), logins.total()) == (12, 12)

    async def test_tokens_are_renewed_before_they_expire(self) -> None:
        result, seen = await self._held_by_many()
        assert result.requests["token"].failures == 0
        grants = [parse_qs(request.body.decode()) for request in seen if request.path == "/oauth/token"]
        kinds = Counter(fields["grant_type"][0] for fields in grants)
        assert kinds["password"] == 12
        assert 12 <= kinds["refresh_token"] <= 48

    # One token for all, and code of one's own

    @once
    async def _held_by_all(self) -> tuple[RunResult, list[SeenRequest]]:
        token = oauth2("?delay=300", share="run")
        plan = self.plan({"url": "/oauth/protected", "auth": token}, load={"iterations": 24, "users": 8})
        result = await self.run_or_refuse(plan, "auth.oauth2.shared")
        return result, list(self.seen)

    async def test_a_shared_token_is_asked_for_once_while_others_wait(self) -> None:
        result, seen = await self._held_by_all()
        assert (result.summary.requests, result.summary.failures) == (24, 0)
        assert sum(request.path == "/oauth/token" for request in seen) == 1
        assert (
            len({request.header("authorization") for request in seen if request.path == "/oauth/protected"})
            == 1
        )

    async def test_processes_share_a_token_too(self) -> None:
        """It does not last, and its server fails at first; each process asks in its turn."""
        engine = self.make_engine_with_workers(3)
        if engine is None:
            pytest.skip("it is never more than one process")
        self.engine = engine
        token = oauth2("?fail=1&expires=1&refresh=1&delay=50", share="run")
        steps: list[Step] = [{"url": "/oauth/protected", "auth": token}, {"pause": 0.1}]
        result = await self.run_or_refuse(
            self.plan(*steps, load={"users": 6, "duration": 2.2}), "auth.oauth2.shared"
        )
        asked = [request for request in self.seen if request.path == "/oauth/token"]
        assert [error.kind for error in result.summary.errors] == ["auth"]
        assert 3 <= len(asked) <= 6, "of 0.5 s each, after the one that failed and a wait"
        proofs = {
            request.header("authorization") for request in self.seen if request.path == "/oauth/protected"
        }
        assert len(proofs) == sum(request.status == 200 for request in asked)
        ends = [request.answered_s or 0.0 for request in asked]
        assert all(later.received_s >= end for later, end in zip(asked[1:], ends[:-1], strict=True))

    async def test_a_function_of_one_s_own_adds_headers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = Path(tempfile.mkdtemp())
        (folder / "my_polyload_auth.py").write_text(
            "def stamp(request):\n"
            "    if request.url.endswith('/no'):\n"
            "        raise LookupError('no key')\n"
            "    request.headers['X-Stamp'] = f'{request.method} {request.user} {len(request.body)}'\n"
        )
        monkeypatch.chdir(folder)
        steps: list[Step] = [
            {"url": "/yes", "method": "POST", "body": "12345", "name": "yes"},
            {"url": "/no"},
        ]
        result = await self.run_or_refuse(
            self.plan(*steps, auth={"custom": "my_polyload_auth:stamp"}), "auth.custom"
        )
        (seen,) = self.seen
        assert seen.header("x-stamp") == "POST 0 5"
        (error,) = result.requests["GET /no"].errors
        assert (error.kind, error.message) == ("auth", "LookupError: no key")
