"""A small JSON shop: what the demo server serves. Service times are log-normal and seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from urllib.parse import parse_qs

from .auth import bearer, credentials
from .connection import Service
from .messages import Reply, SeenRequest

_MEDIAN_S = 0.003
_SIGMA = 0.4
_SLOW_S = (0.020, 0.080)
_ADJECTIVES = ("red", "blue", "green", "quiet", "sturdy", "light", "old", "new")
_NOUNS = ("chair", "lamp", "table", "kettle", "clock")
_HTML = b"""<!doctype html>
<title>polyload demo shop</title>
<h1>polyload demo shop</h1>
<p><a href="/products">/products</a>, <a href="/products?q=lamp">lamps</a>, <a href="/slow">/slow</a>.</p>
"""


def _catalogue() -> dict[int, dict[str, object]]:
    names = [f"{adjective} {noun}" for noun in _NOUNS for adjective in _ADJECTIVES]
    return {
        number: {"id": number, "name": name, "price": round(5 + number * 3.7, 2), "stock": number * 7 % 50}
        for number, name in enumerate(names, 1)
    }


class Shop(Service):
    """Products to anyone; carts and orders to those who logged in (any non-empty username and password)."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._products = _catalogue()
        self._carts: dict[str, list[dict[str, object]]] = {}  # by token
        self._orders = 0
        self._handlers: dict[tuple[str, str], Callable[[SeenRequest], Reply]] = {
            ("GET", "/"): self._home,
            ("GET", "/health"): self._health,
            ("GET", "/products"): self._search,
            ("POST", "/login"): self._login,
            ("GET", "/cart"): self._show_cart,
            ("POST", "/cart"): self._add_to_cart,
            ("POST", "/orders"): self._order,
            ("GET", "/slow"): self._slow,
        }
        self._paths = {path for _, path in self._handlers}

    def reply(self, request: SeenRequest) -> Reply:
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._handlers.get((method, request.path))
        if handler is not None:
            reply = handler(request)
        elif request.path.startswith("/products/") and method == "GET":
            reply = self._product(request)
        elif request.path in self._paths:
            reply = _error(405, f"{request.method} is not for {request.path}")
        else:
            reply = _error(404, f"no such page: {request.path}")
        if not reply.delay_s and request.path != "/health":
            reply.delay_s = self._random.lognormvariate(math.log(_MEDIAN_S), _SIGMA)
        return reply

    def _home(self, request: SeenRequest) -> Reply:
        return Reply(200, (("Content-Type", "text/html; charset=utf-8"),), _HTML)

    def _health(self, request: SeenRequest) -> Reply:
        return Reply(200, (("Content-Type", "application/json"),), b'{"status": "ok"}')

    def _search(self, request: SeenRequest) -> Reply:
        wanted = parse_qs(request.query).get("q", [""])[0].lower()
        found = [product for product in self._products.values() if wanted in str(product["name"])]
        return Reply.json({"products": found, "total": len(found)})

    def _product(self, request: SeenRequest) -> Reply:
        key = request.path.removeprefix("/products/")
        product = self._products.get(int(key)) if key.isdecimal() else None
        return Reply.json(product) if product else _error(404, f"no product {key}")

    def _login(self, request: SeenRequest) -> Reply:
        username, password = credentials(request)
        if not username or not password:
            return _error(401, "username and password are needed")
        token = f"tok-{len(self._carts) + 1}-{self._random.getrandbits(32):08x}"
        self._carts[token] = []
        return Reply.json({"token": token, "user": {"name": username}})

    def _cart_of(self, request: SeenRequest) -> list[dict[str, object]] | None:
        return self._carts.get(bearer(request) or "")

    def _show_cart(self, request: SeenRequest) -> Reply:
        cart = self._cart_of(request)
        return _unauthorized() if cart is None else Reply.json({"items": cart})

    def _add_to_cart(self, request: SeenRequest) -> Reply:
        cart = self._cart_of(request)
        if cart is None:
            return _unauthorized()
        try:
            wanted = request.json()
            number, quantity = int(wanted["product_id"]), int(wanted.get("quantity", 1))
        except (ValueError, TypeError, KeyError, AttributeError):
            return _error(422, "a JSON body with product_id (and quantity) is needed")
        if number not in self._products:
            return _error(404, f"no product {number}")
        cart.append({"product_id": number, "quantity": quantity})
        return Reply.json({"items": cart}, 201)

    def _order(self, request: SeenRequest) -> Reply:
        cart = self._cart_of(request)
        if cart is None:
            return _unauthorized()
        if not cart:
            return _error(409, "the cart is empty")
        self._orders += 1
        order = {"id": self._orders, "items": cart.copy(), "status": "accepted"}
        cart.clear()
        return Reply.json(order, 201)

    def _slow(self, request: SeenRequest) -> Reply:
        reply = Reply.json({"status": "at last"})
        reply.delay_s = self._random.uniform(*_SLOW_S)
        return reply


def _error(status: int, message: str) -> Reply:
    return Reply.json({"error": message}, status)


def _unauthorized() -> Reply:
    return Reply.json({"error": "a token from /login is needed"}, 401, [("WWW-Authenticate", "Bearer")])
