"""EngineSuite: every topic in one class."""

from __future__ import annotations

from .connections import ConnectionTests, RedirectTests
from .flow import FlowTests
from .hostile import HostileTests
from .lifecycle import LifecycleTests
from .peer_mistakes import PeerMistakeTests
from .steering import SteeringTests
from .tls import TlsTests


class EngineSuite(
    HostileTests,
    FlowTests,
    ConnectionTests,
    RedirectTests,
    TlsTests,
    LifecycleTests,
    SteeringTests,
    PeerMistakeTests,  # with the topics at whose runs it looks: requests, values, load, answers, verdicts …
):
    """What every engine is held to; see the package for how an engine's author uses it."""
