"""What registers itself when Candor starts: rules, kinds, jobs, notices, words, and parts of pages of the floors below."""

# ruff: noqa: F401
from customers import (
    access_review,
    calendars,
    day_parts,
    emergencies,
    export_approval,
    exporting,
    follow_ups,
    following,
    handover,
    identity_changes,
    leaving,
    next_steps,
    reaching,
    recycling,
    reminding,
    rules,
    transfers,
    watching,
    words,
)
from customers.assignment import acts, by_rules
from customers.assignment import changes as of_assignment
from customers.collisions import deadlines as of_cases
from customers.collisions import found as found_cases
from customers.collisions import opening, telling
from customers.collisions import rules as of_collisions
from customers.collisions import words as words_of_collisions
from customers.confirmation import answering, asking
from customers.confirmation import rules as of_confirmations
from customers.duplicates import deciding, filling, scanning
from customers.evidence import arriving as arriving_mail
from customers.evidence import calls, lapses, rereading
from customers.evidence import rules as rules_of_evidence
from customers.importing import arriving, trying, undoing, writing
from customers.marking import permissions as of_marks
from customers.merging import asking as merging
from customers.merging import hanging as what_a_merge_moves
from customers.merging import rules as of_merges
from customers.ownership import changes as of_rules
from customers.ownership import replay
from customers.pools import changes as of_pools
from customers.pools import draws, sorting
from customers.probing import rules as rules_of_probes
from customers.probing import watching as watching_probes
from customers.profile import (
    groups,
    ledger_words,
    permissions,
    sources,
    terms,
)
from customers.reconciliation import arriving as lists_to_compare
from customers.reconciliation import comparing
from customers.saved_views import saving
from customers.verification import corrections, sampling
from customers.verification import rules as rules_of_verification
from customers.verification import words as words_of_verification
