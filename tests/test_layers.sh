#!/usr/bin/env bash
# tests/layers.sh says no to each kind of violation: one wrong line in a small tree of its own, one
# word of the report that must appear. Needs cc and ar.
set -euo pipefail

layers=$(cd "$(dirname "$0")" && pwd)/layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/engine/{base,model,index,market} "$tree"/net/{http,sheet,api}
wrong=0

sound_tree() {
    echo '#include <stdint.h>' >"$tree/engine/base/a.c"
    echo '#include "engine/base/b.h"' >"$tree/engine/model/a.c"
    echo '#include <roaring/roaring.h>' >"$tree/engine/index/a.c"
    echo '#include "engine/model/b.h"' >"$tree/engine/market/a.c"
    echo '#include <uv.h>' >"$tree/net/http/a.c"
    echo '#include "engine/base/b.h"' >"$tree/net/sheet/a.c"
    echo '#include "engine/market/market.h"' >"$tree/net/api/a.c"
}

refuses() { # refuses FILE LINE WORDS: with LINE added to FILE, the report has WORDS in it
    sound_tree
    echo "$2" >>"$tree/$1"
    if report=$("$layers" --root "$tree"); then
        echo "not refused: $1: $2"
        wrong=1
    elif ! grep -qF -- "$3" <<<"$report"; then
        echo "refused with other words: $1: $2"
        echo "$report"
        wrong=1
    fi
}

refuses_call() { # refuses_call C_STATEMENT SYMBOL [OBJECT]
    local object=${3:-thing}
    sound_tree
    printf '%s\n' "$1" >"$tree/$object.c"
    (cd "$tree" && cc -std=gnu11 -w -O0 -c "$object.c" && rm -f lib.a && ar rc lib.a "$object.o")
    if report=$("$layers" --root "$tree" "$tree/lib.a"); then
        echo "not refused: $1"
        wrong=1
    elif ! grep -qF -- "$object.c asks for $2" <<<"$report"; then
        echo "refused with other words: $1"
        echo "$report"
        wrong=1
    fi
}

sound_tree
"$layers" --root "$tree" >/dev/null || { echo "the sound tree is refused"; exit 1; }

refuses engine/base/a.c '#include "engine/model/b.h"' 'engine/base may not see engine/model'
refuses engine/model/a.c '  #  include "net/http/http.h"' 'the engine may not see net'
refuses net/http/a.c '#include "net/api/api.h"' 'net/http may not see net/api'
refuses net/api/a.c '#include "engine/index/b.h"' 'net may not see engine/index'
refuses net/api/a.c '#include "b.h"' 'not written from the root'
refuses net/api/a.c '#include <uv.h>' '<uv.h> has no door in net/api'
refuses net/http/a.c '#include <cjson/cJSON.h>' '<cjson/cJSON.h> has no door in net/http'
refuses net/api/a.c '#include <sqlite3.h>' '<sqlite3.h> has no door in net/api'
refuses net/api/a.c '#include <xlsxwriter.h>' '<xlsxwriter.h> has no door in net/api'
refuses net/sheet/a.c '#include "engine/model/b.h"' 'net/sheet may not see engine/model'
refuses net/sheet/a.c '#include "net/api/b.h"' 'net/sheet may not see net/api'
refuses engine/market/a.c '#include <roaring/roaring.h>' 'has no door in engine/market'
refuses engine/base/a.c '#include <time.h>' '<time.h> has no door in engine/base'
refuses engine/base/a.c '#include <unistd.h>' '<unistd.h> has no door in engine/base'

refuses_call '#include <time.h>
long f(void) { return time(0); }' time
refuses_call '#include <stdio.h>
void *f(void) { return fopen("a", "r"); }' fopen
refuses_call '#include <stdlib.h>
int f(void) { return rand(); }' rand
refuses_call '#include <stdlib.h>
char *f(void) { return getenv("A"); }' getenv
refuses_call '#include <sys/socket.h>
int f(void) { return socket(1, 2, 3); }' socket
refuses_call '#include <math.h>
double f(double x) { return sin(x); }' sin
refuses_call '#include <stdio.h>
void f(void) { fprintf(stderr, "%d", 1); }' fprintf

sound_tree
cat >"$tree/check.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
void f(void) { fprintf(stderr, "%d", 1); abort(); }
END
(cd "$tree" && cc -c check.c && rm -f lib.a && ar rc lib.a check.o)
"$layers" --root "$tree" "$tree/lib.a" >/dev/null || { echo "the last words of check.c are refused"; wrong=1; }

exit "$wrong"
