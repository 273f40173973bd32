"""The page of settings says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from adapters.performance.plan.quantity import format_duration
from adapters.performance.settings.env_file import CANDIDATES as ENV_FILES
from adapters.performance.settings.files import CANDIDATES
from adapters.performance.settings.profiles import BUILT_IN
from adapters.performance.settings.table import settings_markdown, with_tables
from adapters.performance.settings.variables import ALIASES, SHARED

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")


def test_all_settings_are_in_the_table_as_the_model_has_them():
    assert with_tables(PAGE) == PAGE, "run: make docs"
    assert settings_markdown() in PAGE


def test_the_profiles_are_in_the_table_with_their_numbers():
    for name, profile in BUILT_IN.items():
        duration = format_duration(profile.duration_seconds)
        numbers = f"| {profile.concurrent_users} | {profile.requests_per_second:g} | {duration} |"
        assert f"| `{name}` {numbers}" in PAGE


def test_the_names_of_files_and_the_other_names_are_told():
    for name in (*CANDIDATES, *ENV_FILES, *SHARED, *(key[-1] for key in ALIASES)):
        assert f"`{name}`" in PAGE


def test_the_settings_files_on_the_page_are_valid(settle):
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        data = yaml.safe_load(block)
        assert settle({"qa.yaml": yaml.safe_dump(data)}).file is not None
    for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL):
        assert settle({"c.json": block}, file="c.json").settings.requests
