"""Scenarios and plans written in Python: a chain of calls, ready-made scenarios, realistic mixes.

``plan("https://…")`` begins a plan; ``Scenario``, ``RestScenario`` and ``WebsiteScenario`` are what a user does;
``TEMPLATES``
are mixes to begin with. All of it ends as a plain ``Plan``, the same as from a file.
"""

from __future__ import annotations

from .builder import PlanBuilder, plan
from .mixes import TEMPLATES, mixed_workload, quick_smoke, rest_mix, website
from .rest import RESTAPIScenario, RestScenario
from .scenario import HTTPRequest, Scenario
from .steps import Steps
from .website import WebsiteScenario

__all__ = [
    "TEMPLATES",
    "HTTPRequest",
    "PlanBuilder",
    "RESTAPIScenario",
    "RestScenario",
    "Scenario",
    "Steps",
    "WebsiteScenario",
    "mixed_workload",
    "plan",
    "quick_smoke",
    "rest_mix",
    "website",
]
