# shellcheck shell=bash
# Removing the network namespaces of tests whose process is gone. Sourced after packages.sh.

# Their names say who made them: controlplane-test-<process>-<when it was started>-…; a number that is used again was started later.
maker_lives() {
  local process start now
  IFS=- read -r _ _ process start _ <<<"$1"
  now=$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -d' ' -f20) || return 1
  [[ "$now" == "$start" ]]
}

# Safe to call at any time, and twice; what a test that runs now has made is left alone.
remove_namespaces() {
  local name process
  command -v ip >/dev/null || return 0
  for name in $(ip netns list | grep -o '^controlplane-test-[0-9]\+-[0-9]\+-[a-z0-9-]\+'); do
    if maker_lives "$name"; then continue; fi
    for process in $(as_root ip netns pids "$name"); do as_root kill -KILL "$process" 2>/dev/null || true; done
    as_root ip netns delete "$name" || true
  done
}
