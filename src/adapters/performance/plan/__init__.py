"""Plans: what to send, how much, and what must hold. The models are imported when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .auth import ApiKeyAuth, BasicAuth, BearerAuth, DigestAuth, NoAuth
    from .checks import (
        BodyCheck,
        CookieCheck,
        CssCheck,
        HeaderCheck,
        InputCheck,
        JmesCheck,
        JsonCheck,
        PythonCheck,
        SizeCheck,
        StatusCheck,
        TimeCheck,
        XPathCheck,
    )
    from .extract import (
        BodyExtract,
        CookieExtract,
        CssExtract,
        HeaderExtract,
        InputExtract,
        JmesExtract,
        JsonExtract,
        RegexExtract,
        StatusExtract,
        XPathExtract,
    )
    from .failing import Retry
    from .feeds import Feed
    from .flow import Choice, Choose, ForEach, Group, Repeat, Set, Times, While
    from .load import ClosedLoad, IterationLoad, OpenLoad, RateStage, UserStage
    from .logins import FormAuth, OAuth2Auth
    from .model import Options, Plan, Scenario, Tls
    from .pause import NormalPause, Pause, PauseRange, PoissonPause
    from .signing import CustomAuth, HmacAuth, SigV4Auth
    from .steps import Part, Request

_HOMES = {
    "auth": (
        "ApiKeyAuth",
        "BasicAuth",
        "BearerAuth",
        "DigestAuth",
        "NoAuth",
    ),
    "checks": (
        "BodyCheck",
        "CookieCheck",
        "CssCheck",
        "HeaderCheck",
        "InputCheck",
        "JmesCheck",
        "JsonCheck",
        "PythonCheck",
        "SizeCheck",
        "StatusCheck",
        "TimeCheck",
        "XPathCheck",
    ),
    "extract": (
        "BodyExtract",
        "CookieExtract",
        "CssExtract",
        "HeaderExtract",
        "InputExtract",
        "JmesExtract",
        "JsonExtract",
        "RegexExtract",
        "StatusExtract",
        "XPathExtract",
    ),
    "failing": ("Retry",),
    "feeds": ("Feed",),
    "flow": (
        "Choice",
        "Choose",
        "ForEach",
        "Group",
        "Repeat",
        "Set",
        "Times",
        "While",
    ),
    "load": (
        "ClosedLoad",
        "IterationLoad",
        "OpenLoad",
        "RateStage",
        "UserStage",
    ),
    "logins": (
        "FormAuth",
        "OAuth2Auth",
    ),
    "model": (
        "Options",
        "Plan",
        "Scenario",
        "Tls",
    ),
    "pause": (
        "NormalPause",
        "Pause",
        "PauseRange",
        "PoissonPause",
    ),
    "signing": (
        "CustomAuth",
        "HmacAuth",
        "SigV4Auth",
    ),
    "steps": (
        "Part",
        "Request",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "BodyCheck",
    "BodyExtract",
    "Choice",
    "Choose",
    "ClosedLoad",
    "CookieCheck",
    "CookieExtract",
    "CssCheck",
    "CssExtract",
    "CustomAuth",
    "DigestAuth",
    "Feed",
    "ForEach",
    "FormAuth",
    "Group",
    "HeaderCheck",
    "HeaderExtract",
    "HmacAuth",
    "InputCheck",
    "InputExtract",
    "IterationLoad",
    "JmesCheck",
    "JmesExtract",
    "JsonCheck",
    "JsonExtract",
    "NoAuth",
    "NormalPause",
    "OAuth2Auth",
    "OpenLoad",
    "Options",
    "Part",
    "Pause",
    "PauseRange",
    "Plan",
    "PoissonPause",
    "PythonCheck",
    "RateStage",
    "RegexExtract",
    "Repeat",
    "Request",
    "Retry",
    "Scenario",
    "Set",
    "SigV4Auth",
    "SizeCheck",
    "StatusCheck",
    "StatusExtract",
    "TimeCheck",
    "Times",
    "Tls",
    "UserStage",
    "While",
    "XPathCheck",
    "XPathExtract",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
