#!/usr/bin/env bash
# match answers from a folder of generate as --oracle does, byte for byte; and says what is wrong
# with a folder or a question. $1 is the program.
set -euo pipefail
yizhan=$1
dir=$(mktemp -d /tmp/yizhan-test-match-XXXXXX)
trap 'rm -rf "$dir"' EXIT

"$yizhan" generate --gig --postings 3000 --seekers 3000 --seed 5 --out "$dir/set" >"$dir/said"
# 100 questions of each kind: lines 1.., 2001.., 4001...
sed -n '1,100p;2001,2100p;4001,4100p' "$dir/set/questions.ndjson" >"$dir/questions"
ask=("$yizhan" match --data "$dir/set" --questions "$dir/questions" --json)
"${ask[@]}" >"$dir/quick"
"${ask[@]}" --oracle >"$dir/slow"
cmp "$dir/quick" "$dir/slow"
[ "$(wc -l <"$dir/quick")" = 300 ]
# A market in which nothing fits would prove nothing.
hits=$(grep -o '"score"' "$dir/quick" | wc -l)
[ "$hits" -gt 300 ] || { echo "FAIL: only $hits hits"; exit 1; }
"${ask[@]}" --k 1 >"$dir/one"
[ "$(grep -o '"score"' "$dir/one" | wc -l)" -lt "$hits" ]

refused() {
    local code=$1 words=$2 got=0
    shift 2
    "$@" >"$dir/said" 2>&1 || got=$?
    [ "$got" = "$code" ] && grep -qF -- "$words" "$dir/said" && return
    echo "FAIL: exit $got, wanted $code and \"$words\": $*"
    cat "$dir/said"
    exit 1
}
refused 2 'needs --data' "$yizhan" match --questions "$dir/questions"
refused 1 'not a folder' "$yizhan" match --data "$dir/none" --questions "$dir/questions"
refused 1 'No such file' "$yizhan" match --data "$dir/set" --questions "$dir/none"
echo '{"question":"jobs","seeker":{"place":{"lat":1,"lon":2},"radius_km":1,"types":["full"],"skills":[{"skill":"nobody-knows","level":1}]}}' >"$dir/odd"
refused 4 'unknown_skill' "$yizhan" match --data "$dir/set" --questions "$dir/odd"
echo '{"id":"p","nonsense":1}' >>"$dir/set/postings.ndjson"
refused 1 'postings.ndjson:3001: /nonsense: unknown_field' "${ask[@]}"
