"""Reconciliation: another system's list beside our customers. It says what differs and writes nothing."""
