"""A plan made of a browser's recording: the token that the shop handed out is taken from each answer anew."""

import asyncio
import json
import os
import tempfile
from pathlib import Path

from adapters.performance import PerformanceClient, import_plan
from adapters.performance.testing import DemoServer


def entry(method: str, url: str, answer: object, sent: object = None, token: str = "") -> dict[str, object]:
    """What a browser's developer tools save of a request (Network panel: save as HAR, with content)."""
    request: dict[str, object] = {"method": method, "url": url}
    if token:
        request["headers"] = [{"name": "Authorization", "value": f"Bearer {token}"}]
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"mimeType": "application/json", "text": json.dumps(answer)}
    return {"request": request, "response": {"status": 200, "content": content}}


def recording(shop: str) -> dict[str, object]:
    token, account = "tok-1-5f0e3a77", {"username": "ann", "password": "s3cret"}
    entries = [
        entry("POST", f"{shop}/login", {"token": token}, sent=account),
        entry("GET", f"{shop}/products?q=lamp", {"products": []}),
        entry("GET", f"{shop}/cart", {"items": []}, token=token),
    ]
    return {"log": {"version": "1.2", "entries": entries}}


async def main(shop: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "visit.har"
        file.write_text(json.dumps(recording(shop)))
        plan = import_plan(file, load={"users": 3, "iterations": 30})
    login, _, cart = plan.requests()
    print(f"{login.label} hands out {', '.join(login.extract)}; {cart.label} sends it back")
    result = await PerformanceClient().load_test(plan=plan)
    print("passed" if result.success else f"failed: {result.reason}")


os.environ["PASSWORD"] = "s3cret"  # the recorded one is not written
with DemoServer() as server:
    asyncio.run(main(server.url))
