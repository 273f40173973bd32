"""What everybody on the machine could read while ab ran: it takes headers and the URL as arguments only."""

from __future__ import annotations

from collections.abc import Iterator

from ...metrics.result import ResultWarning
from ...plan.secrets import is_secret, mask_url
from ..program.compile import Program


def shown_arguments(program: Program) -> Iterator[ResultWarning]:
    """A warning that names the secrets that stood in the list of processes, if there were any."""
    step = program["scenarios"][0]["steps"][0]
    places = [name for name, _ in step["headers"] if is_secret(name)]
    places += [] if step["cookie"] is None else ["Cookie"]
    if mask_url(step["url"]) != step["url"]:
        places.append("the URL")
    if places:
        told = f"ab takes no headers but as arguments, so that {' and '.join(places)} stood in the list of processes"
        text = f"{told} of this machine, for all its users to see, while it ran; other engines do not do that"
        yield ResultWarning(code="SecretsInArguments", message=text)
