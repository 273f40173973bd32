"""Load engines: one contract, several tools behind it."""
