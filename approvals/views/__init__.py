"""Pages of requests, policies and delegations."""
