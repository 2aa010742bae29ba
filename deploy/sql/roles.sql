-- Roles, database and extensions of DeviceConsole. ./run applies this file to its own cluster at every start.
-- On an external server (PostgreSQL 15 or newer) a DBA runs it once, as a superuser, with psql:
--
--   psql "host=… user=postgres dbname=postgres" -v ON_ERROR_STOP=1 \
--        -v app_password=… -v migrator_password=… -v backup_password=… [-v database=deviceconsole] -f deploy/sql/roles.sql
--
-- Passwords may come from the environment instead (DC_APP_PASSWORD, DC_MIGRATOR_PASSWORD, DC_BACKUP_PASSWORD), so that
-- they stand on no command line, and may be SCRAM verifiers ('SCRAM-SHA-256$…'). A password that is not given is left
-- as it is. Running the file again changes nothing else.
\set ON_ERROR_STOP on

SELECT :SERVER_VERSION_NUM < 150000 AS too_old \gset
\if :too_old
  DO $$ BEGIN RAISE EXCEPTION 'DeviceConsole needs PostgreSQL 15 or newer.'; END $$;
\endif
\if :{?database} \else
  \set database deviceconsole
\endif
\if :{?app_password} \else
  \getenv app_password DC_APP_PASSWORD
\endif
\if :{?migrator_password} \else
  \getenv migrator_password DC_MIGRATOR_PASSWORD
\endif
\if :{?backup_password} \else
  \getenv backup_password DC_BACKUP_PASSWORD
\endif

-- One at a time: roles are the cluster's, and two that run this at once would both make them. Given back with the connection, at \connect.
SELECT pg_advisory_lock(hashtext('deviceconsole roles')) AS turn \gset

-- Owns the tables and runs the migrations. NOINHERIT: it acts as dc_system only where a migration says SET ROLE.
SELECT 'CREATE ROLE dc_migrator LOGIN NOINHERIT' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dc_migrator') \gexec
-- The application: owns nothing and is bound by every row-level security policy.
SELECT 'CREATE ROLE dc_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dc_app') \gexec
-- Owns the few functions that work across tenants; nobody logs in as it, and it is never granted to dc_app.
SELECT 'CREATE ROLE dc_system NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dc_system') \gexec
-- Dumps, and nothing else: pg_dump under forced row-level security needs BYPASSRLS to be complete.
SELECT 'CREATE ROLE dc_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dc_backup') \gexec
GRANT dc_system TO dc_migrator;

\if :{?app_password}
  ALTER ROLE dc_app PASSWORD :'app_password';
\endif
\if :{?migrator_password}
  ALTER ROLE dc_migrator PASSWORD :'migrator_password';
\endif
\if :{?backup_password}
  ALTER ROLE dc_backup PASSWORD :'backup_password';
\endif

-- No transaction is ever held across device I/O, so these only end what went wrong.
ALTER ROLE dc_app SET statement_timeout = '30s';
ALTER ROLE dc_app SET lock_timeout = '10s';
ALTER ROLE dc_app SET idle_in_transaction_session_timeout = '10s';

SELECT format('CREATE DATABASE %I OWNER dc_migrator ENCODING ''UTF8'' TEMPLATE template0', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO dc_app, dc_backup;
ALTER DATABASE :"database" SET timezone TO 'UTC';

\connect :"database"
-- By name: a NOINHERIT role has no part in pg_database_owner, who would own it otherwise.
ALTER SCHEMA public OWNER TO dc_migrator;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dc_app;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
