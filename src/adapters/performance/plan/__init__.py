"""Plans: what to send, how much, and what must hold."""

from .auth import ApiKeyAuth, BasicAuth, BearerAuth, DigestAuth, NoAuth
from .checks import BodyCheck, HeaderCheck, JsonCheck, SizeCheck, StatusCheck, TimeCheck
from .extract import CookieExtract, HeaderExtract, JsonExtract, RegexExtract, StatusExtract
from .feeds import Feed
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
    "ClosedLoad",
    "CookieExtract",
    "CustomAuth",
    "DigestAuth",
    "Feed",
    "FormAuth",
    "HeaderCheck",
    "HeaderExtract",
    "HmacAuth",
    "IterationLoad",
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
    "RateStage",
    "RegexExtract",
    "Request",
    "Scenario",
    "SigV4Auth",
    "SizeCheck",
    "StatusCheck",
    "StatusExtract",
    "TimeCheck",
    "Tls",
    "UserStage",
]
