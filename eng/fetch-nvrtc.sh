#!/usr/bin/env bash
# Fetches NVRTC, NVIDIA's run-time compiler, into artifacts/nvrtc (or the folder given), so that the tests can compile
# every kernel on a machine without a GPU or a CUDA toolkit. Nothing outside that folder is touched; no root is needed.
#
# The packages come from Debian 13's non-free component, through whatever mirror this machine's own apt uses. They load
# on Debian 12 and other systems with an older C library, too.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${1:-$root/artifacts/nvrtc}
suite=trixie
packages=(libnvrtc12 libnvrtc-builtins12.4)

if [[ -e $target/libnvrtc.so.12 ]]; then
  echo "NVRTC is in $target"
  exit 0
fi

fail() {
  echo "eng/fetch-nvrtc.sh: $1" >&2
  echo "Install NVRTC 12 or 13 by other means and set FLEXATTENTION_NVRTC to its folder." >&2
  exit 1
}

command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "this system has no apt."

# The first address of this machine's Debian archive, in either of apt's two formats; not the security archive.
debian_mirror() {
  local files=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list) file
  for file in "${files[@]}"; do
    [[ -r $file ]] || continue
    awk '
      /^[[:space:]]*#/ { next }
      $1 == "URIs:" { for (i = 2; i <= NF; i++) print $i }
      $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z+]+:/) { print $i; break } }
    ' "$file"
  done | grep -E '/debian/?$' | head -n 1 || true
}

mirror=$(debian_mirror)
[[ -n $mirror ]] || fail "no Debian archive among this machine's apt sources."
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[[ -r $keyring ]] || fail "$keyring is missing (package debian-archive-keyring)."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,packages}
touch "$work/status"
echo "deb [signed-by=$keyring] $mirror $suite non-free" >"$work/sources.list"

# apt with its own lists, cache and package state, but this machine's proxies and credentials.
isolated=(
  -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache"
  -o APT::Architecture=amd64 -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none
)
apt-get -qq "${isolated[@]}" update || fail "$suite's package list could not be fetched."
(cd "$work/packages" && apt-get -qq "${isolated[@]}" download "${packages[@]}") || fail "the packages could not be fetched."

for package in "$work"/packages/*.deb; do
  dpkg -x "$package" "$work/root"
done

# Moved into place whole, so that an interrupted run leaves nothing that looks finished.
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv "$work"/root/usr/lib/x86_64-linux-gnu "$target"
echo "NVRTC is in $target"
