#!/usr/bin/env bash
# Keeps the picture of the house true: who may include whom, which library enters by which door, and
# what the engine may ask of the machine. Reads every #include of engine/ and net/, and the undefined
# symbols of the engine's objects.
#
#   tests/layers.sh [--root DIR] [libengine.a ...]     prints each violation; exit 1 if there is one
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
if [ "${1:-}" = --root ]; then
    root=$2
    shift 2
fi
cd "$root"

# A folder includes itself and folders to its left.
engine_order="base model journal stats index match assign policy market"
net_order="http live web auth store bus sheet api server"
net_sees_of_engine="base model journal stats assign policy market"
sheet_sees_of_engine="base" # a table knows nothing about jobs
c_headers="assert errno fenv float inttypes limits math setjmp signal stdalign stdarg
    stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string"

violations=0
report() {
    echo "$1"
    violations=$((violations + 1))
}

# place_of[side/folder]: 0-based place in its line.
declare -A place_of
number() {
    local at=0 folder
    for folder in $2; do
        place_of[$1/$folder]=$at
        at=$((at + 1))
    done
}
number engine "$engine_order"
number net "$net_order"

holds() { # holds LIST WORD
    [[ " ${1//$'\n'/ } " == *" $2 "* ]]
}

# Is `header` (in angle brackets) allowed in side/folder?
door() {
    local side=$1 folder=$2 header=$3 rooms
    case $header in
        uv.h | uv/*) rooms="net/http net/store net/bus net/server" ;;
        cJSON.h | cjson/*) rooms="net/api" ;;
        sqlite3.h | sodium.h | sodium/*) rooms="net/auth net/store" ;;
        roaring/*) rooms="engine/stats engine/index engine/match" ;;
        llhttp.h | llhttp/*) rooms="net/http" ;;
        xlsxwriter.h | xlsxwriter/*) rooms="net/sheet" ;;
        immintrin.h) rooms="engine/base engine/index engine/match" ;;
        jemalloc/*) rooms="" ;;
        *)
            # Beyond its doors the engine has the C library only; net may use the system.
            [ "$side" = net ] && return 0
            holds "$c_headers" "${header%.h}"
            return
            ;;
    esac
    holds "$rooms" "$side/$folder"
}

check_include() { # FILE LINE INCLUDE, the last as written: "a/b.h" or <c.h>
    local file=$1 line=$2 what=$3 side folder inner to_side to_folder
    side=${file%%/*}
    folder=${file#*/}
    folder=${folder%%/*}
    if [ -z "${place_of[$side/$folder]:-}" ]; then
        report "$file: folder $side/$folder is not in the picture"
        return
    fi
    inner=${what:1:${#what}-2}
    if [ "${what:0:1}" = "<" ]; then
        door "$side" "$folder" "$inner" ||
            report "$file:$line: <$inner> has no door in $side/$folder"
        return
    fi
    to_side=${inner%%/*}
    to_folder=${inner#*/}
    to_folder=${to_folder%%/*}
    case $side:$to_side in
        engine:engine | net:net)
            if [ -z "${place_of[$to_side/$to_folder]:-}" ]; then
                report "$file:$line: \"$inner\" leads to no folder of the picture"
            elif [ "${place_of[$to_side/$to_folder]}" -gt "${place_of[$side/$folder]}" ]; then
                report "$file:$line: $side/$folder may not see $side/$to_folder"
            fi
            ;;
        engine:net) report "$file:$line: the engine may not see net" ;;
        net:engine)
            if [ "$folder" = sheet ] && ! holds "$sheet_sees_of_engine" "$to_folder"; then
                report "$file:$line: net/sheet may not see engine/$to_folder"
            elif ! holds "$net_sees_of_engine" "$to_folder"; then
                report "$file:$line: net may not see engine/$to_folder; it goes through market"
            fi
            ;;
        *) report "$file:$line: \"$inner\" is not written from the root" ;;
    esac
}

sides=()
for side in engine net; do
    [ -d "$side" ] && sides+=("$side")
done
read_includes=0
while IFS=: read -r file line text; do
    if [[ $text =~ include[[:space:]]*(\"[^\"]+\"|\<[^\>]+\>) ]]; then
        check_include "$file" "$line" "${BASH_REMATCH[1]}"
    else
        report "$file:$line: cannot read: $text"
    fi
    read_includes=$((read_includes + 1))
done < <(grep -rnE --include='*.[chS]' --include='*.inc' '^[[:space:]]*#[[:space:]]*include' "${sides[@]}")

# What the engine may ask of the machine, by the undefined symbols of its objects. Anything else
# (a clock, a file, a socket, a random source, the environment, a sine) is a violation.
memory="memcpy memmove memset memcmp bcmp __popcountdi2 memchr strlen strnlen strcmp strncmp strchr strrchr
    malloc calloc realloc free aligned_alloc"
plain="qsort bsearch snprintf vsnprintf strtod strtoll strtoull sqrt sqrtf floor abs labs
    __divti3 __modti3 __divmodti4 __udivti3 __umodti3 __udivmodti4
    __stack_chk_fail __errno_location __assert_fail _GLOBAL_OFFSET_TABLE_ __cpu_model __cpu_indicator_init
    __memcpy_chk __memset_chk __memmove_chk __snprintf_chk __vsnprintf_chk __isoc99_sscanf"
last_words="abort fprintf vfprintf fputs fputc fwrite fflush stderr __fprintf_chk __vfprintf_chk"
last_words_in="check.c alloc.c" # a broken invariant, no memory: the process stops and says so

read_symbols=0
for library in "$@"; do
    declare -A own=()
    while read -r symbol; do own[$symbol]=1; done < <(
        nm --defined-only "$library" 2>/dev/null | awk 'NF == 3 && $2 ~ /^[A-Z]$/ { print $3 }')
    while read -r object symbol; do
        read_symbols=$((read_symbols + 1))
        [ -n "${own[$symbol]:-}" ] && continue
        holds "$memory $plain" "$symbol" && continue
        case $symbol in roaring_* | ra_* | bitset_* | array_* | run_* | container_*) continue ;; esac
        source=${object%.o}
        source=${source%.c}.c
        holds "$last_words_in" "$source" && holds "$last_words" "$symbol" && continue
        report "$library: $source asks for $symbol, which the engine may not"
    done < <(nm -u "$library" | awk '/:$/ { sub(/:$/, ""); object = $0 } NF == 2 && $1 == "U" { print object, $2 }' | sort -u)
done

echo "layers: $read_includes includes and $read_symbols symbols read, $violations violations"
[ "$violations" -eq 0 ] && [ "$read_includes" -gt 0 ]
