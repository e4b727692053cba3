"""Is a company that somebody types already among the customers, however it is written?

`record.read` turns fields into a `Record`, `keys.keys_of` into the few numbers by which likely rows are found, and
`scoring.judge` says of two records how probable it is that they are one company, and why. Nothing here reads a database.
"""
