"""Comparing configurations by runs of each: which is better, worse, the same, or that it cannot be told.

The unit is the run, never the request: requests of one run share its luck, and tests over pooled requests cry wolf.
`compare` decides on results alone, `run` makes them.
"""
