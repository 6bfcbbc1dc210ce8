#!/usr/bin/env bash
# The past through the real program: at any sequence it is what a replay of a dumped journal gives,
# before and after erasures, beside a server that goes on being written to; and every reason why
# there is no answer. $1 is the program.
set -uo pipefail
yizhan=$1
. "$(dirname "$0")/serving.sh"
data=$dir/data
RANDOM=7 # the sequences that are asked for

metric() { curl -s "$url/metrics" | sed -n "s/^$1 //p"; }
as_of() { # as_of MOMENT: the body; what does not answer 200 says so
    curl -s -w ' %{http_code}' -H 'Accept-Language: en' "$url/v1/digest?as_of=$1"
}
digest_in() { sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p'; }
replayed() { # replayed SEQUENCE: the digest of what the journal says up to there
    "$yizhan" journal dump "$data" --to "$1" >"$dir/dumped"
    "$yizhan" replay --json "$dir/dumped" 2>/dev/null | digest_in | head -n 1
}
put() { # put KIND ID BODY
    curl -s -o /dev/null -w '%{http_code}\n' -X PUT -H 'Content-Type: application/json' \
        --data "$3" "$url/v1/$1/$2"
}
refused() { # refused MOMENT STATUS CODE
    local got
    got=$(as_of "$1")
    [[ "$got" == *" $2" && "$got" == *"\"code\":\"$3\""* ]] || fail "as of $1: $got"
}

# In memory there is no past.
start memory
refused seq:1 409 no_past
kill -TERM "$pid"
wait "$pid" || fail "exit $?"

# A market with people in it, who change, and a snapshot on the way.
start first --data-dir "$data" --init --demo
place='{"lat":34.58,"lon":105.72,"division":"620502"}'
for i in $(seq 40); do
    [ "$(put persons "h$i" "{\"birth_date\":\"19$((50 + i))-03-01\",\"sex\":\"female\"}")" = 201 ] || fail "person $i"
    [ "$(put seekers "x$i" "{\"person\":\"h$i\",\"types\":[\"gig\"],\"radius_km\":$i,\"place\":$place}")" = 201 ] ||
        fail "seeker $i"
    if [ "$i" = 20 ]; then kill -USR1 "$pid"; fi
done
for i in $(seq 10); do
    curl -s -o /dev/null -X PATCH -H 'Content-Type: application/merge-patch+json' \
        --data "{\"radius_km\":$((i + 50))}" "$url/v1/seekers/x$i"
done
for _ in $(seq 200); do
    [ "$(metric yizhan_snapshot_running)" = 0 ] && [ "$(metric yizhan_snapshot_sequence)" != 0 ] && break
    sleep 0.1
done
last=$(metric yizhan_journal_durable_sequence)

declare -A was
for _ in $(seq 20); do
    at=$((1 + (RANDOM * 32768 + RANDOM) % last))
    got=$(as_of "seq:$at")
    [[ "$got" == *" 200" ]] || fail "as of $at: $got"
    was[$at]=$(echo "$got" | digest_in)
    [ "${was[$at]}" = "$(replayed "$at")" ] || fail "as of $at: $got, replayed $(replayed "$at")"
done
last_digest=$(as_of "seq:$last" | digest_in)
[ "$last_digest" = "$(replayed "$last")" ] || fail "as of $last"

# Half of them are erased: nothing of before changes. By time it is the same.
for i in $(seq 20); do
    status=$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$url/v1/persons/h$i")
    [ "$status" = 204 ] || fail "erasing h$i: $status"
done
now=$(curl -s "$url/v1/digest" | digest_in)
[ "$now" != "$last_digest" ] || fail "the erasures changed nothing"
for at in "${!was[@]}"; do
    got=$(as_of "seq:$at" | digest_in)
    [ "$got" = "${was[$at]}" ] || fail "as of $at after erasures: $got, was ${was[$at]}"
done
answer=$(curl -s -D "$dir/head.said" "$url/v1/digest?as_of=seq:$last" | tr -d '\r')
at_ms=$(echo "$answer" | sed -n 's/.*"at_ms":\([0-9]*\).*/\1/p')
when=$(date -u -d "@${at_ms%???}" "+%Y-%m-%dT%H:%M:%S.${at_ms: -3}Z")
by_time=$(as_of "$when")
at=$(echo "$by_time" | sed -n 's/.*"seq":\([0-9]*\).*/\1/p')
[ "${at:-0}" -ge "$last" ] || fail "as of $when: $by_time"
[ "$(echo "$by_time" | digest_in)" = "$(replayed "$at")" ] || fail "as of $when: $by_time"
grep -q "^Yizhan-Seq: $last" "$dir/head.said" || fail "no Yizhan-Seq: $(cat "$dir/head.said")"

# What cannot be answered, says why.
refused yesterday 400 bad_moment
refused 2000-01-01 404 past_early
refused "seq:$((last + 1000000))" 422 past_future
refused 2999-01-01 422 past_future

# Its process is killed: one failure at most, and the server goes on.
[ "$(as_of "seq:$last" | digest_in)" = "$last_digest" ] || fail "as of $last"
killed=0
for one in $(pgrep -P "$pid"); do
    if tr '\0' ' ' <"/proc/$one/cmdline" | grep -q ' as-of '; then
        kill -9 "$one" && killed=$((killed + 1))
    fi
done
[ "$killed" -ge 1 ] || fail "there was no process to kill"
for _ in $(seq 100); do
    [ "$(metric 'yizhan_as_of_runs_total{result="failed"}')" -ge "$killed" ] && break
    sleep 0.1
done
grep -q as_of_failed "$dir/first.log" || fail "a kill was not logged"
[ "$(as_of "seq:$last" | digest_in)" = "$last_digest" ] || fail "after the kill"

# Many at once, about more moments than there are processes: each is answered or told to come back.
for i in $(seq 50); do
    (curl -s -o /dev/null -w '%{http_code}\n' "$url/v1/digest?as_of=seq:$((last - i % 6))" >"$dir/many.$i") &
    many[i]=$!
done
wait "${many[@]}"
for i in $(seq 50); do
    case $(cat "$dir/many.$i") in
        200) answered=1 ;;
        503) ;;
        *) fail "one of many: $(cat "$dir/many.$i")" ;;
    esac
done
[ "${answered:-0}" = 1 ] || fail "none of many was answered"

# Damage is a failure of the question, named in the log; here the master key does not matter.
mv "$data/master.key" "$dir/master.key"
[ "$(as_of "seq:$((last - 7))" | tail -c 4)" = " 200" ] || fail "it needs no key"
mv "$dir/master.key" "$data/master.key"

# Asked and stopped: the server does not wait for it, and nothing is left behind.
curl -s -o /dev/null "$url/v1/digest?as_of=seq:3" &
asking=$!
sleep 0.1
kill -TERM "$pid"
wait "$pid" || fail "exit $? after SIGTERM"
wait "$asking"
pgrep -f "as-of $data" >/dev/null && fail "a process was left behind"

# By hand, without a server.
answer=$(echo /v1/digest | "$yizhan" as-of "$data" --seq "$last")
[[ "$answer" == "ready $last "* && "$answer" == *"$last_digest"* ]] || fail "by hand: $answer"
[[ "$("$yizhan" as-of "$data" --at 1999-12-31 </dev/null)" == "early 1 "* ]] || fail "early by hand"
expect 2 'either --at TIME or --seq' "$yizhan" as-of "$data"
expect 2 'is not a time' "$yizhan" as-of "$data" --at soon
expect 2 'the journal ends at' "$yizhan" as-of "$data" --seq 999999999
expect 2 '' "$yizhan" as-of "$dir/nowhere" --seq 1
