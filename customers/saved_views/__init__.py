"""The list of customers as somebody wants to see it: which rows, in which order, with which columns, kept under a name."""
