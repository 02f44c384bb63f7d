#!/bin/bash
# PostgreSQL 15 on Debian 12: what a running server does when its package is updated under it, 15.18 by 15.20.
#
# Found: the packages' scripts restart the clusters of /etc/postgresql only. A server that anybody else has started goes on, and
# each connection that it forks from then on loads libraries of the new version into the old program:
#   - a function in PL/pgSQL is refused ("undefined symbol"), on every new connection, while old ones go on;
#   - with session_preload_libraries, which one might try against it, it is worse: nobody can connect any more;
#   - with shared_preload_libraries new connections work, since they inherit what was loaded before the update.
#
# Installs both versions from Debian in a temporary folder, and nothing on the system. Needs Debian 12 (amd64 or arm64), apt-get,
# dpkg-deb, and a user other than root or setpriv. Ends with 0 when all is as found, else with 1.
set -euo pipefail

old=15.18-0+deb12u1 new=15.20-0+deb12u1
folder=$(mktemp -d /tmp/postgresql-update.XXXXXX)
chmod 755 "$folder"
if [ "$(id -u)" -eq 0 ]; then
    as() { (cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"); }
else
    as() { (cd / && "$@"); }
fi
running=
finish() {
    if [ -n "$running" ]; then as "$running/pg_ctl" -D "$folder/data" -m immediate -s stop || true; fi
    rm -rf "$folder"
}
trap finish EXIT

cd "$folder"
for version in $old $new; do
    mkdir "$version" && cd "$version"
    for package in postgresql-15 postgresql-client-15; do
        apt-get -q download "$package=$version" >"$folder/apt.log" 2>&1 || {
            cat "$folder/apt.log"
            echo "apt-get cannot get $package $version; run apt-get update, with bookworm and bookworm-security in the sources."
            exit 1
        }
    done
    for file in *.deb; do dpkg-deb -x "$file" root; done
    cd ..
done

failed=0
# expect WHAT PATTERN TEXT: whether a text is as it was found.
expect() {
    if grep -Eq "$2" <<<"$3"; then
        echo "as found: $1: $(grep -Em1 "$2" <<<"$3")"
    else
        echo "CHANGED: $1: ${3:-(nothing)}"
        failed=1
    fi
}

# try SETTING: a server of the old version, whose files become those of the new one as dpkg replaces them.
try() {
    rm -rf "$folder/installed" "$folder/data"
    cp -a "$folder/$old/root" "$folder/installed"
    programs=$folder/installed/usr/lib/postgresql/15/bin
    mkdir -m 700 "$folder/data"
    if [ "$(id -u)" -eq 0 ]; then chown nobody:nogroup "$folder/data"; fi
    as "$programs/initdb" -D "$folder/data" -U postgres -A trust --no-locale -E UTF8 >/dev/null
    as sh -c "printf '%s\n' \"listen_addresses = ''\" \"unix_socket_directories = '$folder/data'\" \"$1\" >> '$folder/data/postgresql.conf'"
    as "$programs/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" start
    running=$programs
    ask "create function one() returns int language plpgsql as 'begin return 1; end'" >/dev/null
    expect "before the update ($1)" '^1$' "$(ask 'select one()')"
    (cd "$folder/$new/root" && find . -type f) | while read -r file; do
        mkdir -p "$(dirname "$folder/installed/$file")"
        cp -a "$folder/$new/root/$file" "$folder/installed/$file.dpkg-new"
        mv "$folder/installed/$file.dpkg-new" "$folder/installed/$file"
    done
}
ask() { as "$folder/$old/root/usr/lib/postgresql/15/bin/psql" -X -h "$folder/data" -U postgres -d postgres -Atc "$1" 2>&1 || true; }
done_with_it() {
    as "$running/pg_ctl" -D "$folder/data" -m immediate -s stop
    running=
}

try "shared_preload_libraries = ''"
expect "the server is still" "^15\.18 " "$(ask 'show server_version')"
expect "nothing preloaded, a new connection and a function" 'could not load library.*undefined symbol' "$(ask 'select one()')"
done_with_it
try "session_preload_libraries = 'plpgsql'"
expect "session_preload_libraries, a new connection" 'FATAL.*could not load library.*undefined symbol' "$(ask 'select 1')"
done_with_it
try "shared_preload_libraries = 'plpgsql'"
expect "shared_preload_libraries, a new connection and a function" '^1$' "$(ask 'select one()')"
done_with_it
exit $failed
