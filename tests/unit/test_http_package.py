"""The door of adapters.http: what it offers, and that it costs nothing before it is used."""

import subprocess
import sys

import pytest

import adapters.http


def test_all_is_sorted_and_every_name_in_it_is_there() -> None:
    assert adapters.http.__all__ == sorted(adapters.http.__all__)
    for name in adapters.http.__all__:
        assert getattr(adapters.http, name).__module__.startswith("adapters.http.")
    assert set(adapters.http.__all__) <= set(dir(adapters.http))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        adapters.http.Nothing  # noqa: B018


def test_neither_the_package_nor_its_wire_imports_httpx() -> None:
    code = "import sys, adapters.http, adapters.http.wire; print('httpx' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
