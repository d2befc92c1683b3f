# For scripts that start a Postgres of their own: source it, call find_programs, and set owner when root has to step down.
# shellcheck shell=bash
bin='' owner=''

# Sets bin to where initdb lives: on the PATH, else the newest of Debian's, Red Hat's or Homebrew's folders.
find_programs() {
    local initdb pattern
    initdb=$(command -v initdb || true)
    for pattern in '/usr/lib/postgresql/*' '/usr/pgsql-*' '/opt/homebrew/opt/postgresql@*'; do
        [[ -n $initdb ]] || initdb=$(compgen -G "$pattern/bin/initdb" | sort -V | tail -n 1 || true)
    done
    [[ -n $initdb ]] || return 1
    bin=$(dirname "$(readlink -f "$initdb")")
    [[ -x $bin/pg_ctl && -x $bin/postgres ]]
}

# Postgres refuses to run as root: root steps down to the package's own account, or to one that exists everywhere.
choose_owner() {
    if [[ $(id -u) == 0 ]]; then
        owner=postgres
        id -u postgres > /dev/null 2>&1 || owner=nobody
    fi
}

as_owner() {
    if [[ -z $owner ]]; then
        "$@"
    elif command -v runuser > /dev/null; then
        runuser -u "$owner" -- "$@"
    else
        su -s /bin/sh "$owner" -c "$(printf '%q ' "$@")"
    fi
}
