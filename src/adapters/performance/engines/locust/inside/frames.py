"""The stream from Locust to polyload: frames of a kind (1 byte), a length (uint32) and as many bytes, little-endian.

- ``B`` the load begins: JSON ``{"started_at": epoch seconds, "version": str, "python": str}``
- ``N`` the next request name, UTF-8; names count from 0
- ``A`` the same, of a name whose requests are told aside; ``G`` the same, of a group of steps
- ``E`` the next failure, JSON ``[kind, message]``; failures count from 0
- ``S`` finished requests, and groups that ended (status 0), any number of ``SAMPLE``; names and failures came before
- ``C`` a second is over, every sample of it was told: JSON ``{"second", "now_s", "users", "iterations", "checks"}``
- ``X`` an error that the script raised, seen for the first time, UTF-8
- ``F`` the load has ended: JSON, see ``Recorder.finish``
"""

from __future__ import annotations

import json
import struct
from typing import Any

HEAD = struct.Struct("<cI")
SAMPLE = struct.Struct("<ddIiH")
"""End in seconds since the load began, latency in ns, name, failure (-1 for a success), status (0 for none)."""

SAMPLE_FIELDS = [
    ("end_s", "<f8"),
    ("latency_ns", "<f8"),
    ("name", "<u4"),
    ("error", "<i4"),
    ("status", "<u2"),
]
"""The same as a numpy record."""

BEGIN, NAME, ERROR, SAMPLES, COUNTS, EXCEPTION, FINISH = b"B", b"N", b"E", b"S", b"C", b"X", b"F"
ASIDE, GROUP = b"A", b"G"


def frame(kind: bytes, payload: bytes | bytearray) -> bytes:
    """One frame."""
    return HEAD.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, value: Any) -> bytes:
    """One frame that holds a JSON value."""
    return frame(kind, json.dumps(value, separators=(",", ":")).encode())
