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

# A sound set may still have slips of the pen in it.
cat > "$dir/slips.rules" <<'RULES'
yizhan-rules 1
notice n { number "x" issued 2024-03-01 issuer "y" level province }
param m05b.insured_month_min int { 3 from 2024-01-01 ref n/5 }
param m05b.amount yuan { 1500 yuan from 2024-01-01 to 2024-12-31 ref n/5 }
rule m19 { name "甲" "A" area 1 subject firm bodies HRSS XYZ fund ui_fnd need micro employer.size = micro decide serve }
RULES
slips() { expect 0 "$1" "$yizhan" policy check "$rules/worked.rules" "$dir/slips.rules"; }
slips "slips.rules: warning: no rule, target or check reads m05b.insured_month_min"
slips "slips.rules: note: takes the place of all periods of m05b.amount"
slips "slips.rules: warning: m05b.amount had a value on 2023-01-01..2023-12-31 and has none now"
slips "rule m19 is paid from ui_fnd"
slips "rule m19 names XYZ"
slips "rule m19 is for each firm"
expect 0 "m05b.amount 在 2023-01-01..2023-12-31 原有值" env LC_ALL=zh_CN.UTF-8 "$yizhan" policy check "$rules/worked.rules" "$dir/slips.rules"
"$yizhan" policy check "$rules/worked.rules" "$dir/slips.rules" | grep -q "HRSS" && fail "HRSS is a known body"
# A code without words is told where others have words.
gansu=datasets/policy/gansu-2023.rules
"$yizhan" policy check "$rules/worked.rules" "$dir/slips.rules" | grep -q "no words" && fail "a set without texts is silent by design"
expect 0 "warning: code micro of rule m19 has no words for people: add text micro" "$yizhan" policy check "$gansu" "$dir/slips.rules"
expect 0 "规则 m19 的代码 micro 没有说明文字" env LC_ALL=zh_CN.UTF-8 "$yizhan" policy check "$gansu" "$dir/slips.rules"
echo 'text m19.micro "属微型企业" "a micro enterprise"' >> "$dir/slips.rules"
"$yizhan" policy check "$gansu" "$dir/slips.rules" | grep -q "no words" && fail "micro has words now"
"$yizhan" policy check "$gansu" | grep -q "no words" && fail "a code of the notices has no words"
"$yizhan" policy check "$gansu" | grep -qE "reads (m14.followup|m14e.max|m02c.max)_days" && fail "S20 and the clocks of lines read them"
exit 0
