"""Invented companies, the ways they are written and hidden, and their look-alikes: sets with known answers, by seed."""
