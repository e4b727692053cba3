-- What the database itself holds about approvals, whoever writes. Each refusal names its constraint.

CREATE FUNCTION approvals_acting_person() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT nullif(current_setting('app.user_id', true), '')::uuid;
$$;

CREATE FUNCTION approvals_refuse(name text, words text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '%', words USING errcode = 'check_violation', constraint = name;
END $$;

-- Does one person lead a team in which, at any depth, the other works?
CREATE FUNCTION approvals_manages(manager uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE above AS (
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t JOIN accounts_user u ON u.team_id = t.id WHERE u.id = person
    UNION
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t JOIN above a ON t.id = a.parent_id
  ) SELECT manager <> person AND EXISTS (SELECT FROM above WHERE manager_id = manager);
$$;

-- What was approved and is carried out in this very transaction; null when nothing was. Other tables' triggers ask it.
CREATE FUNCTION approvals_carried_out(of_kind text, of_subject uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.asked FROM approvals_approval a
   WHERE a.organization_id = current_setting('app.organization_id')::bigint AND a.subject_id = of_subject
     AND a.kind = of_kind AND a.state = 'approved' AND a.carried_out_in = pg_current_xact_id()::text::bigint
   ORDER BY a.carried_out_at DESC LIMIT 1;
$$;

-- The steps that a policy asks for, in the same words as `approvals.policies`: every line whose conditions all hold adds
-- its own; a measure that is missing counts as over every limit.
CREATE FUNCTION approvals_asked_for(terms jsonb, measures jsonb)
RETURNS TABLE (line smallint, place smallint, spec jsonb) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  WITH steps AS (
    SELECT l.n::smallint AS line, s.n::smallint AS place, s.spec,
           CASE WHEN s.spec ->> 'who' = 'manager' THEN (s.spec ->> 'level')::int END AS level
      FROM jsonb_array_elements(terms -> 'lines') WITH ORDINALITY AS l(line, n)
      CROSS JOIN jsonb_array_elements(l.line -> 'steps') WITH ORDINALITY AS s(spec, n)
     WHERE NOT EXISTS (
       SELECT FROM jsonb_array_elements(l.line -> 'when') AS c(c)
        WHERE NOT coalesce(CASE c ->> 'is'
            WHEN '>' THEN (measures ->> (c ->> 'measure'))::numeric > (c ->> 'limit')::numeric
            WHEN '>=' THEN (measures ->> (c ->> 'measure'))::numeric >= (c ->> 'limit')::numeric
            WHEN '<' THEN (measures ->> (c ->> 'measure'))::numeric < (c ->> 'limit')::numeric
            ELSE (measures ->> (c ->> 'measure'))::numeric <= (c ->> 'limit')::numeric END, true))
  ) SELECT line, place, spec FROM steps
     WHERE NOT (terms -> 'highest')::boolean OR level IS NULL OR level = (SELECT max(level) FROM steps);
$$;

-- A request begins pending, now, by the person who acts, under the policy that is in force; what it asks for never changes.
CREATE FUNCTION approvals_request_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE in_force jsonb; open_steps integer;
BEGIN
  IF tg_op = 'INSERT' THEN
    new.opened_at := clock_timestamp();
    IF new.requested_by_id IS DISTINCT FROM approvals_acting_person() THEN
      PERFORM approvals_refuse('asked_in_own_name', 'a request is made in one''s own name');
    END IF;
    SELECT p.content INTO in_force FROM approvals_approvalpolicy p
     WHERE p.organization_id = new.organization_id AND p.kind = new.kind AND p.state = 'active'
       AND p.effective_from <= clock_timestamp() ORDER BY p.version DESC LIMIT 1;
    IF NOT FOUND THEN SELECT h.content INTO in_force FROM approvals_housepolicy h WHERE h.kind = new.kind; END IF;
    IF new.terms IS DISTINCT FROM in_force THEN
      PERFORM approvals_refuse('asked_under_the_policy', 'a request stands under the policy in force');
    END IF;
    IF new.decided_at IS NOT NULL OR new.carried_out_at IS NOT NULL OR new.carried_out_in IS NOT NULL THEN
      PERFORM approvals_refuse('asked_before_decided', 'a request begins undecided');
    END IF;
    RETURN new;
  END IF;
  IF (new.organization_id, new.kind, new.subject_type_id, new.subject_id, new.requested_by_id, new.reason, new.asked, new.measures,
      new.seal, new."group", new.weight, new.policy_id, new.terms, new.follows_id, new.opened_at)
     IS DISTINCT FROM
     (old.organization_id, old.kind, old.subject_type_id, old.subject_id, old.requested_by_id, old.reason, old.asked, old.measures,
      old.seal, old."group", old.weight, old.policy_id, old.terms, old.follows_id, old.opened_at) THEN
    PERFORM approvals_refuse('request_is_sealed', 'what a request asks for never changes');
  END IF;
  new.decided_at := CASE WHEN old.state = 'pending' AND new.state <> 'pending' THEN clock_timestamp() ELSE old.decided_at END;
  IF new.state = 'approved' AND old.state = 'pending' THEN
    IF EXISTS (SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.approval_id = new.id
                AND s.done_at IS NULL)
       OR EXISTS (SELECT FROM approvals_asked_for(new.terms, new.measures) w WHERE NOT EXISTS (
            SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.approval_id = new.id
               AND s.line = w.line AND s.place = w.place AND s.spec = w.spec)) THEN
      PERFORM approvals_refuse('approval_took_its_steps', 'a request is approved when every step of its policy has said yes');
    END IF;
  END IF;
  IF new.carried_out_at IS NOT NULL AND old.carried_out_at IS NULL THEN
    IF new.state <> 'approved' THEN
      PERFORM approvals_refuse('carried_out_when_approved', 'only what was approved is carried out');
    END IF;
    new.carried_out_at := clock_timestamp();
    new.carried_out_in := pg_current_xact_id()::text::bigint;
  ELSE
    new.carried_out_at := old.carried_out_at;
    new.carried_out_in := old.carried_out_in;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER request_is_sealed BEFORE INSERT OR UPDATE ON approvals_approval
  FOR EACH ROW EXECUTE FUNCTION approvals_request_is_sealed();

-- A step keeps what it is; it opens after the turns before it and is done when as many as it needs have said yes to this seal.
CREATE FUNCTION approvals_step_is_earned() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.done_at IS NOT NULL OR new.opened_at IS NOT NULL THEN
      PERFORM approvals_refuse('step_begins_closed', 'a step begins unopened and undone');
    END IF;
    RETURN new;
  END IF;
  IF (new.organization_id, new.approval_id, new.line, new.place, new.turn, new.spec, new.added_by_id)
     IS DISTINCT FROM (old.organization_id, old.approval_id, old.line, old.place, old.turn, old.spec, old.added_by_id)
     OR old.done_at IS NOT NULL OR new.needs < old.needs
     OR new.spec ->> 'need' <> 'all' AND new.needs < (new.spec ->> 'need')::int THEN
    PERFORM approvals_refuse('step_keeps_what_it_is', 'a step keeps what it is and what it needs');
  END IF;
  IF new.opened_at IS NOT NULL AND old.opened_at IS NULL AND EXISTS (
       SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.approval_id = new.approval_id
          AND s.turn < new.turn AND s.done_at IS NULL) THEN
    PERFORM approvals_refuse('step_waits_its_turn', 'a step opens when those before it are done');
  END IF;
  IF new.done_at IS NOT NULL AND new.needs > (
       SELECT count(*) FROM approvals_decision d JOIN approvals_approval a ON a.id = d.approval_id
        WHERE d.organization_id = new.organization_id AND d.step_id = new.id AND d.verdict = 'approve' AND d.seal = a.seal) THEN
    PERFORM approvals_refuse('step_has_its_decisions', 'a step is done when as many as it needs have approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER step_is_earned BEFORE INSERT OR UPDATE ON approvals_approvalstep
  FOR EACH ROW EXECUTE FUNCTION approvals_step_is_earned();

-- Who decides: in his own name, while the step is open, from a seat he has now, on the copy that was asked, and with no
-- share in the outcome. The row of the request is locked, so that one decision is taken at a time.
CREATE FUNCTION approvals_decision_is_independent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE a approvals_approval; seat approvals_approver;
BEGIN
  new.decided_at := clock_timestamp();
  IF new.person_id IS DISTINCT FROM approvals_acting_person() THEN
    PERFORM approvals_refuse('decision_in_own_name', 'a decision is made in one''s own name');
  END IF;
  SELECT * INTO a FROM approvals_approval WHERE organization_id = new.organization_id AND id = new.approval_id FOR UPDATE;
  IF a.state IS DISTINCT FROM 'pending' OR NOT EXISTS (
       SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.id = new.step_id
          AND s.approval_id = new.approval_id AND s.opened_at IS NOT NULL AND s.done_at IS NULL) THEN
    PERFORM approvals_refuse('decision_while_open', 'the step is not open');
  ELSIF new.seal <> a.seal THEN
    PERFORM approvals_refuse('decision_on_what_was_asked', 'the decision is about another copy');
  ELSIF new.person_id = a.requested_by_id THEN
    PERFORM approvals_refuse('decision_by_another', 'who asked does not decide');
  ELSIF approvals_manages(a.requested_by_id, new.person_id) THEN
    PERFORM approvals_refuse('decision_not_by_subordinate', 'who works for the one who asked does not decide');
  ELSIF EXISTS (SELECT FROM approvals_interest i WHERE i.organization_id = new.organization_id
                   AND i.approval_id = a.id AND i.person_id = new.person_id) THEN
    PERFORM approvals_refuse('decision_without_interest', 'who has a share in it does not decide');
  ELSIF NOT EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = new.organization_id
                       AND u.id = new.person_id AND u.is_active) THEN
    PERFORM approvals_refuse('decision_by_active', 'who left does not decide');
  END IF;
  SELECT * INTO seat FROM approvals_approver WHERE organization_id = new.organization_id AND step_id = new.step_id
     AND person_id = new.person_id AND ended_at IS NULL;
  IF NOT FOUND OR new.instead_of_id IS DISTINCT FROM seat.instead_of_id THEN
    PERFORM approvals_refuse('decision_by_approver', 'only who sits at the step decides it, under his own name and that of the absent');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER decision_is_independent BEFORE INSERT ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION approvals_decision_is_independent();

-- A seat keeps its person; it is not given to who asked, and in another's place only under a delegation named beforehand.
CREATE FUNCTION approvals_seat_is_given() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    IF (new.organization_id, new.approval_id, new.step_id, new.person_id, new.instead_of_id, new.way, new.seated_at)
       IS DISTINCT FROM (old.organization_id, old.approval_id, old.step_id, old.person_id, old.instead_of_id, old.way, old.seated_at)
       OR old.ended_at IS NOT NULL THEN
      PERFORM approvals_refuse('seat_stands', 'a seat keeps its person, and what ended stays ended');
    END IF;
    RETURN new;
  END IF;
  IF EXISTS (SELECT FROM approvals_approval a WHERE a.organization_id = new.organization_id AND a.id = new.approval_id
                AND a.requested_by_id = new.person_id) THEN
    PERFORM approvals_refuse('seat_for_another', 'who asked does not sit at a step');
  ELSIF new.instead_of_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM approvals_delegation d WHERE d.organization_id = new.organization_id AND d.person_id = new.instead_of_id
          AND d.delegate_id = new.person_id AND d.begins_at <= clock_timestamp() AND d.ends_at > clock_timestamp()) THEN
    PERFORM approvals_refuse('seat_of_named_delegate', 'nobody sits in another''s place who was not named beforehand');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER seat_is_given BEFORE INSERT OR UPDATE ON approvals_approver
  FOR EACH ROW EXECUTE FUNCTION approvals_seat_is_given();

-- A delegation begins now or later, is named by the absent himself, and may only be shortened.
CREATE FUNCTION approvals_named_beforehand() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.person_id IS DISTINCT FROM approvals_acting_person() THEN
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
CREATE TRIGGER named_beforehand BEFORE INSERT OR UPDATE ON approvals_delegation
  FOR EACH ROW EXECUTE FUNCTION approvals_named_beforehand();

-- A policy comes into force by a decision about exactly these words, not before now, and then stands.
CREATE FUNCTION approvals_policy_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb;
BEGIN
  IF tg_op <> 'INSERT' AND old.state = 'active' THEN
    PERFORM approvals_refuse('policy_stands', 'a policy in force is not changed; write its next version');
  ELSIF tg_op = 'UPDATE' AND new.state = 'active' THEN
    approved := approvals_carried_out('approvals.policy', new.id);
    IF approved IS NULL OR approved -> 'content' <> new.content OR new.effective_from < transaction_timestamp()
       OR new.effective_from < (approved ->> 'effective_from')::timestamptz THEN
      PERFORM approvals_refuse('policy_as_approved', 'a policy comes into force as it was approved, not before');
    END IF;
  END IF;
  RETURN coalesce(new, old);
END $$;
CREATE TRIGGER policy_stands BEFORE INSERT OR UPDATE OR DELETE ON approvals_approvalpolicy
  FOR EACH ROW EXECUTE FUNCTION approvals_policy_stands();

-- What was asked, decided and counted is kept.
CREATE FUNCTION approvals_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'a row of % is kept', tg_table_name USING errcode = 'check_violation', constraint = 'approvals_are_kept';
END $$;
CREATE TRIGGER is_kept BEFORE DELETE ON approvals_approval FOR EACH STATEMENT EXECUTE FUNCTION approvals_is_kept();
CREATE TRIGGER is_kept BEFORE DELETE ON approvals_approvalstep FOR EACH STATEMENT EXECUTE FUNCTION approvals_is_kept();
CREATE TRIGGER is_kept BEFORE DELETE ON approvals_approver FOR EACH STATEMENT EXECUTE FUNCTION approvals_is_kept();
CREATE TRIGGER is_kept BEFORE DELETE ON approvals_delegation FOR EACH STATEMENT EXECUTE FUNCTION approvals_is_kept();

-- Role, team and place in the tree change only as a second person approved. Naming people anew in a team gives sight of
-- customers, so it is a change of rights.
CREATE FUNCTION approvals_position_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.position', new.id);
BEGIN
  IF new.is_owner <> old.is_owner OR approved IS NULL OR new.role IS DISTINCT FROM approved ->> 'role'
     OR new.team_id::text IS DISTINCT FROM approved ->> 'team' THEN
    PERFORM approvals_refuse('position_as_approved', 'role and team change only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER position_as_approved BEFORE UPDATE OF role, team_id, is_owner ON accounts_user FOR EACH ROW
  WHEN ((old.role, old.team_id, old.is_owner) IS DISTINCT FROM (new.role, new.team_id, new.is_owner))
  EXECUTE FUNCTION approvals_position_as_approved();

CREATE FUNCTION approvals_tree_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.tree', new.id);
BEGIN
  IF approved IS NULL OR new.manager_id::text IS DISTINCT FROM approved ->> 'manager'
     OR new.parent_id::text IS DISTINCT FROM approved ->> 'parent' THEN
    PERFORM approvals_refuse('tree_as_approved', 'a team''s manager and place change only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER tree_as_approved BEFORE UPDATE OF manager_id, parent_id ON accounts_team FOR EACH ROW
  WHEN ((old.manager_id, old.parent_id) IS DISTINCT FROM (new.manager_id, new.parent_id))
  EXECUTE FUNCTION approvals_tree_as_approved();
