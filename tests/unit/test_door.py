"""The public door: what it offers, and how little it loads."""

import subprocess
import sys

import pytest

import adapters.performance as performance

HEAVY = ("locust", "gevent", "httpx", "uvloop", "numpy", "pydantic", "rich")


def test_importing_the_package_loads_nothing_heavy():
    code = f"import sys, adapters.performance; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_using_the_client_loads_neither_locust_nor_httpx_nor_uvloop():
    code = (
        "import sys\nfrom adapters.performance import PerformanceClient, LocustAdapter, K6Adapter, ApacheBenchAdapter\n"
        "print([m for m in ('locust', 'gevent', 'httpx', 'uvloop') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_sorted_and_there():
    assert performance.__all__ == sorted(performance.__all__)
    for name in performance.__all__:
        assert getattr(performance, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = performance.Nothing
