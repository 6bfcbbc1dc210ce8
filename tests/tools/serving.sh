# For tests of the real program as a server: a folder `dir`, servers that are started in it, commands
# with their exit codes. Sourced, with the program in `yizhan`; all is ended and removed on exit.
dir=$(mktemp -d "${TMPDIR:-/tmp}/yizhan-test-serve-XXXXXX")
pids=()
end() {
    for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$dir"
}
trap end EXIT
fail() {
    echo "FAIL: $*"
    tail -n 5 "$dir"/*.said "$dir"/*.log
    exit 1
}

# start NAME OPTIONS...: sets url and pid when it is ready
start() {
    local name=$1
    shift
    : >"$dir/$name.said"
    "$yizhan" serve --listen 127.0.0.1:0 "$@" >"$dir/$name.said" 2>"$dir/$name.log" &
    pid=$!
    pids+=("$pid")
    for _ in $(seq 400); do
        grep -q '^ready' "$dir/$name.said" && break
        kill -0 "$pid" 2>/dev/null || fail "$name ended: $(cat "$dir/$name.log")"
        sleep 0.05
    done
    url=$(sed -n 's|^page *: \(.*\)/$|\1|p' "$dir/$name.said")
    [ -n "$url" ] || fail "$name printed no address"
}

# expect CODE WORDS COMMAND...
expect() {
    local code=$1 words=$2 got
    shift 2
    timeout 120 "$@" >"$dir/out.said" 2>&1
    got=$?
    [ "$got" = "$code" ] || fail "exit $got, wanted $code: $*"
    [ -z "$words" ] || grep -qF -- "$words" "$dir/out.said" || fail "no \"$words\": $*"
}
