"""The public door: what it offers, and how little it loads."""

import subprocess
import sys
from types import ModuleType

import pytest

import adapters.performance as performance
from adapters.performance import plan

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


def test_a_worker_of_the_native_engine_loads_no_models():
    code = "import sys, adapters.performance.engines.native.worker; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("package", [performance, plan])
def test_the_public_names_are_sorted_and_there(package: ModuleType):
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert getattr(getattr(package, name), "__name__", name) == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = performance.Nothing
