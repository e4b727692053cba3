"""Verification: customers compared with reality, field by field, by somebody who does not own them."""
