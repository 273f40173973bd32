"""The plan: what to send, how much, and what must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from .auth import Auth, login_urls
from .base import Model
from .connections import KeepAlive, LocalAddresses, ProxyUrl
from .failing import OnFailure
from .feeds import Feeds
from .flow import DEEPEST, Group, Steps
from .load import Load, OpenLoad
from .logins import FormAuth
from .quantity import Duration, PositiveDuration
from .samples import SamplesFile
from .secrets import mask_url
from .steps import HeaderName, HeaderValue, Request
from .threshold_fields import Thresholds
from .thresholds import parse_threshold
from .urls import check_url, is_absolute
from .walk import placed_steps


class Scenario(Model):
    """A sequence of steps that a user goes through; each iteration picks a scenario by weight."""

    name: str = "default"
    before: Steps = ()
    """Once for each user, before its first iteration of this scenario; measured aside."""
    steps: Steps = Field(min_length=1)
    after: Steps = ()
    """Once for each user that began this scenario, when it leaves; measured aside."""
    weight: float = Field(1.0, gt=0, allow_inf_nan=False)
    pacing: PositiveDuration | None = None
    """A user's next iteration starts so many seconds after one of this scenario did, or at once if that took longer,
    which is counted; from then on the seconds count anew, so that nothing is caught up."""
    auth: Auth | None = None
    """How the scenario's requests prove who they are, unless they say otherwise; see docs/authentication.md."""


class Tls(Model):
    """How servers are trusted and how the client shows who it is; files are PEM."""

    verify: bool = True
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    server_name: str | None = Field(None, min_length=1)
    """What the server is asked for (SNI) and must show a certificate for, in place of the URL's host."""
    resume: bool = False
    """A user's further connections to a server resume the TLS session of the one before."""


class Options(Model):
    """Everything else that changes what is sent or counted."""

    timeout: PositiveDuration = 30.0
    """Seconds from sending a request to the end of its answer."""
    redirects: int = Field(0, ge=0, le=50)
    """How many redirects to follow, each a request of its own in the figures."""
    keep_alive: bool | KeepAlive = True
    """Reuse each user's connection, or those of a shared pool; ``false`` gives each request a new one."""
    resolve: Literal["once", "connection"] | None = None
    """Host names are looked up once, in each process, or for every connection; by default as the engine does it."""
    ip: Literal[4, 6] | None = None
    """Connect to IPv4 or to IPv6 addresses only."""
    local_address: LocalAddresses = ()
    """The address of this machine that connections come from; of several, users have them in turn."""
    unix_socket: Path | None = None
    """Connect to this Unix socket; the URL still gives Host and path."""
    proxy: ProxyUrl | None = None
    """Send through this HTTP proxy: http requests by their whole URL, https through a tunnel (CONNECT)."""
    cookies: Literal["user", "iteration", "off"] = "user"
    """How long a user's cookies are kept."""
    http_version: Literal["1.1", "2"] = "1.1"
    headers: dict[HeaderName, HeaderValue] = {}
    """Sent with every request that does not have the header itself."""
    graceful_stop: Duration = 30.0
    """At the end no step starts any more; requests in flight have so many seconds, then they count as interrupted."""
    on_failure: OnFailure = "continue"
    """What a user does when a request failed that does not say so itself."""
    setup_timeout: PositiveDuration = 60.0
    """Seconds that all of ``setup`` may take, and all of ``teardown``."""
    seed: int | None = None
    """Makes random choices repeatable."""
    tls: Tls = Tls()
    timeline: Literal["full", "counts"] = "full"
    """What each second of the timeline needs: percentiles too, or only counts. ``counts`` lets an engine do what is
    cheaper: k6 then only counts the answers to a plan's one request, and takes their times from its totals at the end,
    connecting excluded. Where nothing is cheaper, or a threshold needs more, the timeline is full all the same."""
    samples: SamplesFile | None = None
    """Where each request is written as a row of its own."""
    app: str | None = Field(None, pattern=r"^[A-Za-z_][\w.]*(:[A-Za-z_]\w*)?$")
    """An ASGI application, ``module:attribute``, called in the generator itself instead of over the network."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("app", "proxy", "unix_socket") if getattr(self, name) is not None]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are different ways to the server: give one")
        if self.unix_socket is not None and (self.local_address or self.ip or self.resolve):
            raise ValueError("a Unix socket has no addresses: leave out local_address, ip and resolve")
        if self.ip and any((":" in address) != (self.ip == 6) for address in self.local_address):
            raise ValueError(f"ip is {self.ip}, and a local_address is of the other version")
        return self


class Plan(Model):
    """One plan, for any engine: the target, the scenarios, the load, the data and the thresholds."""

    name: str | None = None
    target: str | None = None
    """The base URL that relative URLs are joined to; may be a template such as ``${env.SHOP_URL}``."""
    setup: Steps = ()
    """Once, before the load: the variables that they set are those of every user. When they fail there is no load."""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    teardown: Steps = ()
    """Once, after the load, however it ended, with the variables of ``setup``."""
    load: Load
    data: Feeds = {}
    variables: dict[str, Any] = {}
    thresholds: Thresholds = ()
    """What must hold, such as ``p95 < 500ms``, or the run is no success; see docs/thresholds.md."""
    auth: Auth | None = None
    """How requests prove who they are, unless their scenario or they themselves say otherwise."""
    options: Options = Options()

    @field_validator("target")
    @classmethod
    def _usable_target(cls, target: str | None) -> str | None:
        return target if target is None or target.startswith("${") else check_url(target)

    @model_validator(mode="after")
    def _resolvable(self) -> Self:
        names = [scenario.name for scenario in self.scenarios]
        self._check_due()
        self._check_scopes()
        paced = next((scenario.name for scenario in self.scenarios if scenario.pacing is not None), None)
        if paced is not None and isinstance(self.load, OpenLoad):
            raise ValueError(
                f"scenarios.{paced}.pacing: the rate decides when iterations start; leave out pacing, or give users"
            )
        if len(names) != len(set(names)):
            raise ValueError(f"scenario names must differ, got {', '.join(names)}")
        self._check_steps()
        return self

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        for where, auth in self.auths():
            for url in login_urls(auth):
                if self.target is None and not is_absolute(url):
                    raise ValueError(
                        f"{where}: {mask_url(url)!r} has no scheme and the plan has no target to join it to"
                    )
                if is_absolute(url) and not url.startswith("${"):
                    check_url(url)
            if isinstance(auth, FormAuth) and self.options.cookies == "off":
                raise ValueError(f"{where}: a form's session is kept in cookies, and options.cookies is off")
        return self

    def auths(self) -> list[tuple[str, Any]]:
        """Every auth that the plan names, and where."""
        named: list[tuple[str, Any]] = [("auth", self.auth)]
        named += [(f"scenario {scenario.name!r}", scenario.auth) for scenario in self.scenarios]
        named += [(f"step {step.label!r}", step.auth) for step in self.requests()]
        return [(where, auth) for where, auth in named if auth is not None]

    def _check_steps(self) -> None:
        for step, where, part, depth in placed_steps(self):
            if depth > DEEPEST:
                raise ValueError(f"{where}: steps lie in steps more than {DEEPEST} deep")
            if isinstance(step, Request) and self.target is None and not is_absolute(step.url):
                raise ValueError(
                    f"{where}.url: {mask_url(step.url)!r} has no scheme and the plan has no target to join it to"
                )
            if isinstance(step, Group) and part != "steps":
                raise ValueError(f"{where}: a group is a part of iterations, and {part} is none")

    def _check_due(self) -> None:
        """Without an arrival rate nothing is due."""
        if isinstance(self.load, OpenLoad):
            return
        for threshold in map(parse_threshold, self.thresholds):
            if threshold.times in ("response", "lag") and not threshold.optional:
                figure, instead = threshold.metric, threshold.metric.rpartition(".")[2]
                raise ValueError(
                    f"thresholds: {threshold.expression!r}: {figure} counts from when arrivals are due, which only a "
                    f"load with a rate has; {instead} counts from when requests are sent"
                )

    def _check_scopes(self) -> None:
        """A threshold is on requests or on groups."""
        groups = {placed.step.group for placed in placed_steps(self) if isinstance(placed.step, Group)}
        both = groups & {request.label for request in self.requests()}
        for threshold in map(parse_threshold, self.thresholds):
            if threshold.request in both:
                raise ValueError(
                    f"thresholds: {threshold.expression!r}: a request and a group are both called "
                    f"{threshold.request!r}: name them apart"
                )

    @classmethod
    def for_url(
        cls,
        url: str,
        *,
        load: Load | dict[str, Any],
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: str | None = None,
        **more: Any,
    ) -> Plan:
        """A plan of one request; ``more`` are further fields of the plan."""
        step: dict[str, Any] = {"url": url, "method": method, "headers": headers or {}}
        if body is not None:
            step["body"] = body
        return cls.from_dict({"scenarios": [{"steps": [step]}], "load": load, **more})

    @classmethod
    def from_file(cls, path: str | Path) -> Plan:
        """The plan in a YAML or JSON file, or that a Python file defines, which is run for it.

        PlanError names the file, the field and what is wrong with it.
        """
        from .reading import read_plan

        return read_plan(path)

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, source: str = "plan") -> Plan:
        """The plan that a dictionary stands for; PlanError names the ``source`` and the field."""
        from .reading import make_plan

        return make_plan(data, source=source)

    def requests(self) -> list[Request]:
        """Every request, in order, wherever it stands."""
        return [placed.step for placed in placed_steps(self) if isinstance(placed.step, Request)]
