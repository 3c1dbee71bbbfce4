#!/usr/bin/env bash
# Publishes the agent as one native binary, deploy/out/agent/ControlPlane.Agent, for this machine's kind.
# With --check it then has the tests of agents as processes run that binary, and ends with what they say.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/packages.sh
source "$root/deploy/packages.sh"
# shellcheck source=deploy/namespaces.sh
source "$root/deploy/namespaces.sh"

out=$root/deploy/out/agent

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

publish() {
  ensure_packages gcc libc6-dev zlib1g-dev
  say "Publishing the agent as a native binary"
  dotnet publish src/ControlPlane.Agent --configuration Release --runtime linux-x64 -p:PublishAot=true --output "$out" \
    --verbosity quiet -clp:NoSummary
}

check() {
  ensure_packages qemu-system-x86 qemu-utils xorriso iproute2 nftables
  deploy/guest/build.sh
  dotnet build tests/ControlPlane.System.Tests --configuration Release --verbosity quiet -clp:NoSummary
  trap remove_namespaces EXIT
  CONTROLPLANE_AGENT=$out/ControlPlane.Agent dotnet test tests/ControlPlane.System.Tests --configuration Release --no-build --nologo \
    --filter "FullyQualifiedName~RemoteAgentTests|FullyQualifiedName~ShortTroubleTests" -- RunConfiguration.TreatNoTestsAsError=true
}

cd "$root"
exec </dev/null
ensure_dotnet
case "${1:-}" in
  "") publish ;;
  --check) publish && check ;;
  *) fail "usage: deploy/agent.sh [--check]" ;;
esac
