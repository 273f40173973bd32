"""Every setting there is, under the names that files and the environment use."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..plan.base import Model
from ..plan.quantity import Duration, PositiveDuration, parse_duration
from ..plan.steps import HeaderName, HeaderValue
from ..plan.thresholds import parse_threshold
from ..plan.urls import check_url
from .profiles import Profile

NO_TIMEOUT_S = 86_400.0
"""What a timeout of 0, none at all, becomes: a day, as every request has a bound."""


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a whole number is needed, not true or false")
    return value


def _several(value: object) -> object:
    """A list, or a text of several with commas between, as it comes from the environment."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"not a list in JSON: {error.msg}") from error
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _timeout(value: object) -> float:
    return parse_duration(value) or NO_TIMEOUT_S


def _always(value: object) -> object:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        raise ValueError("it is always collected and cannot be left out: leave out the key, or write true")
    raise ValueError("true is needed")


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("it holds a line break or another character that cannot be shown")
    return value


def _url(value: str) -> str:
    """A whole URL; the message leaves out the value, in which there may be a password."""
    try:
        return check_url(value)
    except ValueError:
        raise ValueError("a URL with its scheme and host is needed, such as http://127.0.0.1:8000") from None


def _threshold(value: str) -> str:
    parse_threshold(value)
    return value.strip()


Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Line = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_several)]
Timeout = Annotated[float, BeforeValidator(_timeout)]
Always = Annotated[Literal[True], BeforeValidator(_always)]
ThresholdText = Annotated[str, AfterValidator(_threshold)]
BaseUrl = Annotated[str, AfterValidator(_url)]


class Metrics(Model):
    """What is collected of a run: all of it, always."""

    collect_response_times: Always = True
    """Times of requests; always true."""
    collect_throughput: Always = True
    """Requests per second; always true."""
    collect_error_rates: Always = True
    """Failures and their kinds; always true."""


class Target(Model):
    """What is loaded when a run names only a path or nothing, and how its requests prove who they are."""

    base_url: BaseUrl | None = Field(None, repr=False)
    """Loaded when a run names no target; paths, and plans without a target, are joined to it."""
    api_key: HeaderValue | None = Field(None, repr=False)
    """Sent as a header to `base_url`, without one to a run's URL; `${api_key}` in plans."""
    api_key_header: HeaderName = "X-API-Key"
    """The header of `api_key`; `Authorization` sends it as a bearer token."""
    organization_id: HeaderValue | None = None
    """Sent as a header, as `api_key` is; `${organization_id}` in plans."""
    organization_header: HeaderName = "X-Organization-ID"
    """The header of `organization_id`."""
    username: str | None = None
    """With `password`: Basic authentication, sent as `api_key` is; `${username}` in plans."""
    password: str | None = Field(None, repr=False)
    """See `username`; `${password}` in plans."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together: give both or neither")
        return self


class Output(Model):
    """Reports in a folder of their own for each run."""

    directory: Line | None = None
    """Reports go to a new folder in this one, named by the time of the run."""
    formats: Lines = ("json", "html")
    """Which reports `directory` gets."""


class History(Model):
    """Where runs are kept."""

    enabled: bool = True
    """Whether runs are kept."""
    url: Line | None = Field(None, repr=False)
    """The database: a file, or a URL such as `postgresql://user@host/database`."""
    label: Line | None = None
    """Under which runs are kept."""
    tags: Lines = ()
    """Further words to find runs by."""
    keep_requests: bool = False
    """Whether each request is kept too."""


class LogService(Model):
    """Where each failure is sent."""

    url: BaseUrl | None = None
    """The service's URL."""
    token: Line | None = Field(None, repr=False)
    """The service's token."""


class Settings(Model):
    """All settings. Those that begin with `default_` are for runs that say nothing of it themselves."""

    tool: Line = "auto"
    """The engine: `auto`, or a name from `polyload engines`."""
    preference: Lines = ()
    """Engines that `auto` tries first, in this order."""
    approximate: bool = False
    """Allow the engine's named approximations."""
    default_users: Count = 10
    """Users at once, of runs that give a URL and no load."""
    default_duration: PositiveDuration | None = None
    """How long such runs last; without it 10s on the command line, 60s in Python."""
    default_ramp_up: Duration = 0.0
    """How long their users take to start, as part of the duration."""
    timeout: Timeout | None = None
    """Bound on each request, where the plan gives none; 0 is none at all (a day). Without it 30s."""
    profile: Line | None = None
    """The profile of runs that choose none."""
    profiles: dict[str, Profile] = {}
    """Loads by name, beside the built-in ones or in place of them."""
    thresholds: Annotated[tuple[ThresholdText, ...], BeforeValidator(_several)] = ()
    """What must hold of a run: expressions in a list, or keys such as `max_p95_response_time_ms: 1000`."""
    metrics: Metrics = Metrics()
    target: Target = Target()
    reports: Lines = ()
    """Reports to write, as `format=file`."""
    output: Output = Output()
    history: History = History()
    log_service: LogService = LogService()
    name: Line | None = None
    """The name of plans that have none."""
    type: Literal["rest_api"] | None = None
    """What `requests` are."""
    requests: tuple[dict[str, Any], ...] = Field((), repr=False)
    """Sent in turn when a run names no target: each as a step of a plan."""
    variables: dict[str, Any] = Field({}, repr=False)
    """Variables of `requests`, and of plans that do not have them."""

    @model_validator(mode="after")
    def _requests_have_a_type(self) -> Self:
        if self.type is not None and not self.requests:
            raise ValueError(
                "type says what requests are, and there are none: leave it out, or give requests"
            )
        return self
