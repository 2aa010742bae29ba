#!/usr/bin/env bash
# Puts an earlier version back. The schema stays: each schema version tells the lowest application that runs on it, and an application that
# is too old for it does not start, so that what runs now goes on. deploy/restore.sh brings the data back, losing what came after the backup.
#   deploy/rollback.sh VERSION
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
. "$root/deploy/lib/cluster.sh"

[[ -n ${1:-} ]] || die 'Use: deploy/rollback.sh VERSION.'
need_version "$1"
need_cluster
need_image "$version"
# Where the database can be asked, the answer comes before anything is touched.
if [[ -n ${DEVICECONSOLE_DATABASE_URL:-} ]] && have psql; then
  too_new=$(psql -X -A -t "$DEVICECONSOLE_DATABASE_URL" -c \
    "SELECT version || ' (needs ' || min_app || ')' FROM sys.schema_versions WHERE string_to_array(min_app, '.')::int[] > string_to_array('${version%%-*}', '.')::int[] ORDER BY version LIMIT 1") ||
    die 'The database could not be asked for its schema version: check DEVICECONSOLE_DATABASE_URL.'
  [[ -z $too_new ]] || die "Version $version does not run on this schema, the first too new version being $too_new. Take a newer one, or go back with ./migrate.sh down, or restore the backup."
fi
before=$(running_version)
say "Rolling back to $version (now: ${before:-nothing})"
put "$version"
say "$version runs."
