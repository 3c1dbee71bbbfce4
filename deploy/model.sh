#!/usr/bin/env bash
# Checks the P model of the protocol (tests/model): nothing may be found in it, and something in each copy with a planted fault.
# With a folder as argument it writes its results there as the test runner does, so that they are counted with the tests.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/packages.sh
source "$root/deploy/packages.sh"

# Schedules and seconds for the protocol itself; the first reached ends it.
schedules=${CONTROLPLANE_MODEL_SCHEDULES:-400}
seconds=40
faults=(ObeysAnything OnTheWallClock AnswersBeforeCommit CountsFromTheAnswer WithoutWatchdog GoesOnWithoutWord SwitchesWithoutSource
  NeverAbandons)

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

# The tool compiles what it generates: outside of this repository, whose rules for code it does not follow.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

p() { (cd "$work" && dotnet tool run p "$@"); }

passed=0 failed=0 results=""

record() {
  local name=$1 outcome=$2 message=$3
  if [[ $outcome == Passed ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  say "  $outcome Model.$name: $message"
  message=${message//&/&amp;}; message=${message//</&lt;}
  results+="<UnitTestResult testName=\"Model.$name\" outcome=\"$outcome\"><Message>$message</Message></UnitTestResult>"$'\n'
}

# check CASE SCHEDULES SECONDS [OPTION...]: says how many bugs were found, in how many schedules.
check() {
  local name=$1 most=$2 time=$3
  shift 3
  p check "$work/out/PChecker/net8.0/Model.dll" --testcase "$name" --schedules "$most" --timeout "$time" --outdir "$work/found/$name" \
    "$@" >"$work/$name.log" 2>&1 || true
  sed -n 's/^[. ]*Found \([0-9]*\) bugs\{0,1\}\.$/\1/p
    s/^[. ]*Explored \([0-9]*\) schedules\{0,1\}$/\1/p
    s/.*(seed:\([0-9]*\)).*/seed \1/p' "$work/$name.log" | tr '\n' ' '
}

check_protocol() {
  local _ seed bugs explored
  read -r _ seed bugs explored _ <<<"$(check Protocol "$schedules" "$seconds")"
  if [[ ${bugs:-} == 0 && ${explored:-0} -gt 0 ]]; then
    record Protocol Passed "nothing in $explored schedules (seed $seed)"
    return
  fi
  mkdir -p "$root/deploy/out/model"
  cp -r "$work/Protocol.log" "$work/found/Protocol" "$root/deploy/out/model/" 2>/dev/null || true
  record Protocol Failed "found ${bugs:-no} bugs in ${explored:-no} schedules (seed ${seed:-unknown}); what happened is in deploy/out/model"
}

# The seed is set, so that the same schedule finds it each time; the limits are those of a machine that is busy otherwise.
check_fault() {
  local _ bugs explored
  read -r _ _ bugs explored _ <<<"$(check "Fault$1" 2000 120 --seed 1)"
  if [[ ${bugs:-} == 1 ]]; then record "Fault$1" Passed "found in schedule $explored"
  else record "Fault$1" Failed "nothing found in ${explored:-no} schedules: the model does not see this fault"; fi
}

write_results() {
  mkdir -p "$1"
  printf '<TestRun>\n%s<Counters total="%d" executed="%d" passed="%d" failed="%d" />\n</TestRun>\n' \
    "$results" $((passed + failed)) $((passed + failed)) "$passed" "$failed" >"$1/model.trx"
}

main() {
  local fault
  say "Checking the model"
  ensure_dotnet
  cp "$root"/tests/model/*.p "$root"/tests/model/Model.pproj "$root/dotnet-tools.json" "$work"
  if (cd "$work" && dotnet tool restore && dotnet tool run p compile) >"$work/compile.log" 2>&1; then
    check_protocol
    for fault in "${faults[@]}"; do check_fault "$fault"; done
  else
    tail -n 20 "$work/compile.log" >&2
    record Compiles Failed "the model does not compile (see above)"
  fi
  if (($# > 0)); then write_results "$1"; fi
  ((failed == 0))
}

main "$@"
