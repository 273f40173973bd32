"""Plans: what to send, how much, and what must hold."""

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
