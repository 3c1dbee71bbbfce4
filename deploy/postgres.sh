# shellcheck shell=bash
# A PostgreSQL server for the tests alone: its own folder and port, made of the installed binaries and gone with the script. The system's
# own server is neither used nor started. Sourced after packages.sh.

postgres_folder=

# Debian's package makes and starts a cluster when it is installed; nobody asked for one.
install_postgres() {
  is_installed postgresql && return
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.d/controlplane-tests.conf >/dev/null
  ensure_packages postgresql
}

# PostgreSQL refuses to run as root.
as_server() {
  if ((EUID == 0)); then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi
}

# Starts the server and names it to the tests.
start_postgres() {
  local bin port
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  [[ -x "$bin/postgres" ]] || fail "PostgreSQL is installed without its server in /usr/lib/postgresql."
  postgres_folder=$(mktemp -d /tmp/controlplane-pg.XXXXXX)
  postgres_bin=$bin
  if ((EUID == 0)); then chown nobody "$postgres_folder"; fi
  (cd "$postgres_folder" &&
    as_server "$bin/initdb" -D data -U controlplane -A trust -E UTF8 --locale=C.UTF-8) >"$postgres_folder.log" 2>&1 ||
    { cat "$postgres_folder.log" >&2; fail "the test's PostgreSQL cluster could not be made."; }
  # A port that is free now may be taken a moment later, so a few are tried.
  for port in $(shuf -i 20000-30000 -n 5); do
    if (cd "$postgres_folder" && as_server "$bin/pg_ctl" -D data -l log -w -t 60 \
      -o "-p $port -k $postgres_folder -c listen_addresses=127.0.0.1 -c max_connections=300 -c fsync=on" start) >/dev/null 2>&1; then
      export CONTROLPLANE_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=controlplane;Database=postgres"
      return
    fi
  done
  cat "$postgres_folder/log" >&2
  fail "the test's PostgreSQL server does not start (see above)."
}

# Safe to call at any time, and twice.
stop_postgres() {
  [[ -n "$postgres_folder" ]] || return 0
  (cd "$postgres_folder" && as_server "$postgres_bin/pg_ctl" -D data -m immediate -w stop) >/dev/null 2>&1 || true
  rm -rf "$postgres_folder" "$postgres_folder.log"
  postgres_folder=
}
