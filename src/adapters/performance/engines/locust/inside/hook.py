"""What is added to the user's own locustfile: the load of the plan, and the recording of its requests."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import gevent
import locust
from gevent.event import Event
from locust.exception import CatchResponseError

from ... import kinds
from .even import EvenDispatcher
from .failures import describe
from .recorder import Recorder
from .single import refuse_several_processes

STOP_GRACE_S = 0.5
_AT_ONCE = 1e6
_DEFAULT_NAMES = ("/", "http://", "https://")


class ScriptShape(locust.LoadTestShape):
    """Takes the user's classes through the plan's load, all of it within Locust's first tick."""

    def __init__(self, load: dict[str, Any], recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._points = load["points"]
        self._length_s: float = load["duration_s"]
        self._recorder = recorder
        self.begun = Event()
        self.over = Event()
        self.ended: float | None = None

    def tick(self) -> None:
        """Runs the load to its end."""
        runner: Any = self.runner
        for (t0, u0), (t1, u1) in pairwise(self._points):
            if self.begun.is_set() and self._wait_until(t0):
                break
            if u0 != u1 or not self.begun.is_set():
                rate = abs(u1 - u0) / (t1 - t0) if t1 > t0 and u0 != u1 else _AT_ONCE
                runner.start(int(u1), rate)
                self.begun.wait()
        self._wait_until(self._length_s)
        self.ended = min(perf_counter(), self._recorder.epoch + self._length_s)

    def _wait_until(self, at_s: float) -> bool:
        """Waits for a moment of the load; True when it is over before."""
        return self.over.wait(max(0.0, self._recorder.epoch + at_s - perf_counter())) is True


class Hook:
    """Listens to Locust's events, after the user's own listeners."""

    def __init__(self, program: dict[str, Any], recorder: Recorder) -> None:
        self._recorder = recorder
        self._shape = ScriptShape(program["load"], recorder)
        self._grace_s: float = program["options"]["graceful_stop_s"]
        self._numbers: dict[tuple[str, str], int] = {}

    def on_init(self, environment: Any, runner: Any, **_: Any) -> None:
        """Everything is set up, the user's file is read, nothing runs yet."""
        refuse_several_processes(runner)
        if environment.shape_class is not None:
            name = type(environment.shape_class).__name__
            sys.exit(f"the locustfile has a load shape of its own ({name}): the plan's load would not be run")
        environment.shape_class = self._shape
        environment.dispatcher_class = EvenDispatcher
        environment.stop_timeout = self._grace_s
        self._shape.runner = runner
        self._recorder.count_users = lambda: int(runner.user_count)
        self._recorder.open()
        gevent.signal_handler(signal.SIGINT, self._stop, environment)

    def on_test_start(self, **_: Any) -> None:
        """The user's own preparations are done, the first user starts now."""
        if not self._shape.begun.is_set():
            self._recorder.begin(locust.__version__)
            self._shape.begun.set()

    def on_request(self, request_type: str, name: str, response_time: float | None, **about: Any) -> None:
        """A request has ended, or whatever the script reports as one."""
        number = self._numbers.get((request_type, name))
        if number is None:
            number = self._number(request_type, name)
        latency_s = math.nan if response_time is None else response_time / 1000
        status = getattr(about.get("response"), "status_code", None)
        status = status if isinstance(status, int) else 0
        exception = about.get("exception")
        failure = None if exception is None else _failure(exception, status)
        self._recorder.add(number, perf_counter(), latency_s, status, failure)

    def on_user_error(self, exception: BaseException, **_: Any) -> None:
        """A task raised an error."""
        self._recorder.exception(exception)

    def on_quitting(self, **_: Any) -> None:
        """All users have stopped."""
        self._recorder.finish(ended=self._shape.ended, interrupted=None)

    def _number(self, request_type: str, name: str) -> int:
        """The number under which a name is recorded; a name that is only a path has its method before it."""
        shown = f"{request_type} {name}" if name.startswith(_DEFAULT_NAMES) else name
        number = self._numbers[request_type, name] = self._recorder.name(shown)
        return number

    def _stop(self, environment: Any) -> None:
        environment.stop_timeout = min(environment.stop_timeout, STOP_GRACE_S)
        self._shape.over.set()


def install() -> None:
    """Called when Locust reads the hook, after the user's file."""
    workspace = Path(os.environ["POLYLOAD_WORKSPACE"])
    program = json.loads((workspace / "plan.json").read_text("utf-8"))
    hook = Hook(program, Recorder(str(workspace / "samples")))
    events: Any = locust.events
    events.init.add_listener(hook.on_init)
    events.test_start.add_listener(hook.on_test_start)
    events.request.add_listener(hook.on_request)
    events.user_error.add_listener(hook.on_user_error)
    events.quitting.add_listener(hook.on_quitting)


def _failure(exception: Any, status: int) -> tuple[str, str]:
    """The kind of what Locust tells as a request's exception; a script may tell any text."""
    if isinstance(exception, CatchResponseError) or not isinstance(exception, BaseException):
        return kinds.CHECK, str(exception)
    if status >= 400:
        return kinds.STATUS, f"status {status}"
    return describe(exception, in_answer=status > 0)
