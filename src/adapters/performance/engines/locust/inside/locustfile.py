"""The one locustfile under which every plan runs; Locust runs a copy of it in the run's workspace."""

from polyload_inside.performance.engines.locust.inside.plan import locust_classes  # type: ignore[import-not-found]

PlanUser, PlanShape = locust_classes()
