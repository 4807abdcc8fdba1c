"""Use cases: load, decide, append, show. The only place where the inner rooms meet."""
