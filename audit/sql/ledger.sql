-- The ledger: append-only, partitioned by month, written by the functions below and by nobody else.
-- crm_ledger is a role nobody can sign in as; crm_app may only read.

CREATE TABLE audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  organization_id bigint NOT NULL,
  actor_id uuid,
  action text NOT NULL,
  reason text NOT NULL DEFAULT '',
  source text NOT NULL,
  request_id text NOT NULL DEFAULT '',
  op "char" NOT NULL CHECK (op IN ('I', 'U', 'D', 'E')),
  table_name text NOT NULL DEFAULT '',
  row_id text NOT NULL DEFAULT '',
  about_id text NOT NULL DEFAULT '',
  before jsonb,
  after jsonb,
  PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX audit_entry_latest ON audit_entry (organization_id, id DESC);
CREATE INDEX audit_entry_about ON audit_entry (organization_id, about_id, id DESC);
CREATE INDEX audit_entry_actor ON audit_entry (organization_id, actor_id, id DESC);

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit_entry FOR SELECT TO crm_app, crm_owner
  USING (organization_id = current_setting('app.organization_id')::bigint);
CREATE POLICY ledger ON audit_entry TO crm_ledger USING (true) WITH CHECK (true);
GRANT SELECT ON audit_entry TO crm_app;
GRANT SELECT, INSERT ON audit_entry TO crm_ledger;

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only (% on %)', tg_op, tg_table_name USING errcode = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- A partition for each of the coming months; entries outside them would fall into the default one, never be lost.
CREATE FUNCTION audit_make_partitions(months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE starts date; part text;
BEGIN
  FOR n IN 0..least(months, 36) LOOP  -- the application may call this: three years are enough for a mistake of its
    starts := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date + make_interval(months => n);
    part := 'audit_entry_' || to_char(starts, 'YYYY_MM');
    IF to_regclass('public.' || part) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.audit_entry FOR VALUES FROM (%L) TO (%L)',
                     part, starts::text || ' 00:00+00', (starts + interval '1 month')::date::text || ' 00:00+00');
      EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION public.audit_append_only()', part);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_make_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_make_partitions(integer) TO crm_app;
CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT;
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_entry_default FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
SELECT audit_make_partitions(24);

-- A setting of the running transaction; empty when nobody set it.
CREATE FUNCTION audit_setting(name text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(current_setting('app.' || name, true), '');
$$;

-- The values of secret columns are not kept, the fact that they changed is.
CREATE FUNCTION audit_image(image jsonb, secret text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN secret = '{}' THEN image
              ELSE (image - secret) || coalesce((SELECT jsonb_object_agg(s, '***') FROM unnest(secret) s WHERE image ? s), '{}') END;
$$;

-- tg_argv: column that names the record an entry is about; array of secret columns; column of the organisation.
CREATE FUNCTION audit_capture_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  o jsonb := to_jsonb(old); n jsonb := to_jsonb(new); b jsonb; a jsonb;
BEGIN
  IF old IS NOT DISTINCT FROM new THEN RETURN NULL; END IF;
  SELECT jsonb_object_agg(e.key, o -> e.key), jsonb_object_agg(e.key, e.value) INTO b, a
    FROM jsonb_each(n) e WHERE e.value IS DISTINCT FROM o -> e.key;
  INSERT INTO audit_entry (organization_id, actor_id, action, reason, source, request_id, op, table_name, row_id, about_id, before, after)
  VALUES ((n ->> tg_argv[2])::bigint, nullif(audit_setting('user_id'), '')::uuid,
          coalesce(nullif(audit_setting('action'), ''), 'update'), audit_setting('reason'),
          coalesce(nullif(audit_setting('source'), ''), 'sql:' || session_user), audit_setting('request_id'),
          'U', tg_table_name, n ->> 'id', coalesce(n ->> tg_argv[0], ''),
          audit_image(b, tg_argv[1]::text[]), audit_image(a, tg_argv[1]::text[]));
  RETURN NULL;
END $$;

-- Statement-level for INSERT and DELETE: one entry a row, one statement for all of them.
CREATE FUNCTION audit_capture_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  actor uuid := nullif(audit_setting('user_id'), '')::uuid;
  act text := coalesce(nullif(audit_setting('action'), ''), lower(tg_op));
  why text := audit_setting('reason');
  origin text := coalesce(nullif(audit_setting('source'), ''), 'sql:' || session_user);
  request text := audit_setting('request_id');
  secret text[] := tg_argv[1]::text[];
BEGIN
  IF tg_op = 'INSERT' THEN
    INSERT INTO audit_entry (organization_id, actor_id, action, reason, source, request_id, op, table_name, row_id, about_id, after)
    SELECT (r.image ->> tg_argv[2])::bigint, actor, act, why, origin, request, 'I', tg_table_name, r.image ->> 'id',
           coalesce(r.image ->> tg_argv[0], ''), CASE WHEN secret = '{}' THEN r.image ELSE audit_image(r.image, secret) END
      FROM (SELECT to_jsonb(n) AS image FROM fresh n) r;
  ELSE
    INSERT INTO audit_entry (organization_id, actor_id, action, reason, source, request_id, op, table_name, row_id, about_id, before)
    SELECT (r.image ->> tg_argv[2])::bigint, actor, act, why, origin, request, 'D', tg_table_name, r.image ->> 'id',
           coalesce(r.image ->> tg_argv[0], ''), CASE WHEN secret = '{}' THEN r.image ELSE audit_image(r.image, secret) END
      FROM (SELECT to_jsonb(o) AS image FROM gone o) r;
  END IF;
  RETURN NULL;
END $$;

-- Events without a row: reads, exports, sign-ins. An event is op 'E' and can never pass for a change.
CREATE FUNCTION audit_record(what text, of_table text, of_row text, about text, detail jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO audit_entry (organization_id, actor_id, action, source, request_id, op, table_name, row_id, about_id, after)
  VALUES (current_setting('app.organization_id')::bigint, nullif(audit_setting('user_id'), '')::uuid, what,
          coalesce(nullif(audit_setting('source'), ''), 'sql:' || session_user), audit_setting('request_id'),
          'E', coalesce(of_table, ''), coalesce(of_row, ''), coalesce(about, ''), detail)
  RETURNING id;
$$;

-- crm_ledger says itself who may call them: a REVOKE by their former owner would do nothing, with a warning. The owner of
-- the tables puts them on as triggers; nobody else, or a table of his own could write what never happened.
ALTER FUNCTION audit_capture_update() OWNER TO crm_ledger;
ALTER FUNCTION audit_capture_rows() OWNER TO crm_ledger;
ALTER FUNCTION audit_record(text, text, text, text, jsonb) OWNER TO crm_ledger;
SET LOCAL ROLE crm_ledger;
REVOKE ALL ON FUNCTION audit_capture_update(), audit_capture_rows(), audit_record(text, text, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_capture_update(), audit_capture_rows() TO crm_owner;
GRANT EXECUTE ON FUNCTION audit_record(text, text, text, text, jsonb) TO crm_app;
RESET ROLE;
