"""No test reads the settings file of this checkout, unless it says so."""

import os

os.environ["POLYLOAD_CONFIG"] = ""
