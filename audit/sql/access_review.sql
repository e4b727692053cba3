-- Reviews of who has what: answered by the reviewer himself, in time, once; what lapses does so only when the time is over.

CREATE FUNCTION audit_review_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.opened_at := clock_timestamp();
    IF new.due_at < transaction_timestamp() OR new.closed_at IS NOT NULL OR new.file_id IS NOT NULL THEN
      PERFORM accounts_refuse('review_begins_open', 'a review begins now, open, and is answered later');
    END IF;
    RETURN new;
  END IF;
  IF (new.organization_id, new.opened_at, new.opened_by_id, new.answerable_id, new.due_at, new.dormant_days)
     IS DISTINCT FROM (old.organization_id, old.opened_at, old.opened_by_id, old.answerable_id, old.due_at, old.dormant_days)
     OR old.closed_at IS NOT NULL THEN
    PERFORM accounts_refuse('review_stands', 'a review keeps its time, and what is closed stays closed');
  ELSIF new.closed_at IS NOT NULL THEN
    IF clock_timestamp() < old.due_at OR new.file_id IS NULL OR EXISTS (
         SELECT FROM audit_accessitem WHERE organization_id = new.organization_id AND review_id = new.id AND state = 'open') THEN
      PERFORM accounts_refuse('review_closes_when_due', 'a review closes when its time is over, everything settled, with its evidence');
    END IF;
    new.closed_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER review_stands BEFORE INSERT OR UPDATE ON audit_accessreview
  FOR EACH ROW EXECUTE FUNCTION audit_review_stands();

CREATE FUNCTION audit_access_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE r audit_accessreview;
BEGIN
  SELECT * INTO r FROM audit_accessreview WHERE organization_id = new.organization_id AND id = new.review_id;
  IF tg_op = 'INSERT' THEN
    IF r.closed_at IS NOT NULL OR new.answered_at IS NOT NULL OR new.answered_by_id IS NOT NULL OR new.settled_in IS NOT NULL THEN
      PERFORM accounts_refuse('access_item_begins_open', 'an item begins unanswered, in an open review');
    END IF;
    RETURN new;
  END IF;
  IF (new.organization_id, new.review_id, new.kind, new.thing, new.person_id, new.facts, new.since, new.last_used, new.dormant)
     IS DISTINCT FROM
     (old.organization_id, old.review_id, old.kind, old.thing, old.person_id, old.facts, old.since, old.last_used, old.dormant)
     OR old.state IN ('confirmed', 'lapsed') THEN
    PERFORM accounts_refuse('access_item_stands', 'an item keeps what it is about, and is answered once');
  ELSIF new.state = old.state THEN  -- another reviewer, because the first one left
    IF new.answered_at IS DISTINCT FROM old.answered_at OR new.note IS DISTINCT FROM old.note
       OR new.answered_by_id IS DISTINCT FROM old.answered_by_id OR new.settled_in IS DISTINCT FROM old.settled_in
       OR EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = old.organization_id AND u.id = old.reviewer_id AND u.is_active) THEN
      PERFORM accounts_refuse('access_item_stands', 'a reviewer is replaced when he has left');
    END IF;
    RETURN new;
  ELSIF new.reviewer_id IS DISTINCT FROM old.reviewer_id THEN
    PERFORM accounts_refuse('access_item_stands', 'an answer does not change who is asked');
  ELSIF new.state IN ('confirmed', 'refused') AND (
      new.reviewer_id IS DISTINCT FROM accounts_acting_person() OR new.answered_by_id IS DISTINCT FROM accounts_acting_person()) THEN
    PERFORM accounts_refuse('access_answered_by_reviewer', 'only who is asked answers, in his own name');
  ELSIF new.state = 'refused' AND new.note = '' THEN
    PERFORM accounts_refuse('access_refused_with_a_note', 'who does not confirm says why');
  ELSIF new.state IN ('lapsed', 'overdue') AND clock_timestamp() < r.due_at
        AND NOT (old.state = 'refused' AND new.state = 'lapsed' AND old.kind <> 'role') THEN
    PERFORM accounts_refuse('access_lapses_when_due', 'what is not answered lapses when the time is over, not before');
  END IF;
  IF new.state IN ('confirmed', 'refused') THEN
    new.answered_at := clock_timestamp();
  END IF;
  new.settled_in := pg_current_xact_id()::text::bigint;
  RETURN new;
END $$;
CREATE TRIGGER access_item BEFORE INSERT OR UPDATE ON audit_accessitem FOR EACH ROW EXECUTE FUNCTION audit_access_item();

-- Does this thing lapse in this very transaction? Its own table's triggers ask, and let it end.
CREATE FUNCTION audit_lapses_now(of_kind text, of_thing uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM audit_accessitem WHERE organization_id = current_setting('app.organization_id')::bigint
                    AND kind = of_kind AND thing = of_thing AND state = 'lapsed'
                    AND settled_in = pg_current_xact_id()::text::bigint);
$$;
