#!/usr/bin/env bash
# Does the judge of the rigs see a loss? A server in memory holds what writers wrote; then something
# is taken away, changed, added, forgotten: each must be counted as what it is.
#   test_check.sh YIZHAN DIRECTORY-OF-THE-RIGS'-PROGRAMS
set -uo pipefail
yizhan=$1 tools=$2
dir=$(mktemp -d /tmp/yizhan-test-check-XXXXXX)
trap 'kill "$pid" 2>/dev/null; wait; rm -rf "$dir"' EXIT
"$yizhan" serve --listen 127.0.0.1:0 >"$dir/said" 2>"$dir/log" &
pid=$!
for _ in $(seq 200); do grep -q '^ready' "$dir/said" && break; sleep 0.05; done
port=$(sed -nE 's|^page *: .*:([0-9]+)/$|\1|p' "$dir/said")
[ -n "$port" ] || { echo "no server"; cat "$dir/log"; exit 1; }

expect() { # LAST-LINE LOG
    local last
    last=$("$tools/rig_check" --port "$port" "$2" | tail -n 1)
    [ "$last" = "$1" ] || { echo "FAIL: wanted  $1"; echo "      got     $last"; exit 1; }
}
ask() { # METHOD PATH BODY
    curl -fsS -o /dev/null -X "$1" -H 'Content-Type: application/json' --data-binary "$3" "http://127.0.0.1:$port$2"
}

"$tools/rig_writers" --port "$port" --run 1 --clients 2 --count 40 --log "$dir/all" || exit 1
expect "acknowledged=80 lost=0 phantom=0 torn=0 unacknowledged=0" "$dir/all"
# One record whose every operation was left without an answer.
sed -E 's/^(1 1 2) 201/\1 0/' "$dir/all" >"$dir/unanswered"
expect "acknowledged=79 lost=0 phantom=0 torn=0 unacknowledged=1" "$dir/unanswered"
# One that nobody sent, as far as is known: the last of client 0.
grep -vE '^1 0 38 ' "$dir/all" >"$dir/forgotten"
expect "acknowledged=79 lost=0 phantom=1 torn=0 unacknowledged=0" "$dir/forgotten"
# One that says something else than was sent: r1c0-2 is a posting.
ask PATCH /v1/postings/r1c0-2 '{"openings":100}'
expect "acknowledged=80 lost=0 phantom=0 torn=1 unacknowledged=0" "$dir/all"
# One that is not there: more was acknowledged than was ever written.
echo "1 1 40 201 81 0" | cat "$dir/all" - >"$dir/more"
expect "acknowledged=81 lost=1 phantom=0 torn=1 unacknowledged=0" "$dir/more"
echo "a loss, a phantom and a torn record are seen"
