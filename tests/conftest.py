"""No test leaves anything in the history of whoever runs it."""

import os

os.environ["POLYLOAD_HISTORY"] = "off"
