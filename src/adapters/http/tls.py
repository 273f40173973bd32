"""What the client trusts, and how it shows who it is: the TLS settings of requests and curl in one context."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

Verify = bool | str | Path | ssl.SSLContext
Certificate = str | Path | tuple[str | Path, ...]


def tls_context(verify: Verify, cert: Certificate | None = None, *, trust_env: bool = True) -> ssl.SSLContext:
    """The context for ``verify`` (True, False, a file or a directory of CAs, or a context) and a client's ``cert``.

    ``cert`` is the path of a PEM file, or (certificate, key) or (certificate, key, password). True stands for certifi's
    CAs, or those of SSL_CERT_FILE and SSL_CERT_DIR. OSError if a file cannot be read, ssl.SSLError if it is no PEM.
    """
    if isinstance(verify, str | Path):
        path = Path(verify)
        if not path.exists():
            raise FileNotFoundError(f"verify={str(verify)!r}: no such file or directory of CA certificates")
        capath, cafile = (str(path), None) if path.is_dir() else (None, str(path))
        context = ssl.create_default_context(cafile=cafile, capath=capath)
    else:
        context = httpx.create_ssl_context(verify=verify, trust_env=trust_env)
    if cert is not None:
        parts = (cert,) if isinstance(cert, str | Path) else cert
        context.load_cert_chain(*(str(part) for part in parts))
    return context
