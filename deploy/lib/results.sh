# shellcheck shell=bash
# Reads a test run's results file (trx, the XML of `dotnet test`).

# count_results FILE STATUS: sets passed and failed, and names the failed tests. A run that broke off, or in which
# nothing ran, counts as one failure.
count_results() {
  local counters
  passed=0 failed=1
  counters=$(grep -o -m 1 '<Counters [^>]*>' "$1" 2>/dev/null) || true
  if [[ -z $counters ]]; then warn 'No test ran.'; return 0; fi
  passed=$(counter passed "$counters")
  failed=$(($(counter failed "$counters") + $(counter error "$counters") + $(counter timeout "$counters") + $(counter aborted "$counters")))
  if ((failed > 0)); then list_failures "$1"; fi
  if ((passed + failed == 0)); then
    warn 'No test matches the filter.'
    failed=1
  elif (($2 != 0 && failed == 0)); then
    warn "The test run broke off (exit code $2)."
    failed=1
  fi
}

counter() {
  local value=${2#*" $1=\""}
  printf '%s' "${value%%\"*}"
}

# The name of every failed test and the first line of its message.
list_failures() {
  say $'\nFailed:'
  awk '
    function plain(t) {
      gsub(/&lt;/, "<", t); gsub(/&gt;/, ">", t); gsub(/&quot;/, "\"", t); gsub(/&apos;|&#39;/, "\047", t)
      gsub(/&#x[DA];/, " ", t); gsub(/&amp;/, "\\&", t); return t
    }
    /<UnitTestResult / {
      name = ""
      if ($0 ~ /outcome="Failed"/ && match($0, /testName="[^"]*"/)) {
        name = substr($0, RSTART + 10, RLENGTH - 11)
        print "  " plain(name)
      }
    }
    name != "" && /<Message>/ {
      message = $0; sub(/.*<Message>/, "", message); sub(/<\/Message>.*/, "", message)
      print "    " plain(message); name = ""
    }' "$1"
}
