#!/usr/bin/env bash
# The real program on a real disk: what was acknowledged is there after kill -9, a snapshot is used,
# and every reason not to start has its own exit code. $1 is the program.
set -uo pipefail
yizhan=$1
. "$(dirname "$0")/serving.sh"
data=$dir/data

cut() { # kill -9, as the kernel would
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
}
put() { # put KIND ID BODY: prints the status
    curl -s -o /dev/null -w '%{http_code}\n' -X PUT -H 'Content-Type: application/json' \
        --data "$3" "$url/v1/$1/$2"
}
digest() { curl -s "$url/v1/digest"; }
metric() { curl -s "$url/metrics" | sed -n "s/^$1 //p"; }
serve_fails() { # serve_fails CODE WORDS OPTIONS...
    local code=$1 words=$2
    shift 2
    expect "$code" "$words" "$yizhan" serve --listen 127.0.0.1:0 "$@"
}

# A directory is made when asked for, and only then.
serve_fails 2 '' --data-dir "$data"
serve_fails 2 'none is named' --init
start first --data-dir "$data" --init
grep -q "^data *: $data, 0 postings, 0 seekers" "$dir/first.said" || fail "banner names the directory"
serve_fails 10 '' --data-dir "$data"

# Writes, and the power goes.
for i in $(seq 30); do
    [ "$(put skills "s$i" "{}")" = 201 ] || fail "skill $i"
done
before=$(digest)
[ "$(metric yizhan_journal_durable_sequence)" -ge 30 ] || fail "durable sequence in /metrics"
cut
start second --data-dir "$data"
[ "$(digest)" = "$before" ] || fail "digest after kill -9: $(digest), was $before"
grep -q '^journal : sequence 30, from 30 replayed commands' "$dir/second.said" || fail "banner tells of the replay"

# Killed while it writes: everything acknowledged is there.
( for i in $(seq 1000); do
    [ "$(put skills "k$i" '{}')" = 201 ] || break
    echo "k$i"
done >"$dir/acknowledged" ) &
writing=$!
sleep 0.7
cut
wait "$writing"
[ -s "$dir/acknowledged" ] || fail "nothing was acknowledged before the kill"
start third --data-dir "$data"
while read -r id; do
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/v1/skills/$id")" = 200 ] || fail "$id was acknowledged and is lost"
done <"$dir/acknowledged"

# A snapshot by signal; the next start begins there.
sequence=$(metric yizhan_journal_durable_sequence)
kill -USR1 "$pid"
for _ in $(seq 100); do
    [ "$(metric yizhan_snapshot_sequence)" = "$sequence" ] && break
    sleep 0.1
done
[ "$(metric yizhan_snapshot_sequence)" = "$sequence" ] || fail "no snapshot: $(tail -n 3 "$dir/third.log")"
for i in 1 2 3; do put skills "t$i" '{}' >/dev/null; done
before=$(digest)
cut
start fourth --data-dir "$data"
grep -q "^journal : sequence .*, from snapshot .* and 3 replayed commands" "$dir/fourth.said" || fail "the snapshot was not used"
[ "$(digest)" = "$before" ] || fail "digest after snapshot and tail"

# SIGTERM ends it cleanly.
kill -TERM "$pid"
wait "$pid" || fail "exit $? after SIGTERM"
start fifth --data-dir "$data"
[ "$(digest)" = "$before" ] || fail "digest after SIGTERM"
kill -TERM "$pid"
wait "$pid" || fail "exit $? after the second SIGTERM"

# By hand, beside no server: proven against a digest, and refused against another one.
hex=$(sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' <<<"$before")
expect 0 'snapshot	' "$yizhan" journal snapshot "$data" --digest "$hex"
expect 13 'nothing was written' "$yizhan" journal snapshot "$data" --digest "${hex//[0-7]/8}"
expect 2 'not 32 hex digits' "$yizhan" journal snapshot "$data" --digest 12

# Reasons not to start.
serve_fails 2 '' --data-dir "$data" --init
serve_fails 2 'holds' --data-dir "$data" --demo
mv "$data/master.key" "$dir/key"
serve_fails 14 '' --data-dir "$data"
start sixth --data-dir "$data" --key-file "$dir/key"
kill -TERM "$pid"
wait "$pid" || fail "with a key elsewhere"
YIZHAN_MASTER_KEY=$(printf '0%.0s' {1..64}) serve_fails 14 '' --data-dir "$data"
mv "$dir/key" "$data/master.key"

# The demo goes through the journal, and time never goes back to before it. Nobody is told: that
# would go on by itself.
start demo --no-push --data-dir "$dir/demo" --init --demo --at 2026-03-01T08:00:00+08:00
grep -q '5,000 demo postings, 20,000 demo seekers' "$dir/demo.said" || fail "demo banner"
before=$(digest)
cut
start again --no-push --data-dir "$dir/demo" --at 2020-01-01T08:00:00+08:00
[ "$(digest)" = "$before" ] || fail "digest of the demo after kill -9"
put skills late '{}' >/dev/null
at=$(digest | sed -n 's/.*"at_ms":\([0-9]*\).*/\1/p')
[ "$at" -ge 1772323200000 ] || fail "market time went back to $at"
kill -TERM "$pid"
wait "$pid" || fail "exit $? after the demo"
echo "all well"
