"""Two records of one company become one, field by field, everything moved, reversible for thirty days."""
