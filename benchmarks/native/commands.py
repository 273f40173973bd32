"""Tools as commands, with files of their own, from wherever they are installed."""

import shutil
import sys
import tempfile
from pathlib import Path

from ..bare import run


def output_of(argv: list[str], files: dict[str, str] | None = None) -> str | None:
    """What a command prints, run in a folder that holds ``files``; None when it is not installed."""
    program = shutil.which(argv[0]) or shutil.which(argv[0], path=str(Path(sys.executable).parent))
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (files or {}).items():
            (Path(folder) / name).write_text(text)
        output, _ = run([program, *argv[1:]], folder)
    return output
