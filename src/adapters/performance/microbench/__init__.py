"""Microbenchmarks of functions: the process is the sampling unit, and a verdict needs several of them."""
