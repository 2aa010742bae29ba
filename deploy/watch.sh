#!/usr/bin/env bash
# Watches an installation for a while after a deployment, by its /metrics. Exit code 1 when too many requests failed (5xx), jobs fail more
# than before, a process started again, or /metrics was silent.
#   deploy/watch.sh URL [--seconds N] [--every N] [--most PERCENT] [--most-failed-jobs PERCENT]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

usage='Use: deploy/watch.sh URL [--seconds N] [--every N] [--most PERCENT] [--most-failed-jobs PERCENT].'
url='' seconds=900 every=15 most=1 most_jobs=50
while (($# > 0)); do
  case $1 in
    --seconds | --every | --most | --most-failed-jobs)
      [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "$1 needs a number. $usage"
      case $1 in --seconds) seconds=$2 ;; --every) every=$2 ;; --most) most=$2 ;; *) most_jobs=$2 ;; esac
      shift 2 ;;
    -*) die "$usage" ;;
    *) url=${1%/}; shift ;;
  esac
done
[[ $url =~ ^https?:// ]] || die "$usage"
need_programs curl awk

# Five numbers: requests, failed requests, ended jobs, failed jobs, start of the process.
sample() {
  curl -fsS --max-time 10 "$url/metrics" 2>/dev/null | awk '
    /^http_server_request_duration_seconds_count/ { all += $NF; if ($0 ~ /http_response_status_code="5/) bad += $NF }
    /^deviceconsole_jobs_finished_total/ { jobs += $NF; if ($0 ~ /state="failed"/) failed += $NF }
    /^process_start_time_seconds/ { start = $NF }
    END { if (start == "") exit 1; printf "%d %d %d %d %d\n", all, bad, jobs, failed, start }'
}

first=$(sample) || die "$url/metrics does not answer: nothing can be watched."
last=$first silent=0 end=$((SECONDS + ${seconds%.*}))
while ((SECONDS < end)); do
  sleep "$every"
  if now=$(sample); then
    silent=0
    [[ ${now##* } == "${last##* }" ]] || die "The application at $url started again while it was watched: its log says why."
    last=$now
  else
    silent=$((silent + 1))
    ((silent < 3)) || die "$url/metrics was silent three times in a row: the application is down or cannot be reached."
  fi
done
# shellcheck disable=SC2086 # ten numbers
awk -v most="$most" -v most_jobs="$most_jobs" -v span="$seconds" 'BEGIN {
  all = ARGV[6] - ARGV[1]; bad = ARGV[7] - ARGV[2]; jobs = ARGV[8] - ARGV[3]; failed = ARGV[9] - ARGV[4]
  rate = all > 0 ? 100 * bad / all : 0; job_rate = jobs > 0 ? 100 * failed / jobs : 0
  printf "%d s: %d requests, %d failed (%.2f%%, at most %s%%); %d jobs ended, %d failed (%.1f%%, at most %s%%)\n", span, all, bad, rate, most, jobs, failed, job_rate, most_jobs
  exit (rate > most || (jobs >= 10 && job_rate > most_jobs)) ? 1 : 0
}' $first $last || die 'Too much fails: roll back with deploy/rollback.sh, then look at the log.'
