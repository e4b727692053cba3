-- Four eyes on administration: what the database holds about role, scope, rule, settings, invitations and the way back,
-- whoever writes. Each refusal names its constraint.

CREATE FUNCTION approvals_is_administration(of_kind text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT h.administration FROM approvals_housepolicy h WHERE h.kind = of_kind), false);
$$;

-- Has the duty that this person has now been asked for by that one, within the last 30 days?
CREATE FUNCTION approvals_brought_in(organization bigint, by_whom uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM accounts_user u
     WHERE u.organization_id = organization AND u.id = person AND u.role IN ('administrator', 'security', 'auditor')
       AND (EXISTS (
              SELECT FROM approvals_approval a
               WHERE a.organization_id = organization AND a.subject_id = person AND a.requested_by_id = by_whom
                 AND a.kind IN ('accounts.position', 'accounts.reactivate') AND a.state = 'approved'
                 AND a.asked ->> 'role' = u.role AND a.asked ->> 'role_before' IS DISTINCT FROM a.asked ->> 'role'
                 AND a.carried_out_at > clock_timestamp() - interval '30 days')
         OR EXISTS (
              SELECT FROM accounts_invitation i
               WHERE i.organization_id = organization AND i.accepted_by_id = person AND i.invited_by_id = by_whom
                 AND i.role = u.role AND i.accepted_at > clock_timestamp() - interval '30 days')));
$$;

-- About rights nobody decides later than a day after they were asked for, nobody above who asks (at last the owner), and
-- nobody of whom one brought the other into his duty.
CREATE FUNCTION approvals_rights_decided_apart() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE a approvals_approval;
BEGIN
  SELECT * INTO a FROM approvals_approval WHERE organization_id = new.organization_id AND id = new.approval_id;
  IF NOT approvals_is_administration(a.kind) THEN RETURN new; END IF;
  IF a.opened_at + interval '24 hours' <= clock_timestamp() THEN
    PERFORM approvals_refuse('decision_within_a_day', 'a request about rights lapses after 24 hours');
  ELSIF approvals_manages(new.person_id, a.requested_by_id) AND NOT EXISTS (
       SELECT FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = new.person_id AND u.is_owner) THEN
    PERFORM approvals_refuse('decision_from_another_line', 'who leads the one who asked does not decide about rights');
  ELSIF approvals_brought_in(new.organization_id, a.requested_by_id, new.person_id)
     OR approvals_brought_in(new.organization_id, new.person_id, a.requested_by_id) THEN
    PERFORM approvals_refuse('decision_not_by_brought_in', 'of two people of whom one brought the other into his duty, neither decides for the other for 30 days');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER rights_decided_apart BEFORE INSERT ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION approvals_rights_decided_apart();

-- Is there nobody else who could decide? He administers; nobody else does or did within a day before, those left out whom he
-- brought in himself; and the owner of the organisation is himself, or gone for 30 days.
CREATE FUNCTION approvals_administers_alone(organization bigint, person uuid, since timestamptz) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM accounts_user u WHERE u.organization_id = organization AND u.id = person AND u.is_active
       AND u.role IN ('administrator', 'security'))
  AND NOT EXISTS (
    SELECT FROM accounts_user u WHERE u.organization_id = organization AND u.id <> person
       AND (u.role IN ('administrator', 'security') AND NOT approvals_brought_in(organization, person, u.id)
              AND (u.is_active OR u.deactivated_at > since - interval '24 hours')
         OR u.is_owner AND (u.is_active OR u.deactivated_at > clock_timestamp() - interval '30 days')))
  AND NOT EXISTS (
    SELECT FROM approvals_approval a
     WHERE a.organization_id = organization AND a.kind = 'accounts.position' AND a.state = 'approved' AND a.subject_id <> person
       AND a.asked ->> 'role_before' IN ('administrator', 'security') AND a.carried_out_at > since - interval '24 hours');
$$;

-- The one way past the steps of a policy: about rights, a day after it was asked, by the clock and by nobody, while nobody
-- sits there and nobody else administers.
CREATE FUNCTION approvals_takes_effect_alone(a approvals_approval) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT approvals_is_administration(a.kind) AND a.opened_at + interval '24 hours' <= clock_timestamp()
     AND approvals_acting_person() IS NULL
     AND NOT EXISTS (SELECT FROM approvals_approver s WHERE s.organization_id = a.organization_id AND s.approval_id = a.id
                        AND s.ended_at IS NULL)
     AND approvals_administers_alone(a.organization_id, a.requested_by_id, a.opened_at);
$$;

-- As in approvals.sql, with that one way.
CREATE OR REPLACE FUNCTION approvals_request_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
    IF (EXISTS (SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.approval_id = new.id
                 AND s.done_at IS NULL)
        OR EXISTS (SELECT FROM approvals_asked_for(new.terms, new.measures) w WHERE NOT EXISTS (
             SELECT FROM approvals_approvalstep s WHERE s.organization_id = new.organization_id AND s.approval_id = new.id
                AND s.line = w.line AND s.place = w.place AND s.spec = w.spec)))
       AND NOT approvals_takes_effect_alone(new) THEN
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

-- A deactivated person comes back only as a second person approved, in the role and team that were asked for.
CREATE FUNCTION approvals_reactivation_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.reactivate', new.id);
BEGIN
  IF approved IS NULL OR new.role IS DISTINCT FROM approved ->> 'role' OR new.team_id::text IS DISTINCT FROM approved ->> 'team' THEN
    PERFORM approvals_refuse('reactivation_as_approved', 'who was deactivated comes back only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER reactivation_as_approved BEFORE UPDATE OF is_active ON accounts_user FOR EACH ROW
  WHEN (new.is_active AND NOT old.is_active) EXECUTE FUNCTION approvals_reactivation_as_approved();

-- The rules of an organisation change only as a second person approved.
CREATE FUNCTION approvals_settings_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.settings', lpad(to_hex(new.id), 32, '0')::uuid);
BEGIN
  IF approved IS NULL OR to_jsonb(new.protection_days) IS DISTINCT FROM approved -> 'protection_days'
     OR to_jsonb(new.access_log_days) IS DISTINCT FROM approved -> 'access_log_days' THEN
    PERFORM approvals_refuse('settings_as_approved', 'the rules of an organisation change only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER settings_as_approved BEFORE UPDATE OF protection_days, access_log_days ON accounts_organization FOR EACH ROW
  WHEN ((old.protection_days, old.access_log_days) IS DISTINCT FROM (new.protection_days, new.access_log_days))
  EXECUTE FUNCTION approvals_settings_as_approved();

-- Roles that lead, administer or audit.
CREATE FUNCTION approvals_is_wide(role text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT role IN ('manager', 'administrator', 'security', 'auditor');
$$;

-- An invitation keeps whom it lets in and as what. To a role that leads, administers or audits it gets its token only as a
-- second person approved; as long as nobody but the founder ever came, there is no second person to ask.
CREATE FUNCTION approvals_invitation_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb; is_new_token boolean := new.token_hash IS NOT NULL;
BEGIN
  IF tg_op = 'UPDATE' THEN
    is_new_token := new.token_hash IS DISTINCT FROM old.token_hash;
    IF (new.organization_id, new.email, new.role, new.team_id, new.invited_by_id, new.invited_at)
       IS DISTINCT FROM (old.organization_id, old.email, old.role, old.team_id, old.invited_by_id, old.invited_at)
       OR old.accepted_at IS NOT NULL AND (new.accepted_at, new.accepted_by_id, new.token_hash)
                                         IS DISTINCT FROM (old.accepted_at, old.accepted_by_id, old.token_hash)
       OR new.expires_at > old.expires_at AND NOT is_new_token THEN
      PERFORM approvals_refuse('invitation_stands', 'an invitation keeps whom it lets in, as what and until when');
    END IF;
  END IF;
  IF is_new_token AND approvals_is_wide(new.role) AND NOT accounts_being_founded(new.organization_id)
     AND (SELECT count(*) FROM accounts_user u WHERE u.organization_id = new.organization_id) > 1 THEN
    approved := approvals_carried_out('accounts.invitation', new.id);
    IF approved IS NULL OR new.email IS DISTINCT FROM approved ->> 'email' OR new.role IS DISTINCT FROM approved ->> 'role'
       OR new.team_id::text IS DISTINCT FROM approved ->> 'team' THEN
      PERFORM approvals_refuse('invitation_as_approved', 'into such a role somebody is let in only as a second person approved');
    END IF;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER invitation_as_approved BEFORE INSERT OR UPDATE ON accounts_invitation
  FOR EACH ROW EXECUTE FUNCTION approvals_invitation_as_approved();

-- Into such a role nobody comes but with the founding, or by an invitation that is his and was in force when he took it.
-- Nobody comes as the owner but with the founding.
CREATE FUNCTION approvals_newcomer_as_invited() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (new.is_owner OR approvals_is_wide(new.role) AND NOT EXISTS (
        SELECT FROM accounts_invitation i
         WHERE i.organization_id = new.organization_id AND i.accepted_by_id = new.id AND lower(i.email) = new.email
           AND i.role = new.role AND i.team_id IS NOT DISTINCT FROM new.team_id
           AND i.token_hash IS NOT NULL AND i.accepted_at < i.expires_at))
     AND NOT accounts_being_founded(new.organization_id) THEN
    PERFORM approvals_refuse('newcomer_as_invited', 'into such a role somebody comes only by an invitation that a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER newcomer_as_invited BEFORE INSERT ON accounts_user FOR EACH ROW EXECUTE FUNCTION approvals_newcomer_as_invited();

-- What was given and taken back within a day is told by the ledger: a role, the lead of a team, the rights of a role.
CREATE FUNCTION approvals_role_was_brief() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  SELECT max(given.at) INTO since FROM (
    SELECT a.carried_out_at AS at FROM approvals_approval a
     WHERE a.organization_id = new.organization_id AND a.subject_id = new.id AND a.state = 'approved'
       AND a.kind IN ('accounts.position', 'accounts.reactivate') AND a.asked ->> 'role' = old.role
       AND a.asked ->> 'role_before' IS DISTINCT FROM a.asked ->> 'role'
    UNION ALL
    SELECT i.accepted_at FROM accounts_invitation i
     WHERE i.organization_id = new.organization_id AND i.accepted_by_id = new.id AND i.role = old.role) given
   WHERE given.at > clock_timestamp() - interval '24 hours';
  IF since IS NOT NULL THEN
    PERFORM audit_record('accounts.role_juggling', 'accounts_user', new.id::text, new.id::text, jsonb_build_object(
      'name', old.name, 'role', old.role, 'since', since, 'until', clock_timestamp()));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER role_was_brief AFTER UPDATE OF role, is_active ON accounts_user FOR EACH ROW
  WHEN (old.is_active AND old.role <> 'rep' AND (new.role <> old.role OR NOT new.is_active))
  EXECUTE FUNCTION approvals_role_was_brief();

CREATE FUNCTION approvals_lead_was_brief() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  SELECT max(a.carried_out_at) INTO since FROM approvals_approval a
   WHERE a.organization_id = new.organization_id AND a.subject_id = new.id AND a.kind = 'accounts.tree' AND a.state = 'approved'
     AND a.asked ->> 'manager' = old.manager_id::text AND a.asked ->> 'manager_before_name' <> a.asked ->> 'manager_name'
     AND a.carried_out_at > clock_timestamp() - interval '24 hours';
  IF since IS NOT NULL THEN
    PERFORM audit_record('accounts.role_juggling', 'accounts_team', new.id::text, new.id::text, jsonb_build_object(
      'name', (SELECT u.name FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = old.manager_id),
      'team', old.name, 'since', since, 'until', clock_timestamp()));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lead_was_brief AFTER UPDATE OF manager_id ON accounts_team FOR EACH ROW
  WHEN (old.manager_id IS NOT NULL AND old.manager_id IS DISTINCT FROM new.manager_id)
  EXECUTE FUNCTION approvals_lead_was_brief();

CREATE FUNCTION approvals_reach(scope text) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT array_position(ARRAY['none', 'own', 'team', 'subtree', 'organization'], scope);
$$;
CREATE FUNCTION approvals_right_was_brief() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  SELECT max(a.carried_out_at) INTO since FROM approvals_approval a
   WHERE a.organization_id = new.organization_id AND a.subject_id = new.id AND a.kind = 'accounts.role' AND a.state = 'approved'
     AND a.carried_out_at > clock_timestamp() - interval '24 hours'
     AND (EXISTS (SELECT FROM jsonb_array_elements_text(a.asked -> 'verbs') given(verb)
                   WHERE NOT a.asked -> 'before' -> 'verbs' ? verb AND verb = ANY (old.verbs) AND NOT verb = ANY (new.verbs))
       OR EXISTS (SELECT FROM (VALUES ('view', old.view, new.view), ('edit', old.edit, new.edit), ('export', old.export, new.export))
                              AS scope(name, had, has)
                   WHERE approvals_reach(a.asked ->> name) > approvals_reach(a.asked -> 'before' ->> name)
                     AND approvals_reach(has) < approvals_reach(had)));
  IF since IS NOT NULL THEN
    PERFORM audit_record('accounts.role_juggling', 'accounts_role', new.id::text, new.id::text, jsonb_build_object(
      'rights_of', new.code, 'since', since, 'until', clock_timestamp()));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER right_was_brief AFTER UPDATE ON accounts_role FOR EACH ROW
  WHEN ((old.view, old.edit, old.export, old.verbs) IS DISTINCT FROM (new.view, new.edit, new.export, new.verbs))
  EXECUTE FUNCTION approvals_right_was_brief();
