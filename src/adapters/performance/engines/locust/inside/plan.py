"""The User and the LoadTestShape under which Locust runs a plan."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import locust

from .fast import FastSender
from .load import Load
from .people import Sender
from .plain import PlainSender
from .recorder import Recorder
from .single import refuse_several_processes

_SENDERS: dict[str, Callable[[dict[str, Any]], Sender]] = {
    "fast_http_user": FastSender,
    "http_user": PlainSender,
}


def locust_classes() -> tuple[type[locust.User], type[locust.LoadTestShape]]:
    """The two classes that Locust looks for in a locustfile, for the plan in the run's workspace."""
    workspace = Path(os.environ["POLYLOAD_WORKSPACE"])
    program = json.loads((workspace / "plan.json").read_text("utf-8"))
    sender = _SENDERS[os.environ["POLYLOAD_USER"]](program["options"])
    recorder = Recorder(str(workspace / "samples"))
    load = Load(program, sender, recorder)
    _listen(load, recorder)
    return _user_class(load, sender), _shape_class(load, lambda environment: _lone_user(sender, environment))


def _user_class(load: Load, sender: Sender) -> type[locust.User]:
    base: Any = sender.user_class

    class PlanUser(base):  # type: ignore[misc]
        """One virtual user of the plan."""

        wait_time = locust.constant(0)

        def __init__(self, environment: Any) -> None:
            sender.prepare(self)
            super().__init__(environment)
            self.person = load.arrive(self)

        @locust.task
        def iteration(self) -> None:
            load.iterate(self.person)

        def on_stop(self) -> None:
            load.leave(self.person)

    for name, value in sender.attributes.items():
        setattr(PlanUser, name, value)
    return PlanUser


def _lone_user(sender: Sender, environment: Any) -> Any:
    """A Locust user of which only the client is used: it runs no task."""
    base: Any = sender.user_class

    class LoneUser(base):  # type: ignore[misc]
        """Nobody's."""

        abstract = True

        def __init__(self, environment: Any) -> None:
            sender.prepare(self)
            super().__init__(environment)

    for name, value in sender.attributes.items():
        setattr(LoneUser, name, value)
    return LoneUser(environment)


def _shape_class(load: Load, lone_user: Callable[[Any], Any]) -> type[locust.LoadTestShape]:
    class PlanShape(locust.LoadTestShape):
        """Runs the whole load within its first tick: Locust's own ticks are a second apart."""

        def tick(self) -> None:
            runner: Any = self.runner
            load.run(
                locust.__version__,
                lambda count: runner.spawn_users({"PlanUser": count}),
                lambda: lone_user(runner.environment),
            )

    return PlanShape


def _listen(load: Load, recorder: Recorder) -> None:
    def connect(runner: Any, **_: Any) -> None:
        refuse_several_processes(runner)
        recorder.open()
        gevent.signal_handler(signal.SIGINT, load.stop)

    def finish(**_: Any) -> None:
        recorder.finish(ended=None, interrupted=recorder.started - recorder.finished)

    events: Any = locust.events
    events.init.add_listener(connect)
    events.quitting.add_listener(finish)
