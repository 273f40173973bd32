"""What a plan says of connections: one form for each wish, contradictions refused, passwords never shown."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.errors import PlanError
from adapters.performance.plan import Plan
from adapters.performance.plan.masking import public_dict


def plan_with(**options: Any) -> Plan:
    return Plan.for_url("http://host.example/", load={"iterations": 1}, options=options)


@pytest.mark.parametrize(
    ("given", "kept", "shared", "idle_s"),
    [
        (True, True, None, None),
        (False, False, None, None),
        ({"shared": 20}, True, 20, None),
        ({"idle_timeout": "1m"}, True, None, 60),
        ({"shared": 2, "idle_timeout": "500ms"}, True, 2, 0.5),
    ],
)
def test_keep_alive_is_one_option(given: Any, kept: bool, shared: int | None, idle_s: float | None) -> None:
    options = compile_plan(plan_with(keep_alive=given))["options"]
    assert (options["keep_alive"], options["shared"], options["idle_timeout_s"]) == (kept, shared, idle_s)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"keep_alive": {"share": 2}}, "options.keep_alive.share: no such field; did you mean 'shared'?"),
        (
            {"keep_alive": {"shared": 0}},
            "options.keep_alive.shared: input should be greater than or equal to 1",
        ),
        ({"local_address": "localhost"}, "options.local_address: not an IP address: 'localhost'"),
        ({"local_address": ["127.0.0.2", "::1"], "ip": 4}, "a local_address is of the other version"),
        ({"proxy": "127.0.0.1:3128"}, "options.proxy: a proxy is written http://host:port"),
        ({"proxy": "socks5://127.0.0.1:3128"}, "options.proxy: a proxy is written http://host:port"),
        ({"proxy": "http://proxy:99999"}, "options.proxy: a proxy is written http://host:port"),
        (
            {"proxy": "http://p:1", "unix_socket": "/s"},
            "proxy and unix_socket are different ways to the server",
        ),
        ({"unix_socket": "/s", "ip": 4}, "a Unix socket has no addresses"),
        ({"resolve": "always"}, "options.resolve: input should be 'once' or 'connection'"),
    ],
)
def test_what_is_wrong_is_told_in_words(options: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_with(**options)
    assert told in str(caught.value)


def test_one_local_address_may_stand_alone() -> None:
    assert plan_with(local_address="127.0.0.2").options.local_address == ("127.0.0.2",)


def test_the_password_of_a_proxy_is_never_shown() -> None:
    shown = public_dict(plan_with(proxy="http://ada:s3cret@proxy.example:3128"))
    assert shown["options"]["proxy"] == "http://ada:**********@proxy.example:3128"


def test_a_proxy_from_the_environment_is_checked_when_it_is_known() -> None:
    plan = plan_with(proxy="${env.THE_PROXY}")
    environ = {"THE_PROXY": "http://ada:s3cret@proxy.example:3128"}
    assert compile_plan(plan, environ=environ)["options"]["proxy"] == environ["THE_PROXY"]
    with pytest.raises(PlanError, match=r"options.proxy: a proxy is written"):
        compile_plan(plan, environ={"THE_PROXY": "nonsense"})
    with pytest.raises(PlanError, match=r"options.proxy: only \$\{env.X\} can stand"):
        compile_plan(plan_with(proxy="http://${user}:x@proxy.example"))


def test_a_unix_socket_is_looked_up_beside_the_plan(tmp_path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        "scenarios: [{steps: [{url: 'http://host.example/'}]}]\n"
        "load: {iterations: 1}\n"
        "options: {unix_socket: app.sock}\n"
    )
    assert Plan.from_file(file).options.unix_socket == tmp_path / "app.sock"
