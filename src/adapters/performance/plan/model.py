"""The plan: what to send, how much, and what must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from .base import Model
from .feeds import Feed
from .load import Load, OpenLoad
from .quantity import Duration, PositiveDuration
from .steps import HeaderName, HeaderValue, Request, Step, check_url, is_absolute
from .thresholds import ThresholdText


class Scenario(Model):
    """A sequence of steps that a user goes through; each iteration picks a scenario by weight."""

    name: str = "default"
    steps: tuple[Step, ...] = Field(min_length=1)
    weight: float = Field(1.0, gt=0, allow_inf_nan=False)
    pacing: PositiveDuration | None = None
    """A user's next iteration starts so many seconds after one of this scenario did, or at once if that took longer,
    which is counted; from then on the seconds count anew, so that nothing is caught up."""


class Tls(Model):
    """How servers are trusted and how the client shows who it is; files are PEM."""

    verify: bool = True
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None


class Options(Model):
    """Everything else that changes what is sent or counted."""

    timeout: PositiveDuration = 30.0
    """Seconds from sending a request to the end of its answer."""
    redirects: int = Field(0, ge=0, le=50)
    """How many redirects to follow, each a request of its own in the figures."""
    keep_alive: bool = True
    """Reuse each user's connection; otherwise each request has a new one."""
    cookies: Literal["user", "iteration", "off"] = "user"
    """How long a user's cookies are kept."""
    http_version: Literal["1.1", "2"] = "1.1"
    headers: dict[HeaderName, HeaderValue] = {}
    """Sent with every request that does not have the header itself."""
    graceful_stop: Duration = 30.0
    """At the end no step starts any more; requests in flight have so many seconds, then they count as interrupted."""
    seed: int | None = None
    """Makes random choices repeatable."""
    tls: Tls = Tls()
    timeline: Literal["full", "counts"] = "full"
    """What each second of the timeline needs: percentiles too, or only counts. ``counts`` lets an engine do what is
    cheaper: k6 then only counts the answers to a plan's one request, and takes their times from its totals at the end,
    connecting excluded. Where nothing is cheaper the timeline is full all the same."""
    app: str | None = Field(None, pattern=r"^[A-Za-z_][\w.]*(:[A-Za-z_]\w*)?$")
    """An ASGI application, ``module:attribute``, called in the generator itself instead of over the network."""


class Plan(Model):
    """One plan, for any engine: the target, the scenarios, the load, the data and the thresholds."""

    name: str | None = None
    target: str | None = None
    """The base URL that relative URLs are joined to; may be a template such as ``${env.SHOP_URL}``."""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    load: Load
    data: dict[str, Feed] = {}
    variables: dict[str, Any] = {}
    thresholds: tuple[ThresholdText, ...] = ()
    options: Options = Options()

    @field_validator("target")
    @classmethod
    def _usable_target(cls, target: str | None) -> str | None:
        return target if target is None or target.startswith("${") else check_url(target)

    @model_validator(mode="after")
    def _resolvable(self) -> Self:
        names = [scenario.name for scenario in self.scenarios]
        paced = next((scenario.name for scenario in self.scenarios if scenario.pacing is not None), None)
        if paced is not None and isinstance(self.load, OpenLoad):
            raise ValueError(
                f"scenarios.{paced}.pacing: the rate decides when iterations start; leave out pacing, or give users"
            )
        if len(names) != len(set(names)):
            raise ValueError(f"scenario names must differ, got {', '.join(names)}")
        for scenario in self.scenarios:
            for number, step in enumerate(scenario.steps):
                if isinstance(step, Request) and self.target is None and not is_absolute(step.url):
                    where = f"scenarios.{scenario.name}.steps.{number}.url"
                    raise ValueError(
                        f"{where}: {step.url!r} has no scheme and the plan has no target to join it to"
                    )
        return self

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
        """The plan in a YAML or JSON file; PlanError names the file, the field and what is wrong with it."""
        from .reading import read_plan

        return read_plan(path)

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, source: str = "plan") -> Plan:
        """The plan that a dictionary stands for; PlanError names the ``source`` and the field."""
        from .reading import make_plan

        return make_plan(data, source=source)

    def requests(self) -> list[Request]:
        """Every request of every scenario, in order."""
        return [step for scenario in self.scenarios for step in scenario.steps if isinstance(step, Request)]
