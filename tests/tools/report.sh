#!/usr/bin/env bash
# yizhan report against a real server: the same event gives the same bytes, now, after a restart and
# as of then, in every form; --out and its ending; and what is refused. $1 is the program.
set -uo pipefail
yizhan=$1
. "$(dirname "$0")/serving.sh"
data=$dir/data

put() {
    local code
    code=$(curl -s -o "$dir/answer" -w '%{http_code}' -X PUT -H 'Content-Type: application/json' --data "$2" "$url$1")
    case $code in 200 | 201) ;; *) fail "PUT $1: $code $(cat "$dir/answer")" ;; esac
}
post() {
    local code
    code=$(curl -s -o "$dir/answer" -w '%{http_code}' -X POST -H 'Content-Type: application/json' --data "$2" "$url$1")
    case $code in 200 | 201) ;; *) fail "POST $1: $code $(cat "$dir/answer")" ;; esac
}
month=$(TZ=Asia/Shanghai date +%Y-%m)
stop() {
    kill -TERM "$pid"
    wait "$pid" || fail "the server: exit $?"
}
report() { LC_ALL=C "$yizhan" report "$@" --url "$url"; }

start first --data-dir "$data" --init
put /v1/divisions/620500 '{"name":{"zh":"天水市"}}'
put /v1/divisions/620502 '{"name":{"zh":"秦州区"}}'
put /v1/employers/e1 '{"name":{"zh":"甲厂"}}'
place='"place":{"lat":34.58,"lon":105.72,"division":"620502"}'
put /v1/fairs/f1 "{\"name\":{\"zh\":\"周末招聘会\"},$place,\"from\":\"$(date -u -d yesterday +%FT%TZ)\",\"to\":\"$(date -u -d tomorrow +%FT%TZ)\"}"
put /v1/fairs/f1/booths/b1 '{"employer":"e1","capacity":2}'
put /v1/postings/p1 "{\"title\":\"焊工\",\"type\":\"full\",\"employer\":\"e1\",\"openings\":3,$place}"
put /v1/seekers/s1 "{\"radius_km\":5,\"types\":[\"full\"],$place}"
for step in applied interview offer held placed; do
    post /v1/referrals "{\"seeker\":\"s1\",\"posting\":\"p1\",\"venue\":\"f1\",\"step\":\"$step\"}"
done
post /v1/fairs/f1/visits '{"ticket":"t1","step":"enter"}'

forms="md html xlsx csv txt json"
sequence=$(curl -s "$url/v1/digest" | sed 's/.*"seq":\([0-9]*\).*/\1/')
for form in $forms; do
    report month "$month" --division 6205 --lang zh --format "$form" >"$dir/month.$form" || fail "month $form"
    report fair f1 --lang zh --out "$dir/fair.$form" || fail "fair $form"
    [ -s "$dir/fair.$form" ] || fail "fair.$form is empty"
done
grep -q "^# 天水市关于.*自查报告$" "$dir/month.md" || fail "title: $(head -1 "$dir/month.md")"
grep -q "事件序号 $sequence（" "$dir/month.md" || fail "it does not name event $sequence"
grep -q '^| 620502 *| 秦州区 ' "$dir/month.md" || fail "no row of 秦州区"
grep -q '【待填写】' "$dir/month.md" || fail "no marked place"
grep -q '<h1>周末招聘会阶段报告</h1>' "$dir/fair.html" || fail "--out FILE.html is no HTML"
head -c 2 "$dir/fair.xlsx" | grep -q PK || fail "--out FILE.xlsx is no XLSX"
grep -q '^签约,1,' "$dir/fair.csv" || fail "signed: $(grep 签约 "$dir/fair.csv")"
report month "$month" --lang en --out "$dir/en.md" || fail "English"
grep -q '^# Self-inspection report of everywhere' "$dir/en.md" || fail "English: $(head -1 "$dir/en.md")"
LC_ALL=zh_CN.UTF-8 "$yizhan" report month "$month" --out "$dir/zh.md" --url "$url"
grep -q '^# 全域关于' "$dir/zh.md" || fail "the terminal's language"

# After a restart, and then as of the event, when more has happened.
same() { # same WORDS OPTIONS...
    local words=$1 form
    shift
    for form in $forms; do
        report month "$month" --division 6205 --lang zh --format "$form" "$@" >"$dir/again" || fail "$words: month $form"
        cmp "$dir/month.$form" "$dir/again" || fail "$words: the month's $form differs"
        report fair f1 --lang zh --format "$form" "$@" >"$dir/again" || fail "$words: fair $form"
        cmp "$dir/fair.$form" "$dir/again" || fail "$words: the fair's $form differs"
    done
}
same "asked again"
kill -9 "$pid"
wait "$pid" 2>/dev/null
start second --data-dir "$data"
same "after kill -9"
kill -USR1 "$pid" # a snapshot, and a start from it
for _ in $(seq 100); do
    [ "$(curl -s "$url/metrics" | sed -n 's/^yizhan_snapshots_total{result="proven"} //p')" = 1 ] && break
    sleep 0.1
done
stop
start third --data-dir "$data"
same "from a snapshot"
for i in 2 3 4; do put "/v1/seekers/s$i" "{\"radius_km\":5,\"types\":[\"full\"],$place}"; done
report month "$month" --division 6205 --lang zh | cmp -s - "$dir/month.md" && fail "three more, and the same report"
same "as of then" --as-of "seq:$sequence"

# What is refused, in words, with a code.
expect 2 'is no month' env LC_ALL=C "$yizhan" report month 2023-13 --url "$url"
expect 1 'has not begun' env LC_ALL=C "$yizhan" report month 9999-01 --url "$url"
expect 1 'no division' env LC_ALL=C "$yizhan" report month "$month" --division 99 --url "$url"
expect 1 'no station or fair' env LC_ALL=C "$yizhan" report fair none --url "$url"
expect 2 'format' "$yizhan" report month "$month" --format pdf --url "$url"
expect 2 '' "$yizhan" report month --url "$url"
expect 2 'yesterday' env LC_ALL=C "$yizhan" report month "$month" --as-of yesterday --url "$url"
expect 1 'No such file' env LC_ALL=C "$yizhan" report month "$month" --out "$dir/none/x.md" --url "$url"
expect 2 'too long' "$yizhan" report fair "$(printf 'x%.0s' $(seq 3000))" --url "$url"
stop
expect 3 'cannot be reached' "$yizhan" report month "$month" --url "$url"
echo "report: ok"
