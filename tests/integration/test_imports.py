"""Plans made from descriptions, collections, commands and logs, run on the native engine against an ordinary server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.performance import import_plan
from adapters.performance.engines.native.adapter import NativeAdapter
from adapters.performance.engines.running import run_plan

IMPORTS = Path(__file__).parents[1] / "data" / "imports"
ONCE = {"iterations": 1}


class Library(BaseHTTPRequestHandler):
    """Things in collections: POST makes one with a new id, which GET, PUT and DELETE know; everything is noted."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    collections = ("books", "orders", "pets")

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        status, answer = self.answer(
            [part for part in url.path.split("/") if part], parse_qs(url.query), body
        )
        data = b"" if status in (204, 304) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Trace", "t-1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def answer(self, path, query, body):
        place = next((n for n, part in enumerate(path) if part in self.collections), None)
        if place is None:
            return 200, {"token": "tok", "access_token": "app_token", "user": {"name": "ann", "ids": [41]}}
        things = self.server.things.setdefault(path[place], {})
        if len(path) == place + 1:
            if self.command != "POST":
                return 200, list(things.values())
            number = str(1000 + len(self.server.seen))
            things[number] = {"id": number, **json.loads(body or b"{}")}
            return 201, {**things[number], "data": {"id": number}}
        if path[place + 1] not in things:
            return 404, {"error": "no such thing"}
        if self.command == "DELETE":
            things.pop(path[place + 1])
            return 204, None
        return 200, {}

    def log_message(self, *_):
        pass


@pytest.fixture
def app():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Library)
    server.daemon_threads = True
    server.seen, server.things = [], {}
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def played(app, name, load=ONCE, **options):
    plan = import_plan(IMPORTS / name, target=app.url, load=load, **options)
    return plan, await run_plan(NativeAdapter(), plan)


def asked(app):
    return [f"{method} {path}" for method, path, *_ in app.seen]


async def test_things_are_made_read_changed_and_deleted_by_the_ids_that_the_server_gave(app, monkeypatch):
    for name in ("TOKEN", "API_TOKEN", "BASIC_USERNAME", "BASIC_PASSWORD"):
        monkeypatch.setenv(name, f"the-{name.lower()}")
    _, result = await played(app, "openapi-3.yaml", include=("books",))
    assert result.success, result.summary.errors
    number = next(iter(path.rpartition("/")[2] for method, path, *_ in app.seen if method == "DELETE"))
    assert asked(app) == [
        "POST /v1/books",
        "GET /v1/books?page=1&fields=id%2Ctitle&filter%5Bauthor%5D=Le%20Guin",
        f"GET /v1/books/{number}",
        f"PUT /v1/books/{number}",
        f"PUT /v1/books/{number}/cover",
        f"DELETE /v1/books/{number}",
    ]
    assert not app.things["books"]
    assert {headers["Authorization"] for _, _, headers, _ in app.seen} == {"Bearer the-token"}
    book = json.loads(app.seen[0][3])
    assert "id" not in book
    assert len(book["code"]) == 36
    assert json.loads(app.seen[3][3]) == {"title": "Changed ${title}"}
    assert b'filename="image.png"\r\nContent-Type: image/png' in app.seen[4][3]


async def test_an_id_within_a_wrapper_and_proofs_of_every_kind(app, monkeypatch):
    for name in ("API_KEY", "APP_CLIENT_ID", "APP_CLIENT_SECRET", "SESSION", "QUERY"):
        monkeypatch.setenv(name, name.lower())
    _, result = await played(app, "openapi-31.json", include=("orders",))
    assert result.success, result.summary.errors
    token, order, look, cancel = app.seen
    assert token[:2] == ("POST", "/api/token")
    assert token[3] == b"grant_type=client_credentials&scope=write"
    assert (order[2]["X-Api-Key"], order[2]["Authorization"]) == ("api_key", "Bearer app_token")
    assert order[2]["Content-Type"] == "application/vnd.orders+json"
    assert json.loads(order[3])["lines"] == [6, 7]
    assert look[2]["Cookie"] == "sid=session"
    assert cancel[1].endswith("?key=query")


async def test_swagger_2(app, monkeypatch):
    for name in ("BASIC_USERNAME", "BASIC_PASSWORD", "KEY", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"):
        monkeypatch.setenv(name, name.lower())
    _, result = await played(app, "openapi-swagger.json")
    assert result.success, result.summary.errors
    assert [line.partition("?")[0].rpartition("/")[0] for line in asked(app)] == [
        "POST /v2",
        "GET /v2",
        "GET /v2/pets",
        "POST ",
        "POST /v2/pets",
    ]
    assert app.seen[1][1].endswith("ids=1&ids=1&names=name%2Cname")
    assert app.seen[3][1] == "/token"
    assert app.seen[4][2]["Authorization"] == "Bearer app_token"
    assert app.seen[4][2]["Content-Type"].startswith("multipart/form-data")


async def test_a_collection_in_its_order_with_what_its_scripts_keep(app, monkeypatch):
    for name in ("PASSWORD", "PASSWORD_2", "KEY", "MISSING"):
        monkeypatch.setenv(name, name.lower())
    plan, result = await played(app, "postman.json", exclude=("number",))
    assert result.success, result.summary.errors
    assert plan.options.redirects == 10
    assert asked(app) == [
        "POST /login",
        "GET /users/41/orders?size=20",
        "POST /form",
        "POST /parts",
        "POST /graphql",
        "POST /text",
    ]
    login, profile, form, parts, graph, text = app.seen
    assert len(login[2]["X-Trace"]) == 36
    assert "X-Off" not in login[2]
    assert json.loads(login[3]) == {"username": "ann", "password": "password_2"}
    assert profile[2]["Authorization"] == "Bearer tok"
    assert form[3] == b"a=1%202&b=missing"
    assert b'name="photo"; filename="me.png"' in parts[3]
    assert json.loads(graph[3]) == {"query": "{ shop { name } }", "variables": {"n": 1}}
    assert graph[2]["X-Key"] == "key"
    assert text[3] == b"costs ${price}"


async def test_commands_one_after_the_other(app, monkeypatch):
    for name in ("PASSWORD", "API_KEY", "TOKEN", "PASSWORD_2"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("COOKIE", "sid=1; theme=dark")
    monkeypatch.setenv("BASE", app.url)
    _, result = await played(app, "curl.sh")
    assert result.success, result.summary.errors
    login, cart, search, up, head, sent, form = app.seen
    assert login[:2] == ("POST", "/login")
    assert json.loads(login[3]) == {"username": "ann", "password": "password"}
    assert cart[:2] == ("PUT", "/cart?x=a%20b&api_key=api_key")
    assert (cart[2]["Authorization"], cart[2]["Cookie"]) == ("Bearer token", "sid=1; theme=dark")
    assert json.loads(cart[3]) == {"text": "it's ü 😀", "costs": "${x}"}
    assert search[:2] == ("GET", "/search?q=lamp&by=a%26b")
    assert search[2]["Authorization"].startswith("Basic ")
    assert up[1] in {f"/up/{n}" for n in range(1, 6)}
    assert b'name="photo"; filename="me.png"\r\nContent-Type: image/png' in up[3]
    assert head[:2] == ("HEAD", "/")
    assert json.loads(sent[3]) == [1, {"a": None}]
    assert form[3] == b"a=1&b=2"


async def test_the_mix_of_a_log(app):
    _, result = await played(app, "log.txt", load={"iterations": 300})
    assert result.summary.requests == 300
    routes = {name: one.requests for name, one in result.requests.items()}
    assert set(routes) == {"GET /", "GET /products/{id}", "GET /users/{users_id}/orders/{orders_id}"}
    assert 130 < routes["GET /products/{id}"] < 230  # 3 of 5
    urls = {path for _, path, *_ in app.seen}
    assert urls <= {
        "/",
        "/products/17?ref=mail",
        "/products/18",
        "/products/18?a=1",
        "/users/3fa85f64-5717-4562-b3fc-2c963f66afa6/orders/5",
    }
