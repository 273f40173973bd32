"""The plan of the demo: people who browse a shop, and some who buy."""

from __future__ import annotations

from typing import Any

from ..plan.model import Plan

_PAUSE: dict[str, Any] = {"pause": {"min": 0.02, "max": 0.1}}
_BROWSE: list[dict[str, Any]] = [
    {"name": "list products", "url": "/products", "checks": [{"status": 200}]},
    _PAUSE,
    {
        "name": "view product",
        "url": "/products/${randint(1, 40)}",
        "checks": [{"json": "$.name", "type": "string"}],
    },
    _PAUSE,
]
_BUY: list[dict[str, Any]] = [
    {
        "name": "log in",
        "method": "POST",
        "url": "/login",
        "json": {"username": "shopper-${user}", "password": "demo"},
        "extract": {"token": {"json": "$.token"}},
    },
    _PAUSE,
    {
        "name": "add to cart",
        "method": "POST",
        "url": "/cart",
        "headers": {"Authorization": "Bearer ${token}"},
        "json": {"product_id": 7, "quantity": 1},
        "checks": [{"status": 201}],
    },
]


def shopping_plan(url: str, duration_s: float) -> Plan:
    """The plan for a demo shop at ``url``."""
    return Plan.from_dict(
        {
            "name": "demo shop",
            "target": url,
            "scenarios": [
                {"name": "browse", "weight": 3, "steps": _BROWSE},
                {"name": "buy", "weight": 1, "steps": [*_BROWSE, *_BUY]},
            ],
            "load": {"users": 20, "duration": duration_s, "ramp_up": duration_s / 5},
            "thresholds": ["error_rate < 1%", "p95 < 250ms", "log in: p99 < 500ms"],
        },
        source="demo",
    )
