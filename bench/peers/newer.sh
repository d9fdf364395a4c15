#!/bin/bash
# Print the path of a crm_simulate of Pacemaker 3.0: Debian's, fetched with apt and unpacked into the user's cache. Nothing of the system
# is changed, and nothing is fetched twice. Where it cannot be had, print nothing, and why on standard error; that is no failure.
#
#   bench/peers/newer.sh          remove $XDG_CACHE_HOME/pacer/peers to fetch anew
set -u
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pacer/peers
keys=/usr/share/keyrings/debian-archive-keyring.gpg
suites=(sid trixie) # 3.0.3-2, which passes all recorded cases, and 3.0.0

works() { [ -x "$1" ] && [[ $("$1" --version 2>/dev/null) == "Pacemaker 3.0."* ]]; }

# fetch SUITE: unpack the package with all that it needs into a new directory, with a program that runs it by its own C library.
fetch() {
  local suite=$1 dir=$cache/$1
  local new=$dir.$$
  mkdir -p "$new"/{state/lists/partial,archives/partial,root} && : >"$new/state/status" || return
  echo "deb [signed-by=$keys] http://deb.debian.org/debian $suite main" >"$new/sources"
  cat >"$new/apt.conf" <<END
Dir::State "$new/state";
Dir::State::status "$new/state/status";
Dir::Cache "$new";
Dir::Cache::archives "$new/archives";
Dir::Etc::sourcelist "$new/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::http::Timeout "20";
END
  apt-get -qq -c "$new/apt.conf" update &&
    apt-get -qq -y -d -c "$new/apt.conf" install pacemaker-cli-utils || return
  for deb in "$new"/archives/*.deb; do dpkg-deb -x "$deb" "$new/root" || return; done
  local libraries
  libraries=$(dirname "$(find "$new/root" -name libc.so.6)")
  mkdir "$new/lib" && mv "$libraries"/*.so* "$new/lib" && mv "$new/root/usr/share/pacemaker" "$new/schemas" &&
    mv "$new/root/usr/sbin/crm_simulate" "$new/program" && rm -rf "$new"/{root,state,archives,*.bin} || return
  cat >"$new/crm_simulate" <<END
#!/bin/sh
export PCMK_schema_directory="$dir/schemas"
exec "$dir"/lib/ld-linux*.so.* --argv0 crm_simulate --library-path "$dir/lib" "$dir/program" "\$@"
END
  chmod +x "$new/crm_simulate" && rm -rf "$dir" && mv "$new" "$dir"
  "$dir/crm_simulate" --version
}

for suite in "${suites[@]}"; do
  if works "$cache/$suite/crm_simulate"; then
    echo "$cache/$suite/crm_simulate"
    exit
  fi
done
for tool in apt-get dpkg-deb "$keys"; do
  if ! command -v "$tool" >/dev/null && ! [ -r "$tool" ]; then
    echo "no crm_simulate of Pacemaker 3.0: it is fetched from Debian, which needs $tool" >&2
    exit
  fi
done
log=$(mktemp)
trap 'rm -rf "$log" "$cache"/*.$$' EXIT
for suite in "${suites[@]}"; do
  fetch "$suite" >"$log" 2>&1
  if works "$cache/$suite/crm_simulate"; then
    echo "$cache/$suite/crm_simulate"
    exit
  fi
done
echo "no crm_simulate of Pacemaker 3.0: it cannot be fetched from Debian: $(grep '^E:' "$log" | head -1)" >&2
