"""The stress test: users are raised step by step until the target breaks, and each step is judged on its own."""
