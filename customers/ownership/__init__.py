"""Ownership rules: public, in versions, replayed before two people put another one in force."""
