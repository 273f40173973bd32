"""Requests with placeholders have the same bytes whether they are rendered from a template or put together whole."""

from __future__ import annotations

import pytest

from adapters.http.errors import WireError
from adapters.http.wire import split_url
from adapters.performance.engines.native.recorder import WindowClock
from adapters.performance.engines.native.scenarios import Aftertime, Compiler
from adapters.performance.engines.native.senders import USER_AGENT
from adapters.performance.engines.native.wire_sender import wire_form
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.plan.model import Plan

TARGET = "http://host.example:8080/base"
VALUES = {
    "word": "plain",
    "odd": "a b/c?d#e&ü%zz",
    "number": 7,
    "nothing": None,
    "list": [1, "x"],
    "empty": "",
}


def outgoing(step, *, wire, target=TARGET, variables=VALUES):
    plan = Plan.from_dict(
        {
            "target": target,
            "scenarios": [{"steps": [step]}],
            "load": {"iterations": 1},
            "variables": variables,
        }
    )
    program = compile_plan(plan)
    clock = WindowClock(lambda window: None, open_model=False, wire_bytes=True)
    (scenario,) = Compiler(clock, lambda why: None, wire, ()).scenarios(program, Aftertime())
    (made,) = scenario.steps
    session = runtime.Session(3, program["variables"], seed=1)
    session.iteration = 12
    return made._static or made._render(session)


@pytest.mark.parametrize(
    "step",
    [
        {"url": "/a/${word}"},
        {"url": "/a/${odd}?q=${odd}&n=${number}"},
        {"url": "/a", "params": {"q": "${odd}", "n": ["${iteration}", "${user}"]}},
        {"url": "?only=${word}"},
        {"url": "/${absent}/${absent:-instead}"},
        {"url": "/", "headers": {"X-A": "${odd}", "Accept": "text/${word}", "X-Empty": "${empty}"}},
        {"url": "/", "headers": {"Host": "other", "User-Agent": "${word}"}},
        {
            "url": "/",
            "method": "POST",
            "json": {"a": "${odd}", "n": "${number}", "l": "${list}", "t": "x${odd}"},
        },
        {"url": "/", "method": "POST", "body": "${empty}"},
        {"url": "/", "method": "GET", "body": "${word}"},
        {"url": "/", "method": "GET", "body": "${empty}"},
        {"url": "/", "method": "POST", "headers": {"Content-Length": "5"}, "body": "${word}"},
        {"url": "/${word}", "method": "PUT", "form": {"a b": "${odd}"}},
        {"url": "/${word}", "method": "HEAD"},
        {"url": "/${word}", "method": "DELETE"},
        {"url": "http://elsewhere.example?x=${word}"},
        {"url": "http://elsewhere.example", "headers": {"X": "${word}"}},
        {"url": "http://user:pass@elsewhere.example/${word}"},
        {"url": "HTTP://[::1]:8080/${word}"},
    ],
)
def test_the_bytes_are_those_of_the_whole_request(step):
    whole, templated = outgoing(step, wire=False), outgoing(step, wire=True)
    assert templated.prepared is not None, "not rendered from a template"
    assert templated.prepared == wire_form(whole, USER_AGENT)
    assert (templated.method, templated.body) == (whole.method, whole.body)
    assert split_url(templated.url) == split_url(whole.url)


@pytest.mark.parametrize("broken", ["a\r\nX-Injected: 1", "a\nb", "a\rb", "a\0b"])
def test_a_value_with_a_line_break_in_it_breaks_no_framing(broken):
    step = {"url": "/", "headers": {"X": "${value}", "Y": "${iteration}"}}
    request = outgoing(step, wire=True, variables={"value": broken})
    assert request.prepared is None
    with pytest.raises(WireError, match="line break"):
        wire_form(request, USER_AGENT)


@pytest.mark.parametrize(
    "step",
    [
        {"url": "http://${word}/a"},
        {"url": "http://host.example${word}"},
        {"url": "${word}/a"},
        {"url": "/${word}", "redirects": 3},
    ],
)
def test_what_no_template_can_tell_is_put_together_whole(step):
    assert outgoing(step, wire=True).prepared is None


def test_a_place_that_is_none_fails_each_request_and_not_the_run(monkeypatch):
    monkeypatch.setenv("SHOP", "http://host.example:99999")
    request = outgoing({"url": "/${word}"}, wire=True, target="${env.SHOP}")
    with pytest.raises(WireError, match="not a URL"):
        wire_form(request, USER_AGENT)
