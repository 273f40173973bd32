"""Tests are the same in a pipeline as elsewhere, read no settings of this checkout, and leave nothing in a history."""

import os

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"):
    os.environ.pop(name, None)
os.environ["POLYLOAD_CONFIG"] = ""
os.environ["POLYLOAD_HISTORY"] = "off"
