"""Collision cases: opened when two of us were with one company, decided by somebody without a share in it."""
