"""What is done once: a plan's setup before its load, and its teardown after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event

from ...program import runtime
from .people import Person
from .scenarios import Aftertime, Compiler

STOPPED = "it was stopped"


class Once:
    """Does setup and teardown, each with a user of its own; setup's variables become those of the program."""

    def __init__(
        self, program: dict[str, Any], compiler: Compiler, person: Callable[[runtime.Session], Person]
    ) -> None:
        self._program = program
        self._person = person
        self._blocks = {part: compiler.aside(program[part], Aftertime()) for part in ("setup", "teardown")}

    def do(self, part: str, user: Callable[[], Any], stop: Event | None) -> str | None:
        """Does the steps of a part with the client of a Locust user; why they did not come to their end, if so."""
        block = self._blocks[part]
        if block is None:
            return None
        options = self._program["options"]
        person = self._person(runtime.Session.of(self._program, 0, draws_as=runtime.DRAWS_AS[part]))
        person.user, person.aside = user(), True
        doing = gevent.spawn(block.run, person)
        gevent.wait([doing, *([stop] if stop else [])], timeout=options["setup_timeout_s"], count=1)
        if not doing.ready():
            doing.kill()
            if person.asks is not None:
                person.asks.cut_off()
            stopped = stop is not None and stop.is_set()
            return STOPPED if stopped else f"it was not done within {options['setup_timeout_s']:g} s"
        person.close()
        if doing.exception is not None:
            return f"{type(doing.exception).__name__}: {doing.exception}"
        self._program["variables"].update(person.session.variables)
        if doing.value == runtime.GO_ON or person.failure is None:
            return None
        name, kind, message = person.failure
        return f"{name}: {message or kind}"
