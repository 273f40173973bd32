"""EngineSuite: every topic in one class."""

from __future__ import annotations

from .arrivals import ArrivalTests
from .connections import ConnectionTests, RedirectTests
from .faults import FaultTests
from .flow import FlowTests
from .hostile import HostileTests
from .lifecycle import LifecycleTests
from .load import LoadTests
from .peer_mistakes import PeerMistakeTests
from .requests import RequestTests
from .statuses import AnswerTests
from .tls import TlsTests
from .values import ValueTests
from .verdicts import VerdictTests


class EngineSuite(
    RequestTests,
    HostileTests,
    FlowTests,
    ValueTests,
    LoadTests,
    ArrivalTests,
    ConnectionTests,
    RedirectTests,
    TlsTests,
    AnswerTests,
    FaultTests,
    VerdictTests,
    LifecycleTests,
    PeerMistakeTests,
):
    """What every engine is held to; see the package for how an engine's author uses it."""
