-- The blind conflict check: who asks, when, and how often, is the database's to say.

-- In whose name and at what time is never the asker's choice; a job asks nothing. His questions wait for each other, so that
-- two at once are counted as two.
CREATE FUNCTION customers_probe_is_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE hourly integer := 60; daily integer := 200; asked_hour integer; asked_day integer;
BEGIN
  new.person_id := accounts_acting_person();
  IF new.person_id IS NULL THEN
    PERFORM accounts_refuse('probe_of_a_person', 'a person checks, in his own name');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('probe ' || new.person_id, 0));
  new.asked_at := clock_timestamp();
  SELECT an_hour, a_day INTO hourly, daily FROM customers_probeterms WHERE organization_id = new.organization_id;
  SELECT count(*) FILTER (WHERE asked_at > new.asked_at - interval '1 hour'), count(*) INTO asked_hour, asked_day
    FROM customers_conflictprobe WHERE organization_id = new.organization_id AND person_id = new.person_id
     AND asked_at > new.asked_at - interval '24 hours';
  IF asked_hour >= coalesce(hourly, 60) OR asked_day >= coalesce(daily, 200) THEN
    PERFORM accounts_refuse('probe_budget', 'this person has checked as often as he may');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER probe_is_counted BEFORE INSERT ON customers_conflictprobe
  FOR EACH ROW EXECUTE FUNCTION customers_probe_is_counted();

-- Who asked on the page for a company that is there has had to do with it (followed.sql): he sees its state under the name he
-- typed, and is told when somebody begins to follow it. What a form asks by itself while somebody types is no dealing.
CREATE FUNCTION customers_probe_touches() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO customers_touch (organization_id, person_id, customer_id, kind, name, owed)
  SELECT c.organization_id, new.person_id, c.id, 'tried', left(new.called, 200), false
    FROM customers_customer c
   WHERE c.organization_id = new.organization_id AND c.id = new.company AND c.owner_id IS DISTINCT FROM new.person_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER touches AFTER INSERT ON customers_conflictprobe
  FOR EACH ROW WHEN (new.way = 'page' AND new.company IS NOT NULL) EXECUTE FUNCTION customers_probe_touches();
REVOKE ALL ON FUNCTION customers_probe_touches() FROM PUBLIC;
ALTER FUNCTION customers_probe_touches() OWNER TO crm_search;

-- The name without its legal form is compared otherwise now.
DELETE FROM customers_evidencekey WHERE kind = 'core';

-- Each person reads his own questions; jobs read all, for the auditors.
CREATE POLICY only_his_own ON customers_conflictprobe AS RESTRICTIVE FOR SELECT TO crm_app
  USING (accounts_acting_person() IS NULL OR person_id = accounts_acting_person());
-- How often is set by whose role carries it.
CREATE POLICY only_who_carries_the_verb_adds ON customers_probeterms AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_carries('customers.probing'));
CREATE POLICY only_who_carries_the_verb_changes ON customers_probeterms AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_carries('customers.probing'));
