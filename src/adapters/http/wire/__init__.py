"""HTTP/1.1 on asyncio or uvloop: connections that are fast and tell the truth about time."""

from .connection import Connection
from .dial import Dialed, Dialer
from .names import Names
from .origin import Origin, split_url
from .tls import Tickets, resumable

__all__ = ["Connection", "Dialed", "Dialer", "Names", "Origin", "Tickets", "resumable", "split_url"]
