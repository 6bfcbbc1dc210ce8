#!/usr/bin/env bash
# yizhan policy check: sound files, files that are not, in both languages and as JSON; $1 is the
# program.
set -uo pipefail
yizhan=$1
rules=tests/engine/policy
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
    echo "$1"
    exit 1
}
expect() { # CODE WORDS COMMAND...: the exit code, and the words on either output
    local code=$1 words=$2 said
    shift 2
    said=$("$@" 2>&1)
    [ $? -eq "$code" ] || fail "$*: exit code is not $code: $said"
    [[ $said == *"$words"* ]] || fail "$*: does not say \"$words\": $said"
}
export LC_ALL=C
expect 0 "4 rules, 2 targets, 1 checks, 22 parameters, 1 notices: sound" "$yizhan" policy check "$rules/worked.rules"
expect 0 "worked.rules + $rules/next_year.rules: 4 rules" "$yizhan" policy check "$rules/worked.rules" "$rules/next_year.rules"
expect 1 "next_year.rules:5:76: There is no notice gs60" "$yizhan" policy check "$rules/next_year.rules"
printf 'yizhan-rules 1\n# 天水\ndefine x = persn.sex\n' > "$dir/a.rules"
expect 1 "a.rules:3:12: persn.sex is no fact, parameter or definition. Is it person.sex?" "$yizhan" policy check "$dir/a.rules"
expect 1 '"line":3' "$yizhan" policy check --json "$dir/a.rules"
expect 0 '"sound":true' "$yizhan" policy check --json "$rules/worked.rules"
expect 1 "No such file" "$yizhan" policy check "$dir/none.rules"
expect 1 "Is a directory" "$yizhan" policy check "$dir"
expect 2 "" "$yizhan" policy check
head -c 4194305 /dev/zero | tr '\0' '#' > "$dir/long.rules"
expect 1 "long.rules:1:1: This file has 4194305 bytes" "$yizhan" policy check "$dir/long.rules"
expect 1 "a.rules:3:12: persn.sex 不是事实、参数或定义。是否应为 person.sex？" env LC_ALL=zh_CN.UTF-8 "$yizhan" policy check "$dir/a.rules"
expect 0 "规则 4 条，目标 2 个，核查 1 项，参数 22 个，通知 1 份，检查通过" env LC_ALL=zh_CN.UTF-8 "$yizhan" policy check "$rules/worked.rules"
