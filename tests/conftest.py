"""Tests are the same in a pipeline as elsewhere, and read no settings file of this checkout, unless they say so."""

import os

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"):
    os.environ.pop(name, None)
os.environ["POLYLOAD_CONFIG"] = ""
