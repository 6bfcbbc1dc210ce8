#!/usr/bin/env bash
# policy cases: all worked cases come out equal; what differs is told, with its place; a mistake in a
# case or a file of rules has its own answer. policy explain: each condition, and what it reads.
#
#   tests/tools/policy.sh PATH/yizhan       from the root of the tree
set -euo pipefail

export LC_ALL=C
program=$(realpath "$1")
cases=tests/engine/policy
rules=datasets/policy/gansu-2023.rules
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
failures=0

# run CODE WORDS COMMAND...: ends with CODE, and says WORDS (a pattern of grep -E) on either output
run() {
    local wanted=$1 words=$2 code=0
    shift 2
    "$program" "$@" >"$room/said" 2>&1 || code=$?
    if [ $code -ne "$wanted" ]; then
        echo "yizhan $*: exit $code, not $wanted: $(tail -n 2 "$room/said")"
        failures=$((failures + 1))
    elif ! grep -qE -- "$words" "$room/said"; then
        echo "yizhan $*: does not say /$words/: $(cat "$room/said")"
        failures=$((failures + 1))
    fi
}

# ---- the worked cases; readings.jsonl is section 7 of policy/SPEC.md, case by case ----
run 0 '^216 equal, 0 different$' policy cases $cases/cases.jsonl
run 0 '^173 equal, 0 different$' policy cases $cases/readings.jsonl
run 0 '^1789 equal, 0 different$' policy cases $cases/examined.jsonl
run 0 '^[0-9]+ equal, 0 different$' policy cases --rules $rules datasets/policy/gansu-2023.cases.jsonl

# ---- a difference is told: case, measure, item, expected, got ----
one() { # FILTER: the first case that has it
    grep -m1 "$1" $cases/cases.jsonl
}
one '"c009"' | sed 's/37.04/37.03/' >"$room/case"
run 1 $'^c009\tm01\t\tgrant 37.03\tgrant 37.04$' policy cases "$room/case"
run 1 '^0 equal, 1 different$' policy cases "$room/case"
one '"c021"' | sed 's/"employer_kind", "layoff_rate"/"layoff_rate", "employer_kind"/' >"$room/case"
run 1 'deny 0.00 employer_kind layoff_rate$' policy cases "$room/case"
one '"c068"' | sed 's/"amount_yuan": null/"amount_yuan": 0/' >"$room/case"
run 1 'm06.*refer 0.00.*refer -$' policy cases "$room/case"
one '"c183"' | sed 's/"item": "b"}\]}$/"item": "c"}]}/' >"$room/case"
run 1 $'^c183\tm05b\tb\tblocked' policy cases "$room/case"
one '"c001"' | sed 's/"expect": .*/"expect": []}/' >"$room/case"
run 1 $'^c001\tm01\t\tnothing\tgrant 60000.00$' policy cases "$room/case"
one '"c001"' | sed 's/\]}$/, {"measure": "m02"}]}/' >"$room/case"
run 1 $'\tnothing$' policy cases "$room/case"

# ---- mistakes: each its own answer, and the other cases are decided ----
{
    echo '{"id":"j"'
    one '"c001"' | sed 's/"kind": "enterprise"/"kind": "firm"/'
    one '"c001"' | sed 's/"size"/"seize"/'
    one '"c001"' | sed 's/100000/100000.001/'
    one '"c001"' | sed 's/"2023-09-15"/"2023-09-31"/'
    one '"c001"' | sed 's/"ask": \["m01"\]/"ask": ["m99"]/'
    one '"c001"' | sed 's/"ask"/"params": {"m01.rate": []}, "ask"/'
    one '"c001"' | sed 's/"ask"/"params": {"m01.rate_max": [{"value": "5%", "from": "2023-02-01", "to": "2023-01-01"}]}, "ask"/'
    one '"c001"' | sed 's/"insured_start": 200/"insured_start": 200, "insured_start": 200/'
    one '"c001"' | sed 's/"as_of"/"asof"/'
    one '"c002"'
} >"$room/cases"
for words in '^line 1.*' '/facts/employer/kind: .*choose from: enterprise' \
    'c001: /facts/employer/seize is no fact, and passed over' '/facts/employer/ui_premium_yuan: ' \
    '/as_of: .*2023-09-31.*is not a date' 'm99|none of the rules' '/params/m01.rate: ' \
    '^c001.*parameters' 'insured_start.*twice' 'required field /as_of is missing' \
    '^1 equal, 10 different$'; do
    run 1 "$words" policy cases "$room/cases"
done
run 1 'No such file' policy cases "$room/none"
run 1 'No such file' policy cases --rules "$room/none" $cases/cases.jsonl
sed 's/^  decide   grant$/  decide   gift/' $rules >"$room/rules"
run 1 "$room/rules:[0-9]+:[0-9]+: " policy cases --rules "$room/rules" $cases/cases.jsonl
run 2 'FILE' policy cases

# ---- next year's notice is data alone: three insured months for hires of 2024 ----
cat >"$room/next" <<'END'
yizhan-rules 1
notice gs2024 { number "甘政办发〔2024〕…号"  issued 2024-03-01  issuer "甘肃省人民政府办公厅"  level province }
param m05b.valid window              { true from 2023-01-01 to 2024-12-31 ref gs2024/5 }
param m05b.amount yuan               { 1500 yuan from 2023-01-01 to 2024-12-31 ref gs2024/5 }
param m05b.insured_months_min int    { 1 from 2023-01-01 to 2023-12-31 ref gs60/5.2
                                       3 from 2024-01-01 to 2024-12-31 ref gs2024/5 }
END
{ one '"c184"'; one '"c185"'; } | sed 's/"params": {.*}, "expect"/"expect"/' >"$room/case"
run 1 '^0 equal, 2 different$|^1 equal, 1 different$' policy cases "$room/case"
run 0 '^2 equal, 0 different$' policy cases --rules "$rules,$room/next" "$room/case"

# ---- explain: each condition, what it reads, the clause ----
one '"c188"' | sed 's/.*"facts": {\(.*\)}, "expect".*/{"as_of": "2023-10-31", \1}/' >"$room/facts"
explains() { # WORDS OPTIONS...
    run 0 "$1" policy explain --facts "$room/facts" "${@:2}"
}
explains '^decision: unknown 0.00 missing:person.birth_date missing:person.graduation_date$' m05a
explains '^决定: 待补事实 unknown' --lang zh m05a
explains '^      missing: date of birth$' m05a
explains '^      缺少：出生日期$' --lang zh m05a
explains '^  true  the contract is one of: labour contract, labour contract by dispatch  \[labour_contract\]$' m05a
explains '^      hire.contract_kind in m05.contract_kinds$' m05a
explains '^  成立  签订的是：劳动合同、劳务派遣劳动合同  \[labour_contract\]$' --lang zh m05a
explains '^      hire.contract_kind = labour  \(合同类型：劳动合同\)$' --lang zh m05a
explains '^  amount  1000 yuan for each person hired  \[amount\]$' m05a
explains '^      m05.contract_kinds = \{labour, dispatch\}  \(gs60/5.1, 2023-01-01' m05a
explains '^  unknown  one of three: .*  \[class\]$' m05a
explains '^  不成立  自合同起始当月起，.*不少于 1 个月  \[insured_1m\]$' --lang zh m05b
explains '^      person.birth_date = 未知  \(出生日期\)$' --lang zh m05a
explains '^qualifying date: 2023-09-01$' m05a
explains '"code":"class","value":"unknown"' --json m05a
explains '"words":"one of three: ' --json m05a
sed '/^text /,$d' $rules >"$room/silent" # a set without texts says its codes
explains '^  true  labour_contract: hire.contract_kind in m05.contract_kinds$' --rules "$room/silent" m05a
# ---- a line as a server exports it has its facts inside ----
"$program" policy explain --facts "$room/facts" m05a >"$room/alone"
{ printf '{"kind":"hire","id":"h-1","facts":' && cat "$room/facts" && printf '}\n'; } >"$room/line"
"$program" policy explain --facts "$room/line" m05a >"$room/inside"
cmp "$room/alone" "$room/inside" || fail "a line of a server is explained otherwise"
echo '{"kind":"hire","facts":{"persn":{}}}' >"$room/line"
run 1 '/facts/persn: there is no field' policy explain --facts "$room/line" m05a
run 1 'no rule is named m99' policy explain --facts "$room/facts" m99
run 2 'whose case' policy explain m05a
echo '{"person": {"sex": "x"}}' >"$room/facts"
run 1 '/person/sex: .*choose from: male female' policy explain --facts "$room/facts" m05a
echo '{}' >"$room/facts"
run 1 'as_of is missing' policy explain --facts "$room/facts" m05a

# ---- facts: the table, in two languages and as JSON ----
run 0 '^\| `person.birth_date` \| date \|  \| unknown \| 出生日期 \| date of birth \|$' policy facts
run 0 '^\| `employer.insured_end` \| int \| 人 \| unknown \|' policy facts --lang zh
run 0 '"name":"cert.kind","type":"word","of":"cert_kind","absent":"unknown","zh":"证书类型"' policy facts --json
run 0 '^\| `ui_fund` \| 失业保险基金 \| unemployment-insurance fund \|$' policy facts
run 0 '"bodies":\[\{"code":"HRSS","zh":"省人社厅"' policy facts --json

[ $failures -eq 0 ]
