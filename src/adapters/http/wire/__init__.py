"""HTTP/1.1 on asyncio or uvloop: connections that are fast and tell the truth about time."""

from .connection import Connection
from .dial import Dialer
from .origin import Origin, split_url

__all__ = ["Connection", "Dialer", "Origin", "split_url"]
