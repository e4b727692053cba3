"""A replay of ownership rules at a million customers, measured; run by hand, no part of the tests:

    make test ARGS="tests/measure_replay.py -s -p no:cacheprovider"

One organisation, 1,000 reps, a million live claims of the last 180 days, 300,000 that ended in the last 90, a million
follow-ups, two thirds of them with evidence. Past all triggers; then the replay as the worker runs it.
"""

import sys
from time import perf_counter

import pytest
from django.db import connection

from accounts import tenancy
from accounts.models import User
from customers.models import OwnershipRules, Replay
from customers.ownership.replay import Outcome, ask_for_replay, work_out
from tests.factories import TeamFactory, UserFactory, founding, rules
from tests.millions import CUSTOMERS, REPS, fill

SEED = """
UPDATE customers_ownershiprules SET effective_from = now() - interval '400 days' WHERE organization_id = {org};
INSERT INTO accounts_user (organization_id, name, email, password, role, team_id, language, theme, shortcuts, mail_notices, is_active, is_owner, joined_at)
  SELECT {org}, 'Rep ' || n, 'rep' || n || '@o{org}.example', 'x', 'rep', (ARRAY{teams}::uuid[])[1 + n % 40], 'en', '', true, 'none', true, false, now()
    FROM generate_series(1, {people}) n;
CREATE TEMP TABLE rep AS SELECT id, team_id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_user WHERE organization_id = {org} AND role = 'rep';
CREATE TEMP TABLE held AS SELECT uuidv7() AS customer, n, now() - random() * interval '180 days' AS began FROM generate_series(1, {customers}) n;
INSERT INTO customers_customer (id, organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, owner_id, protected_until, needs_review, is_held, has_denials, created_by_id, size, tier, relation, currency, key_account, completeness)
  SELECT h.customer, {org}, 'Measured Company ' || h.n, '', '', '', '', 'CN', 'Suzhou', 'Optics', '', '', r.id, h.began + interval '181 days', false, false, false, r.id, '', '', '', '', false, 0
    FROM held h JOIN rep r ON r.place = h.n % {people};
INSERT INTO customers_claim (organization_id, customer_id, claimant_id, team_id, rules_id, way, claimed_at, chain_began_at, base_until, protected_until, release_reason, ended_as)
  SELECT {org}, h.customer, r.id, r.team_id, (SELECT id FROM customers_ownershiprules WHERE organization_id = {org} ORDER BY number DESC LIMIT 1),
         CASE WHEN h.n % 3 = 0 THEN 'created' ELSE 'pool' END, h.began, h.began, h.began + interval '181 days', h.began + interval '181 days', '', ''
    FROM held h JOIN rep r ON r.place = h.n % {people};
INSERT INTO customers_claim (organization_id, customer_id, claimant_id, team_id, rules_id, way, claimed_at, chain_began_at, base_until, protected_until, released_at, release_reason, ended_as)
  SELECT {org}, h.customer, r.id, r.team_id, (SELECT id FROM customers_ownershiprules WHERE organization_id = {org} ORDER BY number DESC LIMIT 1),
         'pool', h.began - interval '70 days', h.began - interval '70 days', h.began + interval '111 days', h.began + interval '111 days', h.began - interval '1 day' * (h.n % 40), '', 'released'
    FROM held h JOIN rep r ON r.place = (h.n + h.n % 25) % {people} WHERE h.n <= {ended};
CREATE TEMP TABLE spoken AS SELECT uuidv7() AS id, h.customer, h.n, least(h.began + random() * interval '60 days', now() - interval '1 hour') AS at FROM held h;
INSERT INTO customers_followup (id, organization_id, customer_id, author_id, kind, content, needs, intention, occurred_at, recorded_at)
  SELECT s.id, {org}, s.customer, r.id, 'call', 'measured', '', '', s.at, s.at + interval '1 minute' FROM spoken s JOIN rep r ON r.place = s.n % {people};
INSERT INTO customers_evidence (organization_id, customer_id, follow_up_id, kind, digest, happened_at, gathered_at)
  SELECT {org}, s.customer, s.id, 'mail', sha256(s.id::text::bytea), s.at, s.at + interval '2 minutes' FROM spoken s WHERE s.n % 3 <> 0;
"""  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_replay_at_a_million(capsys):
    with founding(name="Measured") as organization:
        rules(protection_days=181)
        zhao = UserFactory(name="Zhao", organization=organization, role=User.Role.ADMINISTRATOR)
        teams = [TeamFactory(name=f"Team {number}", organization=organization) for number in range(40)]
    written = "['" + "','".join(str(team.pk) for team in teams) + "']"
    tables = ("customers_customer", "customers_claim", "customers_followup", "customers_evidence", "accounts_user")
    fill(SEED, organization, reps=0, people=REPS, tables=tables, ended=CUSTOMERS * 3 // 10, teams=written)
    with capsys.disabled():
        for changed in ({"protection_days": 60}, {"protection_days": 60, "hold_hours": 72, "holds_at_once": 5, "lapses_at_most": 3, "daily_claims": 5, "holding_limit": 900, "cooldown_days": 30}):  # fmt: skip
            measure(organization, zhao, changed)


def measure(organization, zhao, changed):
    with tenancy.scope(organization, user=zhao, source="test"):
        proposed = OwnershipRules.objects.in_force().as_asked | changed
        replay = ask_for_replay(by=zhao, rules=proposed, effective_from=None, instead_of=None)
    begin = perf_counter()
    with tenancy.scope(organization, source="job"):
        work_out(str(replay.pk))
    took = perf_counter() - begin
    with tenancy.scope(organization, user=zhao, source="test"), connection.cursor() as cursor:
        found = Replay.objects.get(pk=replay.pk)
        cursor.execute(
            "SELECT octet_length(result::text), pg_column_size(result) FROM customers_replay WHERE id = %s", [replay.pk]
        )
        size = cursor.fetchone()
        total = Outcome(found).total
    sys.stdout.write(
        f"\n{changed}\n  {took:.1f} s; {dict(total.effects)} of {total.held} held, {total.begun} begun; {size} bytes\n"
    )
