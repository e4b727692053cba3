-- A delegation that an access review did not confirm ends, whoever closes the review; otherwise it is the absent person's own.
CREATE OR REPLACE FUNCTION approvals_named_beforehand() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.person_id IS DISTINCT FROM approvals_acting_person()
     AND NOT (tg_op = 'UPDATE' AND audit_lapses_now('delegation', new.id)) THEN
    PERFORM approvals_refuse('delegate_named_by_the_absent', 'only the absent names who decides in his place');
  ELSIF tg_op = 'INSERT' THEN
    new.begins_at := greatest(new.begins_at, clock_timestamp());
    new.recorded_at := clock_timestamp();
  ELSIF (new.person_id, new.delegate_id, new.begins_at, new.recorded_at)
        IS DISTINCT FROM (old.person_id, old.delegate_id, old.begins_at, old.recorded_at) OR new.ends_at > old.ends_at THEN
    PERFORM approvals_refuse('delegation_stands', 'a delegation may only be shortened');
  END IF;
  RETURN new;
END $$;
