"""Requests: the steps that send something."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from .auth import Auth
from .base import Model
from .checks import Check
from .conditions import Condition
from .extract import Extractor
from .failing import OnFailure, Retry
from .quantity import PositiveDuration
from .secrets import mask_text, mask_url
from .urls import check_url, is_absolute

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BODY_FIELDS = ("body", "body_base64", "json_", "form", "multipart")


def _method(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise ValueError(f"not an HTTP method: {mask_text(text)!r}")
    return text.upper()


def _header_name(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        begins = _TOKEN.match(text)
        raise ValueError(f"not a header name: {(begins.group() + '…') if begins else ''!r}")
    return text


def _header_value(text: str) -> str:
    if "\r" in text or "\n" in text or "\0" in text:
        raise ValueError("a header value cannot hold a line break or a NUL")
    return text


Scalar = str | int | float | bool
Method = Annotated[str, AfterValidator(_method)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]


class Part(Model):
    """One part of a multipart body: a value, or the content of a file given as text or base64."""

    name: str
    value: str | None = None
    base64: str | None = None
    filename: str | None = None
    content_type: str | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.value is None) == (self.base64 is None):
            raise ValueError("a part needs either value or base64")
        return self


class Request(Model):
    """One HTTP request, what must hold of its answer, and what is taken from it."""

    type: Literal["request"] = "request"
    name: str = ""
    """Under which the figures are gathered; by default the method and the URL as written."""
    method: Method = "GET"
    url: str
    """Absolute, or joined to the plan's ``target``."""
    headers: dict[HeaderName, HeaderValue] = {}
    params: dict[str, Scalar | tuple[Scalar, ...]] = {}
    """Appended to the query, in order; a list repeats its name."""
    body: str | None = None
    body_base64: str | None = None
    json_: Any = Field(None, alias="json")
    form: dict[str, Scalar | tuple[Scalar, ...]] | None = None
    multipart: tuple[Part, ...] | None = None
    auth: Auth | None = None
    timeout: PositiveDuration | None = None
    """Seconds from sending to the end of the answer; by default the plan's."""
    redirects: int | None = Field(None, ge=0, le=50)
    """How many redirects to follow, each a request of its own in the figures; by default the plan's."""
    checks: tuple[Check, ...] = ()
    extract: dict[str, Extractor] = {}
    retry: Retry | None = None
    on_failure: OnFailure | None = None
    """What its user does when it failed, all attempts included; by default what the plan's options say."""
    run_if: Condition | None = None
    skip_if: Condition | None = None

    @field_validator("url")
    @classmethod
    def _usable_url(cls, url: str) -> str:
        if not url.strip():
            raise ValueError("the URL is empty")
        if is_absolute(url) and not url.startswith("${"):
            check_url(url)
        return url

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        given = [name.rstrip("_") for name in _BODY_FIELDS if name in self.model_fields_set]
        if len(given) > 1:
            raise ValueError(f"a request has one body, not {' and '.join(given)}")
        return self

    @property
    def label(self) -> str:
        """The name under which the figures are gathered."""
        return self.name or f"{self.method} {mask_url(self.url)}"
