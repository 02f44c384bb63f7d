# Read by the scripts beside it: how they speak, and how they get what is missing. Not a program by itself.

say() { printf '%s\n' "$*"; }
if [ -t 1 ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m'); else bold='' dim='' plain=''; fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() {
    printf '\nThis does not work: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# As root, directly; as anybody else, through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian packages, installed only when one is missing.
need_packages() {
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "these packages are missing:$missing" \
        "This machine has no apt-get; install them in its own way and run this again."
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "these packages are missing:$missing" \
            "You are not root and there is no sudo. As root: apt-get install$missing"
    fi
    step "Installing$missing"
    # Debian would start a PostgreSQL of its own on port 5432, which nobody here needs.
    quiet_cluster=/etc/postgresql-common/createcluster.d/cairn.conf
    if [ ! -e /etc/postgresql-common ]; then
        as_root mkdir -p "${quiet_cluster%/*}"
        say 'create_main_cluster = false' | as_root tee "$quiet_cluster" >/dev/null
    fi
    log=$(mktemp)
    if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "the packages could not be installed:$missing" "What apt-get said is above, and whole in $log"
    fi
    as_root rm -f "$log" "$quiet_cluster"
}

need_swift() {
    command -v swift >/dev/null || fail "there is no Swift toolchain on the PATH" \
        "Install Swift 6.3 (https://www.swift.org/install/linux/) and run this again."
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    set -- $version
    if [ "${1:-0}" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 3 ]; }; then
        fail "Swift ${1:-?}.${2:-?} is too old" "Cairn needs Swift 6.3: https://www.swift.org/install/linux/"
    fi
}

# Where PostgreSQL's server programs lie: the newest that Debian has installed, else what pg_config says.
postgres_programs() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) \
        "$(pg_config --bindir 2>/dev/null || true)"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            say "$folder"
            return 0
        fi
    done
    fail "PostgreSQL's server programs (initdb, postgres) were not found"
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi
}

# Where what is thrown away lies: in memory where there is room for it, for a database is made for every test.
quick_folder() {
    room=$(df -Pk /dev/shm 2>/dev/null | awk '$1 == "tmpfs" { print $4 }')
    if [ "${room:-0}" -ge 4000000 ] && [ -w /dev/shm ]; then say /dev/shm; else say /tmp; fi
}

# A PostgreSQL for this run only, in a new directory below FOLDER: throwaway_postgres SETTINGS [FOLDER]. Sets pg_folder and pg_url.
throwaway_postgres() {
    programs=$(postgres_programs)
    pg_folder=$(mktemp -d "${2:-/tmp}/cairn-pg.XXXXXX")
    if [ "$(id -u)" -eq 0 ]; then chown postgres: "$pg_folder"; fi
    chmod 755 "$pg_folder"
    as_postgres "$programs/initdb" -D "$pg_folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -k >"$pg_folder.log" 2>&1 ||
        { cat "$pg_folder.log" >&2; fail "PostgreSQL could not be set up in $pg_folder"; }
    { say "listen_addresses = ''"; say "unix_socket_directories = '$pg_folder'"; say "lc_messages = 'C'"; say "$1"; } |
        as_postgres tee -a "$pg_folder/data/postgresql.conf" >/dev/null
    as_postgres "$programs/pg_ctl" -D "$pg_folder/data" -w -s -l "$pg_folder/data/log.txt" start ||
        { cat "$pg_folder/data/log.txt" >&2; fail "the throw-away PostgreSQL does not start"; }
    pg_url="postgresql:///postgres?host=$pg_folder&user=postgres"
}

stop_throwaway_postgres() {
    [ -n "${pg_folder:-}" ] || return 0
    as_postgres "$(postgres_programs)/pg_ctl" -D "$pg_folder/data" -s -m immediate stop || true
    rm -rf "$pg_folder" "$pg_folder.log"
    pg_folder=
}
