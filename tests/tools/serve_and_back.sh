#!/usr/bin/env bash
# The program against itself: serve the demo, export it, import it into a second server, export
# again: the same bytes. And every exit code of serve and its clients. $1 is the program.
set -uo pipefail
yizhan=$1
. "$(dirname "$0")/serving.sh"

expect 2 'will not listen on 0.0.0.0' "$yizhan" serve --listen 0.0.0.0:0
expect 2 'is not ADDRESS:PORT' "$yizhan" serve --listen 7780
expect 2 'whole number from 0 to 16' "$yizhan" serve --loops 17
expect 1 'not a folder' "$yizhan" serve --listen 127.0.0.1:0 --load "$dir/none"

start demo --demo --at 2026-03-01T08:00:00+08:00
grep -q '5,000 demo postings, 20,000 demo seekers (synthetic, seed 1)' "$dir/demo.said" || fail banner
demo=$url demo_pid=$pid
expect 1 'cannot listen' "$yizhan" serve --listen "${demo#http://}"
expect 0 'ready	true' "$yizhan" ping --url "$demo"
expect 0 '"ready":true' "$yizhan" ping --url "$demo" --json
expect 0 '' "$yizhan" export all --url "$demo" --out "$dir/first"
[ "$(wc -l <"$dir/first/postings.ndjson")" = 5000 ] || fail "5,000 postings exported"

printf '%s\n' '{"id":"gone","title":"t","type":"full","place":{"lat":34.5,"lon":105.7},"valid_from":"2015-01-01","valid_to":"2015-02-01"}' >"$dir/postings.ndjson"
expect 1 'wants one begun with: yizhan serve --at' "$yizhan" import --url "$demo" "$dir/postings.ndjson"

# The stations of gigs first: an export has none. Who is placed is not in it either.
start second --at 2026-03-01T08:00:00+08:00
for station in ts-qinzhou ts-maiji; do
    curl -fsS -o /dev/null -X PUT -H 'Content-Type: application/json' \
        --data '{"name":{"zh":"驿站"},"place":{"lat":34.58,"lon":105.73}}' "$url/v1/stations/$station"
done
expect 0 'server_ok	24' "$yizhan" import --url "$url" "$dir/first"
expect 0 '' "$yizhan" export all --url "$url" --out "$dir/second"
for kind in skills occupations divisions employers postings seekers; do
    cmp <(sort "$dir/first/$kind.ndjson") <(sort "$dir/second/$kind.ndjson") || fail "$kind differ"
done

# What one line breaks does not break the others.
sed -n 1,3p "$dir/first/postings.ndjson" | sed '2s/"lat":[0-9.]*/"lat":91/' >"$dir/postings.ndjson"
expect 4 'server_failed: out_of_range /place/lat	1' "$yizhan" import --url "$url" \
    --rejects "$dir/rejects" "$dir/postings.ndjson"
grep -q '"row":2,' "$dir/rejects" || fail "the rejected row is named"
expect 1 'server_ok	0' "$yizhan" import --url "$url" --atomic "$dir/postings.ndjson"
expect 0 'server_ok	1' "$yizhan" import --url "$url" --limit 1 --dry-run "$dir/postings.ndjson"

# A warning is told: which row, what, and the digit that was expected.
printf '人员编号,身份证号\nw-1,11010519491231002X\nw-2,110105194912310021\n' >"$dir/persons.csv"
expect 0 'server_warned: id_number_digit /身份证号	1' "$yizhan" import --url "$url" "$dir/persons.csv"
grep -q 'persons.csv: row 3: .* X' "$dir/out.said" || fail "the warned row is named: $(cat "$dir/out.said")"

# CSV goes out and comes back.
expect 0 '' "$yizhan" export postings --url "$url" --format csv --out "$dir/postings.csv"
expect 0 'server_ok	5000' "$yizhan" import --url "$url" "$dir/postings.csv"

expect 0 'put into the server' "$yizhan" weights derive --url "$url" --put
expect 2 'is not skills' "$yizhan" export nonsense --url "$url"

# A refusal is said in words, in the terminal's language.
expect 2 'there is no topic "wall"' env LC_ALL=C "$yizhan" live wall --url "$url"
grep -q '{' "$dir/out.said" && fail "a refusal in JSON: $(cat "$dir/out.said")"
expect 2 '没有主题' env LC_ALL=zh_CN.UTF-8 "$yizhan" live wall --url "$url"

kill -TERM "$demo_pid"
wait "$demo_pid" || fail "after SIGTERM serve ends with 0"
expect 3 'cannot be reached' "$yizhan" ping --url "$demo"
echo "all well"
