"""What runs inside Locust, in Locust's own Python, which need not have polyload: only Locust and the standard library.

The files are copied into the run's workspace in the same tree as here, with ``kinds`` and ``program.runtime`` from
the folders above, so that relative imports work in both places. Nothing from a plan is ever pasted into them.
"""
