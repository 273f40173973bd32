"""Certificates for test servers: one that is right, and the three ways of being wrong."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from ..errors import UsageError

Certificate = Literal["valid", "expired", "untrusted", "wrong_host"]


def server_context(certificate: Certificate, ca_file: Path) -> ssl.SSLContext:
    """The server's TLS context; the authority a client may trust is written to ``ca_file`` (PEM).

    ``expired`` ended yesterday, ``untrusted`` is signed by another authority than the one in ``ca_file``,
    ``wrong_host`` is for elsewhere.invalid. The others are for localhost and 127.0.0.1.
    """
    try:
        import trustme
    except ImportError as error:
        raise UsageError(
            "a test server with TLS needs trustme", hint="pip install polyload[testing]"
        ) from error
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    signer = trustme.CA() if certificate == "untrusted" else authority
    hosts = ["elsewhere.invalid"] if certificate == "wrong_host" else ["localhost", "127.0.0.1"]
    now = datetime.now(UTC)
    ended = now - timedelta(days=1) if certificate == "expired" else now + timedelta(days=30)
    leaf = signer.issue_cert(*hosts, not_before=now - timedelta(days=30), not_after=ended)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    leaf.configure_cert(context)
    context.sni_callback = _note_name
    return context


def _note_name(tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    tls.asked_for = name  # type: ignore[attr-defined]
