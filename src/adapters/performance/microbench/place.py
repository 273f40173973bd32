"""Where a process is: the lines that its main thread, or a task of its event loop, has come to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from traceback import StackSummary, walk_stack
from types import FrameType
from typing import Any

_HERE = str(Path(__file__).parent)


def place_of(frame: FrameType | None) -> str:
    """The place of this thread, given the frame that it is in; of a task where it only waits for its event loop."""
    if _only_waits():
        return place_of_tasks()
    return _told([inner for inner, _ in walk_stack(frame)][::-1])


def place_of_tasks() -> str:
    """The place of the first task that this package has led to, beyond it."""
    for task in asyncio.all_tasks():
        frames = list(_frames_of(task.get_coro()))
        if any(map(_is_ours, frames)) and (told := _told(frames)):
            return told
    return ""


def _only_waits() -> bool:
    try:
        return asyncio.get_running_loop() is not None and asyncio.current_task() is None
    except RuntimeError:
        return False


def _frames_of(coroutine: Any) -> Iterator[FrameType]:
    while isinstance(coroutine, Coroutine) and (frame := getattr(coroutine, "cr_frame", None)) is not None:
        yield frame
        coroutine = coroutine.cr_await  # type: ignore[attr-defined]


def _told(frames: Sequence[FrameType]) -> str:
    """The frames beyond those of this package, the outermost first."""
    ours = [number for number, frame in enumerate(frames) if _is_ours(frame)]
    beyond = frames[ours[-1] + 1 :] if ours else frames
    named = [frame for frame in beyond if not frame.f_code.co_filename.startswith("<frozen")]
    return "".join(StackSummary.extract((frame, frame.f_lineno) for frame in named).format())


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_HERE)
