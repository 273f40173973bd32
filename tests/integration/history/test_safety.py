"""A history survives what happens to processes and disks: nothing but the last run is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.unit.history.made import result, samples

from adapters.performance import History, HistoryError
from adapters.performance.history import records
from adapters.performance.metrics.raw.sink import SampleSink
from adapters.performance.plan.samples import SamplesFile

if sys.platform == "win32":
    pytest.skip("signals and permissions of POSIX", allow_module_level=True)

ROOT = Path(__file__).parents[3]
KILLS = 100


def start(code: str, *args: object, **settings) -> subprocess.Popen[str]:
    """A Python process that runs this code with History and the results for tests at hand."""
    head = (
        "import os, signal, sys, time\n"
        "from adapters.performance import History, HistoryError\n"
        "from tests.unit.history.made import result, samples_file\n"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", head + code, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        **settings,
    )


def run(code: str, *args: object, **settings) -> str:
    process = start(code, *args, **settings)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    return out


def is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not orphans
    finally:
        connection.close()


# What a process writes before it is killed: a line for each run that is stored. The parent is a process of its own
# that has imported everything and forks, so that a hundred of them take seconds.
_KILLED = """
import random, select
path, kills = sys.argv[1], int(sys.argv[2])
draw = random.Random(7)
made, stored, extra = result(), [], 0
samples = samples_file(__import__("pathlib").Path(path).with_name("s.npz"), 2000)
for number in range(kills):
    end, begin = os.pipe()
    child = os.fork()
    if not child:
        history = History(path)
        while True:
            name = history.store(made)
            os.write(begin, (name + "\\n").encode())
            if number % 4 == 0:
                history.store_requests(name, samples)
    os.close(begin)
    first = os.read(end, 1 << 16)
    select.select([], [], [], draw.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = first + b"".join(iter(lambda: os.read(end, 1 << 16), b""))
    os.close(end)
    stored += told.decode().split()
    there = len(History(path).runs())
    assert there - len(stored) - extra in (0, 1), (there, len(stored), extra)
    extra = there - len(stored)
print("\\n".join(stored))
"""


@pytest.mark.timeout(300)
def test_a_process_killed_while_it_writes_loses_at_most_its_last_run(tmp_path):
    path = tmp_path / "h.db"
    History(path).store(result())
    History(path).delete("latest")
    stored = run(_KILLED, path, KILLS).split()
    assert len(stored) >= KILLS
    assert is_whole(path)
    history = History(path)
    found = {found.id: found for found in history.runs()}
    assert set(stored) <= found.keys()
    assert len(found) - len(stored) <= KILLS
    for name in [*stored[:: len(stored) // 20], *(found.keys() - set(stored))]:
        assert history.load(name).recording is not None
    for entry in found.values():
        rows = sum(1 for _ in history.records(entry.id))
        assert rows == (entry.rows_stored or 0)


def test_processes_that_write_at_once_all_store_their_runs(tmp_path):
    path = tmp_path / "h.db"
    code = "h = History(sys.argv[1])\nprint(*(h.store(result()) for _ in range(25)), sep='\\n')"
    processes = [start(code, path) for _ in range(2)]
    told = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        told += out.split()
    assert sorted(told) == sorted(found.id for found in History(path).runs())
    assert len(told) == 50
    assert is_whole(path)


def test_a_disk_that_takes_no_more_loses_nothing_that_was_stored(tmp_path):
    path = tmp_path / "h.db"
    code = """
import resource
history = History(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for _ in range(500):
        print(history.store(result()), flush=True)
except HistoryError as error:
    print(error.message)
"""
    *stored, said = run(code, path).splitlines()
    assert "full" in said or "cannot be read or written" in said
    assert stored
    assert set(stored) <= {found.id for found in History(path).runs()}
    assert is_whole(path)
    History(path).store(result())


@pytest.fixture
def anybody():
    """A folder that any user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="polyload-history-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


_UNPRIVILEGED = """
import json
writable, path = sys.argv[1:]
History(writable).store(result())      # so that everything is imported
History(writable).load("latest")
if os.geteuid() == 0:
    os.setuid(65534)
history, told = History(path), {}
for name, attempt in {
    "runs": lambda: len(history.runs()),
    "load": lambda: history.load("latest").summary.requests,
    "check": history.check,
    "store": lambda: history.store(result()),
}.items():
    try:
        told[name] = attempt()
    except HistoryError as error:
        told[name] = error.message
print(json.dumps(told))
"""


def test_a_history_in_a_folder_that_cannot_be_written_is_read_and_not_written(tmp_path, anybody):
    path = anybody / "h.db"
    History(path).store(result())
    path.chmod(0o444)
    anybody.chmod(0o555)
    told = json.loads(run(_UNPRIVILEGED, tmp_path / "w.db", path))
    assert (told["runs"], told["load"]) == (1, 8)
    for name in ("check", "store"):
        assert "cannot be" in told[name] or "Permission denied" in told[name]
    assert len(History(path).runs()) == 1


def test_a_folder_that_cannot_be_written_is_known_before(tmp_path, anybody):
    anybody.chmod(0o555)
    told = json.loads(run(_UNPRIVILEGED, tmp_path / "w.db", anybody / "new" / "h.db"))
    assert told["runs"] == 0
    assert "Permission denied" in told["check"]
    assert "Permission denied" in told["store"]
    assert list(anybody.iterdir()) == []


def test_rows_say_how_many_of_them_are_there_when_storing_them_breaks_off(tmp_path, monkeypatch):
    history = History(tmp_path / "h.db")
    name = history.store(result())
    monkeypatch.setattr("adapters.performance.metrics.raw.sink._CHUNK_ROWS", 100)
    file = tmp_path / "s.npz"
    sink = SampleSink(SamplesFile(file=file))
    for _ in range(3):
        sink.add(samples(100))
    sink.close()
    batches = iter([True, True, False])
    add = records.add_rows

    def failing(*args):
        if not next(batches):
            raise OSError(28, "No space left on device")
        add(*args)

    monkeypatch.setattr(records, "add_rows", failing)
    with pytest.raises(HistoryError, match="No space left"):
        history.store_requests(name, file)
    run_ = history.run(name)
    assert (run_.rows_stored, run_.rows_expected) == (200, 300)
    assert len(list(history.records(name))) == 200
