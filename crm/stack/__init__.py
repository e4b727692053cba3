"""The local stack: PostgreSQL, Valkey, web, worker and scheduler from one command, needing only Python."""
