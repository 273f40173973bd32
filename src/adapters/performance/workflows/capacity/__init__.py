"""Capacity: how much a target can take within an objective, found by probes at different rates."""
