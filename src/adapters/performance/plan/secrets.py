"""Which names stand for secrets, and what is shown in place of their values: in URLs, in texts, in command lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

MASK = "**********"
_UNMISTAKABLE = 12
_CUT_AT = 100
"""Messages that are shorter were not cut."""
_SECRET_NAME = re.compile(
    r"authorization|cookie|passw(or)?d|passphrase|passcode|secret|token|credential|signature|bearer|[-_]jwt"
    r"|(api|private|access|subscription|account|encryption|signing)[-_]?key|(session|csrf|xsrf)[-_]?(id|key|middleware)"
    r"|(^|[-_.])(pass|pwd|pw|auth|jwt|sid|sig|otp|session|csrf|xsrf|pin|[a-z]*sessid)$|^x[-_]auth",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](Pass|Pwd|Pin|Otp|Jwt|Sid)$")
_PUBLIC_NAME = re.compile(
    r"(max|min|num|total|prompt|completion|input|output|new)[-_]?(\w*[-_])?tokens?$"
    r"|tokens?[-_]?(types?|counts?|limits?|budget|endpoint|ur[il]|length|ttl|expires\w*|usage)$|tokeni[sz]"
    r"|cookie[-_]?(consent|policy|banner|notice)|cookies[-_]?(enabled|accepted)"
    r"|(passw(or)?d|secret)[-_]?(policy|length|hint|changed?\w*|expires\w*|reset|strength)$",
    re.IGNORECASE,
)
"""Names that only speak of secrets, such as ``max_tokens``."""

_REFERENCE = re.compile(r"\$\{[^{}:]*\}")
_USER_INFO = re.compile(r"^((?:[\w.+-]+:)?//)?([^\s/?#]*)@")
_CUT_USER_INFO = re.compile(r"^((?:[\w.+-]+:)?//)([^\s/?#:@\[]*):(?!\d*(?:[/?#]|$))\S*@")
_QUERY_PAIR = re.compile(r"([?&;#])([^=&;#?\s]+)=([^&;#\s]*)")

_URL_IN_TEXT = re.compile(r"""(?<![\w.+-])[a-z][\w.+-]*:(?://|\\/\\/)[^\s"'<>`\\|]+""", re.IGNORECASE)
_HEADER_IN_TEXT = re.compile(
    r"""(?P<name>(?<![\w.-])(?:(?:proxy-)?authorization\s*[:=]\s*(?=[\w-]+ +\S+|\S{8,}(?:[\r\n]|$))"""
    r"""|(?:set-)?cookie\s*[:=]\s*(?=[^\s=]+=)))(?P<value>[^\r\n"']+)""",
    re.IGNORECASE,
)
_SCHEME_IN_TEXT = re.compile(r"\b(?P<name>Bearer|Basic)(?P<gap> +)(?=[a-z]*[^a-z\s])[\w.~+/-]{6,}=*")
_NAME_IN_TEXT = re.compile(
    r"""(?<![\w.-])(?<!\$\{)(?P<name>[\w.-]++)"""
    r"""(?:\\?["']\s*(?:=>|[:=])\s*(?=\\?["']|-?\d)|\s{0,8}:\s{0,8}(?=\\?["'])|=)"""
)
"""``name=value``, ``"name": value`` and ``name: "value"``; words after a name and a colon are a sentence."""
_VALUE_IN_TEXT = re.compile(
    r"""(?P<quote>\\?["'])(?P<quoted>(?:(?!(?P=quote)).)*)(?P=quote)|(?P<value>(?:\$\{[^{}]*\}|[^\s"'&,;{}\[\]()<>\\])+)"""
)


def is_secret(name: str) -> bool:
    """Whether a value under this name is not to be shown."""
    found = _SECRET_NAME.search(name) or _CAMEL.search(name)
    return bool(found) and not _PUBLIC_NAME.search(name)


def is_reference(text: str) -> bool:
    """Whether a text is one placeholder without a default: it says where the secret is, not what it is."""
    return _REFERENCE.fullmatch(text) is not None


def mask_value(value: object) -> object:
    """What is shown in place of a secret value; a lone placeholder, an empty value and none are shown as they are."""
    shown = value is None or isinstance(value, bool) or value == ""
    return value if shown or (isinstance(value, str) and is_reference(value)) else MASK


def mask_url(url: str) -> str:
    """The URL without its password, and without the values of secret names in its query or fragment.

    A user name alone is shown, unless it is all there is to prove who asks by HTTP. A URL that is none, for its
    password has characters that must be encoded, is masked up to its last ``@``.
    """
    shown, found = _USER_INFO.subn(_mask_user, url)
    if not found and "@" in url:
        shown = _CUT_USER_INFO.sub(rf"\1\2:{MASK}@", url)
    return _QUERY_PAIR.sub(_mask_pair, shown)


def _mask_user(match: re.Match[str]) -> str:
    scheme, info = match.group(1) or "", match.group(2)
    user, colon, password = info.partition(":")
    if info.startswith("${") and is_reference(info):
        return match.group()
    if not colon:
        alone = scheme.lower().startswith("http") and not is_reference(user)
        return f"{scheme}{MASK if alone else user}@"
    if not password:
        return f"{scheme}{MASK if scheme.lower().startswith('http') else user}:@"
    return f"{scheme}{user}:{MASK}@"


def _mask_pair(match: re.Match[str]) -> str:
    separator, name, value = match.groups()
    return f"{separator}{name}={mask_value(value) if is_secret(name) else value}"


def mask_text(text: str) -> str:
    """A text of whatever origin without what looks like a secret in it.

    Those are credentials in URLs, values after secret names (``password=…``, ``"token": "…"``), the lines of
    authorisation and cookie headers, and what follows ``Bearer`` and ``Basic``.
    """
    if "://" in text or ":\\/\\/" in text:
        text = _URL_IN_TEXT.sub(lambda url: mask_url(url.group()), text)
    text = _HEADER_IN_TEXT.sub(_mask_header, text)
    text = _SCHEME_IN_TEXT.sub(rf"\g<name>\g<gap>{MASK}", text)
    return "".join(_without_named_values(text))


def _mask_header(match: re.Match[str]) -> str:
    value = match["value"]
    return match.group() if is_reference(value.strip()) else f"{match['name']}{MASK}"


def _without_named_values(text: str) -> Iterator[str]:
    done = 0
    for found in _NAME_IN_TEXT.finditer(text):
        if found.start() < done or not is_secret(found["name"]):
            continue
        value = _VALUE_IN_TEXT.match(text, found.end())
        if value is None:
            continue
        quote = value["quote"] or ""
        yield f"{text[done : found.end()]}{quote}{mask_value(value['quoted'] if quote else value['value'])}{quote}"
        done = value.end()
    yield text[done:]


def mask_arguments(words: Sequence[str]) -> list[str]:
    """A command's arguments without the values of options that are named as secrets, and without passwords in URLs."""
    shown: list[str] = []
    secret = False
    for word in words:
        shown.append(str(mask_value(word)) if secret and not word.startswith("-") else mask_text(word))
        option = word.lstrip("-")
        secret = word.startswith("-") and "=" not in word and is_secret(option)
    return shown


def hidden(text: str, values: Iterable[str]) -> str:
    """A text with these values masked wherever they stand; short ones only where they are no part of a word.

    A long one that was cut off at the end of a long text is masked as well.
    """
    for value in sorted(values, key=len, reverse=True):
        if value not in text:
            if len(text) >= _CUT_AT and len(value) >= _UNMISTAKABLE:
                text = _without_beginning(text, value)
        elif len(value) >= _UNMISTAKABLE:
            text = text.replace(value, MASK)
        else:
            text = re.sub(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", MASK, text)
    return text


def _without_beginning(text: str, value: str) -> str:
    """The text without the beginning of a value, at least half of it, at its end."""
    bare = text.rstrip("'\"…")
    length = next((n for n in range(len(value) - 1, len(value) // 2, -1) if bare.endswith(value[:n])), 0)
    return f"{bare[:-length]}{MASK}{text[len(bare) :]}" if length else text
