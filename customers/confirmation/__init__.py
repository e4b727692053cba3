"""The customer is asked: by chance or by wish, once, and his answer goes past the rep."""
