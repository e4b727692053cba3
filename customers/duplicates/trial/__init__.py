"""A trial on somebody's own lists: customers and questions from files, answered in a database of their own."""
