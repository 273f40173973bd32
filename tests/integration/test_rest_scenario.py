"""A REST scenario against resources that are there: what it creates is what it reads, changes and deletes."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from adapters.performance import NativeAdapter, PerformanceClient, RestScenario


class Users(BaseHTTPRequestHandler):
    """Users by number; 404 for one that there is not."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        number = next(self.server.numbers)
        self.server.users[number] = self._body()
        self._answer(201, {"user": {"id": number}})

    def do_GET(self):
        user = self.server.users.get(self._number())
        self._answer(200 if user else 404, user)

    def do_PUT(self):
        there = self._number() in self.server.users
        body = self._body()
        if there:
            self.server.users[self._number()] = body
            self.server.changed.add(self._number())
        self._answer(200 if there else 404, body)

    def do_DELETE(self):
        gone = self.server.users.pop(self._number(), None)
        self._answer(204 if gone else 404, None)

    def _number(self):
        return int(self.path.rpartition("/")[2])

    def _body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status, value):
        body = b"" if status == 204 else json.dumps(value).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def users():
    with ThreadingHTTPServer(("127.0.0.1", 0), Users) as server:
        server.users, server.numbers, server.changed = {}, count(1), set()
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_each_user_handles_what_it_created(users):
    scenario = RestScenario(f"http://127.0.0.1:{users.server_port}", id_path="$.user.id")
    scenario.create_resource("users", {"name": "Ann"}, checks={"status": 201})
    scenario.get_resource("users", scenario.created_id("users"), checks={"json": "$.name", "equals": "Ann"})
    scenario.update_resource("users", {"name": "Bob"})
    scenario.delete_resource("users", checks={"status": 204})
    result = await PerformanceClient(NativeAdapter()).load_test(plan=scenario.plan(iterations=20, users=4))
    assert result.success, result.reason
    assert result.summary.requests == 80
    assert (users.users, len(users.changed)) == ({}, 20)
