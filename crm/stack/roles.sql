-- The database roles of Candor and its database. Run it as a superuser, with psql, as often as you like:
--
--   psql -h db.example -U postgres -v owner_password=... -v app_password=... -f crm/stack/roles.sql
--
-- or keep the passwords off the command line, in CRM_OWNER_PASSWORD and CRM_APP_PASSWORD. Then give Candor
--
--   DATABASE_OWNER_URL=postgresql://crm_owner:...@db.example/candor     (migrations only)
--   DATABASE_URL=postgresql://crm_app:...@db.example/candor             (web, worker, scheduler)
--
-- crm_owner   owns the tables and migrates them; the application never signs in as it
-- crm_app     the application: reads and writes what row-level security shows it, and changes no table's shape
-- crm_ledger  nobody signs in as it; owns the functions that write history and ledger
-- crm_search  nobody signs in as it; owns the functions that search across what row-level security hides from an index
-- crm_relay   nobody signs in as it; owns the functions that find due jobs of every organisation
--
-- No role is a superuser and none bypasses row-level security. `-v local=1` lets crm_owner create the databases of
-- tests, on a developer's own cluster only.

\set ON_ERROR_STOP on
\if :{?owner_password}
\else
    \getenv owner_password CRM_OWNER_PASSWORD
\endif
\if :{?app_password}
\else
    \getenv app_password CRM_APP_PASSWORD
\endif

SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY['crm_owner', 'crm_app', 'crm_ledger', 'crm_search', 'crm_relay']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

\if :{?local}
    ALTER ROLE crm_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
\else
    ALTER ROLE crm_owner LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
\endif
ALTER ROLE crm_app LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'app_password';
ALTER ROLE crm_ledger NOLOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE crm_search NOLOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE crm_relay NOLOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;

-- The owner can hand a function to these roles, and has none of their rights while it does not ask for them.
GRANT crm_ledger, crm_search, crm_relay TO crm_owner WITH INHERIT FALSE, SET TRUE;

-- template0 and a named locale: pg_trgm finds no Chinese under a plain C character type, whatever the cluster was made with.
SELECT 'CREATE DATABASE candor OWNER crm_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE_PROVIDER libc LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'candor')
\gexec
REVOKE CONNECT, TEMPORARY ON DATABASE candor FROM PUBLIC;
GRANT CONNECT ON DATABASE candor TO crm_owner, crm_app;

-- Databases of tests are copies of template1, so it gets the same schema rights.
\if :{?local}
    \connect template1
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA public TO crm_owner, crm_ledger, crm_search, crm_relay;
    GRANT USAGE ON SCHEMA public TO crm_app;
\endif

\connect candor
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO crm_owner, crm_ledger, crm_search, crm_relay;
GRANT USAGE ON SCHEMA public TO crm_app;
