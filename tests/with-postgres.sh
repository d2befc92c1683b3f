#!/usr/bin/env bash
# Runs a command with TASKROUTER_TEST_POSTGRES set to the connection string of a Postgres that tests may fill:
# the one already named there, else a throw-away one from local binaries, else one in a container.
#   tests/with-postgres.sh dotnet test
set -euo pipefail

readonly image=postgres:17
work='' container=''
# shellcheck source=tests/postgres-programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/postgres-programs.sh"

say() { printf '%s\n' "$*" >&2; }

start_local() {
    local port password try
    choose_owner
    work=$(mktemp -d /tmp/taskrouter-postgres.XXXXXX)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s\n' "$password" > "$work/password"
    [[ -z $owner ]] || chown -R "$owner" "$work"
    cd "$work"
    as_owner "$bin/initdb" -D "$work/data" -U postgres -A scram-sha-256 --pwfile="$work/password" \
        --encoding=UTF8 --locale=C --no-sync > "$work/initdb.log" || { cat "$work/initdb.log" >&2; return 1; }

    # No fsync: tests kill the server, never this Postgres or the machine under it.
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + RANDOM % 12000))
        if as_owner "$bin/pg_ctl" start -s -w -t 30 -D "$work/data" -l "$work/postgres.log" -o "-p $port \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories='$work' -c max_connections=300 \
            -c fsync=off -c full_page_writes=off -c shared_buffers=128MB" 2> /dev/null; then
            export TASKROUTER_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Password=$password"
            cd - > /dev/null
            return 0
        fi
        say "Postgres did not start on port $port (try $try)."
    done
    cat "$work/postgres.log" >&2
    return 1
}

start_container() {
    local password port
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    container=$(docker run --detach --rm --env POSTGRES_PASSWORD="$password" --publish 127.0.0.1::5432 \
        "$image" -c max_connections=300 -c fsync=off)
    port=$(docker port "$container" 5432/tcp | head -n 1)
    # Over TCP, because the image's first, temporary server listens on its socket alone.
    for _ in $(seq 60); do
        if docker exec "$container" pg_isready -q -h 127.0.0.1; then
            export TASKROUTER_TEST_POSTGRES="Host=127.0.0.1;Port=${port##*:};Username=postgres;Password=$password"
            return 0
        fi
        sleep 0.5
    done
    docker logs "$container" >&2
    return 1
}

stop() {
    local status=$?
    trap - EXIT
    [[ -z $container ]] || docker stop --time 2 "$container" > /dev/null 2>&1 || true
    if [[ -n $work ]]; then
        (cd "$work" && as_owner "$bin/pg_ctl" stop -s -m immediate -D "$work/data" > /dev/null 2>&1) || true
        rm -rf "$work"
    fi
    exit "$status"
}

if [[ $# == 0 || $1 == --help ]]; then
    sed -n '2,4s/^# //p' "$0"
    exit 0
fi

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [[ -n ${TASKROUTER_TEST_POSTGRES:-} ]]; then
    say 'Postgres: the one in TASKROUTER_TEST_POSTGRES.'
elif find_programs; then
    start_local
    say "Postgres: a throw-away one from $bin."
elif command -v docker > /dev/null && docker info > /dev/null 2>&1; then
    start_container
    say "Postgres: a throw-away container of $image."
else
    say 'The tests need a Postgres (13 or newer). Do one of these and run this again:
  - install its server programs: apt-get install postgresql, dnf install postgresql-server, brew install postgresql@17
  - start Docker
  - set TASKROUTER_TEST_POSTGRES to a connection string whose user may create databases:
    Host=127.0.0.1;Port=5432;Username=postgres;Password=...'
    exit 1
fi

"$@"
