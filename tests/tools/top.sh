#!/usr/bin/env bash
# yizhan stat and top against a real server. stat: columns, JSON, a restart is said and it goes on.
# top in a terminal (script makes one): it fits, q and p do what they say, and however it ends - a
# key, a signal, a stop, the server's end - the terminal is given back as it was. $1 is the program.
set -uo pipefail
yizhan=$(realpath "$1")
. "$(dirname "$0")/serving.sh"
export LC_ALL=C TERM=xterm
data=$dir/data
stop() {
    kill -TERM "$pid"
    wait "$pid" || fail "the server: exit $?"
}
start first --data-dir "$data" --init
port=${url##*:}

# ---- stat ----
timeout 60 "$yizhan" stat --count 3 --url "$url" >"$dir/stat" || fail "stat: exit $?"
[ "$(grep -c '^    time ' "$dir/stat")" = 1 ] || fail "one header: $(cat "$dir/stat")"
[ "$(grep -cE '^[0-9]{2}:[0-9]{2}:[0-9]{2} ' "$dir/stat")" = 3 ] || fail "three lines: $(cat "$dir/stat")"
awk 'length > 80 || NF != 13 { exit 1 }' "$dir/stat" || fail "13 columns within 80: $(cat "$dir/stat")"
timeout 60 "$yizhan" stat --count 2 --json --url "$url" >"$dir/json" || fail "stat --json: exit $?"
[ "$(grep -c '^{"time":.*"seq":0,.*"commands_per_s":0,"questions_per_s":0,"question_p50_s":null,.*}$' "$dir/json")" = 2 ] ||
    fail "JSON: $(cat "$dir/json")"
expect 3 'cannot be reached' "$yizhan" stat --url http://127.0.0.1:1
expect 2 'whole number' "$yizhan" stat --interval 0
"$yizhan" stat --count 22 --url "$url" >"$dir/long" &
long=$!
pids+=("$long")

# A server that is started anew, at the same address.
"$yizhan" stat --count 4 --url "$url" >"$dir/over" 2>"$dir/over.said" &
watching=$!
pids+=("$watching")
sleep 1.5
stop
sleep 1.5
"$yizhan" serve --listen "127.0.0.1:$port" --data-dir "$data" >"$dir/again.said" 2>"$dir/again.log" &
pid=$!
pids+=("$pid")
wait "$watching" || fail "stat over a restart: exit $?"
grep -q 'trying again' "$dir/over.said" || fail "it does not say that the server is gone: $(cat "$dir/over.said")"
grep -q 'was started anew' "$dir/over.said" || fail "it does not say the restart: $(cat "$dir/over.said")"
[ "$(grep -cE '^[0-9]{2}:' "$dir/over")" = 4 ] || fail "four lines over a restart"

# ---- top ----
expect 2 'use yizhan stat' "$yizhan" top --url "$url" </dev/null
# top OUT COMMAND...: in a terminal of 24 x 80; what was set before and after stands around it.
cat >"$dir/inside" <<'END'
stty rows "${ROWS:-24}" cols "${COLS:-80}"
echo "before $(stty -g)"
$TOP
echo "code $?"
echo "after $(stty -g)"
END
in_terminal() { # in_terminal OUT: keys come from stdin
    TOP=${TOP:-"$yizhan top --url $url"} timeout 60 script -qefc "bash $dir/inside" /dev/null >"$1" 2>&1
}
given_back() { # given_back OUT CODE
    tr -d '\r' <"$1" >"$1.plain"
    local before after
    before=$(sed -n 's/^.*before //p' "$1.plain" | head -n 1)
    after=$(sed -n 's/^.*after //p' "$1.plain" | tail -n 1)
    [ -n "$before" ] && [ "$before" = "$after" ] || fail "$1: the terminal was \"$before\", is \"$after\""
    grep -q "code $2\$" "$1.plain" || fail "$1: wanted exit code $2: $(grep -a 'code ' "$1.plain")"
    local last
    last=$(grep -aoE $'\x1b\\[\\?(25|1049)[hl]' "$1" | tail -n 2 | tr -d '\033' | tr '\n' ' ')
    [ "$last" = '[?25h [?1049l ' ] || fail "$1: screen or cursor not given back: $last"
}
# The last picture, without what is for the terminal.
picture() { # OUT
    sed -e 's/\x1b\[H/\n@@\n/g' -e 's/\x1b\[?25h/\n@end\n/g' "$1" | tr -d '\r' |
        sed -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' |
        awk '/^@@$/ { text = ""; on = 1; next } /^@end$/ { on = 0 } on { text = text $0 "\n" } END { printf "%s", text }'
}

(sleep 2.5; printf p; sleep 1.5; printf q) | in_terminal "$dir/quit"
given_back "$dir/quit" 0
picture "$dir/quit" >"$dir/picture"
awk 'length > 80 { exit 1 }' "$dir/picture" || fail "wider than 80: $(cat "$dir/picture")"
[ "$(wc -l <"$dir/picture")" -le 24 ] || fail "longer than 24: $(cat "$dir/picture")"
grep -q PAUSED "$dir/picture" || fail "p does not pause: $(cat "$dir/picture")"
for words in '^yizhan http' 'a second' '^jobs ' '^unlock ' '^http ' '^postings ' '^seekers ' 'S01 .*S02 .*S03 .*S04 ' 'applied' '^holds ' '^journal ' '^live events '; do
    grep -q -- "$words" "$dir/picture" || fail "no \"$words\": $(cat "$dir/picture")"
done
grep -aq $'\x1b\\[1m' "$dir/quit" || fail "no strong line"
(sleep 1.5; printf q) | NO_COLOR=1 in_terminal "$dir/plain"
given_back "$dir/plain" 0
grep -aqE $'\x1b\\[1(;31)?m' "$dir/plain" && fail "NO_COLOR, and there are colours"

# Small terminals: cut, never wrapped.
(sleep 1.5; printf q) | ROWS=6 COLS=30 in_terminal "$dir/small"
given_back "$dir/small" 0
picture "$dir/small" | awk 'length > 30 || NR > 6 { exit 1 }' || fail "a small terminal: $(picture "$dir/small")"

# Its child is found by its own id: nothing else is signalled.
pid_of_top() { # of the one whose parent runs $dir/inside
    local p
    for p in /proc/[0-9]*; do
        { tr "\0" " " <"$p/cmdline"; } 2>/dev/null | grep -q "^$yizhan top --url $url " || continue
        basename "$p"
        return
    done
}
for word in TERM:143 INT:130 HUP:129 QUIT:131 SEGV:139 ABRT:134; do
    name=${word%:*}
    (ulimit -c 0; sleep 30 | in_terminal "$dir/$name") &
    shown=$!
    for _ in $(seq 100); do
        grep -aq 'journal ' "$dir/$name" 2>/dev/null && break
        sleep 0.1
    done
    top=$(pid_of_top)
    [ -n "$top" ] || fail "$name: no top"
    kill -"$name" "$top"
    for _ in $(seq 100); do
        grep -aq 'after ' "$dir/$name" && break
        sleep 0.1
    done
    given_back "$dir/$name" "${word#*:}"
    kill "$shown" 2>/dev/null
    wait "$shown" 2>/dev/null
done

# A stop gives the terminal back, and going on takes it again.
cat >"$dir/inside" <<'END'
set -m
stty rows 24 cols 80
echo "before $(stty -g)"
$TOP &
sleep 0.2
fg >/dev/null
echo "stopped $(stty -g)"
fg >/dev/null
echo "code $?"
echo "after $(stty -g)"
END
(sleep 3; printf '\032'; sleep 2; printf q) | in_terminal "$dir/stopped"
given_back "$dir/stopped" 0
stopped=$(sed -n 's/^.*stopped //p' "$dir/stopped.plain" | head -n 1)
[ "$stopped" = "$(sed -n 's/^.*before //p' "$dir/stopped.plain" | head -n 1)" ] || fail "stopped, and the terminal is $stopped"
[ "$(grep -aoc $'\x1b\\[?1049h' "$dir/stopped")" -ge 1 ] || fail "not taken again"

wait "$long" 2>/dev/null
[ "$(grep -c '^    time ' "$dir/long")" = 2 ] || fail "a header every 20 lines: $(cat "$dir/long")"
stop
echo "top: ok"
