"""One request of a collection as a step: its URL, headers, body and who asks. Texts hold marks for variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ...plan.documents import NotData, json_data
from ..marks import MarkedSecrets, is_mark, mark, names
from ..sending import form_pairs, header_fields, text_fields, url_without_secrets, with_type
from .proofs import proof
from .values import as_mapping, as_text, enabled
from .variables import marked

_LANGUAGES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
    "text": "text/plain",
}
_WITHOUT_BODY = ("GET", "HEAD", "COPY", "PURGE", "UNLOCK")
_PATH_VARIABLE = re.compile(r"(?<=/):([^/?#:]+)")


class Requests:
    """Makes steps; ``is_number`` tells the variables that JSON would not have as texts."""

    def __init__(self, secrets: MarkedSecrets, is_number: Callable[[str], bool]) -> None:
        self._secrets, self._is_number = secrets, is_number

    def fields(
        self, request: Mapping[str, Any], auth: Any, behaviour: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """The fields of a step, and what could not be taken over."""
        told: list[str] = []
        method = marked(as_text(request.get("method"))).strip().upper() or "GET"
        url, found = url_without_secrets(url_of(request.get("url")), self._secrets)
        fields = header_fields(_pairs(request.get("header")), self._secrets)
        if found is not None:
            fields["auth"] = found
        if (asked := proof(auth, told, self._secrets)) is not None:
            fields["auth"] = asked
        body: dict[str, Any] = {}
        kind = ""
        if method not in _WITHOUT_BODY or behaviour.get("disableBodyPruning") is True:
            body, kind = self.body(as_mapping(request.get("body")), fields.get("headers", {}), told)
        made = {"method": method, "url": url, **with_type(fields, body, kind)}
        if behaviour.get("followRedirects") is False:
            made["redirects"] = 0
        return made, told

    def body(
        self, body: Mapping[str, Any], headers: Mapping[str, str], told: list[str]
    ) -> tuple[dict[str, Any], str]:
        """The body, and the content type that goes with it where no header says so."""
        mode = as_text(body.get("mode"))
        content = body.get(mode)
        if body.get("disabled") is True or content is None:
            return {}, ""
        match mode:
            case "raw":
                return self._raw(marked(as_text(content)), body, headers)
            case "urlencoded":
                pairs = (
                    list(_pairs(content))
                    if isinstance(content, list)
                    else parse_qsl(marked(as_text(content)), True)
                )
                form = form_pairs(pairs, self._secrets)
                if form is None:
                    told.append("a form whose names come again out of order is sent with those together")
                    form = form_pairs(sorted(pairs, key=lambda pair: pair[0]), self._secrets)
                return ({"form": form} if form else {}), ""
            case "formdata":
                return ({"multipart": parts} if (parts := list(self._parts(content, told))) else {}), ""
            case "graphql":
                return {"json": self._graphql(as_mapping(content), told)}, "application/json"
            case "file":
                file = as_text(as_mapping(content).get("src")) or "it sends"
                told.append(f"the file {file} was not read: nothing is sent for it")
                return {}, ""
        told.append(f"a body of the kind {mode} was left out")
        return {}, ""

    def _raw(
        self, text: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> tuple[dict[str, Any], str]:
        language = as_text(as_mapping(as_mapping(body.get("options")).get("raw")).get("language"))
        given = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        implied = _LANGUAGES.get(language, "text/plain")
        if not text:
            return {}, ""
        fields = text_fields(text, given or implied, self._secrets)
        if "json" in fields and self._changes(fields["json"]):
            fields = {"body": text}
        return fields, implied

    def _changes(self, value: Any) -> bool:
        """Whether a string of a JSON value is one variable that may be a number, which would lose its quotes."""
        match value:
            case str():
                return is_mark(value) and any(map(self._is_number, names(value)))
            case Mapping():
                return any(map(self._changes, value.values()))
            case list():
                return any(map(self._changes, value))
        return False

    def _parts(self, content: Any, told: list[str]) -> Iterator[dict[str, Any]]:
        for one in enabled(content):
            name, kind = marked(as_text(one.get("key"))), as_text(one.get("contentType"))
            part: dict[str, Any] = {"name": name}
            if one.get("type") == "file" or "src" in one:
                source = one.get("src")
                files = [as_text(file) for file in (source if isinstance(source, list) else [source])]
                told.append(
                    f"the file of {name} was not read: nothing is sent for it: {', '.join(filter(None, files))}"
                )
                part |= {"value": "", "filename": re.split(r"[/\\]", files[0] if files else "")[-1] or "file"}
            else:
                part["value"] = self._secrets.if_secret(name, marked(as_text(one.get("value"))))
            yield {**part, "content_type": kind} if kind else part

    def _graphql(self, content: Mapping[str, Any], told: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = {"query": marked(as_text(content.get("query")))}
        if name := as_text(content.get("operationName")):
            made["operationName"] = name
        if variables := as_text(content.get("variables")).strip():
            try:
                made["variables"] = json_data(marked(variables))
            except NotData:
                told.append("GraphQL variables that are no JSON were left out")
        return made


def url_of(url: Any) -> str:
    """A URL as it is sent, without what is switched off and with path variables as what they are."""
    if isinstance(url, str):
        url = {"raw": url}
    url = as_mapping(url)
    raw = marked(as_text(url.get("raw")).strip()) or _put_together(url)
    head, question, query = raw.partition("#")[0].partition("?")
    if isinstance(url.get("query"), list):
        pairs = [(marked(as_text(one.get("key"))), one.get("value")) for one in enabled(url["query"])]
        query = "&".join(key if value is None else f"{key}={marked(as_text(value))}" for key, value in pairs)
        question = "?" if pairs else ""
    values = dict(_pairs(url.get("variable")))
    start = head.find("://") + 3
    path = _PATH_VARIABLE.sub(
        lambda found: values.get(found[1]) or mark(found[1]), head[start if start > 2 else 0 :]
    )
    head = (head[:start] if start > 2 else "") + path
    if "://" not in head and not head.startswith("\ue000"):
        head = f"http://{head}"
    return f"{head}{question}{query}"


def _put_together(url: Mapping[str, Any]) -> str:
    def joined(value: Any, between: str) -> str:
        return between.join(map(as_text, value)) if isinstance(value, list) else as_text(value)

    protocol, host, path = (
        as_text(url.get("protocol")),
        joined(url.get("host"), "."),
        joined(url.get("path"), "/"),
    )
    port = f":{as_text(url.get('port'))}" if url.get("port") else ""
    return marked(f"{protocol + '://' if protocol else ''}{host}{port}/{path.lstrip('/')}")


def _pairs(given: Any) -> Iterator[tuple[str, str]]:
    """Names and values of a list, or of lines, without those that are switched off."""
    if isinstance(given, str):
        lines = (line.partition(":") for line in given.splitlines() if not line.lstrip().startswith("//"))
        yield from ((marked(name.strip()), marked(value.strip())) for name, colon, value in lines if colon)
        return
    for one in enabled(given):
        if key := as_text(one.get("key", one.get("id"))):
            yield marked(key.strip()), marked(as_text(one.get("value")))
