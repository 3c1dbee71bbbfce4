# shellcheck shell=bash
# Installing what is missing from the distribution. Sourced by the scripts of this folder.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$(basename "$0"): $*"; exit 1; }

is_installed() { [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

# Runs a command as root: directly, or by sudo.
as_root() {
  if ((EUID == 0)); then "$@"; return; fi
  command -v sudo >/dev/null || fail "this needs root: $*. Run it as root yourself (or install sudo), then start this script again."
  sudo "$@"
}

# Another apt may be at work on a fresh machine (unattended-upgrades), so its lock is waited for.
apt_get() {
  local log
  log=$(mktemp)
  if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" </dev/null >"$log" 2>&1; then
    rm -f "$log"
    return
  fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  return 1
}

# One dead source among many makes apt fail as a whole; whether what is needed can be had is told by the next step.
update_package_lists() {
  apt_get update || say "Not all package lists could be fetched (see above): going on with those that are there."
}

install_packages() {
  apt_get install --no-install-recommends "$@"
}

# ensure_packages NAME...: installs those that are missing; does nothing, and needs no network, when all are there.
ensure_packages() {
  local package missing=()
  command -v apt-get >/dev/null ||
    fail "this machine is not Debian or Ubuntu (no apt-get). Install the counterparts of these packages by hand: $*"
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "Installing: ${missing[*]}"
  update_package_lists
  install_packages "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]} (see above). Check the network and the apt sources, then start this script again."
}

ensure_dotnet() {
  { command -v dotnet >/dev/null && dotnet --list-sdks | grep '^10\.' >/dev/null; } ||
    fail "the .NET 10 SDK is missing. Install it (dotnet --list-sdks then shows a line 10.…), then start this script again."
}
