"""Django's PostgreSQL, with less work for each request (`base.DatabaseWrapper`)."""
