"""Evidence that a contact took place and was not typed by who claims it: mail, invitations, call logs.

A door reads an artefact under tight limits, finds whose customer it speaks of, and attaches it to a follow-up. What it then
brings a claim, the database says (`customers/sql/ownership.sql`).
"""
