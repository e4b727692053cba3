"""The record of a customer beyond its name: places, people, tags, groups, payment terms, and how complete it is."""
