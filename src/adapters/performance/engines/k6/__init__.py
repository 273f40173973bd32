"""The k6 engine."""

from .adapter import K6Adapter

__all__ = ["K6Adapter"]
