#!/usr/bin/env bash
# Measures the server against yardsticks of the same machine, in the same minutes, and prints one table of ratios.
#   bench/run.sh [--quick] [--rounds N] [--seconds N] [--parts rates,peers,large,deadlines]
#       --quick          about three minutes: two short rounds, large workspaces at a tenth of their size
#       --rounds N       how often everything takes its turn (5)
#       --seconds N      how long a turn is (8)
#       --parts LIST     these parts alone; all four unless said
#   bench/run.sh soak MINUTES
#       half of the highest rate for that long: what grows?
#   bench/run.sh drive URL ACCOUNT:TOKEN lifecycle|create|task|workers CONNECTIONS SECONDS [PER_SECOND]
#       one load against a server that runs already: a closed loop, or so many a second
# Needs the .NET 10 SDK and Postgres's own programs, pgbench among them; with Node 20 also the queues in Node and Prism,
# installed into a temporary folder. Linux: processor time and memory are read from /proc. Everything it starts ends
# with it, and nothing else does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly server=$PWD/artifacts/published/bench/TaskRouter.Server
readonly load=$PWD/artifacts/bin/TaskRouter.Load/release/TaskRouter.Load
work='' running=''
# shellcheck source=tests/postgres-programs.sh
source tests/postgres-programs.sh

say() { printf '%s\n' "$*" >&2; }

# Says something only when it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || { printf '%s\n' "$output" >&2; return 1; }
}

find_postgres() {
    find_programs || { say 'There is no initdb: install the Postgres server.'; return 1; }
    [[ -x $bin/pgbench ]] || { say "There is no pgbench beside $bin/initdb."; return 1; }
}

# Durable, with checksums, as one would run it; only the sizes are given, so that checkpoints do not decide.
start_postgres() {
    local port password try
    choose_owner
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    mkdir "$work/postgres"
    printf '%s\n' "$password" > "$work/postgres/password"
    chmod 711 "$work"
    [[ -z $owner ]] || chown -R "$owner" "$work/postgres"
    (cd "$work/postgres" && as_owner "$bin/initdb" -D "$work/postgres/data" -U postgres -A scram-sha-256 \
        --pwfile="$work/postgres/password" --encoding=UTF8 --locale=C --data-checksums > initdb.log)
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + RANDOM % 12000))
        if (cd "$work/postgres" && as_owner "$bin/pg_ctl" start -s -w -t 30 -D "$work/postgres/data" -l "$work/postgres/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$work/postgres' -c max_connections=200 \
            -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c wal_compression=on \
            -c shared_buffers=512MB -c max_wal_size=8GB" 2> /dev/null); then
            export TASKROUTER_LOAD_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Password=$password"
            TASKROUTER_LOAD_POSTGRES_PID=$(head -n 1 "$work/postgres/data/postmaster.pid")
            export TASKROUTER_LOAD_POSTGRES_PID TASKROUTER_LOAD_PGBENCH=$bin/pgbench
            return 0
        fi
        say "Postgres did not start on port $port (try $try)."
    done
    cat "$work/postgres/log" >&2
    return 1
}

install_peers() {
    if ! command -v npm > /dev/null; then
        say 'There is no Node: the queues in Node and Prism are left out.'
        return
    fi
    mkdir "$work/peers"
    cp bench/peers/* "$work/peers/"
    if npm install --prefix "$work/peers" --no-audit --no-fund --loglevel=error > "$work/peers/log" 2>&1; then
        export TASKROUTER_LOAD_PEERS=$work/peers
    else
        say 'The queues in Node and Prism could not be installed and are left out:'
        tail -n 3 "$work/peers/log" >&2
    fi
}

stop() {
    local status=$?
    trap - EXIT
    if [[ -n $running ]]; then
        kill -TERM "$running" 2> /dev/null || true
        wait "$running" 2> /dev/null || true
    fi
    if [[ -f $work/postgres/data/postmaster.pid ]]; then
        (cd "$work/postgres" && as_owner "$bin/pg_ctl" stop -s -m immediate -D "$work/postgres/data") || true
    fi
    [[ -z $work ]] || rm -rf "$work"
    exit "$status"
}

case ${1:-} in
    --help | -h) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
esac

say 'Building'
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
quietly dotnet build bench/TaskRouter.Load --configuration Release --verbosity quiet
# One connection is served by one thread as far as it goes: a driver that takes less of the machine it shares.
export DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1
if [[ ${1:-} == drive ]]; then
    exec "$load" "$@"
fi

# Compiled ahead of time and with the settings of the image.
quietly dotnet publish src/TaskRouter.Server --configuration Release --use-current-runtime --no-self-contained \
    -p:PublishReadyToRun=true --artifacts-path artifacts/published/bench-build --output "$(dirname "$server")" \
    --verbosity quiet
find_postgres
work=$(mktemp -d "${TMPDIR:-/tmp}/taskrouter-bench.XXXXXX")
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
start_postgres
export TASKROUTER_LOAD_SERVER=$server TASKROUTER_LOAD_WORK=$work
if [[ ${1:-} != soak ]]; then
    install_peers
    set -- table "$@"
fi
# Beside this shell, so that a signal to the shell reaches it.
"$load" "$@" &
running=$!
wait "$running"
running=''
