#!/usr/bin/env bash
# docs/policy-rules.md against the program: every file of rules it shows loads on top of the notices,
# and it names every built-in function and every word of a clause.
#
#   tests/docs/rules_language.sh PATH/yizhan       from the root of the tree
set -euo pipefail

program=$(realpath "$1")
page=docs/policy-rules.md
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
wrong=0

fail() {
    echo "$page: $*"
    wrong=$((wrong + 1))
}

# ---- the files it shows ----
awk -v room="$room" '/^```/ { inside = !inside; file = ""; next }
    inside && /^yizhan-rules 1$/ { file = room "/" ++count ".rules" }
    inside && file { print > file }' "$page"
shown=0
for file in "$room"/*.rules; do
    shown=$((shown + 1))
    "$program" policy check datasets/policy/gansu-2023.rules "$file" >"$room/said" 2>&1 ||
        fail "a file it shows does not load: $(cat "$room/said")"
done
[ $shown -ge 2 ] || fail "only $shown files of rules are shown"
# What it shows without a first line: one rule, and texts.
for begins in '^# gs60/5.2: ' '^text class '; do
    {
        echo 'yizhan-rules 1'
        awk -v begins="$begins" '/^```/ { on = 0 } $0 ~ begins { on = 1 } on' "$page"
    } >"$room/piece"
    [ "$(wc -l <"$room/piece")" -ge 5 ] || fail "no lines begin with $begins"
    "$program" policy check datasets/policy/gansu-2023.rules "$room/piece" >"$room/said" 2>&1 ||
        fail "what it shows from $begins on does not load: $(cat "$room/said")"
done

# ---- the words of the language ----
functions=$(sed -n '/^} BUILTINS/,/^};/p' engine/policy/check_call.c | grep -oP '^    \{"\K[a-z_]+')
clauses=$(sed -n '/CLAUSES\[YZ_CLAUSES\] = {/,/^};/p' engine/policy/parse.c | grep -oP '= "\K[a-z]+')
[ "$(wc -w <<<"$functions")" -ge 26 ] && [ "$(wc -w <<<"$clauses")" -ge 22 ] || fail "words were not found in the source"
for function in $functions; do
    grep -qE "^\| .*\`$function\(" "$page" || fail "the table of functions lacks $function"
done
for clause in $clauses; do
    sed -n '/^## The grammar/,/^### Built-in/p' "$page" | grep -q "\"$clause\"" || fail "the grammar lacks $clause"
done
[ $wrong -eq 0 ]
