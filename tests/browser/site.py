"""A small site that lets nobody in who does not send back what it handed out: forms, redirects, cookies, tokens."""

import json
import secrets
from urllib.parse import parse_qs

from adapters.performance.testing import RecordingServer
from adapters.performance.testing.messages import Reply, SeenRequest

_FRONT = """<!doctype html><title>The shop</title><link rel=stylesheet href=/style.css><img src=/logo.png>
<form method=post action=/login><input type="hidden" name="csrf_token" value="{csrf}">
<input name="username" value=""><input name="password" type="password" value=""><button>Log in</button></form>"""
_ACCOUNT = """<!doctype html><title>Your account</title><meta name="api-nonce" content="{nonce}"><p id=done>.</p>
<script>
const send = async (path, options) => (await fetch(path, options)).json();
async function order() {{
  const nonce = document.querySelector('meta[name=api-nonce]').content;
  const json = {{'Content-Type': 'application/json'}};
  const {{access_token}} = await send('/api/token', {{
    method: 'POST', headers: json, body: JSON.stringify({{nonce, device: 'desk'}})}});
  const known = {{...json, Authorization: 'Bearer ' + access_token}};
  const {{products}} = await send('/api/products?page=1&q=red+lamp', {{headers: known}});
  const {{order}} = await send('/api/orders', {{
    method: 'POST', headers: known, body: JSON.stringify({{product: products[1].sku, count: 2}})}});
  await send('/api/orders/' + order.id, {{headers: known}});
  document.getElementById('done').textContent = 'ordered';
}}
</script><button id=order onclick="order()">Order</button>"""


class Site:
    """Puts the site on a server; everything it hands out is good for one visitor, and forms only once."""

    def __init__(self, server: RecordingServer) -> None:
        self._forms: set[str] = set()
        self._nonces: dict[str, str] = {}
        self._tokens: set[str] = set()
        self._orders: dict[str, str] = {}
        for path, answer in {
            "/": self._front,
            "/login": self._login,
            "/account": self._account,
            "/api/token": self._token,
            "/api/products": self._products,
            "/api/orders": self._order,
            "/style.css": lambda _: Reply(200, (("Content-Type", "text/css"),), b"p {color: teal}"),
            "/logo.png": lambda _: Reply(200, (("Content-Type", "image/png"),), b"\x89PNG"),
        }.items():
            server.route(path, answer)
        self._server = server

    def _front(self, request: SeenRequest) -> Reply:
        csrf = secrets.token_hex(12)
        self._forms.add(csrf)
        return _html(_FRONT.format(csrf=csrf))

    def _login(self, request: SeenRequest) -> Reply:
        form = parse_qs(request.body.decode())
        csrf = form.get("csrf_token", [""])[0]
        if csrf not in self._forms or form.get("password") != ["open sesame"]:
            return Reply.json({"error": "no such form"}, 403)
        self._forms.discard(csrf)
        session = secrets.token_hex(16)
        self._nonces[session] = ""
        return Reply(
            303, (("Location", "/account"), ("Set-Cookie", f"session={session}; Path=/; HttpOnly")), b""
        )

    def _session(self, request: SeenRequest) -> str:
        pairs = (pair.strip().partition("=") for pair in (request.header("cookie") or "").split(";"))
        return next((value for name, _, value in pairs if name == "session" and value in self._nonces), "")

    def _account(self, request: SeenRequest) -> Reply:
        session = self._session(request)
        if not session:
            return Reply.json({"error": "log in"}, 401)
        self._nonces[session] = secrets.token_hex(8)
        return _html(_ACCOUNT.format(nonce=self._nonces[session]))

    def _token(self, request: SeenRequest) -> Reply:
        session = self._session(request)
        if not session or json.loads(request.body).get("nonce") != self._nonces[session]:
            return Reply.json({"error": "no nonce"}, 403)
        token = ".".join(secrets.token_urlsafe(12) for _ in range(3))
        self._tokens.add(token)
        return Reply.json({"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _known(self, request: SeenRequest) -> bool:
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        return scheme == "Bearer" and token in self._tokens

    def _products(self, request: SeenRequest) -> Reply:
        if not self._known(request) or request.query.replace("%20", "+") != "page=1&q=red+lamp":
            return Reply.json({"error": "who?"}, 401)
        return Reply.json(
            {"products": [{"sku": "SKU-000001"}, {"sku": f"SKU-{secrets.randbelow(10**9):09}"}]}
        )

    def _order(self, request: SeenRequest) -> Reply:
        if not self._known(request):
            return Reply.json({"error": "who?"}, 401)
        wanted = json.loads(request.body)
        if wanted.get("count") != 2 or not str(wanted.get("product")).startswith("SKU-"):
            return Reply.json({"error": "no product"}, 422)
        number = f"{secrets.randbelow(10**12)}"
        self._server.route(f"/api/orders/{number}", lambda seen: self._show(seen, number))
        return Reply.json({"order": {"id": number, "count": 2}}, 201)

    def _show(self, request: SeenRequest, number: str) -> Reply:
        return Reply.json({"id": number}) if self._known(request) else Reply.json({"error": "who?"}, 401)


def _html(text: str) -> Reply:
    return Reply(200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())
