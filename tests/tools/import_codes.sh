#!/usr/bin/env bash
# The exit codes of import, and what it says. $1 is the program. Needs no server: port 1 has none.
set -uo pipefail
yizhan=$1
dir=$(mktemp -d /tmp/yizhan-test-import-XXXXXX)
trap 'rm -rf "$dir"' EXIT
failed=0

# expect CODE WORDS COMMAND...
expect() {
    local code=$1 words=$2 said got
    shift 2
    said=$("$@" 2>&1)
    got=$?
    if [ "$got" != "$code" ] || ! grep -qF -- "$words" <<<"$said"; then
        echo "FAIL: exit $got, wanted $code and \"$words\": $*"
        echo "$said"
        failed=1
    fi
}

printf 'code\tname\tpinyin\n620500\t天水市\ttian shui\n62\tx\ty\n' >"$dir/some.tsv"
printf 'code\tname\tpinyin\n620500\t天水市\ttian shui\n' >"$dir/good.tsv"
printf '{"id":"a"}\n' >"$dir/skills.ndjson"
regions=("$yizhan" import --adapter cn-regions)

expect 0 'accepted	1' "${regions[@]}" --dry-run "$dir/good.tsv"
expect 4 'rejected: a code has 6 or 9 digits	1' "${regions[@]}" --dry-run "$dir/some.tsv"
expect 4 'rejected' "${regions[@]}" --out "$dir/out" --rejects "$dir/rejects" "$dir/some.tsv"
expect 0 '{"id":"620500","name":{"zh":"天水市","en":"tian shui"}}' cat "$dir/out/divisions.ndjson"
expect 0 '"row":2,"reason":"a code has 6 or 9 digits"' cat "$dir/rejects"
expect 0 '"rejected":1' sh -c "'$yizhan' import --json --adapter cn-regions --dry-run '$dir/some.tsv'; true"
expect 1 'cannot be opened' "${regions[@]}" --dry-run "$dir/nothing.tsv"
expect 1 'divisions.tsv.gz: cannot be opened' "${regions[@]}" --dry-run --datasets "$dir/none"
expect 3 'cannot be reached' "${regions[@]}" --url http://127.0.0.1:1 "$dir/good.tsv"
expect 3 'cannot be reached' "$yizhan" import --url http://127.0.0.1:1 "$dir/skills.ndjson"
expect 3 'TLS is not spoken' "$yizhan" import --url https://127.0.0.1 "$dir/skills.ndjson"
expect 2 'what does' "$yizhan" import "$dir/good.tsv"
expect 1 'nothing.ndjson: cannot be opened' "$yizhan" import "$dir/nothing.ndjson"
expect 2 'which FILE' "$yizhan" import
expect 2 'did you mean' "$yizhan" import --adaptor cn-regions
exit $failed
