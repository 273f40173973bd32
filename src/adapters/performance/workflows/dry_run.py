"""A dry run: one user goes once through each scenario of a plan; what is sent and answered is told without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ..engines.native.rehearsal import rehearse
from ..engines.native.watched import Attempt, Ended
from ..plan.masking import Secrets
from ..plan.model import Plan
from ..plan.secrets import MASK, hidden, is_secret, mask_url, mask_value

MOST_SHOWN = 4_000
"""Characters of a body."""
_MOST_READ = 64_000
_COOKIE_VALUE = re.compile(r"(?<==)[^;]*")
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class ShownBody:
    """A body as it may be shown: its beginning as ``text``, None for what is none, and its ``size`` in bytes."""

    size: int
    text: str | None
    cut: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a dry run and its answer, secrets masked; times in milliseconds, None for what there was not."""

    scenario: str
    name: str
    aside: bool
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: ShownBody
    status: int | None
    answer_headers: tuple[tuple[str, str], ...]
    answer: ShownBody
    latency_ms: float
    first_byte_ms: float | None
    connect_ms: float | None
    checks: tuple[tuple[str, bool], ...]
    extracted: dict[str, str]
    failures: tuple[tuple[str, str], ...]

    @property
    def ok(self) -> bool:
        """Whether it was a success."""
        return not self.failures

    def to_dict(self, *, trace: bool) -> dict[str, Any]:
        """As JSON data; headers and bodies with ``trace`` only."""
        data = asdict(self)
        for name in () if trace else ("headers", "body", "answer_headers", "answer"):
            del data[name]
        data["ok"] = self.ok
        data["checks"] = [{"name": name, "passed": passed} for name, passed in self.checks]
        data["failures"] = [{"kind": kind, "message": message} for kind, message in self.failures]
        return data


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a dry run came to."""

    sent: tuple[Sent, ...]
    groups: tuple[Ended, ...]
    unseen: tuple[str, ...]
    """Scenarios of which nothing was sent."""
    problems: tuple[str, ...] = ()
    """Why it did not come to its end, if so: setup failed, a feed ran out, a failure stopped the user."""
    skipped: tuple[str, ...] = ()
    """What else was not done, and why."""

    @property
    def failures(self) -> int:
        """How many requests failed."""
        return sum(not one.ok for one in self.sent)

    @property
    def success(self) -> bool:
        """Whether something was sent of every scenario, and all of it was answered as it should be."""
        return not self.failures and not self.unseen and not self.problems and bool(self.sent)

    def to_dict(self, *, trace: bool) -> dict[str, Any]:
        """As JSON data; headers and bodies with ``trace`` only."""
        return {
            "success": self.success,
            "requests": [one.to_dict(trace=trace) for one in self.sent],
            "groups": [asdict(group) for group in self.groups],
            "unseen": list(self.unseen),
            "problems": list(self.problems),
            "skipped": list(self.skipped),
        }


async def dry_run(plan: Plan, tell: Callable[[Sent | Ended], None] | None = None) -> DryRun:
    """Goes once through each scenario, as one user of the native engine; ``tell`` is called with each request.

    It is called with each group that ended as well. Thresholds are not judged, and pauses are left out.
    UnsupportedFeature where the native engine cannot do it.
    """
    from ..engines.contract import require
    from ..engines.native.adapter import NativeAdapter

    require(NativeAdapter().supports(plan), "native, which does dry runs,", ())
    mask, sent, groups = _Mask(plan), list[Sent](), list[Ended]()

    def told(event: Attempt | Ended) -> None:
        if isinstance(event, Ended):
            groups.append(event)
        else:
            sent.append(mask.shown(event))
        if tell is not None:
            tell(event if isinstance(event, Ended) else sent[-1])

    ending = await rehearse(plan, told)
    seen = {one.scenario for one in sent if not one.aside}
    unseen = tuple(scenario.name for scenario in plan.scenarios if scenario.name not in seen)
    problems = [mask.hide(ending.failure)] if ending.failure else []
    problems += [f"the feed {ending.exhausted!r} has no row left"] if ending.exhausted else []
    return DryRun(tuple(sent), tuple(groups), unseen, tuple(problems), ending.skipped)


class _Mask:
    """Hides the secrets of a plan, and those that answers handed out meanwhile."""

    def __init__(self, plan: Plan) -> None:
        self._secrets = Secrets.of(plan)
        self._found: set[str] = set()

    def shown(self, attempt: Attempt) -> Sent:
        """An attempt without secrets."""
        values = {name: _text(value) for name, value in attempt.extracted.items()}
        self._found |= {
            value for name, value in values.items() if is_secret(name) and len(value) >= _SHORTEST
        }
        return Sent(
            scenario=attempt.scenario,
            name=attempt.name,
            aside=attempt.aside,
            method=attempt.method,
            url=self.hide(mask_url(attempt.url)),
            headers=tuple(self._headers(attempt.headers)),
            body=self._body(attempt.body),
            status=attempt.status,
            answer_headers=tuple(self._headers(attempt.answer_headers)),
            answer=self._body(attempt.answer),
            latency_ms=round(attempt.latency_ms, 3),
            first_byte_ms=None if attempt.first_byte_ms is None else round(attempt.first_byte_ms, 3),
            connect_ms=None if attempt.connect_ms is None else round(attempt.connect_ms, 3),
            checks=tuple((name.removeprefix(f"{attempt.name}: "), passed) for name, passed in attempt.checks),
            extracted={
                name: str(mask_value(value)) if is_secret(name) else self.hide(value)
                for name, value in values.items()
            },
            failures=tuple(
                (kind, self.hide(message.removeprefix(f"{attempt.name}: ")))
                for kind, message in attempt.failures
            ),
        )

    def _headers(self, headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        for name, value in headers:
            if name.lower() in ("cookie", "set-cookie"):
                yield name, _without_values(value, first_only=name.lower() == "set-cookie")
            else:
                yield name, MASK if is_secret(name) else self.hide(value)

    def _body(self, body: bytes) -> ShownBody:
        text = _as_text(body)
        if text is None:
            return ShownBody(len(body), None, False)
        shown = self.hide(text)
        return ShownBody(len(body), shown[:MOST_SHOWN], len(shown) > MOST_SHOWN or len(body) > _MOST_READ)

    def hide(self, text: str) -> str:
        """A text without secrets."""
        return self._secrets.hide(hidden(text, self._found))


def _without_values(cookies: str, *, first_only: bool) -> str:
    """Cookies by their names; what a Set-Cookie header says beside the value is shown."""
    return _COOKIE_VALUE.sub(MASK, cookies, count=1 if first_only else 0)


def _as_text(body: bytes) -> str | None:
    """The beginning of a body as text; None for what is none."""
    try:
        text = body[:_MOST_READ].decode()
    except UnicodeDecodeError as error:
        if error.start < min(len(body), _MOST_READ) - 3:  # not a character that was cut in two
            return None
        text = body[: error.start].decode()
    return None if "\0" in text else text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
