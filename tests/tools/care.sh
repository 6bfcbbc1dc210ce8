#!/usr/bin/env bash
# The commands that look after a data directory, on the real program: exit codes and what they say.
#
#   tests/tools/care.sh PATH/yizhan
set -euo pipefail

program=$(realpath "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
failures=0

# run CODE WORDS COMMAND...: ends with CODE, and says WORDS (a pattern of grep -E) on either output
run() {
    local wanted=$1 words=$2 code=0
    shift 2
    "$program" "$@" >said 2>&1 || code=$?
    if [ $code -ne "$wanted" ]; then
        echo "yizhan $*: exit $code, not $wanted: $(tail -n 2 said)"
        failures=$((failures + 1))
    elif ! grep -qE "$words" said; then
        echo "yizhan $*: does not say /$words/: $(cat said)"
        failures=$((failures + 1))
    fi
}

serve_once() { # DIR OPTIONS...: until it is ready, then an orderly end
    local dir=$1 pid
    shift
    : >out
    "$program" serve --data-dir "$dir" --listen 127.0.0.1:0 "$@" >out 2>log &
    pid=$!
    for _ in $(seq 200); do
        grep -q '^ready' out && break
        kill -0 $pid 2>/dev/null || break
        sleep 0.05
    done
    kill $pid
    wait $pid
}

spoil() { # FILE [TEXT]: a byte in its middle, or of that text, is another one
    local at byte
    at=$(($(stat -c %s "$1") / 2))
    [ $# -lt 2 ] || at=$(grep -abo -m1 -- "$2" "$1" | head -n 1 | cut -d: -f1)
    byte=$(od -An -tu1 -j $at -N1 "$1" | tr -d ' ')
    printf '%b' "\\x$(printf %02x $((byte ^ 90)))" | dd of="$1" bs=1 seek=$at conv=notrunc status=none
}

"$program" generate --out set --postings 600 --seekers 600 >/dev/null 2>&1
serve_once data --init --load set

run 0 '^sound.*true' verify data
run 0 '"sequence":[1-9].*"digest":"[0-9a-f]{32}"' verify data --json
run 0 '^seeker_put.*600' journal stat data
run 0 '"sequence":7,.*"type":"entry_put"' journal dump data --from 7 --to 7
[ "$(wc -l <said)" -eq 1 ] || { echo "dump of one command is $(wc -l <said) lines"; failures=$((failures + 1)); }
run 0 '"sealed":true' journal dump data
if grep -q '"lat"' <(grep seeker_put said); then
    echo "a dump shows where a seeker lives"
    failures=$((failures + 1))
fi
run 0 'master key is not in it' backup data copy
[ ! -e copy/master.key ] || { echo "the backup holds the master key"; failures=$((failures + 1)); }
run 2 'there already' backup data copy
run 2 'lies in the data directory' backup data data/copy
[ -z "$(find data -name 'copy*')" ] || { echo "a refused backup leaves a directory"; failures=$((failures + 1)); }
run 14 'no master key' verify copy
run 0 '^sound.*true' verify copy --key-file data/master.key
run 0 'master key is not copied' restore copy back --key-file data/master.key
cp data/master.key back/master.key
serve_once back
run 0 '^sound.*true' verify back
run 0 '^changed.*false' repair back

run 2 'is not the end of a batch' journal snapshot back --at 7
run 2 'journal ends at' journal snapshot back --at 99999999
run 2 'no directory' verify nowhere
mkdir empty
run 2 'holds no journal' verify empty
chmod 644 back/master.key
run 14 'chmod 600' verify back
chmod 600 back/master.key
tr 0-9a-f 1-9a-f0 <data/master.key >other.key
chmod 600 other.key
run 14 'not the master key' verify back --key-file other.key

spoil data/journal.db "Skill 0300" # in a record, not in a page's own fields
run 1 'batch [0-9]+, record [0-9]+, offset [0-9]+' verify data
run 13 'batch [0-9]+' backup data never
[ ! -e never ] || { echo "a damaged directory was backed up"; failures=$((failures + 1)); }
run 1 '[0-9]+ commands would be lost' repair data
run 1 'offset' verify data # nothing was changed
run 0 'what was taken out is in' repair data --yes
run 0 '^sound.*true' verify data
serve_once data

: >out
"$program" serve --data-dir data --listen 127.0.0.1:0 >out 2>log &
server=$!
for _ in $(seq 200); do
    grep -q '^ready' out && break
    sleep 0.05
done
run 10 "pid $server" repair data
run 0 '^sound.*true' verify data
run 0 '^written.*beside' backup data beside
kill $server
wait $server

[ $failures -eq 0 ] && echo "care: all well"
exit $failures
