"""curl commands, typed or copied from a browser, as a plan: a step for each, in their order.

`words` takes a text apart as a shell would, `options` knows curl's options, `command` what they ask for, `texts` what
stands within them.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from ..draft import Draft
from ..marks import MarkedSecrets, finished, has_mark, names
from ..options import Options
from ..sending import (
    authorization,
    basic,
    header_fields,
    is_http,
    is_method,
    path_of,
    retarget,
    shared_options,
    text_fields,
    url_without_secrets,
    with_default,
    with_type,
)
from ..source import Source
from .command import Command, parsed
from .texts import globbed
from .words import Words, commands

_LOOKS = re.compile(
    r"(?m)^\s{0,20}(?:[$>#]\s{1,4}|(?:time|sudo)\s)?(?:[A-Z_]{1,40}=\S{0,200}\s)?(?:\S{0,200}[/\\])?curl(?:\.exe)?\s"
)
_CURL = re.compile(r"(?P<inside>\w*=?(?:\$\(|`))?(?:\S*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
_BEFORE = re.compile(r"[$>#!{(]|sudo|time|exec|command|env|do|then|else|if|while|\w+=.*", re.DOTALL)
_MOST_BYTES = 20_000_000
_MOST_FILE_BYTES = 10_000_000
_MOST = 10_000
_FORM = "application/x-www-form-urlencoded"


def sniff(source: Source) -> bool:
    """Whether a line begins with ``curl``."""
    return _LOOKS.search(source.head) is not None


def read(source: Source, options: Options) -> Draft:
    """The draft of the commands in a text; SourceError when there is none that can be carried out."""
    if len(source.data) > _MOST_BYTES:
        raise source.wrong(f"larger than {_MOST_BYTES / 1e6:g} MB, which is too much for a text of commands")
    reading = _Reading(source, options)
    for one in commands(source.text):
        reading.take(one)
    return reading.draft()


class _Reading:
    def __init__(self, source: Source, options: Options) -> None:
        self.source, self.options = source, options
        self.secrets = MarkedSecrets()
        self.made = Draft({})
        self.steps: list[dict[str, Any]] = []
        self.comments: list[list[str]] = []
        self.plan: dict[str, Any] = {}
        self.left_out = 0

    def take(self, one: Words) -> None:
        """Add the requests of a command, when it is one of curl's."""
        place = next((n for n, word in enumerate(one.words) if not _BEFORE.fullmatch(word)), len(one.words))
        place = next((n for n, word in enumerate(one.words[: place + 1]) if _CURL.fullmatch(word)), -1)
        if place < 0 or len(self.steps) >= _MOST:
            return
        words = one.words[place + 1 :]
        if (found := _CURL.fullmatch(one.words[place])) and found["inside"] and words:  # token=$(curl …)
            words[-1] = words[-1].removesuffix(")").removesuffix("`")
            one.substitutions -= 2 if found["inside"].endswith("`") else 1
        for command in parsed(words, self.content):
            for url in command.urls:
                self.add(command, url, one)

    def add(self, command: Command, url: str, one: Words) -> None:
        where = f"line {one.line}"
        url = url if "://" in url or url.startswith("\ue000") else f"http://{url}"
        if not is_http(url) or not is_method(command.verb):
            self.made.note(f"{where}: not something that HTTP can be asked for, and left out")
            return
        if not self.options.wants(finished(url, _placeholder)):
            self.left_out += 1
            return
        url, told = globbed(url)
        comments = [*command.notes, *([told] if told else [])]
        if one.substitutions:
            comments.append("what the shell would put in for $(…) is sent as it is written")
        self.steps.append(self.step(command, url))
        self.comments.append(comments)
        self.plan |= command.plan

    def step(self, command: Command, url: str) -> dict[str, Any]:
        if command.get and command.data:
            url = f"{url}{'&' if '?' in url else '?'}{'&'.join(command.data)}"
        url, auth = url_without_secrets(url, self.secrets)
        step: dict[str, Any] = {
            "name": f"{command.verb.upper()} {_shown(path_of(url))}",
            "method": command.verb,
            "url": url,
        }
        if command.verb == "GET":
            del step["method"]
        fields = header_fields(self.headers(command), self.secrets)
        if (asked := self.auth(command)) or auth:
            fields["auth"] = asked or auth
        body = {} if command.get else self.body(command)
        implied = "application/json" if command.json else _FORM
        step |= with_type(
            fields, body, "" if "content-type" in command.removed or command.upload else implied
        )
        if command.timeout_s is not None:
            step["timeout"] = command.timeout_s
        if command.follow:
            step["redirects"] = min(50, 50 if command.redirects is None else command.redirects)
        return step

    def headers(self, command: Command) -> list[tuple[str, str]]:
        pairs = list(command.headers)
        names = {name.lower() for name, _ in pairs} | command.removed
        if command.compressed and "accept-encoding" not in names:
            pairs.append(("Accept-Encoding", "gzip, deflate"))
        if command.json and "accept" not in names:
            pairs.append(("Accept", "application/json"))
        return pairs

    def auth(self, command: Command) -> dict[str, Any] | None:
        if command.bearer:
            return authorization(f"Bearer {command.bearer}", self.secrets)
        if command.user is None:
            return None
        user, _, password = command.user.partition(":")
        if command.auth not in ("basic", "digest"):
            self.made.note(f"--{command.auth} is not spoken; the user and password go by HTTP Basic")
        return basic(user, password, self.secrets, "digest" if command.auth == "digest" else "basic")

    def body(self, command: Command) -> dict[str, Any]:
        if command.parts:
            return {"multipart": [self.part(part) for part in command.parts]}
        if command.raw is not None:
            return {"body_base64": base64.b64encode(command.raw).decode()}
        if not command.data:
            return {}
        given = next((value for name, value in command.headers if name.lower() == "content-type"), None)
        kind = given or ("application/json" if command.json else _FORM)
        text = "".join(command.data) if command.json else "&".join(command.data)
        if given is None and not command.json and text.lstrip()[:1] in ("{", "["):
            self.made.note(
                "JSON is sent as a form, as curl does without -H 'Content-Type: application/json' or --json"
            )
        return text_fields(text, kind, self.secrets)

    def part(self, part: dict[str, Any]) -> dict[str, Any]:
        if "value" not in part or "filename" in part:
            return part
        return {**part, "value": self.secrets.if_secret(part["name"], part["value"])}

    def content(self, name: str) -> bytes | None:
        """The content of a file beside the one that is read, when that is wanted."""
        if not self.options.read_files or name == "-" or has_mark(name):
            return None
        folder = Path(self.source.name).parent.resolve()
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder):
                raise self.source.wrong(f"{name}: is not in the folder of the commands", hint="copy it there")
            with path.open("rb") as file:
                data = file.read(_MOST_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else error
            raise self.source.wrong(
                f"{name}: cannot be read: {told}", hint="leave out --read-files"
            ) from None
        if len(data) > _MOST_FILE_BYTES:
            raise self.source.wrong(f"{name}: larger than {_MOST_FILE_BYTES / 1e6:g} MB")
        return data

    def draft(self) -> Draft:
        if not self.steps:
            told = "no request that is wanted" if self.left_out else "no curl command with a URL"
            raise self.source.wrong(f"it has {told}")
        target = retarget(self.steps, self.options.target)
        shared = shared_options(self.steps, ("timeout", "redirects"))
        settings = {**shared, **self.plan}
        if isinstance(settings.get("proxy"), str):
            settings["proxy"] = self.proxy(settings["proxy"])
        plan: dict[str, Any] = {
            **({"target": target} if target else {}),
            "load": {"users": 1, "duration": "1m"},
        }
        plan["scenarios"] = [{"name": "curl", "steps": self.steps}]
        if settings:
            plan["options"] = settings
        for number, comments in enumerate(self.comments):
            if comments:
                self.made.above["scenarios", 0, "steps", number] = "\n".join(
                    finished(one, _name) for one in comments
                )
        if self.left_out:
            self.made.note(f"left out: {self.left_out} that --include and --exclude do not let through")
        variables = dict.fromkeys(name[4:] for name in names(plan) if name.startswith("env."))
        if variables:
            several = "s" if len(variables) > 1 else ""
            self.made.note(f"before a run set the environment variable{several} {', '.join(variables)}")
        self.made.plan = finished(plan, _placeholder)
        if target:
            self.made.plan["target"] = with_default(self.made.plan["target"])
        return self.made

    def proxy(self, url: str) -> str:
        head, found, rest = url.partition("://")
        info, at, host = rest.rpartition("@")
        if not at:
            return url
        user, _, password = info.partition(":")
        return f"{head}{found}{user}:{self.secrets(password, 'proxy password')}@{host}"


def _placeholder(name: str) -> str:
    return "${" + name + "}"


def _name(name: str) -> str:
    return "$" + name.removeprefix("env.")


def _shown(path: str) -> str:
    """A path in a name, where variables are shown by their names."""
    return str(finished(path, lambda name: "{" + name.removeprefix("env.").partition("(")[0] + "}"))
