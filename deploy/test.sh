#!/usr/bin/env bash
# Installs what the tests need, builds everything with warnings as errors, runs all tests, checks the model of the protocol,
# and ends with the line "N passed, N failed, N skipped". Needs the .NET 10 SDK.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=$root/deploy/out/trx
# shellcheck source=deploy/packages.sh
source "$root/deploy/packages.sh"
# shellcheck source=deploy/postgres.sh
source "$root/deploy/postgres.sh"
# shellcheck source=deploy/namespaces.sh
source "$root/deploy/namespaces.sh"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

build() {
  say "Restoring and building (Release, warnings are errors)"
  dotnet restore ControlPlane.sln --verbosity quiet &&
    dotnet build ControlPlane.sln --configuration Release --no-restore --verbosity quiet -warnaserror -clp:NoSummary
}

# One assembly after another: two that start guests at once would time each other out on a small machine.
run_tests() {
  say "Running the tests"
  rm -rf "$results"
  dotnet test ControlPlane.sln --configuration Release --no-build --nologo -m:1 \
    --logger "console;verbosity=minimal" --logger trx --results-directory "$results" \
    --blame-hang-timeout 20m --blame-hang-dump-type none \
    -- RunConfiguration.TreatNoTestsAsError=true
}

result_files() { find "$results" -name '*.trx' -exec cat {} + 2>/dev/null || true; }

# The name and the message of each failed test, told again at the end where it is seen.
list_failures() {
  result_files | awk -v RS='<UnitTestResult ' '
    function plain(text) {
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#xD;/, "", text)
      gsub(/&#xA;/, "\n", text); gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    function between(text, before, after,   start) {
      start = index(text, before)
      if (!start) return ""
      text = substr(text, start + length(before))
      return substr(text, 1, index(text, after) - 1)
    }
    substr($0, 1, index($0, ">")) ~ /outcome="Failed"/ && /testName="/ {
      message = plain(between($0, "<Message>", "</Message>"))
      gsub(/\n/, "\n    ", message)
      printf "FAILED %s\n    %s\n", plain(between($0, "testName=\"", "\"")), message
    }'
}

# What tests of a fleet have measured, or have chosen to do, is told whether they passed or not.
list_measurements() { result_files | grep -o 'measured: [^<]*' | sed 's/&gt;/>/g; s/\r$//' >&2 || true; }

# TRX leaves notExecuted at 0, so the skipped ones are the total less the executed. No test at all is a failure.
count_results() {
  result_files | grep -o '<Counters [^>]*>' | awk '
    { for (i = 1; i <= NF; i++) if (split($i, pair, "\"") > 1) { sub(/=.*/, "", pair[1]); value[pair[1]] = pair[2] }
      passed += value["passed"]; failed += value["failed"]; skipped += value["total"] - value["executed"] }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit (passed + failed == 0) }'
}

leave_nothing() {
  stop_postgres
  remove_namespaces
}

main() {
  local code=0 modelled=0
  cd "$root"
  exec </dev/null
  ensure_dotnet
  # The last two for tests of a fleet: each host is a network namespace.
  ensure_packages qemu-system-x86 qemu-utils xorriso iproute2 nftables
  install_postgres
  deploy/guest/build.sh
  build || fail "the build failed (see above), so no test ran."
  trap leave_nothing EXIT
  start_postgres
  run_tests || code=$?
  # Its failures are counted and told with the others: it writes its results where the tests have theirs.
  deploy/model.sh "$results" || modelled=$?
  list_measurements
  list_failures
  # A test host that crashed writes no results, so the exit code counts beside them.
  if ((code != 0)); then say "dotnet test ended with exit code $code."; fi
  count_results || code=1
  if ((modelled != 0)); then code=1; fi
  exit "$code"
}

main
