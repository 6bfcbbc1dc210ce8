#!/usr/bin/env bash
# PostgreSQL and SQLite say S01 to S08 of a few events as the market's statistics do, also when these are
# of every kind there is, and a number that is wrong is noticed. 77: they are not installed.
#     peers_statistics.sh BENCH_STATS_PEERS WILD_LIFE
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=$here/../../bench/peers/statistics/run
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir" # a server under another name works below it
fail() { cat "$dir/said" && echo "peers_statistics: $1" && exit 1; }

code=0
agree() { # PROGRAM COMMANDS SEED LEAST: so many numbers at least are compared
    local compared peer
    "$run" --program "$1" --commands "$2" --seed "$3" --rounds 1 --dir "$dir" >"$dir/said" 2>&1 || code=$?
    [[ $code != 77 ]] || { cat "$dir/said" && exit 77; }
    [[ $code == 0 ]] || fail "exit code $code"
    for peer in postgresql sqlite; do
        compared=$(sed -nE "s/^$peer: compared ([0-9]+)  differing 0$/\1/p" "$dir/said")
        [[ ${compared:-0} -ge $4 ]] || fail "$peer: ${compared:-no} numbers compared"
    done
}
agree "$1" 2000 7 5000
agree "$2" 30000 7 1000

# One number too many, one cell left out, one cell too many: three differences.
cat >"$dir/liar" <<LIAR
#!/usr/bin/env bash
"$1" "\$@" || exit
sed -i -e '/^month.S01\t/s/[0-9]*\$/1/' -e '/^now.S02\t/d' "\$1/answers.tsv"
printf 'month.S02\t1\t620101\t0\t5\n' >>"\$1/answers.tsv"
LIAR
chmod +x "$dir/liar"
code=0
"$run" --commands 2000 --seed 7 --rounds 1 --dir "$dir" --program "$dir/liar" >"$dir/said" 2>&1 || code=$?
[[ $code == 1 ]] || fail "exit code $code of numbers that differ"
for peer in postgresql sqlite; do
    grep -qE "^$peer: compared [0-9]+  differing 3$" "$dir/said" || fail "$peer: not 3 differences"
    grep -q "^$peer: month.S01 1 0 0 number 1: yizhan 1, $peer" "$dir/said" || fail "$peer: not said which"
done
[[ $(ls "$dir") == $'liar\nsaid' ]] || fail "something was left behind"
