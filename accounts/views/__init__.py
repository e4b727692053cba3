"""Pages of people, of the way in, and of jobs."""
