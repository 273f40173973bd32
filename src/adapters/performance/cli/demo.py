"""``polyload demo``: a small shop is loaded for some seconds, to see what a run looks like."""

from __future__ import annotations

import click

from .written import DURATION

_JSON_FILE = "polyload-demo.json"
_HTML_FILE = "polyload-demo.html"


@click.command(name="demo")
@click.option(
    "-d", "--duration", type=DURATION, default="5s", show_default=True, metavar="TIME", help="How long."
)
@click.option(
    "--report", default=_HTML_FILE, show_default=True, metavar="FILE", help="Where the HTML report goes."
)
def command(duration: float, report: str) -> int:
    """Load a small demo shop and write its report.

    The shop runs on this machine, in a process of its own, and is gone afterwards. Writes polyload-demo.json too.
    """
    from ..reports.write import Destination, check_destinations
    from ..testing.demo import DemoServer
    from .deliver import deliver
    from .documents import Output
    from .launch import display_for, launch
    from .shopping import shopping_plan

    destinations = (Destination("json", _JSON_FILE), Destination("html", report))
    check_destinations(destinations)
    with DemoServer() as server:
        plan = shopping_plan(server.url, duration)
        result = launch(plan, display_for(plan), tool="native")
    return deliver(result, Output(destinations))
