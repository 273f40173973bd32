"""Fuzzes templates: the parser, the calls in them, and what a program makes of them.

    python -m tests.fuzz.templates --inputs 1000000 --seed 1

An input is a template put together by chance, half of them good ones that were then changed; some are one piece over
and over, up to 20,000 characters long. Whatever comes, nothing is raised, nothing of the text is lost, a placeholder
means the same alone, what is told as unusable is in the text, and the text renders to the same whether it stands by
itself or as a value of JSON. No input takes longer than its length allows.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from random import Random
from time import process_time

from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.texts import Texts
from adapters.performance.plan.template import Call, Reference, Template, parse, placeholders, unusable

from . import one_by_one

TOKENS = (
    *("${", "$${", "$", "{", "}", "(", ")", "[", "]", ":-", ":", "-", ".", ",", "'", '"', "\\"),
    *("\\}", "\\{", " ", "\n", "a", "b", "0", "-1", "var.", "env.", "csv.", "data.", "users."),
    *("iteration", "user", "ü", "🎉", "\x00", "\ud800", "uuid()", "now(", "randint(", "choice("),
    *("randfloat(", "randstring(", "randhex(", "seq()", "timestamp(ms)", "%Y-%m-%d", "%c", "%"),
    *("+1d", "-2w3h", "utc", "epoch", "1", "6", "1e9", "999999999999999999999999999999", "0.5"),
    *("nope(", "٣", "²"),
)
GOOD = (
    *("${a}", "${var.a.0.b}", "${a[0]['b c']}", "${none:-x}", "${none:-${a}}", "${none:-{}}"),
    *("${iteration}", "${user}", "${users.name}", "${csv.users.name}", "${data.name}"),
    *("${env.SET}", "${env.UNSET:-y}", "${randint(1, 6)}", "${choice(a, 'b, c', \"d\")}"),
    *("${uuid()}", "${seq()}", "${now(%Y-%m-%d, +1d, utc)}", "${timestamp(ms)}"),
    *("${randfloat(0, 1, 2)}", "${randstring(4)}", "${randhex(2)}", "$${a}", "text", '{"k": 1}'),
    *("ü", "%s"),
)
_VARIABLES = {"a": [{"b": 1, "b c": "x"}], "b": None, "0": 0}
_TEXTS = Texts(frozenset({"users"}), {"SET": "set"}, data="users")
_LEAST_S, _S_PER_CHARACTER = 0.05, 2e-5
"""A machine that does other things meanwhile is slow; run-away time is a thousand times more."""


class Fuzzer:
    """Runs inputs, each with its own random numbers, so that one can be run again by its number."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.parts: Counter[str] = Counter()
        self.characters = 0
        self.slowest_us = 0.0

    def run(self, number: int) -> None:
        """One input; AssertionError says what is wrong."""
        random = Random(f"{self._seed}:{number}")
        text = _template(random, number)
        began = process_time()
        parts = parse(text)
        bad = unusable(text)
        took = process_time() - began
        assert took < _LEAST_S + _S_PER_CHARACTER * len(text), (
            f"{took:.3f} s for {len(text)} characters: {text[:200]!r}"
        )
        self.slowest_us = max(self.slowest_us, took / (len(text) + 20) * 1e6)
        self.characters += len(text)
        _nothing_lost(text, parts)
        for one in bad:
            assert one.text in text and one.shown in text and one.why, (text, one)
        self.parts["unusable"] += len(bad)
        for part in placeholders(parts):
            self.parts[type(part).__name__] += 1
            assert parse(part.text) == (part,), (text, part)
        if len(text) < 2000:
            _rendered_alike(text)

    def told(self) -> Sequence[str]:
        """How much was parsed, what it held, and what a character cost at most."""
        kinds = (Reference.__name__, Call.__name__, "unusable")
        return (
            f"{self.characters / 1e6:.0f} million characters",
            ", ".join(f"{kind}: {self.parts[kind]}" for kind in kinds),
            f"at most {self.slowest_us:.1f} µs for a character",
        )


def _template(random: Random, number: int) -> str:
    if number % 50 == 0:
        piece = "".join(random.choices(TOKENS, k=random.randrange(1, 5)))
        return piece * (random.randrange(20_000) // len(piece) + 1)
    if number % 2:
        return "".join(random.choices(TOKENS, k=random.randrange(30)))
    text = "".join(random.choices(GOOD, k=random.randrange(1, 6)))
    if random.random() < 0.3:
        text = f"${{none:-{text}}}"
    for _ in range(random.randrange(3)):
        at, size = random.randrange(len(text) + 1), random.randrange(4)
        text = text[:at] + random.choice((*TOKENS, "")) + text[at + size :]
    return text


def _nothing_lost(text: str, parts: Template) -> None:
    """Written anew, a template is what it was, but for escapes, and calls that are none and have a default."""
    written = "".join(part if isinstance(part, str) else part.text.replace("$${", "${") for part in parts)
    if not any(one.default is not None or "$${" in one.text for one in unusable(text)):
        assert written == text.replace("$${", "${"), (text[:500], parts[:20])


def _rendered_alike(text: str) -> None:
    plain, body = (runtime.compile_text(made) for made in (_TEXTS.plain(text), _TEXTS.json([f"<{text}>"])))
    shown, in_json = (runtime.text_of(made, _session()) for made in (plain, body))
    if "now(" in text or "timestamp(" in text:
        assert isinstance(shown, str)  # the moments differ
        return
    assert json.loads(in_json) == [f"<{shown}>"], (text, shown, in_json)
    for encoding in ("url", "query"):
        assert runtime.text_of(runtime.compile_text(_encoded(text, encoding)), _session()).isascii(), text


def _encoded(text: str, encoding: str) -> str | list[object]:
    return _TEXTS.encoded(text.replace("\ud800", ""), encoding)


def _session() -> runtime.Session:
    session = runtime.Session(1, _VARIABLES, 5, _TEXTS.pools)
    session.rows = {"users": {"name": "ann"}}
    return session


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs inputs and tells what they came to."""
    return one_by_one.main(Fuzzer, "Fuzzes templates.", arguments)


if __name__ == "__main__":
    sys.exit(main())
