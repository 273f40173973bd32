"""Changes to texts and to trees of JSON values, by chance: what somebody's broken or hostile file may look like."""

from __future__ import annotations

from random import Random
from typing import Any

WORDS = tuple(
    word.encode()
    for word in (
        "\n",
        "\r\n",
        "\t",
        " ",
        "\0",
        '"',
        "'",
        "\\",
        "`",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "#",
        "- ",
        "-",
        "&a ",
        "*a",
        "!!",
        "!x ",
        "<<: ",
        "|\n",
        ">",
        "%",
        "@",
        "?",
        "=",
        "${",
        "${env.HOME}",
        "$${",
        "${x",
        "}",
        "null",
        "true",
        "1e999",
        "-0",
        "9" * 30,
        "9" * 5000,
        "NaN",
        "0x",
        "1:2:3",
        "2026-02-30",
        "\ufeff",
        "\ud7ff",
        "é",
        "漢字",
        "😀",
        "\u2028",
        "a" * 300,
        "[" * 150,
        "{a: " * 120,
        "../..",
        "http://",
        "://",
        "http://[",
        "https://u:p@h/",
        ":99999/",
        "%zz",
        "--",
        "-H",
        "-d",
        "@/etc/passwd",
        "<!DOCTYPE x>",
        "<input name=a value=b>",
        "Bearer ",
        "Cookie: a=b",
        "base64",
        "multipart/form-data; boundary=",
        "\\ud800",
        "\\u0000",
        "$ref",
        "#/",
        "..",
        "*",
        "(",
        "(((((",
        "(a+)+$",
        "?P<a>",
    )
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    10**20,
    1.5,
    1e308,
    -0.0,
    "",
    " ",
    "a",
    "\0",
    "\n",
    "x" * 5000,
    "${env.HOME}",
    "$${",
    "é",
    "😀",
    "\u2028",
    "\ufeff",
    "[",
    "{}",
    "[]",
    "null",
    "true",
    "1",
    "-",
    "#/",
    "#/components",
    "http://",
    "http://[::1",
    "http://x/",
    "//x",
    "https://u:pw@host:1/a?b=c#d",
    "ws://x/",
    "data:,x",
    "GET",
    "POST",
    "b@d",
    "2026-01-02T03:04:05Z",
    "9999-12-31T23:59:59+99:99",
    "application/json",
    "multipart/form-data",
    "base64",
    "=",
    "%",
    "%%",
    "a=b",
    "\r\nX: y",
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    {"a": {"b": {"c": []}}},
    [None],
    ["a", "b"],
    {"$ref": "#"},
    {"name": "x", "value": "y"},
)


def changed_text(random: Random, data: bytes) -> bytes:
    """The bytes with one or a few changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        at = random.randrange(len(data) + 1)
        size = random.choice((1, 1, 2, 5, 20, 200))
        match random.randrange(8):
            case 0:
                data = data[:at] + random.randbytes(min(size, 5)) + data[at:]
            case 1:
                data = data[:at] + data[at + size :]
            case 2:
                data = data[:at] + random.choice(WORDS) + data[at:]
            case 3:
                data = data[:at] + random.choice(WORDS) + data[at + size :]
            case 4:
                data = data[:at] + data[at : at + size] * random.choice((2, 2, 3, 20)) + data[at + size :]
            case 5:
                data = data[:at]
            case 6:
                to = random.randrange(len(data) + 1)
                data = data[:at] + data[to : to + size] + data[at + size :]
            case _:
                data = (
                    data[:at]
                    + bytes(byte ^ (1 << random.randrange(8)) for byte in data[at : at + 1])
                    + data[at + 1 :]
                )
    return data


def changed_tree(random: Random, tree: Any) -> Any:
    """A copy of a tree with one or a few of its values, keys or branches changed."""
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        tree = _once(random, tree, random.random() ** 0.15)
    return tree


def _once(random: Random, node: Any, deep: float) -> Any:
    """The node with one change, likely far below it."""
    inside = (
        list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    )
    if not inside or random.random() > deep:
        return _instead(random, node)
    key = random.choice(inside)
    changed = node.copy()
    match random.randrange(12):
        case 0:
            del changed[key]
        case 1 if isinstance(node, dict):
            changed[random.choice(_some_names(random, node))] = changed.pop(key)
        case 1:
            changed.insert(key, changed[random.choice(inside)])
        case 2:
            other = random.choice(inside)
            changed[key], changed[other] = changed[other], changed[key]
        case 3 if isinstance(node, list):
            changed = changed * random.choice((2, 3))
        case 3:
            changed[random.choice(("", "a.b", "${x}", "name", "type", "\n", "x" * 200))] = node[key]
        case _:
            changed[key] = _once(random, node[key], deep)
    return changed


def _some_names(random: Random, node: dict[str, Any]) -> list[str]:
    return [*map(str, node), "", "id", "password", "${env.X}", str(random.randrange(1000))]


def _instead(random: Random, node: Any) -> Any:
    match random.randrange(6):
        case 0:
            return [node]
        case 1:
            return {"value": node}
        case 2:
            for _ in range(random.choice((2, 20, 80, 120))):
                node = [node]
            return node
        case 3 if isinstance(node, str) and node:
            return changed_text(random, node.encode(errors="replace")).decode(errors="replace")
    return random.choice(VALUES)
