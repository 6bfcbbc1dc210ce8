#!/usr/bin/env bash
# yizhan assign on a folder of records: the certificate is there and clean, every pair of the table is
# in the JSON and the other way round, and nobody stands in it twice. usage: assign.sh PROGRAM
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" generate --out "$folder" --postings 300 --seekers 3000 --dense --seed 7 >/dev/null
"$program" assign fair --data "$folder" --at 2026-08-01 >"$folder/table"
"$program" assign fair --data "$folder" --at 2026-08-01 --json >"$folder/json"
grep -q $'^certificate\tchecked true\t.*\tblocking_pairs 0\t' "$folder/table"
grep -q '"checked":true,"blocking_pairs":0,' "$folder/json"
grep $'\tchoice ' "$folder/table" | cut -f1,2 >"$folder/pairs"
grep -o '"seeker":"[^"]*","posting":"[^"]*","score"' "$folder/json" |
    sed 's/"seeker":"\([^"]*\)","posting":"\([^"]*\)".*/\1\t\2/' >"$folder/pairs_json"
cmp "$folder/pairs" "$folder/pairs_json"
count=$(wc -l <"$folder/pairs")
[ "$count" -gt 200 ] && [ "$(cut -f1 "$folder/pairs" | sort -u | wc -l)" -eq "$count" ]

# Generated work has no intervals: no gig, and that is said, not failed.
"$program" assign gigs --data "$folder" --at 2026-08-01 | grep -q $'^certificate\tchecked true\tworkers 0\t'
if "$program" assign fair --data "$folder" --employer nobody 2>"$folder/why"; then exit 1; fi
grep -q unknown_employer "$folder/why"
if "$program" assign fair 2>/dev/null; then exit 1; fi
echo "assign: $count pairs, table and JSON agree"
