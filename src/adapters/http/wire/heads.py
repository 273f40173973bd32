"""Heads of answers already seen: how the bytes after each are framed.

Servers send the same head again and again, at most its date changes once a second. How an answer is framed is a
function of its head alone (RFC 9112, section 6.3; answers to HEAD are not looked up here), so a head that has been
parsed once is only compared the next time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_HEADS = 512
MAX_REMEMBERED_BYTES = 8 * 1024
Headers = list[tuple[bytes, bytes]]
Texts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Head:
    """A parsed head of an answer with a known length, after which the connection stays open."""

    status: int
    headers: Headers
    length: int
    sets_cookies: bool
    _texts: list[Texts] = field(default_factory=list, compare=False)

    @property
    def texts(self) -> Texts:
        """The headers as texts, made when first asked for; the same list each time, not to be changed."""
        if not self._texts:
            self._texts.append(
                [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers]
            )
        return self._texts[0]


NO_HEAD = Head(0, [], 0, False)


class HeadCache(dict[bytes, Head]):
    """Heads by their bytes, up to the empty line; emptied when it is full, since unique heads do not come again.

    ``last_answer`` are the bytes of the last answer that came whole in one piece, with its head and where its body
    begins: a server that gives the same answer again, as most do within a second, costs one comparison.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last_answer = b""
        self.last_head = NO_HEAD
        self.last_body_at = 0

    def remember(self, raw: bytes, head: Head) -> None:
        """Keeps a head, if it is not too long and ``raw`` is surely all of it: it begins so and has no bare LF."""
        plain = raw.startswith(b"HTTP/") and raw.count(b"\n") == raw.count(b"\r\n")
        if not plain or len(raw) > MAX_REMEMBERED_BYTES:
            return
        if len(self) >= MAX_HEADS:
            self.clear()
        self[raw] = head
