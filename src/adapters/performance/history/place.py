"""Where a history is: a file of its own by default, or a database that a URL names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import UsageError
from ..plan.secrets import mask_url

DEFAULT = Path(".polyload") / "history.db"
_HINT = "give a file, such as history.db, or a URL such as postgresql://user@host/database"
_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class Place:
    """A file of SQLite's, or the URL of a PostgreSQL database; ``shown`` without its password."""

    path: Path | None
    url: str | None
    shown: str


def place_of(where: str | Path | None = None) -> Place:
    """The place that a path or a URL names, by default ``.polyload/history.db``; UsageError for other databases."""
    if where is None:
        return _file(DEFAULT)
    if isinstance(where, Path) or "://" not in where:
        if not str(where).strip():
            raise UsageError("the history has an empty name", hint=_HINT)
        return _file(Path(where))
    scheme, _, rest = where.partition("://")
    if scheme in _POSTGRES:
        _check_port(where)
        return Place(None, f"postgresql+psycopg://{rest}", mask_url(where))
    if scheme in ("sqlite", "sqlite+pysqlite"):
        path = rest.removeprefix("/")
        if not path or path == ":memory:":
            raise UsageError(f"{mask_url(where)}: a history in memory would be gone at once", hint=_HINT)
        return _file(Path(path))
    raise UsageError(f"{mask_url(where)}: no history is kept in {scheme}", hint=_HINT)


def _check_port(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise UsageError(f"{mask_url(url)}: not the URL of a database", hint=_HINT) from None


def _file(path: Path) -> Place:
    return Place(path.expanduser(), None, str(path))
