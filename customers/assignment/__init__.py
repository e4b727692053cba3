"""Who gets a customer by a rule or by a manager's word, and why."""
