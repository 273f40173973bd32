"""What a curl command asks for: one after the other its options are taken, as curl would."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..marks import has_mark
from .options import NO_MATTER, options
from .texts import file_value, quoted, settings_of

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")
_AUTH = ("digest", "ntlm", "negotiate", "anyauth")

ReadFile = Callable[[str], bytes | None]
"""The content of a file that a command names; None when files are not read."""


@dataclass
class Command:
    """A request, or several to different URLs, that are the same but for those."""

    urls: list[str] = field(default_factory=list)
    method: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    """Headers that curl is told not to send, in lower case."""
    data: list[str] = field(default_factory=list)
    raw: bytes | None = None
    """A body that is not text."""
    parts: list[dict[str, Any]] = field(default_factory=list)
    json: bool = False
    get: bool = False
    head: bool = False
    upload: bool = False
    user: str | None = None
    auth: str = "basic"
    bearer: str | None = None
    redirects: int | None = None
    follow: bool = False
    timeout_s: float | None = None
    compressed: bool = False
    plan: dict[str, Any] = field(default_factory=dict)
    """What is an option of the whole plan: ``proxy``, ``http_version``, ``tls`` …"""
    notes: list[str] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """The method, as curl chooses it."""
        if self.method:
            return self.method
        if self.head:
            return "HEAD"
        if self.upload:
            return "PUT"
        return "POST" if (self.data or self.raw or self.parts or self.json) and not self.get else "GET"


def parsed(words: Sequence[str], read_file: ReadFile) -> list[Command]:
    """The requests of a command's words, after ``curl`` itself: several when ``--next`` stands between them."""
    made = [Command()]
    for name, value in options(words):
        if name == "next":
            made.append(Command())
        else:
            _take(made[-1], name, value, read_file)
    return [one for one in made if one.urls]


def _take(made: Command, name: str, value: str | None, read_file: ReadFile) -> None:
    if value is None:
        _take_switch(made, name)
    elif name in ("data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json"):
        _take_data(made, name, value, read_file)
    elif name in ("form", "form-string"):
        _take_part(made, value, read_file, literal=name == "form-string")
    elif name not in NO_MATTER:
        _take_value(made, name, value, read_file)


def _take_switch(made: Command, name: str) -> None:
    match name:
        case "get":
            made.get = True
        case "head":
            made.head = True
        case "insecure":
            made.plan["tls"] = {**made.plan.get("tls", {}), "verify": False}
        case "location" | "location-trusted":
            made.follow = True
        case "compressed":
            made.compressed = True
        case "http2" | "http2-prior-knowledge":
            made.plan["http_version"] = "2"
        case "ipv4" | "ipv6":
            made.plan["ip"] = int(name[-1])
        case _ if name in _AUTH:
            made.auth = name
        case _ if name not in NO_MATTER and not name.startswith("no-"):
            made.notes.append(f"{name if name.startswith('-') else '--' + name} is left out")


def _take_value(made: Command, name: str, value: str, read_file: ReadFile) -> None:
    match name:
        case "url":
            made.urls.append(value)
        case "request":
            made.method = value
        case "header":
            _take_header(made, value)
        case "user":
            made.user = value
        case "oauth2-bearer":
            made.bearer = value
        case "user-agent":
            made.headers.append(("User-Agent", value))
        case "referer":
            made.headers.append(("Referer", value.removesuffix(";auto")))
        case "range":
            made.headers.append(("Range", f"bytes={value}"))
        case "cookie" if "=" in value or has_mark(value):
            made.headers.append(("Cookie", value))
        case "cookie":
            made.notes.append(
                f"--cookie {value}: cookies from a file are left out; the plan's users keep their own"
            )
        case "max-time" if _SECONDS.fullmatch(value) and float(value) > 0:
            made.timeout_s = float(value)
        case "max-redirs" if re.fullmatch(r"-?\d{1,6}", value):
            made.redirects = int(value) if value[0] != "-" else 50
        case "upload-file":
            _take_upload(made, value, read_file)
        case "proxy":
            made.plan["proxy"] = value if "://" in value or has_mark(value) else f"http://{value}"
        case "unix-socket":
            made.plan["unix_socket"] = value
        case "cacert" | "cert" | "key":
            _take_tls(made, name, value)
        case "connect-timeout":
            made.notes.append("--connect-timeout is left out: a plan's timeout is for the whole request")
        case _:
            made.notes.append(f"--{name} is left out")


def _take_tls(made: Command, name: str, value: str) -> None:
    if name == "cert" and ":" in value:
        value = value.partition(":")[0]
        made.notes.append("--cert: the key's password is left out; a plan takes a key without one")
    key = {"cacert": "ca_file", "cert": "client_cert", "key": "client_key"}[name]
    made.plan["tls"] = {**made.plan.get("tls", {}), key: value}


def _take_header(made: Command, value: str) -> None:
    if value.startswith("@"):
        made.notes.append(f"--header {value}: headers from a file are left out")
        return
    name, colon, text = value.partition(":")
    if not colon:
        if name.endswith(";"):
            made.headers.append((name[:-1].strip(), ""))
        return
    if text.strip():
        made.headers.append((name.strip(), text.strip()))
    else:
        made.removed.add(name.strip().lower())


def _take_data(made: Command, option: str, value: str, read_file: ReadFile) -> None:
    made.json = made.json or option == "json"
    if option == "data-urlencode":
        made.data.append(_encoded(made, value, read_file))
        return
    if option == "data-raw" or not value.startswith("@"):
        made.data.append(value)
        return
    content = _content(made, option, value[1:], read_file)
    if option in ("data", "data-ascii"):
        content = re.sub(rb"[\r\n\0]", b"", content)
    try:
        made.data.append(content.decode())
    except UnicodeDecodeError:
        made.raw = content


def _content(made: Command, option: str, name: str, read_file: ReadFile) -> bytes:
    content = read_file(name)
    if content is None:
        made.notes.append(
            f"--{option}: the file {name} was not read, and nothing is sent for it; --read-files reads it"
        )
        return b""
    return content


def _encoded(made: Command, value: str, read_file: ReadFile) -> str:
    """What ``--data-urlencode`` makes of its value: the name stays as it is, the content is encoded."""
    found = re.match(r"([^=@]*)([=@])(.*)", value, re.DOTALL)
    if found is None:
        return quoted(value)
    name, sign, content = found.groups()
    if sign == "@":
        content = _content(made, "data-urlencode", content, read_file).decode("utf-8", "replace")
    return f"{name}={quoted(content)}" if name else quoted(content)


def _take_part(made: Command, value: str, read_file: ReadFile, *, literal: bool) -> None:
    name, _, content = value.partition("=")
    part: dict[str, Any] = {"name": name}
    if literal or not content.startswith(("@", "<")):
        text, settings = (content, {}) if literal else settings_of(content)
        part["value"] = text
    else:
        file, settings = settings_of(content[1:])
        data = _content(made, "form", file, read_file)
        part |= file_value(data)
        if content.startswith("@"):
            part["filename"] = settings.get("filename", re.split(r"[/\\]", file)[-1])
    if "type" in settings:
        part["content_type"] = settings["type"]
    if "filename" in settings:
        part["filename"] = settings["filename"]
    made.parts.append(part)


def _take_upload(made: Command, name: str, read_file: ReadFile) -> None:
    made.upload = True
    content = _content(made, "upload-file", name, read_file)
    if content:
        made.raw = content
