"""The TLS settings of a program as an SSL context."""

from __future__ import annotations

import ssl
from typing import Any


def tls_context(tls: dict[str, Any]) -> ssl.SSLContext:
    """The context for a program's ``options.tls``."""
    context = ssl.create_default_context(cafile=tls["ca_file"])
    if not tls["verify"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls["client_cert"]:
        context.load_cert_chain(tls["client_cert"], tls["client_key"])
    return context
