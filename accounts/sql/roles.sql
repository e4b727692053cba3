-- What roles may do is the organisation's own, and changes only with four eyes.

-- A new organisation gets every role as the house ships it.
CREATE FUNCTION accounts_begin_roles() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO accounts_role (organization_id, code, view, edit, export, verbs)
  SELECT new.id, t.code, t.view, t.edit, t.export, t.verbs FROM accounts_permissiontemplate t;
  RETURN NULL;
END $$;
CREATE TRIGGER begin_roles AFTER INSERT ON accounts_organization FOR EACH ROW EXECUTE FUNCTION accounts_begin_roles();

-- What a new version of the house brings, to every organisation: a role that was never adapted follows its template; one
-- that was takes what is new in the template and loses what is gone from it. For the owner of the tables, after a migration.
CREATE FUNCTION accounts_ship_role(of_code text, views text, edits text, exports text, gives varchar[], at_most jsonb)
RETURNS void LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE accounts_role r SET
    view = CASE WHEN r.view = t.view THEN views ELSE r.view END,
    edit = CASE WHEN r.edit = t.edit THEN edits ELSE r.edit END,
    export = CASE WHEN r.export = t.export THEN exports ELSE r.export END,
    verbs = ARRAY(SELECT v FROM unnest(r.verbs || gives) v
                   WHERE v = ANY (gives) AND NOT v = ANY (t.verbs)
                      OR v = ANY (r.verbs) AND (v = ANY (gives) OR NOT v = ANY (t.verbs))
                   GROUP BY v ORDER BY v)
    FROM accounts_permissiontemplate t WHERE t.code = r.code AND r.code = of_code
     AND (t.view, t.edit, t.export, t.verbs) IS DISTINCT FROM (views, edits, exports, gives);
  INSERT INTO accounts_permissiontemplate (code, view, edit, export, verbs, most)
  VALUES (of_code, views, edits, exports, gives, at_most)
  ON CONFLICT (code) DO UPDATE SET view = excluded.view, edit = excluded.edit, export = excluded.export,
    verbs = excluded.verbs, most = excluded.most;
  INSERT INTO accounts_role (organization_id, code, view, edit, export, verbs)
  SELECT o.id, of_code, views, edits, exports, gives FROM accounts_organization o ON CONFLICT DO NOTHING;
$$;
REVOKE ALL ON FUNCTION accounts_ship_role(text, text, text, text, varchar[], jsonb) FROM PUBLIC;

-- A role begins as its template, keeps its name, and never becomes more than the house allows it to be: that keeps the
-- duties of system administrator, security administrator and auditor apart, and managers from editing.
CREATE FUNCTION accounts_role_within() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE t accounts_permissiontemplate;
BEGIN
  SELECT * INTO t FROM accounts_permissiontemplate WHERE code = new.code;
  IF NOT FOUND OR tg_op = 'UPDATE' AND (new.organization_id, new.code) IS DISTINCT FROM (old.organization_id, old.code) THEN
    RAISE EXCEPTION 'a role keeps its name' USING errcode = 'check_violation', constraint = 'role_keeps_its_name';
  ELSIF tg_op = 'INSERT' AND (new.view, new.edit, new.export, new.verbs) IS DISTINCT FROM (t.view, t.edit, t.export, t.verbs) THEN
    RAISE EXCEPTION 'a role begins as its template' USING errcode = 'check_violation', constraint = 'role_begins_as_template';
  ELSIF NOT (t.most -> 'view' ? new.view AND t.most -> 'edit' ? new.edit AND t.most -> 'export' ? new.export
             AND t.most -> 'verbs' @> to_jsonb(new.verbs)) THEN
    RAISE EXCEPTION 'more than the role % can have', new.code USING errcode = 'check_violation', constraint = 'duties_stay_apart';
  END IF;
  RETURN new;
END $$;
-- Its name makes it the first to ask: what no decision could allow is told as that.
CREATE TRIGGER duties_stay_apart BEFORE INSERT OR UPDATE ON accounts_role FOR EACH ROW EXECUTE FUNCTION accounts_role_within();

-- Whose records may be changed by who acts: his own, and, where his role says so, those of his team. A job without a person
-- acts for the organisation.
CREATE FUNCTION accounts_acting_person() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT nullif(current_setting('app.user_id', true), '')::uuid;
$$;
CREATE FUNCTION accounts_edits_records_of(owner uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT accounts_acting_person() IS NULL OR owner = accounts_acting_person() OR EXISTS (
    SELECT FROM accounts_user me
      JOIN accounts_role r ON r.organization_id = me.organization_id AND r.code = me.role AND r.edit = 'team'
      JOIN accounts_user colleague ON colleague.organization_id = me.organization_id AND colleague.team_id = me.team_id
     WHERE me.organization_id = current_setting('app.organization_id')::bigint AND me.id = accounts_acting_person()
       AND me.is_active AND colleague.id = owner);
$$;
