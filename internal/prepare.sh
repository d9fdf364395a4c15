#!/bin/bash
# Install with apt what the complete tests use, where that is possible; say what is left out and why where it is not.
set -u
want=(iproute2 libxml2-utils resource-agents apache2 curl)
missing=()
for p in "${want[@]}"; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed, so the tests that use them are skipped: ${missing[*]} (needs root and apt-get)"
  exit 0
fi
echo "installing ${missing[*]} …"
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -3 "$log"
  echo "could not be installed, so the tests that use them are skipped: ${missing[*]}"
fi
rm -f "$log"
