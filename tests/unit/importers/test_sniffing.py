"""What a file is, is seen by a glance, however it is laid out."""

from __future__ import annotations

import json

import pytest

from adapters.performance.importers.kinds import detect
from adapters.performance.importers.source import Source

LINE = '1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("openapi: 3.0.0\ninfo: {}\n", "openapi"),
        ("# about\nswagger: '2.0'\n", "openapi"),
        ('{"openapi":"3.1.0","paths":{}}', "openapi"),
        (json.dumps({"info": {"title": "x"}, "paths": {}, "openapi": "3.0.0"}), "openapi"),
        (json.dumps({"info": {"name": "x"}, "item": []}), "postman"),
        (
            json.dumps(
                {"item": [], "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/"}}
            ),
            "postman",
        ),
        ("curl http://a.test", "curl"),
        ("#!/bin/sh\nset -e\n  $ curl -X POST \\\n http://a.test", "curl"),
        ('curl ^"http://a.test^"', "curl"),
        (LINE, "log"),
        (f"{LINE}\n" * 30 + "half a li", "log"),
        (f"#Fields\n{LINE}\nnonsense\n{LINE}\n{LINE}\n", "log"),
    ],
)
def test_kinds_are_told_apart(text, kind):
    assert detect(Source("file", text.encode())).name == kind
