"""The history: every run kept in a database, to be listed, shown, compared and reported again."""
