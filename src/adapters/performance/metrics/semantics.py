"""What an engine's figures mean: every result carries the answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Semantics(BaseModel):
    """The definitions behind one engine's figures, in words a report can print.

    ``latency`` says from which moment to which; ``resolution_ms`` is the smallest difference the engine's
    output can show; ``connections`` and ``redirects`` say how both are handled and counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency: str
    resolution_ms: float
    connections: str
    redirects: str
