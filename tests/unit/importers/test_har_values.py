"""Values that a recorded answer handed out are taken from each answer anew; secrets are not written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.importers.recordings import entry, imported, steps

TOKEN = "eyJhbGci.eyJzdWIi.c2ln"


def taken(*entries) -> dict[str, Any]:
    """What is extracted, of all steps."""
    return {name: how for step in steps(*entries) for name, how in step.get("extract", {}).items()}


@pytest.mark.parametrize(
    ("answer", "use", "extract", "written"),
    [
        (
            {"data": {"access_token": TOKEN}},
            {"headers": {"Authorization": f"Bearer {TOKEN}"}},
            {"access_token": {"json": "$.data.access_token"}},
            ("auth", {"bearer": "${access_token}"}),
        ),
        (
            {"items": [{"id": 1}, {"id": 7654321}]},
            {"url": "/items/7654321"},
            {"item_id": {"json": "$.items[1].id"}},
            ("url", "/items/${item_id}"),
        ),
        (
            {"cursor": "c-123456"},
            {"url": "/items?after=c-123456"},
            {"cursor": {"json": "$.cursor"}},
            ("params", {"after": "${cursor}"}),
        ),
        (
            {"cart": {"id": 9876543}},
            {"method": "POST", "sent": {"cart": 9876543, "note": "of cart 9876543"}},
            {"cart_id": {"json": "$.cart.id"}},
            ("json", {"cart": "${cart_id}", "note": "of cart 9876543"}),
        ),
        (
            {"odd 'key'": "abc-123456"},
            {"url": "/x/abc-123456"},
            {"odd_key": {"json": "$['odd \\'key\\'']"}},
            ("url", "/x/${odd_key}"),
        ),
        (
            "<form><input name='csrf' type='hidden' value='f0rm-1a2b3c'></form>",
            {"method": "POST", "sent": "csrf=f0rm-1a2b3c", "kind": "application/x-www-form-urlencoded"},
            {"csrf": {"regex": "<input[^>]*name='csrf'[^>]*value='([^']+)'"}},
            ("form", {"csrf": "${csrf}"}),
        ),
        (
            '<meta content="m3ta-1a2b3c" name="csrf-token">',
            {"headers": {"X-CSRF-Token": "m3ta-1a2b3c"}},
            {"csrf_token": {"regex": '<meta[^>]*content="([^"]+)"[^>]*name="csrf-token"'}},
            ("headers", {"X-Csrf-Token": "${csrf_token}"}),
        ),
        (
            "<script>window.cfg = {csrfToken: 'j5-1a2b3c4d'}</script>",
            {"headers": {"X-CSRF-Token": "j5-1a2b3c4d"}},
            {"csrf_token": {"regex": "csrfToken[\"']?\\s*[:=]\\s*[\"']([^\"']+)"}},
            ("headers", {"X-Csrf-Token": "${csrf_token}"}),
        ),
    ],
    ids=["token", "path", "query", "json", "odd key", "hidden field", "meta", "script"],
)  # fmt: skip
def test_what_was_handed_out_is_sent_back(answer, use, extract, written):
    first, second = steps(entry(url="/first", answer=answer), entry(**{"url": "/second", **use}))
    assert first["extract"] == extract
    field, value = written
    assert second[field] == value


def test_headers_and_cookies_are_taken_too():
    first, second = steps(
        entry(answer_headers={"ETag": '"v-123456"', "Set-Cookie": "xsrf=c00kie-123; Path=/"}),
        entry(
            "PUT",
            "/a",
            headers={"If-Match": '"v-123456"', "X-XSRF": "c00kie-123", "Cookie": "xsrf=c00kie-123"},
        ),
    )
    assert first["extract"] == {"etag": {"header": "Etag"}, "xsrf": {"cookie": "xsrf"}}
    assert second["headers"] == {"If-Match": "${etag}", "X-Xsrf": "${xsrf}"}


def test_what_browsers_decode_is_decoded():
    first, second = steps(
        entry(
            answer='<input name="state" value="a&amp;b-12345">',
            answer_headers={"Set-Cookie": "XSRF-TOKEN=abc%3D%3D1234; Path=/"},
        ),
        entry("POST", "/a", sent={"state": "a&b-12345"}, headers={"X-XSRF-TOKEN": "abc==1234"}),
    )
    assert first["extract"] == {
        "state": {"regex": '<input[^>]*name="state"[^>]*value="([^"]+)"', "transform": "html_unescape"},
        "xsrf_token": {"cookie": "XSRF-TOKEN", "transform": "url_decode"},
    }
    assert (second["json"], second["headers"]) == ({"state": "${state}"}, {"X-Xsrf-Token": "${xsrf_token}"})


def test_an_answer_that_redirects_is_kept_where_it_hands_something_out():
    login, home, api = steps(
        entry("POST", "/login", status=302, answer_headers={"Location": "/home", "X-Key": "key-123456"}),
        entry(url="/home"),
        entry(url="/api", headers={"X-Key": "key-123456"}),
    )
    assert (login["checks"], login["extract"], "redirects" in login) == (
        [{"status": 302}],
        {"login_key": {"header": "X-Key"}},
        False,
    )
    assert home["url"] == "/home"
    assert api["headers"] == {"X-Key": "${login_key}"}


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"page": "12345"}, "/a?page=12345"),
        ({"name": "electronics"}, "/category/electronics"),
        ({"day": "2026-01-02"}, "/a?day=2026-01-02"),
        ({"flag": True, "kind": "default"}, "/default/true"),
        ({"version": "1.20.300"}, "/v/1.20.300"),
        ({"text": "two words 123"}, "/a?q=two%20words%20123"),
    ],
)
def test_what_anybody_could_have_said_is_not_taken(answer, url: str):
    assert taken(entry(answer=answer), entry(url=url)) == {}


def test_what_was_sent_before_it_came_back_was_not_handed_out():
    assert (
        taken(entry(url="/users/ann-12345", answer={"id": "ann-12345"}), entry(url="/more/ann-12345")) == {}
    )


def test_a_value_is_taken_where_it_first_came_from():
    entries = (
        entry(url="/list", answer={"orders": [{"ref": "ord-123456"}]}),
        entry(url="/orders/ord-123456", answer={"ref": "ord-123456"}),
        entry(url="/orders/ord-123456/lines"),
    )
    assert taken(*entries) == {"order_ref": {"json": "$.orders[0].ref"}}


def test_the_small_id_of_something_just_made_is_taken():
    entries = (
        entry(url="/products/2", answer={"id": 2}),
        entry("POST", "/orders", sent={"product_id": 2}, status=201, answer={"id": 7}),
        entry(url="/orders/7"),
        entry("POST", "/pay", sent={"order_id": 7, "count": 7}),
    )
    made = steps(*entries)
    assert made[1]["extract"] == {"order_id": {"json": "$.id"}}
    assert (made[2]["url"], made[3]["json"]) == (
        "/orders/${order_id}",
        {"order_id": "${order_id}", "count": 7},
    )
    assert made[1]["json"] == {"product_id": 2}


def test_a_type_is_kept():
    entries = (
        entry(answer={"id": 7654321}),
        entry("POST", "/a", sent={"id": "7654321"}),
        entry(url="/b/7654321"),
    )
    made = steps(*entries)
    assert made[1]["json"] == {
        "id": "7654321"
    }  # a text: the number that is handed out would be another value
    assert made[2]["url"] == "/b/${id}"


def test_a_token_that_is_renewed_keeps_its_name():
    entries = [entry(url="/", answer={"token": "tok-000000"})]
    for number in range(3):
        sent = {"Authorization": f"Bearer tok-00000{number}"}
        entries.append(entry("POST", f"/{number}", headers=sent, answer={"token": f"tok-00000{number + 1}"}))
    made = steps(*entries)
    assert [step.get("extract") for step in made] == [{"token": {"json": "$.token"}}] * 3 + [None]
    assert {step["auth"]["bearer"] for step in made[1:]} == {"${token}"}


def test_values_that_are_needed_side_by_side_have_names_of_their_own():
    made = steps(
        entry(answer={"a": {"id": "aaa-111"}, "b": {"id": "bbb-222"}}),
        entry(url="/x/aaa-111/bbb-222"),
        entry(url="/y/aaa-111"),
    )
    assert made[0]["extract"] == {"a_id": {"json": "$.a.id"}, "b_id": {"json": "$.b.id"}}
    assert made[1]["url"] == "/x/${a_id}/${b_id}"


def test_comments_say_where_a_value_came_from_and_where_it_goes():
    draft = imported(
        entry(answer={"token": "tok-123456"}), entry(url="/a/tok-123456"), entry(url="/b/tok-123456")
    )
    place = ("scenarios", 0, "steps")
    assert draft.beside[*place, 0, "extract", "token"] == "sent by GET /a/${token} and 1 more"
    assert draft.above[*place, 1] == "${token} is from the answer to GET /"


def test_secrets_are_not_written():
    draft = imported(
        entry(
            "POST",
            "/login?api_key=k3y-987654",
            headers={"Authorization": "Token t0k-987654", "X-Api-Key": "h3ader-987"},
            sent={
                "user": "ann",
                "password": "p4ss-987654",
                "nested": [{"client_secret": "s3cret-98", "pin": 4711}],
            },
        ),
        entry("POST", "/form", sent="name=ann&passwd=f0rm-987654", kind="application/x-www-form-urlencoded"),
        entry("POST", "/text", sent='say password="t3xt-987654" to p4ss-987654', kind="text/plain"),
        entry("PUT", "/basic", headers={"Authorization": "Basic YW5uOmI0c2ljLTk4Nw=="}),
    )
    text = json.dumps(draft.plan) + str(draft.above) + str(draft.beside) + str(draft.notes)
    for secret in (
        "k3y-98",
        "t0k-98",
        "h3ader",
        "p4ss-98",
        "s3cret",
        "4711",
        "f0rm-98",
        "t3xt-98",
        "YW5uO",
        "b4sic",
    ):
        assert secret not in text
    login, form, said, basic = draft.plan["scenarios"][0]["steps"]
    assert login["params"] == {"api_key": "${env.API_KEY}"}
    assert login["headers"] == {"Authorization": "Token ${env.TOKEN}", "X-Api-Key": "${env.API_KEY_2}"}
    assert login["json"]["password"] == "${env.PASSWORD}"
    assert form["form"] == {"name": "ann", "passwd": "${env.PASSWD}"}
    assert said["body"] == 'say password="${env.SECRET}" to ${env.PASSWORD}'
    assert basic["auth"] == {"basic": {"username": "ann", "password": "${env.PASSWORD_2}"}}
    assert "before a run set the environment variables API_KEY, PASSWORD, CLIENT_SECRET" in draft.notes[-1]
    assert "BASIC" not in draft.notes[-1]


def test_a_signature_that_is_good_once_is_left_out_and_told():
    draft = imported(entry(headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x, Signature=5ign"}))
    assert "5ign" not in json.dumps(draft.plan)
    assert any("AWS4-HMAC-SHA256 authorization cannot be sent again" in note for note in draft.notes)


def test_bodies_that_were_not_recorded_are_told():
    one = entry(answer={"token": "tok-123456"})
    del one["response"]["content"]["text"]
    assert any("lacks the bodies of 1 answers" in note for note in imported(one).notes)
