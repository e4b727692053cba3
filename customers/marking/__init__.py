"""Lists that leave are marked: by their order, by what they say of themselves, and by companies that do not exist. Whoever
finds such a list can be told whose it was."""
