#!/usr/bin/env bash
# recount on the real program: a directory as a server leaves it, up to a moment, beside the server, after
# a trim; and a journal whose snapshot says something else.
#
#   tests/tools/recount.sh PATH/yizhan PATH/rig_feed
set -euo pipefail

program=$(realpath "$1")
feed=$(realpath "$2")
room=$(mktemp -d)
pid=
finish() {
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
    rm -rf "$room"
}
trap finish EXIT
cd "$room"
failures=0

# run CODE WORDS COMMAND...: ends with CODE, and says WORDS (a pattern of grep -E) on either output
run() {
    local wanted=$1 words=$2 code=0
    shift 2
    "$program" "$@" >said 2>&1 || code=$?
    if [ $code -ne "$wanted" ]; then
        echo "yizhan $*: exit $code, not $wanted: $(tail -n 2 said)"
        failures=$((failures + 1))
    elif ! grep -qE "$words" said; then
        echo "yizhan $*: does not say /$words/: $(cat said)"
        failures=$((failures + 1))
    fi
}

start() { # OPTIONS...
    : >out
    "$program" serve --data-dir data --listen 127.0.0.1:0 --no-push "$@" >out 2>log &
    pid=$!
    for _ in $(seq 600); do
        grep -q '^ready' out && return
        sleep 0.05
    done
    echo "the server does not start: $(cat log)"
    exit 1
}

stop() {
    kill "$pid"
    wait "$pid"
    pid=
}

"$program" generate --out set --postings 400 --seekers 400 >/dev/null 2>&1
start --init --load set --at 2024-01-31T15:59:00Z
run 0 '^differences.*0' recount data # beside it
stop
run 0 '"whole_journal":true,"snapshot":0,"compared":[0-9]{4,},"differences":0' recount data --json
run 0 '^$|^sequence.*300' recount data --seq 300
run 0 '"sequence":[0-9]+' recount data --at 2024-01-31T23:59:59.999+08:00 --json
run 1 'there are the commands 1 to' recount data --seq 99999999
run 1 'there are the commands 1 to' recount data --at 2020-01-01
run 2 'is not a time' recount data --at soon
run 2 'either --at TIME or --seq' recount data --at 2024-01-01 --seq 3
run 2 'there is no directory' recount nowhere
code=0
said=$("$program" recount data --exit-code 2>&1) || code=$?
[ "$code" = 0 ] && [ -z "$said" ] || { echo "--exit-code: $code, says $said"; failures=$((failures + 1)); }

# With a snapshot, and after days.
"$feed" data --seed 3 --commands 3000 --until 1715000000000 --records 40 >/dev/null
run 0 '^snapshot' journal snapshot data
last=$("$program" journal stat data --json | sed -nE 's/.*"last":([0-9]+).*/\1/p')
run 0 "\"snapshot\":$last,\"compared\":[0-9]{5,},\"differences\":0" recount data --json

# Counted by itself, in the background, with what the live market says.
start --at 2024-06-30T15:59:00Z --recount-every 0.01
port=$(sed -nE 's|^api .*127.0.0.1:([0-9]+)/.*|\1|p' out)
metric() { curl -fsS -m 5 "http://127.0.0.1:$port/metrics" | sed -nE "s/^yizhan_recount$1 //p"; }
for _ in $(seq 600); do
    [ "$(metric 's_total\{result="equal"\}')" = 0 ] || break
    sleep 0.1
done
[ "$(metric _mismatches_total)" = 0 ] || { echo "mismatches: $(cat log)"; failures=$((failures + 1)); }
[ "$(metric '_compared_total\{with="live"\}')" -gt 1000 ] || { echo "not compared: $(cat log)"; failures=$((failures + 1)); }
stop
run 2 'no number of hours' serve --data-dir data --recount-every often

# A journal that does not begin at 1 any more.
run 0 '^snapshot' journal snapshot data
"$feed" data --trim "$last" --seed 4 --commands 500 --until 1720000000000 --records 40 >/dev/null
run 0 'what came before was trimmed' recount data
run 0 '"whole_journal":false,"snapshot":[1-9][0-9]*,"compared":[1-9][0-9]*,"differences":0' recount data --json

[ $failures -eq 0 ]
