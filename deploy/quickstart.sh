#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine with the .NET 10 SDK to a real virtual machine, made over the HTTP API.
#   deploy/quickstart.sh          keeps the service running until Ctrl-C
#   deploy/quickstart.sh --once   does the same with data of its own, deletes the VM, checks that nothing is left, and ends
# CONTROLPLANE_URL is where to listen (http://127.0.0.1:5080); ControlPlane__DataDirectory is where the data go.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/deploy/out
url=${CONTROLPLANE_URL:-http://127.0.0.1:5080}
vm=quickstart
# shellcheck source=deploy/packages.sh
source "$root/deploy/packages.sh"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

once=false own_data=false service='' token='' vm_id='' used_before=''
readonly wait_ready_s=60 wait_operation_s=300 wait_console_s=120 wait_gone_s=20

step() { printf '\n== %s\n' "$*"; }

# ---- building ----------------------------------------------------------------------------------------------

hash_of_sources() {
  (cd "$root" && find src Directory.* global.json -type d \( -name bin -o -name obj \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

publish_service() {
  local hash
  hash=$(hash_of_sources)
  if [[ -f "$out/service/built-from" && "$(<"$out/service/built-from")" == "$hash" ]]; then return; fi
  rm -rf "$out/service.new"
  dotnet publish "$root/src/ControlPlane.Api" --configuration Release --verbosity quiet -clp:NoSummary --output "$out/service.new" </dev/null 8>&- ||
    fail "the service could not be built (see above)."
  echo "$hash" >"$out/service.new/built-from"
  rm -rf "$out/service"
  mv "$out/service.new" "$out/service"
}

# Two runs at once would build into one place. The compiler's server outlives the build, so it must not inherit the lock.
prepare() {
  mkdir -p "$out"
  exec 8>"$out/lock"
  flock 8
  ensure_dotnet
  ensure_packages qemu-system-x86 qemu-utils xorriso curl jq
  "$root/deploy/guest/build.sh"
  publish_service
  exec 8>&-
}

# ---- the service -------------------------------------------------------------------------------------------

choose_data_directory() {
  if [[ -n "${ControlPlane__DataDirectory:-}" ]]; then
    data=$ControlPlane__DataDirectory
  elif $once; then
    data=$(mktemp -d "${TMPDIR:-/tmp}/controlplane.XXXXXX")
    own_data=true
  else
    data=${XDG_STATE_HOME:-$HOME/.local/state}/controlplane
  fi
  (umask 077 && mkdir -p "$data")
  data=$(cd "$data" && pwd)
  export ControlPlane__DataDirectory=$data
}

is_running() { [[ -n "$service" ]] && kill -0 "$service" 2>/dev/null; }

refuse_taken_address() {
  if curl --silent --max-time 2 --output /dev/null "$url/"; then
    fail "something answers at $url already. Stop it, or choose another address: CONTROLPLANE_URL=http://127.0.0.1:5081 $0"
  fi
}

# In a session of its own, so that a Ctrl-C meant for this script does not reach the service or its guests.
start_service() {
  refuse_taken_address
  log=$out/service-${url##*:}.log
  # At its first start the service prints its first token: the log is its owner's alone.
  (umask 077 && : >"$log")
  chmod 600 "$log"
  cd "$out/service"
  setsid dotnet ControlPlane.Api.dll --urls "$url" </dev/null >"$log" 2>&1 &
  service=$!
  cd "$root"
  wait_until_ready
}

wait_until_ready() {
  local deadline=$((SECONDS + wait_ready_s))
  until curl --silent --fail --max-time 5 --output /dev/null "$url/readyz"; do
    is_running || { tail -n 20 "$log" >&2; service=''; fail "the service ended while it started; its last lines are above, all of them in $log."; }
    ((SECONDS < deadline)) || { curl --silent --max-time 5 "$url/readyz" >&2 || true; fail "the service was not ready after $wait_ready_s s: see its reasons above and $log."; }
    sleep 0.2
  done
  token=${ControlPlane__BootstrapToken:-$(cat "$data/bootstrap-token")}
}

stop_service() {
  is_running || return 0
  kill -TERM "$service"
  wait "$service" || true
  service=''
}

# ---- the API -----------------------------------------------------------------------------------------------

# api METHOD PATH [CURL ARGUMENTS]: prints the answer's body; a refusal is shown and fails.
api() {
  local method=$1 path=$2 answer
  shift 2
  answer=$(curl --silent --show-error --fail-with-body --max-time 200 --request "$method" --header "Authorization: Bearer $token" "$@" "$url$path") || {
    say "$method $path was refused: $answer"
    return 1
  }
  printf '%s\n' "$answer"
}

send_json() { api "$1" "$2" --header 'Content-Type: application/json' --header 'Prefer: wait=120' --data "$3"; }

exists() { curl --silent --fail --output /dev/null --header "Authorization: Bearer $token" "$url$1"; }

# follow_operation OPERATION: waits for the end of an operation that was answered, and fails when it failed.
follow_operation() {
  local operation=$1 id deadline=$((SECONDS + wait_operation_s))
  id=$(jq -r .id <<<"$operation")
  while [[ "$(jq -r .done <<<"$operation")" != true ]]; do
    ((SECONDS < deadline)) || { say "operation $id was not done after $wait_operation_s s: $operation"; return 1; }
    operation=$(api GET "/v1/operations/$id" --header 'Prefer: wait=60') || return 1
  done
  [[ "$(jq -r .state <<<"$operation")" == SUCCEEDED ]] || { say "operation $id ended badly: $(jq -c '{kind, state, error}' <<<"$operation")"; return 1; }
}

# ---- the image and the VM ----------------------------------------------------------------------------------

# The image is named by its content, so that a guest built anew is an image of its own.
ensure_image() {
  local file=$root/deploy/guest/out/probe.qcow2 hash answer
  hash=$(sha256sum "$file" | cut -d' ' -f1)
  image=probe-${hash:0:8}
  exists "/v1/images/$image" ||
    send_json POST /v1/images "{\"name\":\"$image\",\"format\":\"QCOW2\"}" >/dev/null || fail "the image $image could not be made (see above)."
  answer=$(api GET "/v1/images/$image") || fail "the image $image could not be read (see above)."
  if [[ "$(jq -r .sha256 <<<"$answer")" != "$hash" ]]; then
    answer=$(api PUT "/v1/images/$image/content" --header 'Content-Type: application/octet-stream' --upload-file "$file") ||
      fail "the image $image could not be uploaded (see above)."
    [[ "$(jq -r .sha256 <<<"$answer")" == "$hash" ]] || fail "the image $image arrived changed: sent $hash, answered $answer"
  fi
}

vm_state() { api GET "/v1/vms/$vm" | jq -r .status.state; }

create_vm() {
  local image_id body
  image_id=$(api GET "/v1/images/$image" | jq -r .id) || fail "the image $image has gone (see above)."
  body=$(jq -nc --arg name "$vm" --arg image "$image_id" '{$name, spec: {vcpus: 1, memoryMiB: 256, diskGiB: 1, engine: "ANY", $image}}')
  change_vm POST /v1/vms "$body"
}

change_vm() {
  local operation
  operation=$(send_json "$@") || fail "the VM $vm could not be changed (see above)."
  follow_operation "$operation" || fail "the VM $vm could not be changed (see above); the service's log is $log."
}

ensure_vm() {
  local state
  used_before=$(used_capacity)
  if ! exists "/v1/vms/$vm"; then create_vm; fi
  state=$(vm_state)
  if [[ "$state" == STOPPED ]]; then change_vm POST "/v1/vms/$vm/start" '{}'; state=$(vm_state); fi
  [[ "$state" == RUNNING ]] || fail "the VM $vm is $state, not RUNNING. Delete it (curl -X DELETE $url/v1/vms/$vm with the token), then start this script again."
  vm_id=$(api GET "/v1/vms/$vm" | jq -r .id)
  api GET "/v1/vms/$vm" | jq '{id, name, status: (.status | {state, host, engine, allocations})}'
}

show_console() {
  local lines='' deadline=$((SECONDS + wait_console_s))
  until (($(grep -c . <<<"$lines") >= 3)); do
    ((SECONDS < deadline)) || fail "the guest said nothing of itself for $wait_console_s s: see GET $url/v1/vms/$vm/console/log and $log."
    sleep 0.5
    lines=$(api GET "/v1/vms/$vm/console/log" | tr -d '\r' | grep -a '^probe vm=' | tail -n 3 || true)
  done
  printf '%s\n' "$lines"
}

# ---- is anything left? -------------------------------------------------------------------------------------

used_capacity() { api GET '/v1/hosts?pageSize=1000' | jq -c '[.items[].capacity | to_entries[] | select(.value.used > 0) | {(.key): .value.used}]'; }

# QEMU processes whose command line or working directory is of this VM, or of this run's own data.
guest_processes() {
  local process line
  for process in /proc/[0-9]*; do
    [[ "$(cat "$process/comm" 2>/dev/null)" == qemu-system* ]] || continue
    # A process may end while it is looked at.
    line="$( (tr '\0' ' ' <"$process/cmdline" && readlink "$process/cwd") 2>/dev/null || true)"
    if [[ "$line" == *"${vm_id:-no VM}"* ]] || { $own_data && [[ "$line" == *"$data"* ]]; }; then echo "${process#/proc/}"; fi
  done
}

left_over() {
  local found
  if exists "/v1/vms/$vm"; then echo "the VM $vm is still there"; fi
  found=$(guest_processes | xargs)
  [[ -z "$found" ]] || echo "QEMU processes: $found"
  found=$(find "$data" -name "*${vm_id#vm_}*" -printf '%p ')
  [[ -z "$found" ]] || echo "files: $found"
  found=$(used_capacity)
  [[ "$found" == "$used_before" ]] || echo "capacity in use: $found, before the VM: $used_before"
}

delete_vm() {
  local operation
  operation=$(api DELETE "/v1/vms/$vm" --header 'Prefer: wait=120') || fail "the VM $vm could not be deleted (see above)."
  follow_operation "$operation" || fail "the VM $vm could not be deleted (see above)."
}

check_nothing_is_left() {
  local left deadline=$((SECONDS + wait_gone_s))
  while left=$(left_over) && [[ -n "$left" ]]; do
    ((SECONDS < deadline)) || fail "something is left after the delete: $left"
    sleep 0.5
  done
  say "Nothing is left: no VM, no process, no file, no capacity in use."
}

# ---- all of it ---------------------------------------------------------------------------------------------

say_what_next() {
  cat <<END

The service runs at $url, its log is $log.
  Swagger UI    $url/swagger
  token file    $data/bootstrap-token   (in Swagger UI: Authorize, then paste it)

Three commands to try, in another terminal:
  export TOKEN=\$(cat $data/bootstrap-token)
  curl -s -H "Authorization: Bearer \$TOKEN" "$url/v1/vms/$vm/console/log?follow=true"
  curl -s -H "Authorization: Bearer \$TOKEN" -H 'Prefer: wait=60' -X POST $url/v1/vms/$vm/reboot
  curl -s -H "Authorization: Bearer \$TOKEN" -H 'Prefer: wait=60' -X DELETE $url/v1/vms/$vm

Ctrl-C stops the service. The VM goes on running, and the service takes it back when it is started again.
END
}

say_what_goes_on() {
  local guests
  guests=$(guest_processes | xargs)
  if [[ -n "$guests" ]]; then
    printf '\nThe service has stopped. The VM %s goes on running (process %s): start this script again and the service takes it back.\n' "$vm" "$guests"
  else
    printf '\nThe service has stopped, and no VM of this script is running.\n'
  fi
}

# When a step has failed, a run with data of its own takes everything away again, except what tells why.
clean_up() {
  local code=$?
  trap - EXIT INT TERM
  if $once && [[ -n "$token" ]] && is_running && ((code != 0)); then api DELETE "/v1/vms/$vm" --header 'Prefer: wait=60' >/dev/null 2>&1 || true; fi
  stop_service
  if $own_data; then
    guest_processes | xargs --no-run-if-empty kill -KILL
    rm -rf "$data"
  fi
  exit "$code"
}

run_until_interrupted() {
  say_what_next
  trap 'stop_service; say_what_goes_on; exit 0' INT TERM
  wait "$service" || { service=''; fail "the service ended by itself; its log is $log."; }
}

main() {
  case ${1:-} in
    '') ;;
    --once) once=true vm=quickstart-once ;;
    *) fail "unknown argument $1. Use no argument, or --once." ;;
  esac
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  step "Installing and building what is missing"
  prepare
  choose_data_directory
  step "Starting the service"
  start_service
  step "Uploading the guest's image"
  ensure_image
  step "Making the VM $vm"
  ensure_vm
  step "What the guest says on its console"
  show_console
  if ! $once; then run_until_interrupted; return; fi
  step "Deleting the VM"
  delete_vm
  check_nothing_is_left
  stop_service
}

main "$@"
