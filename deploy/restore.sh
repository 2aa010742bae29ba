#!/usr/bin/env bash
# Restores a backup into an empty database, compares it with the backup's manifest, and holds its jobs and schedules until somebody releases them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/packages.sh"
. "$root/deploy/lib/database.sh"

usage() {
  cat <<'TEXT'
Usage: deploy/restore.sh FILE.dump      restores it
       deploy/restore.sh --hold         holds jobs and schedules of a database that was restored otherwise (deploy/pitr.sh, a snapshot)
       deploy/restore.sh --held         says what is held since the restore
       deploy/restore.sh --release      lets the held jobs and schedules go on
       deploy/restore.sh --cancel-held  cancels the held jobs, lets the schedules go on

ConnectionStrings__Restore: a superuser's log-in; Database names the one that is made or has to be empty.
DC_APP_PASSWORD, DC_MIGRATOR_PASSWORD, DC_BACKUP_PASSWORD: the roles' passwords, where the roles do not exist yet.
TEXT
}

(($# == 1)) || { usage >&2; exit 2; }
case $1 in
  --help | -h) usage; exit 0 ;;
  --hold | --held | --release | --cancel-held) file='' ;;
  -*) usage >&2; exit 2 ;;
  *) file=$1 ;;
esac
[[ -n ${ConnectionStrings__Restore:-} ]] || die 'There is no connection string: set ConnectionStrings__Restore to a log-in as a superuser.'
need_postgres_programs pg_restore psql sha256sum
use_connection "$ConnectionStrings__Restore" ConnectionStrings__Restore

# What was running or waiting when the backup was made would otherwise start at once, at devices that may be elsewhere by now.
hold() {
  sql <<'SQL'
BEGIN;
CREATE TABLE sys.restore_hold (kind text NOT NULL, tenant uuid NOT NULL, id uuid NOT NULL, run_at timestamptz, PRIMARY KEY (kind, tenant, id));
ALTER TABLE sys.restore_hold OWNER TO dc_migrator;
INSERT INTO sys.restore_hold SELECT 'schedule', tenant_id, id, NULL FROM schedules WHERE enabled;
UPDATE schedules SET enabled = false, revision = revision + 1 WHERE enabled;
-- As a lost worker's jobs are taken back: what must not be repeated, or has no attempt left, fails.
CREATE TEMP TABLE freed ON COMMIT DROP AS SELECT tenant_id, id, (attempt < max_attempts AND idempotent AND NOT cancel_requested) AS again, cancel_requested FROM jobs WHERE state = 'running';
UPDATE jobs j SET state = CASE WHEN f.again THEN 'queued' WHEN f.cancel_requested THEN 'cancelled' ELSE 'failed' END, worker = NULL, revision = j.revision + 1,
    finished_at = CASE WHEN f.again THEN NULL ELSE now() END,
    fault = CASE WHEN f.again THEN j.fault ELSE jsonb_build_object('class', 'Internal', 'code', 'engine.worker-lost', 'message',
        'The database was restored from a backup in which this job was running. Nobody knows whether the device carried it out; look at the device before you run it again.') END
FROM freed f WHERE j.tenant_id = f.tenant_id AND j.id = f.id;
INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason)
    SELECT j.tenant_id, j.id, j.state, j.attempt, 'The database was restored from a backup.' FROM jobs j JOIN freed f ON f.tenant_id = j.tenant_id AND f.id = j.id;
INSERT INTO sys.restore_hold SELECT 'job', tenant_id, id, run_at FROM jobs WHERE state = 'queued';
UPDATE jobs SET run_at = '2999-01-01 00:00:00+00', revision = revision + 1,
    wait_reason = 'Held since the database was restored from a backup; an administrator releases it.' WHERE state = 'queued';
UPDATE lanes l SET running = NULL, wake_at = NULL, next_at = (SELECT min(j.run_at) FROM jobs j WHERE j.tenant_id = l.tenant_id AND j.device_id = l.device_id AND j.state = 'queued' AND NOT j.session_bound);
UPDATE connections SET lease_until = '-infinity';
DELETE FROM workers;
COMMIT;
SQL
}

held() { sql -c "SELECT CASE WHEN to_regclass('sys.restore_hold') IS NOT NULL THEN 'yes' END"; }

tell_held() {
  sql -c "SELECT format('%s jobs and %s schedules are held.', count(*) FILTER (WHERE kind = 'job'), count(*) FILTER (WHERE kind = 'schedule')) FROM sys.restore_hold"
}

# release SQL-OF-JOBS
release() {
  sql <<SQL
BEGIN;
$1
UPDATE lanes l SET next_at = now(), wake_at = CASE WHEN EXISTS (SELECT FROM jobs j WHERE j.tenant_id = l.tenant_id AND j.device_id = l.device_id AND j.state = 'queued' AND j.session_bound) THEN now() END
    WHERE EXISTS (SELECT FROM sys.restore_hold h WHERE h.kind = 'job' AND h.tenant = l.tenant_id) AND l.running IS NULL;
UPDATE schedules s SET enabled = true, revision = s.revision + 1 FROM sys.restore_hold h WHERE h.kind = 'schedule' AND s.tenant_id = h.tenant AND s.id = h.id;
DROP TABLE sys.restore_hold;
COMMIT;
SQL
}

if [[ $1 == --hold ]]; then
  [[ $(held) != yes ]] || die "Jobs and schedules of $PGDATABASE on $PGHOST:$PGPORT are held already: --release or --cancel-held lets them go."
  hold
  tell_held
  exit 0
fi
if [[ -z $file ]]; then
  [[ $(held) == yes ]] || die "Nothing is held in $PGDATABASE on $PGHOST:$PGPORT."
  tell_held
  case $1 in
    --release)
      release "UPDATE jobs j SET run_at = greatest(h.run_at, now()), wait_reason = NULL, revision = j.revision + 1 FROM sys.restore_hold h WHERE h.kind = 'job' AND j.tenant_id = h.tenant AND j.id = h.id AND j.state = 'queued';"
      say 'They go on.' ;;
    --cancel-held)
      release "WITH ended AS (UPDATE jobs j SET state = 'cancelled', finished_at = now(), wait_reason = NULL, revision = j.revision + 1, summary = 'Cancelled after the database was restored from a backup.'
          FROM sys.restore_hold h WHERE h.kind = 'job' AND j.tenant_id = h.tenant AND j.id = h.id AND j.state = 'queued' RETURNING j.tenant_id, j.id, j.attempt)
        INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason) SELECT tenant_id, id, 'cancelled', attempt, 'Cancelled after the database was restored from a backup.' FROM ended;"
      say 'The jobs are cancelled, the schedules go on.' ;;
  esac
  exit 0
fi

manifest=${file%.dump}.manifest
[[ -r $file && -r $manifest ]] || die "$file or its manifest $manifest cannot be read: name a backup that deploy/backup.sh made."
[[ $(sha256sum <"$file" | cut -d' ' -f1) == "$(manifest_value "$manifest" sha256)" ]] || die "$file is damaged: its SHA-256 is not the one in the manifest. Take another backup."
database=$PGDATABASE
if [[ $(PGDATABASE=postgres sql -v name="$database" <<<"SELECT 1 FROM pg_database WHERE datname = :'name'") == 1 && -n $(sql -c "SELECT 1 FROM pg_namespace WHERE nspname IN ('sys', 'quartz')") ]]; then
  die "The database $database on $PGHOST:$PGPORT is not empty. A backup is only restored into an empty one: name another in ConnectionStrings__Restore, or drop this one yourself."
fi
say "Restoring $(basename "$file") (of $(manifest_value "$manifest" snapshot), schema $(manifest_value "$manifest" schema)) into $database on $PGHOST:$PGPORT"
PGDATABASE=postgres psql -X -q -v ON_ERROR_STOP=1 -v database="$database" -f "$root/deploy/sql/roles.sql" >/dev/null || die 'The roles could not be made; the lines above say why.'
began=$SECONDS
pg_restore --exit-on-error --single-transaction --dbname="$database" "$file" || die 'pg_restore failed; the lines above say why. Nothing was restored.'
sql -c 'ANALYZE' || true
difference=$(diff <(grep -v '^#' "$manifest" | sort) <(contents_sql | psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 | sort) | grep '^[<>]' | head -n 5) || true
[[ -z $difference ]] || die "What was restored is not what was backed up: $difference"
say "$(grep -vc '^#' "$manifest") tables and tenants have the rows and checksums of the backup"
hold
tell_held
say "Restored in $((SECONDS - began)) s. What changed in the $(words "$(seconds_since "$(manifest_value "$manifest" snapshot)")") since the backup is lost. deploy/verify.sh checks it; deploy/restore.sh --release lets the held jobs go on."
