#!/usr/bin/env bash
# yizhan replay from outside: into a file, into a data directory whose dump replays to the same
# digest, at a running server, what if; and the real months where they are. $1 is the program.
set -uo pipefail
yizhan=$1
datasets=$(readlink -f "${YIZHAN_DATASETS:-../shared/datasets}")
dir=$(mktemp -d /tmp/yizhan-test-replay-XXXXXX)
pid=
end() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
    wait
    rm -rf "$dir"
}
trap end EXIT
fail() {
    echo "FAIL: $*"
    tail -n 5 "$dir"/*.said
    exit 1
}
# said CODE WORDS OPTIONS...: what replay says stands in $dir/out.said
said() {
    local code=$1 words=$2 got
    shift 2
    "$yizhan" replay "$@" >"$dir/out.said" 2>&1
    got=$?
    [ "$got" = "$code" ] || fail "exit $got, wanted $code: replay $*"
    [ -z "$words" ] || grep -qE -- "$words" "$dir/out.said" || fail "no \"$words\": replay $*"
}
value() {
    sed -n "s/^$1\t//p" "$dir/out.said"
}

mkdir -p "$dir/sets/nyc-green-taxi"
{
    echo zone_id,borough,zone,lon,lat
    for i in $(seq 9); do echo "$i,Queens,Zone $i,-73.9$i,40.7"; done
} >"$dir/sets/nyc-green-taxi/zones.csv"
{
    echo trip_id,pickup_at,dropoff_at,pickup_zone,dropoff_zone,fare_amount
    for i in $(seq 10 59); do
        echo "t$i,2021-01-04T08:$i:00,2021-01-04T09:$i:30,$((i % 9 + 1)),$((i * 7 % 9 + 1)),$i.5"
    done
} >"$dir/trips-2021-01.csv"
taxi=(--adapter nyc-green-taxi --datasets "$dir/sets" "$dir/trips-2021-01.csv")

said 2 'which --adapter, or which FILE'
said 2 'exclude each other' "${taxi[@]}" --match --apply-only
said 2 'exclude each other' "${taxi[@]}" --check --out "$dir/x"
said 2 '--speed is a number' "${taxi[@]}" --speed fast
said 2 'needs --url' "${taxi[@]}" --rate 10
said 1 'none.ndjson: No such file' "$dir/none.ndjson"
said 3 'cannot be reached' "${taxi[@]}" --url http://127.0.0.1:1

said 0 'same_digest.*true' "${taxi[@]}" --match --check
digest=$(value digest)
said 0 "digest.$digest" "${taxi[@]}" --match --out "$dir/run.ndjson"
said 0 "digest.$digest" "$dir/run.ndjson"
gzip -k "$dir/run.ndjson"
"$yizhan" replay - <"$dir/run.ndjson.gz" >"$dir/out.said" || fail "replay from stdin"
[ "$(value digest)" = "$digest" ] || fail "another digest from stdin"

# A journal: its dump, with nothing of what is sealed in it, ends in the directory's digest.
said 0 journal_digest "${taxi[@]}" --match --data-dir "$dir/data"
journal=$(value journal_digest)
"$yizhan" verify "$dir/data" --json | grep -qF "\"digest\":\"$journal\"" ||
    fail "verify finds another digest than $journal"
"$yizhan" journal dump "$dir/data" >"$dir/dump.ndjson" || fail "journal dump"
grep seeker_put "$dir/dump.ndjson" | grep -q '"lat"' && fail "a dump shows where a seeker lives"
"$yizhan" replay - <"$dir/dump.ndjson" >"$dir/out.said" || fail "journal dump | replay"
[ "$(value digest)" = "$journal" ] || fail "journal dump | replay: $(value digest), not $journal"
grep distance_km "$dir/out.said" && fail "kilometres from where nobody lives"
said 2 'holds a journal already' "${taxi[@]}" --data-dir "$dir/data"
"$yizhan" journal dump "$dir/data" --from 7 >"$dir/part.ndjson"
said 1 'begins at sequence 7' "$dir/part.ndjson"

# What if nothing changes: a table of zeros.
: >"$dir/nothing"
said 0 '^placed' "${taxi[@]}" --match --what-if "$dir/nothing"
awk -F'\t' 'NR > 1 && $4 != 0 { exit 1 }' "$dir/out.said" || fail "nothing changed, and it differs"
echo 'workers x 2' >"$dir/more"
said 0 '' "${taxi[@]}" --match --workers 3 --what-if "$dir/more"
awk -F'\t' '$1 == "placed" && $4 > 0 { found = 1 } END { exit !found }' "$dir/out.said" ||
    fail "twice the workers place nobody more"
echo 'salary x 2' >"$dir/wrong"
said 1 'is no change' "${taxi[@]}" --match --what-if "$dir/wrong"
said 0 '^placed' "$dir/run.ndjson" --what-if "$dir/run.ndjson.gz"
awk -F'\t' 'NR > 1 && $4 != 0 { exit 1 }' "$dir/out.said" || fail "the same commands differ"

# Numbers are as a person reads them, and whole in JSON.
said 0 '' "${taxi[@]}" --match --workers 3
grep -qE '\.[0-9]{4}' <<<"$(value distance_km_mean) $(value events_per_s)" &&
    fail "more than three digits after the point"
said 0 '"distance_km_mean":[0-9]+\.[0-9]{6}' --json "${taxi[@]}" --match --workers 3

# At a running server: gigs, then a fair with one booth and two who want the same slot.
at='"at":"2021-01-04"'
place='"place":{"lat":40.7,"lon":-73.9}'
cat >"$dir/fair.ndjson" <<EOF
{$at,"type":"entry_put","dictionary":"employers","entry":{"id":"e"}}
{$at,"type":"venue_put","id":"fair 1","kind":"fair",$place,"from":"2021-01-04T08:00:00+08:00","to":"2021-01-09","slot_minutes":15}
{$at,"type":"booth_put","venue":"fair 1","id":"b","employer":"e","capacity":1}
{$at,"type":"seeker_put","seeker":{"id":"a",$place,"radius_km":5,"types":["gig"]}}
{$at,"type":"seeker_put","seeker":{"id":"b",$place,"radius_km":5,"types":["gig"]}}
{$at,"type":"slot_step","venue":"fair 1","booth":"b","seeker":"a","slot":0,"step":"booked"}
{$at,"type":"slot_step","venue":"fair 1","booth":"b","seeker":"b","slot":0,"step":"booked"}
{$at,"type":"queue_step","venue":"fair 1","ticket":"t1","step":"joined"}
{$at,"type":"visit","venue":"fair 1","ticket":"t1","step":"enter"}
EOF
echo 'booths x 2' >"$dir/booths"
said 0 '^interviews.1.2.1$' "$dir/fair.ndjson" --what-if "$dir/booths"
said 0 '^slot_taken.1.0.-1$' "$dir/fair.ndjson" --what-if "$dir/booths"
"$yizhan" serve --listen 127.0.0.1:0 --at 2021-01-04 --log-level off >"$dir/serve.said" 2>&1 &
pid=$!
for _ in $(seq 200); do
    grep -q '^ready' "$dir/serve.said" && break
    sleep 0.05
done
url=$(sed -n 's|^page *: \(.*\)/$|\1|p' "$dir/serve.said")
said 0 '^lost.0$' "${taxi[@]}" --url "$url" --rate 2000
[ "$(value refused)" = 0 ] || fail "the server refused some"
[ "$(value sent)" -gt 250 ] || fail "only $(value sent) were sent"
said 0 '^lost.0$' "${taxi[@]}" --match --url "$url" --rate 2000
[ "$(value refused)" = 0 ] || fail "the server refused steps of referrals"
[ "$(value not_sent)" = 0 ] || fail "$(value not_sent) commands found no route"
said 0 '^lost.0$' "$dir/fair.ndjson" --url "$url"
[ "$(value refused)" = 1 ] || fail "not just the second interview at the same time was refused"
"$yizhan" export seekers --url "$url" | grep -c "\"id\":\"taxi" | grep -qx 63 || fail "not 63 taxis"

if [ -r "$datasets/nyc-green-taxi/zones.csv" ]; then
    said 0 'same_digest.*true' --adapter nyc-green-taxi --datasets "$datasets" --limit 5000 --match \
        --check
    said 0 '^refused.0$' --adapter us-h2-seasonal-jobs --datasets "$datasets" --limit 3000
else
    echo "SKIP: the real data sets are not at $datasets (set YIZHAN_DATASETS)"
fi
