"""Plans: what to send, how much, and what must hold."""

from .auth import ApiKeyAuth, BasicAuth, BearerAuth, DigestAuth
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
from .feeds import Feed
from .load import ClosedLoad, IterationLoad, OpenLoad, RateStage, UserStage
from .model import Options, Plan, Scenario, Tls
from .pause import NormalPause, Pause, PauseRange, PoissonPause
from .steps import Part, Request

__all__ = [
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "BodyCheck",
    "BodyExtract",
    "ClosedLoad",
    "CookieCheck",
    "CookieExtract",
    "CssCheck",
    "CssExtract",
    "DigestAuth",
    "Feed",
    "HeaderCheck",
    "HeaderExtract",
    "InputCheck",
    "InputExtract",
    "IterationLoad",
    "JmesCheck",
    "JmesExtract",
    "JsonCheck",
    "JsonExtract",
    "NormalPause",
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
    "Request",
    "Scenario",
    "SizeCheck",
    "StatusCheck",
    "StatusExtract",
    "TimeCheck",
    "Tls",
    "UserStage",
    "XPathCheck",
    "XPathExtract",
]
