#!/usr/bin/env bash
# The one command: restores, builds with warnings as errors, checks the format and runs every test.
#   ./verify.sh            everything; a second time without what can only come out as it did before
#   ./verify.sh --all      everything, whatever passed before
#   ./verify.sh --tests    the tests alone, on what was built before
# Needs the .NET 10 SDK, Node 20 and, for the tests, a Postgres and Chromium: see tests/with-postgres.sh and
# tests/chromium.sh. Ends with "N passed, N failed"; the exit code is 0 only when all of it held.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly stamps=artifacts/verify logs=artifacts/verify/logs
# Compiled ahead of time, as in the image: tests start the server in there many times.
readonly published=$PWD/artifacts/published/tests
export TASKROUTER_SERVER=$published/TaskRouter.Server
# What lives for seconds does not win back what profiling its code would cost, nor what it costs to map each piece of
# compiled code twice, once to be written and once to be run.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step() { printf '\n== %s\n' "$*"; }

# Everything that decides how a build and its tests come out, in one line.
fingerprint() {
    {
        dotnet --version && node --version
        env | grep '^TASKROUTER_' | grep -v '^TASKROUTER_TEST_POSTGRES=' | sort
        find .editorconfig global.json verify.sh ./*.props src tests bench examples docs README.md \
            \( -name node_modules -o -name data \) -prune -o -type f -print0 | sort -z | xargs -0 cksum
    } | cksum
}

# Whether something has passed on these very files, and with these tools.
has_passed() { [[ -f $stamps/$1 && $(head -n 1 "$stamps/$1") == "$fingerprint" ]]; }

build() {
    step 'Restore'
    dotnet restore TaskRouter.sln --locked-mode
    step 'Build'
    dotnet build TaskRouter.sln --configuration Release --no-restore
    step 'Format'
    if has_passed format; then
        echo 'Unchanged since it was last found right.'
    else
        dotnet format TaskRouter.sln --verify-no-changes --no-restore
        echo "$fingerprint" > "$stamps/format"
    fi
    step 'Publish'
    dotnet publish tests/TaskRouter.Server.Tests --configuration Release --use-current-runtime --no-self-contained \
        -p:PublishReadyToRun=true --artifacts-path artifacts/published --output "$published"
    step 'Node clients'
    install tests/sdk/node
    install tests/sdk/agent
    install tests/postman
    install examples/node-app
    install examples/agent
    step 'Browser'
    tests/chromium.sh --install
    echo "$fingerprint" > "$stamps/built"
}

# What a folder's lock file names, unless it is there already.
install() {
    local stamp="$stamps/${1//\//-}-lock.json"
    if cmp -s "$1/package-lock.json" "$stamp" && [[ -d $1/node_modules ]]; then
        echo "$1: installed."
    else
        npm ci --prefix "$1" --no-audit --no-fund
        cp "$1/package-lock.json" "$stamp"
    fi
}

# A runner that fails without counting a failure, or that ran nothing, counts as one failure.
count() {
    local name=$1 status=$2 p=$3 f=$4 s=$5
    if [[ $f == 0 && ($status != 0 || $p == 0) ]]; then
        echo "$name: exit code $status after $p tests." >&2
        f=1
    fi
    echo "$p $f $s" > "$logs/${name//\//-}.count"
}

# Not again what has passed on these files and does nothing at random. The server's own tests do: they kill it, stall it
# and make up what it is asked, so each run is another one.
once() {
    local suite=${2//\//-}
    if has_passed "$suite"; then
        step "$2"
        tail -n 1 "$stamps/$suite" > "$logs/$suite.unchanged"
        echo "Unchanged since $(cut -d ' ' -f 1 "$logs/$suite.unchanged") tests passed."
    else
        "$@"
        # What --tests ran may have been built of other files.
        if [[ $(cut -d ' ' -f 2 "$logs/$suite.count") == 0 ]] && has_passed built; then
            { echo "$fingerprint" && cat "$logs/$suite.count"; } > "$stamps/$suite"
        fi
    fi
}

# The last number after a word in a runner's closing lines; 0 when it printed none.
number() { { grep -oE "$1:? +[0-9]+" "$2" || echo 0; } | tail -n 1 | grep -oE '[0-9]+$'; }

run_dotnet() {
    local name=$1 program=$2 log="$logs/$1.log" status=0 total errors failures skips
    step "$name"
    "$program/$name" -noLogo -noColor -maxThreads 4 2>&1 | tee "$log" || status=$?
    total=$(number Total "$log") errors=$(number Errors "$log")
    failures=$(number Failed "$log") skips=$(number Skipped "$log")
    count "$name" "$status" $((total - failures - skips)) $((failures + errors)) "$skips"
}

run_node() {
    local log="$PWD/$logs/${1//\//-}.tap" status=0
    step "$1"
    (cd "$1" && node --test "${@:2}" --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$log") || status=$?
    count "$1" "$status" "$(number '^# pass' "$log")" \
        $(($(number '^# fail' "$log") + $(number '^# cancelled' "$log"))) "$(number '^# skipped' "$log")"
}

# Every failure once more, where a reader of the last lines finds it.
failures() {
    local log
    for log in "$logs"/*.Tests.log "$logs"/*.tap; do
        grep -hE -A 12 '\[(FAIL|ERROR)\]$|^ *not ok ' "$log" || true
    done
}

# Two at a time, for two cores: the longest suite, and beside it all the others, whose output follows its own.
run_tests() {
    local beside passed failed skipped unchanged
    rm -f "$logs"/*
    {
        once run_dotnet TaskRouter.Engine.Tests artifacts/bin/TaskRouter.Engine.Tests/release
        once run_node tests/sdk/node
        # Its files wait for one another's timers far more than they compute.
        once run_node tests/sdk/agent --test-concurrency=3
        once run_node tests/postman
        once run_node examples/node-app
        once run_node examples/agent
    } > "$logs/beside.log" 2>&1 &
    beside=$!
    run_dotnet TaskRouter.Server.Tests "$published"
    wait "$beside" || count 'The other suites' $? 0 0 0
    cat "$logs/beside.log"
    failures

    read -r passed failed skipped < <(sum count)
    read -r unchanged _ < <(sum unchanged)
    echo
    echo "$passed passed, $failed failed$(more "$skipped" skipped)$(more "$unchanged" 'unchanged since they passed')"
    [[ $failed == 0 ]]
}

# Passed, failed and skipped, of all suites whose files end like that.
sum() { cat "$logs"/*."$1" 2> /dev/null | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }'; }

more() { [[ $1 == 0 ]] || printf ', %s %s' "$1" "$2"; }

case ${1:-} in
    --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --all) rm -rf "$stamps" && mkdir -p "$logs" ;;
    --tests | '') mkdir -p "$logs" ;;
    *) echo "verify.sh: unknown argument $1; see --help" >&2 && exit 2 ;;
esac

fingerprint=$(fingerprint)
readonly fingerprint
if [[ ${1:-} != --tests ]]; then
    build
fi

if [[ -z ${TASKROUTER_TEST_POSTGRES:-} ]]; then
    exec tests/with-postgres.sh ./verify.sh --tests
fi
run_tests
