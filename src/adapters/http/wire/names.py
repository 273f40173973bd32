"""Which addresses a host has, and in which order they are tried."""

from __future__ import annotations

import asyncio
import socket

from ..errors import WireError, connect_error
from .origin import Origin

_Key = tuple[str, int, int]
_VERSIONS = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}


class Names:
    """Looks hosts up, once for all connections or, with ``each_time``, anew for each of them.

    A look-up that failed is tried again by the next connection.
    """

    def __init__(self, *, each_time: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        self._each_time = each_time
        self._known: dict[_Key, list[str]] = {}
        self._pending: dict[_Key, asyncio.Task[list[str]]] = {}

    def known(self, origin: Origin, family: int = socket.AF_UNSPEC) -> list[str] | None:
        """The addresses of an origin's host if they need not be looked up."""
        return None if self._each_time else self._known.get((origin.host, origin.port, family))

    async def addresses(self, origin: Origin, family: int = socket.AF_UNSPEC) -> list[str]:
        """The addresses of an origin's host, of one family if that is given, the one to try first in front.

        WireError (dns) if there are none.
        """
        if self._each_time:
            return await self._look_up(origin, family)
        known = self.known(origin, family)
        if known is None:
            key = origin.host, origin.port, family
            known = self._known[key] = await asyncio.shield(self._looking_up(key, origin, family))
        return known

    def _looking_up(self, key: _Key, origin: Origin, family: int) -> asyncio.Task[list[str]]:
        """The one look-up that all wait for who ask before it is done."""
        task = self._pending.get(key)
        if task is None:

            def forget(done: asyncio.Task[list[str]]) -> None:
                del self._pending[key]
                if not done.cancelled():
                    done.exception()  # told to those who wait, if any still do

            task = self._pending[key] = asyncio.ensure_future(self._look_up(origin, family))
            task.add_done_callback(forget)
        return task

    async def _look_up(self, origin: Origin, family: int) -> list[str]:
        try:
            found = await self._loop.getaddrinfo(
                origin.host, origin.port, family=family, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError) as error:
            raise _no_address(error, origin, family) from error
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    def prefer(self, origin: Origin, family: int, address: str) -> None:
        """Has the address that answered tried first from now on, where others before it did not."""
        known = self.known(origin, family)
        if known is not None and address in known[1:]:
            rest = [other for other in known if other != address]
            self._known[origin.host, origin.port, family] = [address, *rest]


def _no_address(error: Exception, origin: Origin, family: int) -> WireError:
    version = _VERSIONS.get(socket.AddressFamily(family))
    if version is None or not isinstance(error, socket.gaierror):
        return connect_error(error, origin.host, origin.port)
    return WireError("dns", f"{origin.host} has no {version} address: {error.strerror}")
