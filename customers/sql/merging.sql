-- Two records of one company become one, in one deed and under locks of both; what was moved is written down by whom nobody
-- signs in as, and exactly that is taken back within thirty days.

GRANT SELECT, UPDATE ON customers_merge TO crm_search;
CREATE POLICY merges ON customers_merge TO crm_search USING (true) WITH CHECK (true);
GRANT UPDATE ON customers_customer, customers_claim TO crm_search;
GRANT INSERT ON customers_claim, customers_denial TO crm_search;
CREATE POLICY merges ON customers_claim FOR INSERT TO crm_search WITH CHECK (true);
CREATE POLICY merges ON customers_denial TO crm_search USING (true) WITH CHECK (true);
GRANT UPDATE (ended_at) ON customers_denial TO crm_search;
GRANT UPDATE ON customers_collaborator, customers_keyaccount TO crm_search;
CREATE POLICY merges ON customers_keyaccount FOR UPDATE TO crm_search USING (true);
GRANT SELECT, INSERT, DELETE ON customers_searchterm TO crm_search;
CREATE POLICY merges ON customers_searchterm TO crm_search USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE (state) ON approvals_approval TO crm_search;
GRANT SELECT, UPDATE (ended_at, end_reason) ON approvals_approver TO crm_search;
CREATE POLICY merges ON approvals_approval TO crm_search USING (true) WITH CHECK (true);
CREATE POLICY merges ON approvals_approver TO crm_search USING (true) WITH CHECK (true);

-- A merge, or its undoing, is being carried out in this very transaction, and it is its own function that writes.
CREATE FUNCTION customers_merges_now() RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user <> 'crm_search' THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM customers_merge m WHERE m.organization_id = current_setting('app.organization_id')::bigint
                    AND m.working_in = pg_current_xact_id()::text::bigint);
END $$;

-- Rules that hold a row to its customer, to its person or to its time step aside for a merge, and for nothing else: each keeps
-- its function as it is, and asks this before it.
SET LOCAL ROLE crm_search;
GRANT EXECUTE ON FUNCTION customers_stays_with_customer(), customers_changes_hands(), customers_steps_follow_owner(),
  customers_part_changed(), customers_point_changed(), customers_denial_begins(), customers_denial_ends(),
  customers_marks_key_account(), customers_begins_to_be_followed() TO crm_owner;
RESET ROLE;
CREATE FUNCTION customers_steps_aside(relation text, rule text, unless text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE written text;
BEGIN
  SELECT pg_get_triggerdef(t.oid) INTO STRICT written FROM pg_trigger t WHERE t.tgrelid = relation::regclass AND t.tgname = rule;
  written := CASE WHEN written ~ ' WHEN \(' THEN regexp_replace(written, ' WHEN \((.*)\) EXECUTE ', format(' WHEN (NOT (%s) AND (\1)) EXECUTE ', unless))
                  ELSE replace(written, ' EXECUTE ', format(' WHEN (NOT (%s)) EXECUTE ', unless)) END;
  EXECUTE format('DROP TRIGGER %I ON %I', rule, relation);
  EXECUTE written;
END $$;
SELECT customers_steps_aside('customers_' || relation, rule, 'current_user = ''crm_search'' AND customers_merges_now()') FROM (VALUES
  ('claim', 'claim_clock'), ('claim', 'claim_is_its_holders'), ('claim', 'claim_as_approved'), ('claim', 'leaver_claims_as_approved'),
  ('claim', 'claim_opens'), ('claim', 'goes_on'), ('customer', 'identity_as_approved'), ('customer', 'group_as_approved'),
  ('customer', 'owner_stays'), ('customer', 'pools'), ('customer', 'leaver_keeps_until_handover'), ('customer', 'ends_its_shares'),
  ('customer', 'steps_follow_owner'), ('followup', 'follow_up_stands'), ('address', 'address_stands'), ('contactpoint', 'point_stands'),
  ('contactpoint', 'unverifies'), ('contact', 'unverifies'), ('nextstep', 'next_step_stands'), ('collaborator', 'collaborator_stands'),
  ('denial', 'denial_stands'), ('denial', 'marks_and_ends'), ('denial', 'takes_the_mark_off'), ('keyaccount', 'key_account_stands'),
  ('keyaccount', 'marks_key_account'), ('evidence', 'evidence_stays'),
  ('confirmation', 'confirmation_stays'), ('confirmationanswer', 'answer_stays'), ('contestedclaim', 'contested_claim_stays')
) AS aside (relation, rule);
-- What an undone merge gives back does not begin to be followed: it was followed all along.
SELECT customers_steps_aside('customers_customer', 'begins_to_be_followed', 'old.merged_into_id IS NOT NULL');
DROP FUNCTION customers_steps_aside(text, text, text);
SET LOCAL ROLE crm_search;
REVOKE ALL ON FUNCTION customers_changes_hands(), customers_steps_follow_owner(), customers_part_changed(),
  customers_point_changed(), customers_denial_begins(), customers_denial_ends(), customers_marks_key_account(),
  customers_begins_to_be_followed() FROM crm_owner;
RESET ROLE;

-- The keys of what passed into another are there, and keep its name taken.
SET LOCAL ROLE crm_search;
CREATE OR REPLACE FUNCTION customers_is_keyed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_organization bigint; named uuid;
BEGIN
  IF tg_table_name = 'customers_identitykey' THEN of_organization := old.organization_id; named := old.customer_id;
  ELSE of_organization := new.organization_id; named := new.id; END IF;
  PERFORM FROM customers_customer c WHERE c.organization_id = of_organization AND c.id = named AND c.merged_into_id IS NULL
     AND (NOT EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = of_organization AND k.customer_id = named
                      AND k.kind = 'name' AND k.written = c.name)
          OR c.credit_code <> '' AND NOT EXISTS (SELECT FROM customers_identitykey k
                      WHERE k.organization_id = of_organization AND k.customer_id = named
                      AND k.kind = 'credit_code' AND k.written = c.credit_code));
  IF FOUND THEN
    RAISE EXCEPTION 'name and credit code change only together with their identity keys (customer %)', named
      USING errcode = 'check_violation', constraint = 'customers_is_keyed';
  END IF;
  RETURN NULL;
END $$;
RESET ROLE;

-- What passed into another is read and not changed; that it did is said by a merge and by nothing else.
CREATE FUNCTION customers_merged_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE sorted constant text[] := '{pool_id,available_at,completeness,has_denials,key_account}';
BEGIN
  IF tg_op = 'INSERT' OR new.merged_into_id IS DISTINCT FROM old.merged_into_id THEN
    PERFORM accounts_refuse('merged_by_a_merge', 'a customer passes into another by a merge and by nothing else');
  ELSIF to_jsonb(new) - sorted IS DISTINCT FROM to_jsonb(old) - sorted THEN
    PERFORM accounts_refuse('merged_is_kept', 'what passed into another customer is read and not changed');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER merged_stands_new BEFORE INSERT ON customers_customer FOR EACH ROW
  WHEN (new.merged_into_id IS NOT NULL) EXECUTE FUNCTION customers_merged_stands();
CREATE TRIGGER merged_stands BEFORE UPDATE ON customers_customer FOR EACH ROW
  WHEN ((old.merged_into_id IS NOT NULL OR new.merged_into_id IS NOT NULL) AND NOT (current_user = 'crm_search' AND customers_merges_now()))
  EXECUTE FUNCTION customers_merged_stands();
-- For every table whose rows move: nothing changes its customer but a merge, and nothing new comes to what passed into another.
-- Whoever writes just now is waited for by the merge, or waits for it and learns that it was done.
CREATE FUNCTION customers_stays_where_it_is() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM accounts_refuse('moved_by_a_merge', 'a row passes to another customer by a merge and by nothing else');
  RETURN NULL;
END $$;
CREATE FUNCTION customers_comes_to_what_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c JOIN (SELECT DISTINCT organization_id, customer_id FROM fresh) AS f
       ON c.organization_id = f.organization_id AND c.id = f.customer_id ORDER BY c.id FOR KEY SHARE OF c;
  PERFORM FROM customers_customer c JOIN fresh f ON c.organization_id = f.organization_id AND c.id = f.customer_id
    WHERE c.merged_into_id IS NOT NULL;
  IF FOUND AND NOT customers_merges_now() THEN
    PERFORM accounts_refuse('comes_to_what_stands', 'this customer passed into another; what is new belongs there');
  END IF;
  RETURN NULL;
END $$;

-- May who acts merge without asking: he stands above whoever owns one of them, and at most one person does.
CREATE FUNCTION customers_merges_directly(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_user me WHERE me.organization_id = current_setting('app.organization_id')::bigint
                    AND me.id = accounts_acting_person() AND me.is_active AND me.role = 'manager')
     AND (one IS NULL OR other IS NULL OR one = other)
     AND (coalesce(one, other) IS NULL OR customers_stands_above(coalesce(one, other)));
$$;

-- What is asked for never changes. It is done once and undone once, by who may, while everything is as it was compared.
CREATE FUNCTION customers_merge_compared(c customers_customer) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object('owner', c.owner_id, 'name', c.name, 'credit_code', c.credit_code, 'other_name', c.other_name,
    'short_name', c.short_name, 'website', c.website, 'country', c.country, 'region', c.region, 'industry', c.industry,
    'size', c.size, 'tier', c.tier);
$$;
CREATE FUNCTION customers_merge_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting uuid := accounts_acting_person(); approved jsonb; w customers_customer; l customers_customer; why text;
  kept constant text[] := '{done_at,done_by_id,reversible_until,undone_at,undone_by_id,working_in,moved}';
BEGIN
  IF current_user = 'crm_search' THEN RETURN new; END IF;
  SELECT * INTO w FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.winner_id;
  SELECT * INTO l FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.loser_id;
  IF tg_op = 'INSERT' THEN
    IF new.asked_by_id IS DISTINCT FROM acting OR new.done_at IS NOT NULL OR new.undone_at IS NOT NULL OR new.moved IS NOT NULL
       OR new.working_in IS NOT NULL OR new.done_by_id IS NOT NULL OR new.undone_by_id IS NOT NULL OR new.reversible_until IS NOT NULL THEN
      PERFORM accounts_refuse('merge_begins_undone', 'a merge is asked for now, in one''s own name');
    END IF;
    new.asked_at := clock_timestamp();
    RETURN new;
  ELSIF to_jsonb(new) - kept IS DISTINCT FROM to_jsonb(old) - kept OR new.moved IS DISTINCT FROM old.moved
     OR old.undone_at IS NOT NULL OR (old.done_at IS NULL) = (new.done_at IS NULL) AND new.undone_at IS NULL
     OR old.done_at IS NOT NULL AND (new.done_at, new.done_by_id, new.reversible_until) IS DISTINCT FROM (old.done_at, old.done_by_id, old.reversible_until)
     OR old.done_at IS NULL AND new.undone_at IS NOT NULL OR new.undone_at IS NULL AND new.undone_by_id IS NOT NULL THEN
    PERFORM accounts_refuse('merge_stands', 'a merge keeps what it is and what it moved; it is done once and undone once');
  ELSIF w.id IS NULL OR l.id IS NULL THEN
    PERFORM accounts_refuse('merge_of_what_is_seen', 'who merges two customers is denied neither');
  ELSIF old.done_at IS NULL THEN
    approved := approvals_carried_out('customers.merge', new.id);
    why := CASE WHEN w.merged_into_id IS NOT NULL OR l.merged_into_id IS NOT NULL THEN 'merge_once'
      WHEN new.compared IS DISTINCT FROM jsonb_build_object('winner', customers_merge_compared(w), 'loser', customers_merge_compared(l))
        THEN 'merge_as_compared'
      WHEN NOT (new.chosen <@ '["name","credit_code","other_name","short_name","website","country","region","industry","size","tier"]')
        OR coalesce(new.owner_id, w.owner_id, l.owner_id) IS DISTINCT FROM new.owner_id
        OR new.owner_id IS NOT NULL AND new.owner_id IS DISTINCT FROM w.owner_id AND new.owner_id IS DISTINCT FROM l.owner_id
        THEN 'merge_keeps_an_owner'
      WHEN new.owner_id IS NOT NULL AND EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = new.organization_id
        AND d.customer_id IN (w.id, l.id) AND d.person_id = new.owner_id AND d.ended_at IS NULL
        AND (d.until IS NULL OR d.until > clock_timestamp())) THEN 'owner_is_not_denied'
      WHEN new.owner_id IS NOT NULL AND customers_merge_pool_refusal(new.owner_id, CASE WHEN w.owner_id IS NULL THEN w.id ELSE l.id END)
        THEN 'merge_takes_nothing_from_the_pool'
      WHEN approved IS NOT NULL AND (approved -> 'merge') IS DISTINCT FROM jsonb_build_object('winner', new.winner_id, 'loser', new.loser_id,
        'owner', new.owner_id, 'chosen', new.chosen, 'compared', new.compared) THEN 'merge_as_approved'
      WHEN approved IS NULL AND NOT customers_merges_directly(w.owner_id, l.owner_id) THEN 'merge_with_four_eyes' END;
    new.done_at := clock_timestamp();
    new.done_by_id := acting;
    new.reversible_until := new.done_at + interval '30 days';
  ELSE
    why := CASE WHEN clock_timestamp() > old.reversible_until THEN 'undone_in_time'
      WHEN l.merged_into_id IS DISTINCT FROM w.id OR w.merged_into_id IS NOT NULL THEN 'undone_last_first'
      WHEN EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = w.organization_id AND k.customer_id = w.id
          AND old.moved -> 'rows' -> 'customers_identitykey' ? k.id::text AND (k.kind = 'name' AND k.written = w.name
          AND NOT (old.chosen ? 'name' AND w.name = old.compared -> 'loser' ->> 'name') OR k.kind = 'credit_code' AND k.written = w.credit_code
          AND NOT (old.chosen ? 'credit_code' AND w.credit_code = old.compared -> 'loser' ->> 'credit_code'))) THEN 'undone_name_taken'
      WHEN approvals_carried_out('customers.unmerge', new.id) IS NULL
        AND NOT customers_merges_directly(w.owner_id, (old.compared -> 'loser' ->> 'owner')::uuid) THEN 'undone_with_four_eyes' END;
    new.undone_at := clock_timestamp();
    new.undone_by_id := acting;
  END IF;
  IF why IS NOT NULL THEN
    PERFORM accounts_refuse(why, 'these two customers are not merged, or not parted, this way');
  END IF;
  new.working_in := pg_current_xact_id()::text::bigint;
  RETURN new;
END $$;

-- Would the rules not let him claim the one in the pool? Then he does not get it by merging either.
CREATE FUNCTION customers_merge_pool_refusal(person uuid, of_customer uuid) RETURNS boolean LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_customer c WHERE c.organization_id = current_setting('app.organization_id')::bigint
                    AND c.id = of_customer AND c.owner_id IS NULL)
     AND coalesce(customers_claim_refusal(person, 'pool', of_customer) IN ('cooldown', 'not_a_member', 'not_open_yet', 'drawn'), false);
$$;
-- Both customers are held first, in the order of their ids, whichever passes into the other.
CREATE FUNCTION customers_merge_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id IN (new.winner_id, new.loser_id)
    ORDER BY c.id FOR UPDATE;
  RETURN new;
END $$;
CREATE TRIGGER a_pair_is_held BEFORE UPDATE ON customers_merge FOR EACH ROW WHEN (current_user <> 'crm_search')
  EXECUTE FUNCTION customers_merge_holds();
CREATE TRIGGER merge_stands BEFORE INSERT OR UPDATE ON customers_merge FOR EACH ROW EXECUTE FUNCTION customers_merge_stands();
CREATE POLICY denied_is_not_there ON customers_merge AS RESTRICTIVE TO crm_app
  USING (winner_id <> ALL ((SELECT customers_denied_to_me())::uuid[]) AND loser_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE ON customers_merge
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
-- Not even the owner of the tables removes one.
CREATE FUNCTION customers_merge_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM accounts_refuse('merge_stays', 'a merge is kept');
  RETURN NULL;
END $$;
CREATE TRIGGER merge_stays BEFORE DELETE ON customers_merge FOR EACH ROW EXECUTE FUNCTION customers_merge_stays();

REVOKE ALL ON FUNCTION customers_merge_holds(), customers_comes_to_what_stands() FROM PUBLIC;
ALTER FUNCTION customers_merge_holds() OWNER TO crm_search;
ALTER FUNCTION customers_comes_to_what_stands() OWNER TO crm_search;
