"""No secret is shown: one is planted in every place, and every output is searched for it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from adapters.performance.cli import main
from adapters.performance.errors import UsageError
from adapters.performance.settings.listing import document, rows

SECRET = "s3cr3t-planted"
FILE = """\
performance:
  name: ${SHOP_TOKEN}
  timeout: 3
  target:
    base_url: http://qa:SECRET@127.0.0.1:1/?token=SECRET
    api_key: SECRET
    username: qa
    password: ${QA_PASSWORD}
  reports: ["json=${SHOP_TOKEN}.json"]
  variables: {api_key: SECRET, nested: [{token: SECRET}], plain: shown}
  requests:
    - url: http://qa:SECRET@127.0.0.1:1/a?api_key=SECRET
      headers: {Authorization: Bearer SECRET, Cookie: SECRET}
      json: {password: SECRET}
""".replace("SECRET", SECRET)
ENVIRON = {
    "SHOP_TOKEN": SECRET,
    "QA_PASSWORD": SECRET,
    "LOGTAIL_TOKEN": SECRET,
    "DATABASE_URL": f"postgresql+psycopg://qa:{SECRET}@h/db",
}


def test_no_secret_is_listed(settle):
    resolved = settle({"qa.yaml": FILE}, ENVIRON)
    assert SECRET not in str(list(rows(resolved)))
    assert SECRET not in json.dumps(document(resolved))
    assert SECRET not in repr(resolved.settings.target)
    assert "shown" in json.dumps(document(resolved))


@pytest.mark.parametrize(
    "args", [["config"], ["config", "--show"], ["config", "--json"], ["config", "--check"]]
)
def test_no_secret_is_printed(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLYLOAD_CONFIG")
    (tmp_path / "qa.yaml").write_text(FILE)
    (tmp_path / ".env").write_text(f"LOGTAIL_TOKEN={SECRET}\n")
    done = CliRunner().invoke(main, args, env={**ENVIRON, "POLYLOAD_TARGET_PASSWORD": SECRET})
    assert "qa.yaml" in done.output
    assert SECRET not in done.output


@pytest.mark.parametrize(
    "text", ["tool: ${QA_PASSWORD}", "preference: ['${QA_PASSWORD}']", "reports: ['${QA_PASSWORD}']"]
)
def test_no_secret_is_printed_as_a_name_that_there_is_not(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLYLOAD_CONFIG")
    (tmp_path / "qa.yaml").write_text(text)
    done = CliRunner().invoke(main, ["config"], env=ENVIRON)
    assert done.exit_code in (2, 3)
    assert "qa.yaml:1" in done.output
    assert SECRET not in done.output


@pytest.mark.parametrize("name", ["history", "log_service"])
def test_the_password_of_a_database_is_masked_when_it_is_shown(name, monkeypatch, settle):
    from adapters.performance.settings import listing, resolve

    monkeypatch.setattr(resolve, "NOT_YET", {})
    monkeypatch.setattr(listing, "NOT_YET", {})
    url = f"http://qa:{SECRET}@h/db"
    resolved = settle(environ={f"POLYLOAD_{name.upper()}_URL": url, "POLYLOAD_LOG_SERVICE_TOKEN": SECRET})
    shown = str(list(rows(resolved)))
    assert SECRET not in shown
    assert "http://qa:**********@h/db" in shown


@pytest.mark.parametrize(
    "text",
    [
        "target: {base_url: 'qa:SECRET@h'}",
        "target: {base_url: 'http://h', api_key: \"SECRET\\n\"}",
        "target: {base_url: 'http://h', api_key: [SECRET]}",
        "target: {base_url: 'http://h', passwort: SECRET}",
        "target: {password: SECRET}",
        "default_users: ${QA_PASSWORD}",
        "default_duration: ${QA_PASSWORD}",
        "thresholds: ['${QA_PASSWORD}']",
        "thresholds: {max_error_rate: '${QA_PASSWORD}'}",
        "profiles: {a: {pattern: '${QA_PASSWORD}'}}",
        "profile: ${QA_PASSWORD}",
        "type: ${QA_PASSWORD}",
    ],
)
def test_no_error_tells_a_secret(settle, text):
    with pytest.raises(UsageError) as caught:
        settle({"qa.yaml": f"tool: auto\n{text.replace('SECRET', SECRET)}\n"}, ENVIRON)
    assert SECRET not in str(caught.value)
