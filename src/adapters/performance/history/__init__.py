"""The history: results kept in a database, found again, compared and shown; SQLAlchemy is imported when it is used."""
