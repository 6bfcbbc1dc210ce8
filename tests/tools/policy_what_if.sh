#!/usr/bin/env bash
# policy what-if: who gains and loses comes out the same from a population and from its lines in a
# file, as totals, as a list and as a step of a curve; a mistake has its own answer.
#
#   tests/tools/policy_what_if.sh PATH/yizhan       from the root of the tree
set -euo pipefail

export LC_ALL=C
program=$(realpath "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
failures=0
few=(--population --persons 4000 --employers 2000 --seed 3)

fail() {
    echo "$*"
    failures=$((failures + 1))
}

# run CODE WORDS COMMAND...: ends with CODE, and says WORDS (a pattern of grep -E) on either output
run() {
    local wanted=$1 words=$2 code=0
    shift 2
    "$program" policy what-if "$@" >"$room/said" 2>&1 || code=$?
    [ $code -eq "$wanted" ] || fail "what-if $*: exit $code, not $wanted: $(tail -n 2 "$room/said")"
    grep -qE -- "$words" "$room/said" || fail "what-if $*: does not say /$words/: $(cat "$room/said")"
}

totals() { # ARGUMENTS: the totals alone
    "$program" policy what-if "$@" 2>/dev/null
}

# ---- totals, list and lines of a file agree ----
"$program" generate --population --persons 4000 --employers 2000 --seed 3 --out "$room" >/dev/null
totals "${few[@]}" --set m01.rate_max=5%,m05a.amount=1234.50 --list "$room/list.csv" >"$room/made"
cat "$room"/population-*.ndjson >"$room/all.ndjson"
totals "$room/all.ndjson" --set m01.rate_max=5%,m05a.amount=1234.50 --list "$room/read.csv" >"$room/read"
cmp "$room/made" "$room/read" || fail "a population and its lines differ"
cmp "$room/list.csv" "$room/read.csv" || fail "the list of a population and of its lines differ"
changed=$(awk '$1 == "all" { print $3 }' "$room/made")
lines=$(($(wc -l <"$room/list.csv") - 1))
[ "$changed" -gt 50 ] || fail "only $changed decisions change"
[ "$changed" -eq "$lines" ] || fail "$changed decisions change, $lines are listed"
# The sum of the list is the change in all, and so are those of measures, funds and divisions.
sums=$(awk -F, 'NR > 1 { sum += $12 } END { printf "%.2f", sum }' "$room/list.csv")
[ "$sums" = "$(awk '$1 == "all" { print $8 }' "$room/made")" ] || fail "the list sums to $sums"
for by in measure fund division; do
    sum=$(awk -v by=$by '$1 == by { sum += $8 } END { printf "%.2f", sum }' "$room/made")
    [ "$sum" = "$sums" ] || fail "by $by: $sum, not $sums"
done

# ---- in a Chinese terminal people read Chinese, programs what they always read ----
LC_ALL=zh_CN.UTF-8 totals "${few[@]}" --set m01.rate_max=5%,m05a.amount=1234.50 >"$room/zh"
head -n 1 "$room/zh" | grep -qP '^口径\t名称\t变化\t' || fail "no Chinese header: $(head -n 1 "$room/zh")"
grep -qP '^资金\t失业保险基金\t' "$room/zh" || fail "no Chinese fund: $(cat "$room/zh")"
[ "$(cut -f 3- "$room/zh" | tail -n +2)" = "$(cut -f 3- "$room/made" | tail -n +2)" ] || fail "other numbers in Chinese"
run 0 '^合计' --lang zh "${few[@]}" --set m01.rate_max=5%
LC_ALL=zh_CN.UTF-8 run 0 '"by":"all","name":"all"' --json "${few[@]}" --set m01.rate_max=5%
LC_ALL=zh_CN.UTF-8 run 0 '^all' --lang en "${few[@]}" --set m01.rate_max=5%

# ---- a range: its ends are what --set says ----
totals "${few[@]}" --curve m01.rate_max=4%..7% --steps 4 >"$room/curve"
for value in 4 5 6 7; do
    step=$(awk -v value=$value% '$1 == "step" && $2 == value' "$room/curve" | cut -f 3-)
    once=$(totals "${few[@]}" --set m01.rate_max=$value% | awk '$1 == "all"' | cut -f 3-)
    [ -n "$step" ] && [ "$step" = "$once" ] || fail "at $value%: '$step', not '$once'"
done

# ---- a line as a server exports it: the measures of its kind of subject, its own division ----
cat >"$room/served.ndjson" <<'END'
{"kind":"hire","id":"h-1","person":"p-1","employer":"e-1","division":"620502","facts":{"as_of":"2023-09-15","person":{"id":"p-1","hukou_division":"620101"},"employer":{"id":"e-1"}}}
{"kind":"organisation","id":"o-1","facts":{"as_of":"2023-09-15"}}
END
cat >"$room/served.rules" <<'END'
yizhan-rules 1
notice n { number "a" level province }
param m05a.amount yuan { 1000 yuan from 2023-01-01 ref n/5.2 }
rule m05a { name "甲" "A" area 2 subject hire bodies HRSS fund employment_subsidy
  need of_one known(person.id) decide grant amount m05a.amount }
rule m05z { name "乙" "B" area 2 subject person bodies HRSS fund employment_subsidy
  need of_one known(person.id) decide grant amount m05a.amount }
END
totals "$room/served.ndjson" --rules "$room/served.rules" --set m05a.amount=1200 --list "$room/served.csv" >"$room/served"
grep -qE '^all +all +1 +1 +0 +1000.00 +1200.00 +200.00$' <(tr '\t' ' ' <"$room/served") || fail "of a server: $(cat "$room/served")"
grep -q '^hire,1,p-1,e-1,m05a,employment_subsidy,620502,' "$room/served.csv" || fail "the list of a server: $(cat "$room/served.csv")"

# ---- a file of parameters says the same as --set ----
echo '{"m01.rate_max":[{"value":"5%","from":"2023-01-01","to":null}]}' >"$room/params"
totals "${few[@]}" --params "$room/params" >"$room/by_file"
totals "${few[@]}" --set m01.rate_max=5% >"$room/by_set"
cmp "$room/by_file" "$room/by_set" || fail "--params and --set differ"
# Of a value given twice the one of --set counts.
totals "${few[@]}" --params "$room/params" --set m01.rate_max=5.5% | grep -qP '^all\tall\t0\t0\t0\t' ||
    fail "--set does not win over --params"
# Nothing changes where the value is the same.
totals "${few[@]}" --set m01.rate_max=5.5% | grep -qP '^all\tall\t0\t0\t0\t' || fail "5.5% changes something"

# ---- every type of value ----
for set in common.parity=false m01.small_headcount_max=0 m14b.tags=dibao+disabled m01.size_on=start \
    m06.amount=1000; do
    run 0 'decided in' "${few[@]}" --set $set
done

# ---- mistakes ----
run 1 'm01.rate_mex: the rules have no parameter' "${few[@]}" --set m01.rate_mex=5%
run 1 'm01.rate_max: a percentage is wanted' "${few[@]}" --set m01.rate_max=5
run 1 'm01.rate_max: a percentage is wanted' "${few[@]}" --set m01.rate_max=5.1234567%
run 1 'm05a.amount: yuan with at most two' "${few[@]}" --set m05a.amount=1.234
run 1 'm05a.amount: yuan with at most two' "${few[@]}" --set m05a.amount=99999999999999999999
run 1 'm09.tier: windows, tiers and tables' "${few[@]}" --set m09.tier=1
run 1 'm01: NAME=VALUE' "${few[@]}" --set m01
run 1 'none of the words' "${few[@]}" --set m14b.tags=nobody
run 1 'm01.size_on: a range' "${few[@]}" --curve m01.size_on=1..2
run 1 'm01.rate_max: a range' "${few[@]}" --curve m01.rate_max=5%
run 2 'which parameter' "${few[@]}"
run 2 'list goes with' "${few[@]}" --curve m01.rate_max=4%..7% --list "$room/x"
run 2 'one of them is wanted' --set m01.rate_max=5%
run 1 'No such file' /nowhere/x.ndjson --set m01.rate_max=5%
echo '{"subject":"employer","facts":{"as_of":"2023-10-31","employer":{"size":"huge"}}}' >"$room/bad"
run 1 'line 1: /facts/employer/size' "$room/bad" --set m01.rate_max=5%
echo '{"subject":"employer","facts":{"employer":{"size":"large"}}}' >"$room/bad"
run 1 'line 1: /facts/as_of' "$room/bad" --set m01.rate_max=5%
echo '[1]' >"$room/bad"
run 1 'line 1: /facts' "$room/bad" --set m01.rate_max=5%

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
