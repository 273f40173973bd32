"""Read by Locust after the user's own locustfile; Locust runs a copy of it in the run's workspace."""

from polyload_inside.performance.engines.locust.inside.hook import install  # type: ignore[import-not-found]

install()
