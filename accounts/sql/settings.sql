-- What the four eyes on administration rest on: when an organisation was founded, and when somebody stopped being active.

-- Whoever comes in the transaction that makes an organisation founds it with it. Later there is no such moment again.
CREATE FUNCTION accounts_is_founded() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  new.founded_in := CASE tg_op WHEN 'INSERT' THEN pg_current_xact_id()::text::bigint ELSE old.founded_in END;
  RETURN new;
END $$;
CREATE TRIGGER is_founded BEFORE INSERT OR UPDATE ON accounts_organization FOR EACH ROW EXECUTE FUNCTION accounts_is_founded();

-- The time beside the number: numbers of transactions begin anew in a database that was restored elsewhere.
CREATE FUNCTION accounts_being_founded(organization bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_organization o WHERE o.id = organization
                   AND o.founded_in = pg_current_xact_id()::text::bigint AND o.created_at >= transaction_timestamp());
$$;

-- The database's clock says since when somebody is not active any more.
CREATE FUNCTION accounts_dates_the_end() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  new.deactivated_at := CASE WHEN new.is_active THEN NULL
                             WHEN tg_op = 'UPDATE' AND NOT old.is_active THEN old.deactivated_at
                             ELSE clock_timestamp() END;
  RETURN new;
END $$;
CREATE TRIGGER dates_the_end BEFORE INSERT OR UPDATE ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_dates_the_end();
