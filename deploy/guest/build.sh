#!/usr/bin/env bash
# Builds the probe guest from the distribution's kernel and busybox: out/vmlinuz, out/initrd.img, out/probe.qcow2.
# Root is needed for missing packages only. Nothing is done, and no network is needed, when nothing has changed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/out
# shellcheck source=deploy/packages.sh
source "$here/../packages.sh"

readonly tools=(gcc musl-tools cpio mtools syslinux syslinux-common qemu-utils xz-utils zstd)
# Debian's kernel for clouds; Ubuntu's counterpart; Debian's general one.
read -r -a kernel_choices <<<"${PROBE_KERNEL_PACKAGE:-linux-image-cloud-amd64 linux-image-virtual linux-image-amd64}"
readonly power_modules=(button evdev)
readonly disk_modules=(virtio_pci virtio_mmio virtio_blk virtio_balloon isofs)

readonly disk_mib=48 partition_sector=2048
readonly partition_bytes=$((disk_mib * 1024 * 1024 - partition_sector * 512))

# ---- is there anything to do? ------------------------------------------------------------------------------

hash_of_sources() { cat "$here"/{build.sh,init.c,syslinux.cfg} | sha256sum | cut -d' ' -f1; }

# Changes whenever apt's lists do; asking apt itself costs a second on a machine without its cache.
stamp_of_lists() { find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -printf '%p %s %T@\n' 2>/dev/null | sort | sha256sum | cut -d' ' -f1; }
there_are_lists() { [[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -print -quit 2>/dev/null)" ]]; }

read_candidates() { candidates=$(apt-cache policy busybox-static "${kernel_choices[@]}" 2>/dev/null || true); }

# The version apt would take now; empty when it knows none.
candidate_of() {
  sed -n "/^$1:\$/,/^[^ ]/s/^  Candidate: //p" <<<"$candidates" | head -n 1 | grep -v '(none)' || true
}

kernel_choice() {
  local package
  for package in "${kernel_choices[@]}"; do
    if [[ -n "$(candidate_of "$package")" ]]; then echo "$package"; return; fi
  done
}

key_of_packages() {
  local kernel
  kernel=$(kernel_choice)
  echo "$kernel $(candidate_of "$kernel"), busybox-static $(candidate_of busybox-static)"
}

# What the guest in out/ was built from: three files with a line each.
built_from() { if [[ -f "$out/built-from/$1" ]]; then cat "$out/built-from/$1"; fi; }

sources_are_current() {
  [[ -f "$out/vmlinuz" && -f "$out/initrd.img" && -f "$out/probe.qcow2" && "$(built_from sources)" == "$(hash_of_sources)" ]]
}

# Without lists nothing can be known of newer packages, so what is there is good enough.
packages_are_current() {
  there_are_lists || return 0
  [[ "$(built_from lists)" != "$(stamp_of_lists)" ]] || return 0
  read_candidates
  [[ "$(built_from packages)" == "$(key_of_packages)" ]] || return 1
  stamp_of_lists >"$out/built-from/lists"
}

# ---- packages that are unpacked, not installed -------------------------------------------------------------

# The package that holds the kernel itself is what the chosen one depends on.
image_package() {
  apt-cache depends --no-recommends --no-suggests "$1" | sed -n 's/^ *|\{0,1\}Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}

# Prints the name of the file; one that was fetched before is used again.
fetch() {
  local file
  file=$(apt-get download --print-uris "$1" 2>"$work/apt.log" | cut -d' ' -f2) && [[ -n "$file" ]] || return 1
  if [[ ! -f "$out/packages/$file" ]]; then
    (cd "$work" && apt-get -q -o APT::Sandbox::User="$(id -un)" download "$1" >/dev/null 2>"$work/apt.log") || return 1
    mv "$work/$file" "$out/packages/$file"
  fi
  echo "$file"
}

keep_or_fail() {
  cat "$work/apt.log" >&2
  if sources_are_current; then
    say "The package $1 could not be fetched (see above): keeping the probe guest that is there."
    exit 0
  fi
  fail "the package $1 could not be fetched (see above). Check the network, then start this script again."
}

unpack() {
  local package=$1 file
  mkdir -p "$out/packages" "$work/unpacked"
  # Lists that are older than the archive name files that are gone: then they are fetched anew.
  file=$(fetch "$package" || { apt_get update && fetch "$package"; }) || keep_or_fail "$package"
  dpkg-deb -x "$out/packages/$file" "$work/unpacked"
  touch "$out/packages/$file"
}

# Packages that this build has not touched belong to an older kernel.
forget_old_packages() { find "$out/packages" -name "*.deb" ! -newer "$work/started" -delete; }

unpack_kernel() {
  local choice=$1 image modules
  image=$(image_package "$choice")
  [[ -n "$image" ]] || fail "the package $choice names no kernel. Set PROBE_KERNEL_PACKAGE to a kernel package of your distribution."
  unpack "$image"
  modules=linux-modules-${image#linux-image-}
  # Ubuntu keeps the modules in a package of their own.
  if apt-cache show "$modules" >/dev/null 2>&1; then unpack "$modules"; fi
  cp "$(find "$work/unpacked" -path '*/boot/vmlinuz-*' | head -n 1)" "$work/vmlinuz"
}

# ---- the initrd --------------------------------------------------------------------------------------------

is_built_in() {
  find "$work/unpacked" -name modules.builtin -exec cat {} + | tr - _ | grep "/$1.ko$" >/dev/null
}

# Puts the module, uncompressed, into the tree, after those it depends on, and writes its name to the list.
add_module() {
  local module=$1 list=$2 file needed
  grep -qsx "$module.ko" "$root"/modules/*.list && return
  # File names differ from module names in - and _ only.
  file=$(find "$work/unpacked" -name "${module//_/[-_]}.ko" -o -name "${module//_/[-_]}.ko.xz" -o -name "${module//_/[-_]}.ko.zst" | head -n 1)
  if [[ -z "$file" ]]; then
    is_built_in "$module" && return
    fail "the kernel package has no module $module. Set PROBE_KERNEL_PACKAGE to a kernel package that has it."
  fi
  case $file in
    *.xz) xz -dc "$file" ;;
    *.zst) zstd -q -dc "$file" ;;
    *) cat "$file" ;;
  esac >"$root/modules/$module.ko"
  for needed in $(tr '\0' '\n' <"$root/modules/$module.ko" | sed -n 's/^depends=//p' | tr ',-' ' _'); do
    add_module "$needed" "$list"
  done
  echo "$module.ko" >>"$root/modules/$list"
}

build_initrd() {
  local module
  mkdir -p "$root"/{bin,modules}
  musl-gcc -static -O2 -std=gnu11 -Wall -Wextra -Werror -s -o "$root/init" "$here/init.c"
  install -m 0755 "$(find "$work/unpacked" -path '*/bin/busybox' -type f | head -n 1)" "$root/bin/busybox"
  for module in "${power_modules[@]}"; do add_module "$module" power.list; done
  for module in "${disk_modules[@]}"; do add_module "$module" disks.list; done
  find "$root" -exec touch -h -d @0 {} +
  (cd "$root" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0 | gzip -9n) >"$work/initrd.img"
}

# ---- the disk ----------------------------------------------------------------------------------------------

little_endian() { # VALUE: four bytes, as printf escapes
  printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255))
}

# One active FAT partition (type 0x0e), written by hand because partition tools are not on every machine.
partition_entry() {
  printf '\\x80\\xfe\\xff\\xff\\x0e\\xfe\\xff\\xff%s%s' "$(little_endian $partition_sector)" "$(little_endian $((partition_bytes / 512)))"
}

mbr_code() { find /usr/lib/syslinux /usr/lib/SYSLINUX -name mbr.bin 2>/dev/null | head -n 1; }

build_disk() {
  local raw=$work/probe.raw drive=$work/probe.raw@@$((partition_sector * 512))
  truncate -s "${disk_mib}M" "$raw"
  dd if="$(mbr_code)" of="$raw" bs=440 count=1 conv=notrunc status=none
  # shellcheck disable=SC2059
  printf "$(partition_entry)" | dd of="$raw" bs=1 seek=446 conv=notrunc status=none
  printf '\x55\xaa' | dd of="$raw" bs=1 seek=510 conv=notrunc status=none
  mformat -i "$drive" -T $((partition_bytes / 512)) -h 255 -s 63 -H $partition_sector -v PROBE ::
  mcopy -i "$drive" "$work/vmlinuz" "$work/initrd.img" "$here/syslinux.cfg" ::
  syslinux --install --offset $((partition_sector * 512)) "$raw"
  qemu-img convert -f raw -O qcow2 -o compat=1.1 "$raw" "$work/probe.qcow2"
}

# ---- all of it ---------------------------------------------------------------------------------------------

# What it was built from goes first and comes last: a build that is cut off leaves none, so the next one does it again.
publish() {
  local file
  rm -rf "$out/built-from"
  for file in vmlinuz initrd.img probe.qcow2; do mv -f "$work/$file" "$out/$file"; done
  mkdir "$work/built-from"
  hash_of_sources >"$work/built-from/sources"
  key_of_packages >"$work/built-from/packages"
  stamp_of_lists >"$work/built-from/lists"
  mv "$work/built-from" "$out/built-from"
  forget_old_packages
}

find_kernel() {
  read_candidates
  kernel=$(kernel_choice)
  [[ -z "$kernel" ]] || return 0
  update_package_lists
  read_candidates
  kernel=$(kernel_choice)
  [[ -n "$kernel" ]] ||
    fail "none of these kernel packages is to be had: ${kernel_choices[*]}. Set PROBE_KERNEL_PACKAGE to one of your distribution."
}

build() {
  local started=$SECONDS
  ensure_packages "${tools[@]}"
  find_kernel
  work=$(mktemp -d "$out/build.XXXXXX")
  root=$work/root
  touch "$work/started"
  trap 'rm -rf "$work"' EXIT
  unpack_kernel "$kernel"
  unpack busybox-static
  build_initrd
  build_disk
  publish
  say "Probe guest built in $((SECONDS - started)) s from $(built_from packages)."
}

main() {
  [[ "$(uname -m)" == x86_64 ]] ||
    fail "the probe guest is built for x86-64, and this machine is $(uname -m). Build it on an x86-64 machine and copy the folder out/."
  mkdir -p "$out"
  exec 9>"$out/lock"
  flock 9
  { sources_are_current && packages_are_current; } || build
}

main
