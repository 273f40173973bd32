"""EngineSuite: every topic in one class."""

from __future__ import annotations

from .authentication import AuthenticationTests
from .blocks import BlockTests
from .connections import ConnectionTests, RedirectTests
from .cookies import CookieTests
from .correlation import CorrelationTests
from .feeds import FeedTests
from .flow import FlowTests
from .hostile import HostileTests
from .ill_will import IllWillTests
from .lifecycle import LifecycleTests
from .once_only import OnceTests
from .paths import PathTests
from .peer_mistakes import PeerMistakeTests
from .raw_samples import RawSampleTests
from .steering import SteeringTests
from .templates import TemplateTests
from .thresholds import ThresholdTests
from .tls import TlsTests


class EngineSuite(
    HostileTests,
    IllWillTests,
    FlowTests,
    FeedTests,
    AuthenticationTests,
    CookieTests,
    CorrelationTests,
    BlockTests,
    OnceTests,
    ConnectionTests,
    RedirectTests,
    PathTests,
    TlsTests,
    LifecycleTests,
    RawSampleTests,
    SteeringTests,
    TemplateTests,
    ThresholdTests,
    PeerMistakeTests,  # with the topics at whose runs it looks: requests, values, load, answers, verdicts …
):
    """What every engine is held to; see the package for how an engine's author uses it."""
