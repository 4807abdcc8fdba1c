"""The timeline in a database: SQLite by default, PostgreSQL with the same code."""
