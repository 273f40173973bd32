"""How many files a process may have open, connections among them."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource


def hard_file_limit() -> int | None:
    """The limit up to which a process may raise its own; None without one."""
    if sys.platform == "win32":
        return None
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return None if hard == resource.RLIM_INFINITY else hard


def raise_file_limit(need: int) -> None:
    """Raises the limit of this process to what it needs, as far as it may."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < need:
        enough = need if hard == resource.RLIM_INFINITY else min(need, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
