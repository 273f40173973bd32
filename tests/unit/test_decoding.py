"""Bodies without their content codings: exact, bounded, and never passed on as they came when that fails."""

import gzip
import sys
import zlib
from types import ModuleType
from typing import Any

import brotli
import pytest

from adapters.performance.engines.program.decoding import Undecodable, decoded, reads_body

TEXT = b"a body worth packing, " * 100
MIB = 2**20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd(data: bytes) -> bytes:
    packer: Any = pytest.importorskip("zstandard").ZstdCompressor()
    packed: bytes = packer.compress(data)
    return packed


PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd,
}
ENCODED = [*PACK.items(), ("deflate", raw_deflate)]


def encoding(*values: str) -> list[tuple[str, str]]:
    return [("Content-Type", "text/plain"), *(("content-Encoding", value) for value in values)]


def failure(body: bytes, *codings: str, limit: int = MIB) -> tuple[str, str]:
    with pytest.raises(Undecodable) as caught:
        decoded(body, encoding(*codings), limit)
    return caught.value.kind, caught.value.message


@pytest.mark.parametrize(("coding", "pack"), ENCODED)
class TestEachCoding:
    def test_it_is_undone(self, coding: str, pack: Any) -> None:
        assert decoded(pack(TEXT), encoding(coding)) == TEXT
        assert decoded(pack(b""), encoding(coding)) == b""

    def test_a_body_that_ends_too_early_is_a_failure(self, coding: str, pack: Any) -> None:
        packed = pack(TEXT)
        for cut in (1, len(packed) // 2, len(packed) - 1):
            kind, message = failure(packed[:cut], coding)
            assert kind == "decode"
            assert "not what its Content-Encoding" in message

    def test_a_body_that_is_something_else_is_a_failure(self, coding: str, pack: Any) -> None:
        for body in (b'{"plain": "json"}', bytes(100), b"\xff" * 100):
            assert failure(body, coding)[0] == "decode"

    def test_a_bomb_is_too_large(self, coding: str, pack: Any) -> None:
        bomb = pack(bytes(30 * MIB))
        assert len(bomb) < MIB
        assert failure(bomb, coding) == (
            "too_large",
            "the body is over 1048576 bytes, the most that is read of one",
        )

    def test_the_bound_itself_is_allowed(self, coding: str, pack: Any) -> None:
        assert decoded(pack(TEXT), encoding(coding), len(TEXT)) == TEXT
        assert failure(pack(TEXT), coding, limit=len(TEXT) - 1)[0] == "too_large"


def test_several_codings_are_undone_last_first() -> None:
    packed = brotli.compress(gzip.compress(TEXT))
    assert decoded(packed, encoding("gzip, br")) == TEXT
    assert decoded(packed, encoding("gzip", "br")) == TEXT
    assert failure(packed, "br, gzip")[0] == "decode"


def test_each_step_is_bounded() -> None:
    packed = gzip.compress(gzip.compress(bytes(30 * MIB)))
    assert failure(packed, "gzip, gzip")[0] == "too_large"


def test_so_many_codings_are_meant_ill() -> None:
    assert failure(TEXT, ",".join(["gzip"] * 11)) == ("decode", "the body has more than 10 content codings")


def test_members_of_gzip_follow_one_another_and_zeros_may_pad_the_end() -> None:
    two = gzip.compress(b"one, ") + gzip.compress(b"two")
    assert decoded(two + bytes(8), encoding("gzip")) == b"one, two"
    assert failure(two + b"garbage", "gzip")[0] == "decode"
    bombs = gzip.compress(bytes(MIB // 2 + 1)) * 2
    assert failure(bombs, "gzip")[0] == "too_large"


def test_frames_of_zstd_follow_one_another() -> None:
    assert decoded(zstd(b"one, ") + zstd(b"two"), encoding("zstd")) == b"one, two"


@pytest.mark.parametrize("headers", [[], encoding("identity"), encoding("utf-8"), encoding("")])
def test_what_is_not_encoded_is_as_it_came(headers: list[tuple[str, str]]) -> None:
    assert decoded(TEXT, headers) == TEXT


def test_an_empty_body_is_empty_whatever_the_header_says() -> None:
    assert decoded(b"", encoding("gzip, br")) == b""


def test_a_body_past_the_bound_is_too_large_as_it_comes() -> None:
    with pytest.raises(Undecodable, match="over 10 bytes") as caught:
        decoded(bytes(11), [], 10)
    assert caught.value.kind == "too_large"


@pytest.mark.parametrize(("coding", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_missing_package_is_named_with_what_installs_it(
    coding: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    kind, message = failure(b"anything", coding)
    assert kind == "decode"
    assert f"encoded with {coding}" in message
    assert f"{package}: pip install 'polyload[compression]'" in message


def test_a_brotli_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Decompressor:
        def process(self, data: bytes) -> bytes:
            raise NotImplementedError

    old = ModuleType("brotli")
    old.Decompressor = Decompressor  # type: ignore[attr-defined]
    old.error = ValueError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "brotli", old)
    assert "brotli 1.2 or newer: pip install" in failure(b"anything", "br")[1]


@pytest.mark.parametrize(
    ("checks", "extract", "reads"),
    [
        ([], [], False),
        (["status", "header", "time"], ["header", "cookie", "status"], False),
        (["status", "body"], [], True),
        (["json"], [], True),
        (["size"], [], True),
        ([], ["json"], True),
        ([], ["regex"], True),
    ],
)
def test_who_reads_a_body(checks: list[str], extract: list[str], reads: bool) -> None:
    step = {"checks": [{"kind": kind} for kind in checks], "extract": [{"kind": kind} for kind in extract]}
    assert reads_body(step) is reads
