-- Who had to do with a company may know whether somebody follows it now, and is told when that begins. Nothing else of it.

CREATE POLICY only_his_own ON customers_touch AS RESTRICTIVE TO crm_app
  USING (accounts_acting_person() IS NULL OR person_id = accounts_acting_person());
GRANT SELECT, INSERT, UPDATE (owed) ON customers_touch TO crm_search;
CREATE POLICY derived ON customers_touch TO crm_search USING (true) WITH CHECK (true);
GRANT SELECT ON customers_pool TO crm_search;
CREATE POLICY search ON customers_pool FOR SELECT TO crm_search USING (true);
GRANT INSERT ON accounts_outbox TO crm_search;
CREATE POLICY followed ON accounts_outbox FOR INSERT TO crm_search WITH CHECK (task = 'customers.tell_followed');

-- The arguments: what it was, and the column of the person. The name is what he typed or, if he typed none, what he could read;
-- where pools hide names, somebody who wanted a company has read its first letter. Who has it himself needs no row.
CREATE FUNCTION customers_touched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE written jsonb := to_jsonb(new); toucher uuid := (written ->> tg_argv[1])::uuid; was constant text := tg_argv[0];
BEGIN
  INSERT INTO customers_touch (organization_id, person_id, customer_id, kind, name, owed)
  SELECT c.organization_id, toucher, c.id, was, CASE
           WHEN coalesce(written ->> 'written', '') <> '' THEN left(written ->> 'written', 200)
           WHEN was = 'tried' AND EXISTS (SELECT FROM customers_pool p WHERE p.organization_id = c.organization_id
                                             AND p.hidden ? 'name') THEN left(c.name, 1) || '***'
           ELSE c.name END, false
    FROM customers_customer c
   WHERE c.organization_id = new.organization_id AND c.id = new.customer_id
     AND (was = 'owned' OR c.owner_id IS DISTINCT FROM toucher)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER touches AFTER INSERT ON customers_followup
  FOR EACH ROW EXECUTE FUNCTION customers_touched('logged', 'author_id');
CREATE TRIGGER touches AFTER UPDATE OF released_at ON customers_claim
  FOR EACH ROW WHEN (old.released_at IS NULL AND new.released_at IS NOT NULL)
  EXECUTE FUNCTION customers_touched('owned', 'claimant_id');
CREATE TRIGGER touches AFTER INSERT ON customers_collaborator
  FOR EACH ROW EXECUTE FUNCTION customers_touched('shared', 'person_id');
-- A list with thousands of names is no dealing with a company: imports would make a watch over the whole market of it.
CREATE TRIGGER touches AFTER INSERT ON customers_contestedclaim
  FOR EACH ROW WHEN (new.way <> 'import') EXECUTE FUNCTION customers_touched('tried', 'claimant_id');

CREATE FUNCTION customers_is_denied(of_customer uuid, somebody uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = current_setting('app.organization_id')::bigint
                    AND d.customer_id = of_customer AND d.person_id = somebody AND d.ended_at IS NULL
                    AND (d.until IS NULL OR d.until > clock_timestamp()));
$$;
-- The state, of an own touch only. What somebody is denied is taken, always, as everywhere else.
CREATE FUNCTION customers_engagement(touch uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN c.owner_id = t.person_id THEN 'mine'
              WHEN c.owner_id IS NOT NULL OR c.has_denials AND customers_is_denied(c.id, t.person_id) THEN 'taken'
              ELSE 'pool' END
    FROM customers_touch t JOIN customers_customer c ON c.organization_id = t.organization_id AND c.id = t.customer_id
   WHERE t.organization_id = current_setting('app.organization_id')::bigint AND t.id = touch
     AND t.person_id = accounts_acting_person();
$$;

-- From nobody's to somebody's is the one change of which people are told. One job a transaction, whatever it moved.
CREATE FUNCTION customers_begins_to_be_followed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_touch SET owed = true WHERE organization_id = new.organization_id AND customer_id = new.id
     AND person_id <> new.owner_id AND NOT owed;
  IF FOUND THEN
    INSERT INTO accounts_outbox (organization_id, task, dedupe_key, arguments, queue, attempts, last_error)
    VALUES (new.organization_id, 'customers.tell_followed', pg_current_xact_id()::text, '{}', 'default', 0, '')
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER begins_to_be_followed AFTER UPDATE OF owner_id ON customers_customer
  FOR EACH ROW WHEN (old.owner_id IS NULL AND new.owner_id IS NOT NULL)
  EXECUTE FUNCTION customers_begins_to_be_followed();

-- For the job: each notice that is owed, once; not for who is denied the company, nor of what is in the pool again.
CREATE FUNCTION customers_owed_notices(most integer) RETURNS TABLE (touch uuid, person uuid, called text, is_true boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_acting_person() IS NOT NULL THEN
    PERFORM accounts_refuse('told_by_nobody', 'a job tells people, in nobody''s name');
  END IF;
  RETURN QUERY WITH owed AS (
    SELECT o.id FROM customers_touch o WHERE o.organization_id = current_setting('app.organization_id')::bigint AND o.owed
     ORDER BY o.id LIMIT most FOR UPDATE SKIP LOCKED
  ), told AS (
    UPDATE customers_touch t SET owed = false FROM owed
     WHERE t.organization_id = current_setting('app.organization_id')::bigint AND t.id = owed.id RETURNING t.*
  ) SELECT t.id, t.person_id, t.name::text, c.owner_id IS NOT NULL AND c.owner_id <> t.person_id
                 AND NOT (c.has_denials AND customers_is_denied(c.id, t.person_id))
      FROM told t JOIN customers_customer c ON c.organization_id = t.organization_id AND c.id = t.customer_id;
END $$;

REVOKE ALL ON FUNCTION customers_touched(), customers_engagement(uuid), customers_begins_to_be_followed(),
  customers_owed_notices(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_engagement(uuid), customers_owed_notices(integer) TO crm_app;
ALTER FUNCTION customers_touched() OWNER TO crm_search;
ALTER FUNCTION customers_engagement(uuid) OWNER TO crm_search;
ALTER FUNCTION customers_begins_to_be_followed() OWNER TO crm_search;
ALTER FUNCTION customers_owed_notices(integer) OWNER TO crm_search;
