"""Random answers that are good HTTP/1.1, with what they mean; and what becomes of bytes by chance or ill will."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

STATUSES = (200, 200, 200, 201, 203, 204, 206, 301, 304, 304, 404, 418, 500, 503, 599)
NAMES = (
    b"Date",
    b"Server",
    b"X-A",
    b"x-b",
    b"ETag",
    b"Set-Cookie",
    b"Content-Type",
    b"Link",
    b"a!#$%&'*+-.^_`|~9",
)
WORDS = (
    b"",
    b"a",
    b"text/plain; q=0.5",
    b'W/"1"',
    b"k=v; Path=/",
    b"two  words",
    b"tab\there",
    b"\xe9\xff",
    b"0",
)
SPACES = (b" ", b"", b"  ", b"\t", b" \t")
REASONS = (b" OK", b" ", b"", b" Not Found", b" \xe9t\xe9", b" 200 200")
PIECES = (
    b"a",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"0\r\n\r\n",
    b"\x00\xff",
    b"0123456789abcdef",
)
TOKENS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b"\t",
        b":",
        b",",
        b";",
        b"0",
        b"-",
        b"\xff",
        b"\r\n\r\n",
        b"\n\n",
        b"\r\n ",
    ),
    *(
        b"HTTP/1.1 ",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 S\r\n\r\n",
        b"HTTP/2.0 ",
    ),
    *(
        b"Content-Length: 5\r\n",
        b"Content-Length: 0\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-",
    ),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: x\r\n",
    ),
    *(b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Upgrade: x\r\nConnection: upgrade\r\n"),
    *(
        b"0\r\n\r\n",
        b"5\r\nhello\r\n",
        b"ffffffffffffffff\r\n",
        b"0;x\r\n",
        b"0\r\nContent-Length: 3\r\n\r\n",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a good answer and what they mean; ``ends_by_close`` when only the connection's end is its end."""

    data: bytes
    is_head: bool
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    kept: bool
    ends_by_close: bool


def answer(random: Random) -> Answer:
    """A good answer."""
    is_head = random.random() < 0.08
    status = random.choice(STATUSES)
    older = random.random() < 0.06
    line_end = b"\n" if random.random() < 0.02 else b"\r\n"
    body = b"" if is_head or status in (204, 304) else _body(random)
    headers = [_header(random) for _ in range(random.randrange(6))]
    framing = _framing(random, older=older, bodiless=is_head or status in (204, 304))
    if framing == "length":
        told = random.randrange(10**6) if is_head or status == 304 else len(body)
        headers.append((_cased(random, b"Content-Length"), b"%d" % told))
    elif framing == "chunked":
        headers.append((_cased(random, b"Transfer-Encoding"), random.choice((b"chunked", b"Chunked"))))
    asked = random.choice((None, None, None, None, b"keep-alive", b"close", b"Close", b"Keep-Alive"))
    if asked is not None:
        headers.append((_cased(random, b"Connection"), asked))
    random.shuffle(headers)
    ends_by_close = framing == "close"
    persistent = asked in (b"keep-alive", b"Keep-Alive") if older else asked not in (b"close", b"Close")
    lines = [b"HTTP/1.%d %d%b" % (not older, status, random.choice(REASONS))]
    lines += [_line(random, name, value, line_end) for name, value in headers]
    head = line_end.join(lines) + line_end * 2
    data = b"".join(_interim(random, line_end) for _ in range(_few(random)) if not older) + head
    data += _chunks(random, body) if framing == "chunked" and not is_head else body
    meant = tuple((name, _plain(value)) for name, value in headers)
    unsure = (
        older and framing is None and status not in (204, 304)
    )  # whether an older server stays after HEAD
    kept = persistent and not ends_by_close and not unsure
    return Answer(data, is_head, status, meant, body, kept, ends_by_close)


def _framing(random: Random, *, older: bool, bodiless: bool) -> str | None:
    if bodiless:
        return random.choice((None, "length"))
    return random.choice(
        ("length", "length", "close") if older else ("length", "length", "chunked", "chunked", "close")
    )


def _few(random: Random) -> int:
    return random.choice((0, 0, 0, 0, 0, 1, 2))


def _interim(random: Random, line_end: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d Interim" % random.choice((100, 102, 103))]
    lines += [b"Link: </a>"] * random.randrange(2)
    return line_end.join(lines) + line_end * 2


def _header(random: Random) -> tuple[bytes, bytes]:
    return random.choice(NAMES), random.choice(WORDS)


def _cased(random: Random, name: bytes) -> bytes:
    return random.choice((name, name, name.lower(), name.upper()))


def _line(random: Random, name: bytes, value: bytes, line_end: bytes) -> bytes:
    if (
        name.lower() not in (b"content-length", b"transfer-encoding", b"connection")
        and random.random() < 0.03
    ):
        value = value.replace(b" ", line_end + random.choice((b" ", b"\t", b"   ")))  # folded
    after = b"" if name.lower() == b"transfer-encoding" else random.choice((b"", b"", b" ", b"\t"))
    return name + b":" + random.choice(SPACES) + value + after


def _plain(value: bytes) -> bytes:
    return b" ".join(value.split())


def _body(random: Random) -> bytes:
    if random.random() < 0.02:
        return random.randbytes(random.randrange(70_000))
    return b"".join(random.choice(PIECES) for _ in range(random.randrange(12)))


def _chunks(random: Random, body: bytes) -> bytes:
    parts = []
    while body:
        size = random.randrange(1, len(body) + 1)
        written = random.choice((b"%x", b"%X", b"%04x")) % size
        parts.append(written + random.choice((b"", b"", b"", b";a=b", b';a="b c"', b";a")) + b"\r\n")
        parts.append(body[:size] + b"\r\n")
        body = body[size:]
    trailers = b"".join(b"X-Trailer: %d\r\n" % number for number in range(_few(random)))
    return b"".join(parts) + random.choice((b"0", b"0", b"000", b"0;a=b")) + b"\r\n" + trailers + b"\r\n"


def mutated(random: Random, data: bytes) -> bytes:
    """The bytes with a few changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        at = random.randrange(len(data) + 1)
        size = random.choice((1, 1, 2, 5, 20))
        match random.randrange(7):
            case 0:
                data = data[:at] + random.randbytes(size) + data[at:]
            case 1:
                data = data[:at] + data[at + size :]
            case 2:
                data = data[:at] + random.choice(TOKENS) + data[at:]
            case 3:
                data = data[:at] + random.choice(TOKENS) + data[at + size :]
            case 4:
                data = data[:at] + data[at : at + size] * 2 + data[at + size :]
            case 5:
                data = data[:at]
            case _:
                flipped = bytes(byte ^ (1 << random.randrange(8)) for byte in data[at : at + 1])
                data = data[:at] + flipped + data[at + 1 :]
    return data


def cut(random: Random, data: bytes) -> list[bytes]:
    """The same bytes in pieces: whole, in a few, or one by one."""
    how = random.random()
    if how < 0.3:
        return [data]
    if how < 0.35 and len(data) < 400:
        return [data[at : at + 1] for at in range(len(data))]
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((1, 1, 2, 3, 8))))
    edges = [0, *cuts, len(data)]
    return [data[start:end] for start, end in pairwise(edges) if end > start]
