-- The relay and the scheduler look across organisations. They may do so only through these functions, which tell ids
-- and nothing else. crm_relay is a role nobody can sign in as. It says itself who may call them: once they are its own, a
-- REVOKE by anybody else does nothing, with a warning that nobody reads.

GRANT SELECT, UPDATE, INSERT ON accounts_outbox TO crm_relay;
GRANT SELECT, UPDATE, INSERT ON accounts_schedule TO crm_relay;
GRANT SELECT (id) ON accounts_organization TO crm_relay;
DROP POLICY IF EXISTS relay ON accounts_outbox;
CREATE POLICY relay ON accounts_outbox TO crm_relay USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS relay ON accounts_schedule;
CREATE POLICY relay ON accounts_schedule TO crm_relay USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS relay ON accounts_organization;
CREATE POLICY relay ON accounts_organization FOR SELECT TO crm_relay USING (true);

-- How long the relay waits for a job after so many attempts.
CREATE OR REPLACE FUNCTION outbox_lease(attempts integer) RETURNS interval LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT interval '5 seconds' * power(2, least(greatest(attempts, 0), 6));
$$;

-- Claims due jobs for publishing. The lease doubles with every attempt (5 s, 10 s .. about 5 min); after twelve a job
-- that has failed is a dead letter. One that never failed was only never done: no broker or no worker was there, and it
-- waits for them however long they are away. `idle` names the queues in which the broker holds nothing: what is undone
-- there is under way, or the broker has forgotten it, so it is published again after two seconds, whatever its lease. In the
-- bulk queue at most three jobs of one organisation are published at once, so that an import of one does not stall the
-- others.
CREATE OR REPLACE FUNCTION outbox_claim(most integer, idle varchar[])
RETURNS TABLE (job uuid, organization bigint, into_queue varchar)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE accounts_outbox SET dead_at = clock_timestamp()
   WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= clock_timestamp() AND attempts >= 12
     AND last_error <> '';
  RETURN QUERY
  WITH ranked AS (
    SELECT o.id, o.due_at, o.queue,
           row_number() OVER (PARTITION BY o.organization_id, o.queue ORDER BY o.due_at) AS place
      FROM accounts_outbox o
     WHERE o.done_at IS NULL AND o.dead_at IS NULL
       AND (o.due_at <= clock_timestamp()
            OR o.queue = ANY (idle) AND o.last_error = '' AND o.due_at - outbox_lease(o.attempts - 1)
               <= clock_timestamp() - interval '2 seconds')
  ), due AS (
    SELECT o.id FROM accounts_outbox o JOIN ranked r USING (id)
     WHERE (r.queue <> 'bulk' OR r.place <= 3) AND o.done_at IS NULL AND o.dead_at IS NULL
     ORDER BY r.due_at LIMIT most FOR UPDATE OF o SKIP LOCKED
  )
  UPDATE accounts_outbox o
     SET attempts = least(o.attempts + 1, 30000), due_at = clock_timestamp() + outbox_lease(o.attempts)
    FROM due WHERE o.id = due.id
  RETURNING o.id, o.organization_id, o.queue;
END $$;
ALTER FUNCTION outbox_claim(integer, varchar[]) OWNER TO crm_relay;

-- Moves due schedules to their next slot and writes one job a slot. The slot is the dedupe key, so ten schedulers at
-- once write it once. Missed slots are not made up for: the next run finds the work.
CREATE OR REPLACE FUNCTION schedule_tick() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS (
    SELECT id, organization_id, task, next_at, every FROM accounts_schedule
     WHERE next_at <= clock_timestamp() FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE accounts_schedule s
       SET next_at = due.next_at + due.every * ceil(extract(epoch FROM clock_timestamp() - due.next_at + interval '1 microsecond')
                                                     / extract(epoch FROM due.every))
      FROM due WHERE s.id = due.id
  ), written AS (
    INSERT INTO accounts_outbox (organization_id, task, dedupe_key, arguments, queue, attempts, last_error)
    SELECT organization_id, task, 'slot ' || to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '{}', 'default', 0, ''
      FROM due
    ON CONFLICT (organization_id, task, dedupe_key) DO NOTHING
    RETURNING 1
  )
  SELECT count(*) FROM written;
$$;
ALTER FUNCTION schedule_tick() OWNER TO crm_relay;

-- Gives every organisation a recurring job that a new version brings along.
CREATE OR REPLACE FUNCTION schedule_everywhere(what varchar, how_often interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO accounts_schedule (organization_id, task, every)
  SELECT id, what, how_often FROM accounts_organization
  ON CONFLICT (organization_id, task) DO UPDATE SET every = excluded.every;
$$;
ALTER FUNCTION schedule_everywhere(varchar, interval) OWNER TO crm_relay;

SET LOCAL ROLE crm_relay;
REVOKE ALL ON FUNCTION outbox_claim(integer, varchar[]), schedule_tick(), schedule_everywhere(varchar, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_claim(integer, varchar[]), schedule_tick() TO crm_app;
GRANT EXECUTE ON FUNCTION schedule_everywhere(varchar, interval) TO crm_owner;
RESET ROLE;
