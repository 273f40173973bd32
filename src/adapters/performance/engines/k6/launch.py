"""How k6 is started for a plan: its arguments, and an environment in which nothing but the plan decides."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import UsageError
from .detect import major

MAIN = Path(__file__).parent / "script" / "main.js"
_ROOMY_GC = "400"
_ROOMY_USERS = 500
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def arguments(binary: str, version: str, folder: Path, *, summary: bool) -> list[str]:
    """``k6 run`` without its REST server, its usage report and the user's own settings."""
    config = folder / "config.json"
    config.write_text("{}")
    argv = [binary, "run", "--no-color", "--no-usage-report", "--address", "", "--config", str(config)]
    if not summary:
        argv += ["--summary-mode", "disabled"] if major(version) >= 2 else ["--no-summary"]
    return argv


def plan_arguments(common: Sequence[str], job: Path, out: Path) -> list[str]:
    """The arguments that run a job with the fixed script, which reports to ``out``."""
    told = [
        "--no-thresholds",
        "--log-format",
        "raw",
        "--console-output",
        str(out),
        "--env",
        f"POLYLOAD_JOB={job}",
    ]
    return [*common, *told, str(MAIN)]


def without_foreign_options(argv: Sequence[str]) -> list[str]:
    """A command that starts another without the variables that would change what a plan says.

    k6 takes options from ``K6_*`` variables, for some of which even an empty value is one, and a proxy from the usual
    ones. UsageError when there are any and the system has no ``env`` to take them out.
    """
    found = [name for name in os.environ if name.startswith("K6_") or name in _PROXIES]
    if not found:
        return list(argv)
    env = shutil.which("env")
    if env is None:
        raise UsageError(f"{', '.join(found)} would change what k6 does", hint="unset them")
    return [env, *(word for name in found for word in ("-u", name)), *argv]


def plan_environment(program: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What the environment must say beside for a plan to run as written.

    Up to 500 users k6 may use twice the memory, which spares it a tenth of its time; a GOGC that is set stays.
    """
    options = program["options"]
    environment = {"GODEBUG": ",".join(filter(None, [os.environ.get("GODEBUG"), "http2client=0"]))}
    if "GOGC" not in os.environ and program["load"]["users"] <= _ROOMY_USERS:
        environment["GOGC"] = _ROOMY_GC
    if options["tls"]["ca_file"]:
        nothing = folder / "no-certificates"
        nothing.mkdir()
        environment |= {"SSL_CERT_FILE": options["tls"]["ca_file"], "SSL_CERT_DIR": str(nothing)}
    return environment
