"""Tests are the same in a pipeline as elsewhere, read no settings of this checkout, and leave nothing in a history."""

import os

import hypothesis

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"):
    os.environ.pop(name, None)
os.environ["POLYLOAD_CONFIG"] = ""
os.environ["POLYLOAD_HISTORY"] = "off"

# How long drawing an example takes says more about the machine than about the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")
