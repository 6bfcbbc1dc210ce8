#!/usr/bin/env bash
# yizhan assign on a folder of records: the certificate is there and clean, every pair of the table is
# in the JSON and the other way round, nobody stands in it twice; a morning of three gigs goes to the
# two workers as by hand. $1 is the program.
set -euo pipefail
yizhan=$1
dir=$(mktemp -d /tmp/yizhan-test-assign-XXXXXX)
trap 'rm -rf "$dir"' EXIT
fail() {
    echo "FAIL: $*"
    exit 1
}

"$yizhan" generate --out "$dir/set" --postings 300 --seekers 3000 --dense --seed 7 >/dev/null
fair=("$yizhan" assign fair --at 2026-08-01)
"${fair[@]}" --data "$dir/set" >"$dir/table"
"${fair[@]}" --data "$dir/set" --json >"$dir/json"
grep -q $'^certificate\tchecked true\t.*\tblocking_pairs 0\t' "$dir/table" || fail "no certificate"
grep -q '"checked":true,"blocking_pairs":0,' "$dir/json" || fail "no certificate in JSON"
grep $'\tchoice ' "$dir/table" | cut -f1,2 >"$dir/pairs"
grep -o '"seeker":"[^"]*","posting":"[^"]*","score"' "$dir/json" |
    sed 's/"seeker":"\([^"]*\)","posting":"\([^"]*\)".*/\1\t\2/' >"$dir/pairs_json"
cmp "$dir/pairs" "$dir/pairs_json" || fail "table and JSON differ"
count=$(wc -l <"$dir/pairs")
[ "$count" -gt 100 ] || fail "only $count pairs"
[ "$(cut -f1 "$dir/pairs" | sort -u | wc -l)" = "$count" ] || fail "somebody stands twice"

# Two gigs after each other, one across both; two workers, both fit all three. Each gig has one
# opening: one worker does the two short ones, the other the long one.
mkdir "$dir/day"
gig() {
    echo "{\"id\":\"$1\",\"title\":\"搬运\",\"place\":{\"lat\":34.58,\"lon\":105.72},\"type\":\"gig\"," \
        "\"gig\":{\"from\":\"2026-08-01T$2:00+08:00\",\"to\":\"2026-08-01T$3:00+08:00\"}}"
}
{ gig early 07:00 09:00; gig late 09:00 11:00; gig long 08:00 10:00; } >"$dir/day/postings.ndjson"
for id in li wang; do
    echo "{\"id\":\"$id\",\"place\":{\"lat\":34.58,\"lon\":105.72},\"radius_km\":5,\"types\":[\"gig\"]}"
done >"$dir/day/seekers.ndjson"
"$yizhan" assign gigs --data "$dir/day" --at 2026-08-01 >"$dir/gigs"
grep -q $'^certificate\tchecked true\tworkers 2\tplaces 3\t.*\tgap 0.0000 %$' "$dir/gigs" ||
    fail "$(cat "$dir/gigs")"
long=$(awk '$2 == "long" { print $1 }' "$dir/gigs")
[ "$(awk -v who="$long" '$1 == who' "$dir/gigs" | wc -l)" = 1 ] || fail "$(cat "$dir/gigs")"

# Gigs of a station, as an export has them; a folder has no stations of its own.
mkdir "$dir/station"
sed 's/"gig":{/&"station":"east",/' "$dir/day/postings.ndjson" >"$dir/station/postings.ndjson"
cp "$dir/day/seekers.ndjson" "$dir/station"
"$yizhan" assign gigs --data "$dir/station" --station east --at 2026-08-01 >"$dir/east" 2>"$dir/why"
cmp "$dir/gigs" "$dir/east" || fail "$(cat "$dir/why" "$dir/east")"
[ -s "$dir/why" ] && fail "$(cat "$dir/why")"
if "$yizhan" assign gigs --data "$dir/station" --station west --at 2026-08-01 2>"$dir/why"; then
    fail "west is no station"
fi
grep -q 'no station or fair "west"' "$dir/why" || fail "$(cat "$dir/why")"

if "${fair[@]}" --data "$dir/set" --employer nobody 2>"$dir/why"; then fail "nobody is no employer"; fi
grep -q unknown_employer "$dir/why" || fail "$(cat "$dir/why")"
if "$yizhan" assign fair 2>/dev/null; then fail "no folder was given"; fi
echo "assign: $count pairs, table and JSON agree"
