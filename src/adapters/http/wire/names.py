"""Which addresses a host has, and in which order they are tried."""

from __future__ import annotations

import asyncio
import socket

from ..errors import WireError, connect_error
from .origin import Origin

_VERSIONS = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}


class Names:
    """Looks hosts up, once for all connections or, with ``each_time``, anew for each of them."""

    def __init__(self, *, each_time: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        self._each_time = each_time
        self._known: dict[tuple[str, int, int], list[str]] = {}

    async def addresses(self, origin: Origin, family: int = socket.AF_UNSPEC) -> list[str]:
        """The addresses of an origin's host, of one family if that is given, the one to try first in front.

        WireError (dns) if there are none.
        """
        key = (origin.host, origin.port, family)
        known = self._known.get(key)
        if known is not None and not self._each_time:
            return known.copy()
        try:
            found = await self._loop.getaddrinfo(
                origin.host, origin.port, family=family, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError) as error:
            raise _no_address(error, origin, family) from error
        self._known[key] = list(dict.fromkeys(str(info[4][0]) for info in found))
        return self._known[key].copy()

    def prefer(self, origin: Origin, family: int, address: str) -> None:
        """Has the address that answered tried first from now on, where others before it did not."""
        known = self._known.get((origin.host, origin.port, family), [])
        if address in known[1:]:
            known.remove(address)
            known.insert(0, address)


def _no_address(error: Exception, origin: Origin, family: int) -> WireError:
    version = _VERSIONS.get(socket.AddressFamily(family))
    if version is None or not isinstance(error, socket.gaierror):
        return connect_error(error, origin.host, origin.port)
    return WireError("dns", f"{origin.host} has no {version} address: {error.strerror}")
