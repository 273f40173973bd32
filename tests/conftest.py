"""Tests are the same in a pipeline as elsewhere, though polyload tells pipelines more."""

import os

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"):
    os.environ.pop(name, None)
