"""Pages of people, of the way in, of notices, and of jobs."""
