"""Settings: what a project says once for all its runs, where each value came from, and who has the last word."""
