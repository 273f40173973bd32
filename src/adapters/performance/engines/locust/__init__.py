"""The Locust engine; Locust itself runs in a process of its own and is never imported here."""

from .adapter import LocustAdapter

__all__ = ["LocustAdapter"]
