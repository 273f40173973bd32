"""Settings: what runs are told by files, the environment and profiles, and where each value came from."""
