"""Progress while a run goes on, on stderr: a live display on a terminal, otherwise a line every five seconds."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TextIO

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..errors import PolyloadError
from ..metrics.window import Window
from ..plan.model import Plan
from ..reports import figures
from ..reports.console import open_console
from ..reports.text import printable
from .meter import Meter, Reading

_BARS = "▁▂▃▄▅▆▇█"


class Display(ABC):
    """Something that shows a meter every ``every_s`` seconds, and messages in between."""

    every_s: float

    @abstractmethod
    def show(self, meter: Meter) -> None:
        """Show how far the run is."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Show a message to the user."""

    def close(self) -> None:  # noqa: B027  most have nothing to close
        """Nothing more will be shown."""


class Silent(Display):
    """Shows messages only, or nothing at all."""

    every_s = 60.0

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def show(self, meter: Meter) -> None:
        pass

    def say(self, text: str) -> None:
        if self._stream is not None:
            print(printable(text), file=self._stream, flush=True)


class Lines(Silent):
    """A line now and then, for logs."""

    every_s = 5.0

    def show(self, meter: Meter) -> None:
        self.say(line(meter, meter.take()))


class Screen(Display):
    """A few lines that are redrawn each second, and gone afterwards."""

    every_s = 1.0

    def __init__(self, stream: TextIO, title: str) -> None:
        self._title = printable(title)
        self._live = Live(console=open_console(stream), auto_refresh=False, transient=True)
        self._last = Reading()

    def show(self, meter: Meter) -> None:
        self._last = _newer(meter.take(), self._last)
        if not self._live.is_started:
            self._live.start()
        self._live.update(self._picture(meter), refresh=True)

    def say(self, text: str) -> None:
        self._live.console.print(Text(printable(text), style="yellow"))

    def close(self) -> None:
        self._live.stop()

    def _picture(self, meter: Meter) -> Group:
        head = Table.grid(expand=True, padding=(0, 2, 0, 0))
        head.add_column(ratio=1)
        head.add_column(justify="right", no_wrap=True)
        head.add_row(ProgressBar(total=1.0, completed=meter.done or 0.0, pulse=False), time_left(meter))
        return Group(
            Text(self._title, style="bold", overflow="ellipsis", no_wrap=True),
            head,
            Text(_reading(meter, self._last, "   ")),
            Text(sparkline(meter.rates), style="cyan"),
        )


def open_display(stream: TextIO, title: str, *, quiet: bool, progress: bool) -> Display:
    """The display that suits a stream: silent when asked to be, lines unless it is a terminal."""
    if quiet or not progress:
        return Silent(None if quiet else stream)
    return Screen(stream, title) if stream.isatty() else Lines(stream)


@asynccontextmanager
async def shown(display: Display, plan: Plan, windows: AsyncIterable[Window]) -> AsyncIterator[None]:
    """Within this, the display follows the windows of a run."""
    meter = Meter(plan)
    tasks = [asyncio.create_task(_read(windows, meter)), asyncio.create_task(_tick(display, meter))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        display.close()


async def _read(windows: AsyncIterable[Window], meter: Meter) -> None:
    with suppress(PolyloadError):  # which is raised where the result is waited for
        async for window in windows:
            meter.add(window)


async def _tick(display: Display, meter: Meter) -> None:
    while True:
        await asyncio.sleep(display.every_s)
        display.show(meter)


def line(meter: Meter, reading: Reading) -> str:
    """The progress in one line: ``12s 340 req/s 10 users 0 failures p50 1.2ms p95 3.4ms``."""
    elapsed_s = meter.elapsed_s
    when = "starting" if elapsed_s is None else f"{elapsed_s:.0f}s"
    warming = "warming up " if meter.warming_up else ""
    return f"{when} {warming}{_reading(meter, reading, ' ')}"


def time_left(meter: Meter) -> str:
    """How long the run has been going on, and how long it will."""
    elapsed_s = meter.elapsed_s
    if elapsed_s is None:
        return "starting"
    if meter.wanted_iterations is not None:
        counts = f"{figures.count(meter.iterations)} of {figures.count(meter.wanted_iterations)}"
        return f"{elapsed_s:.0f}s, {counts} iterations"
    left_s = (meter.wanted_s or 0) - elapsed_s
    whole = figures.duration(meter.wanted_s)
    warming = "warming up, " if meter.warming_up else ""
    return (
        f"{warming}{elapsed_s:.0f}s of {whole}, {left_s:.0f}s left"
        if left_s >= 0.5
        else f"{whole} are over, finishing"
    )


def sparkline(rates: list[int]) -> str:
    """The rate of the last seconds as little bars, from 0 to the highest."""
    top = max(rates, default=0)
    return "".join(_BARS[round(rate / top * (len(_BARS) - 1)) if top else 0] for rate in rates)


def _reading(meter: Meter, reading: Reading, gap: str) -> str:
    rate = figures.UNKNOWN if reading.rate is None else f"{reading.rate:,.0f}"
    parts = (
        f"{rate} req/s",
        f"{figures.count(reading.users)} users",
        f"{figures.count(meter.failures)} failures",
        f"p50 {figures.latency(reading.latency_ms(0.5))}",
        f"p95 {figures.latency(reading.latency_ms(0.95))}",
    )
    return gap.join(parts)


def _newer(reading: Reading, before: Reading) -> Reading:
    return reading if reading.seconds else before
