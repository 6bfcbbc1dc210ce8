# What the rigs share: a room of their own that is cleared on any exit, systems under test that are
# started and killed, a disk whose power can be cut, skipping by name. Sourced, after `rig=NAME`.
#
# Everything is made under $room: in memory, so that two hundred cuts wear out no disk and no other
# work on the machine slows them down. RIG_ROOM names another place.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${RIG_PROGRAM:-$root/build/release/yizhan}
tools=${RIG_TOOLS:-$root/build/release/tests/rigs}

skip() { # WHY: the last line of a skip says why
    echo "$rig: skipped: $*"
    exit 77
}

each_line() { # PREFIX
    local line
    while IFS= read -r line; do printf "%s%s\n" "$1" "$line"; done
}

fail() {
    echo "$rig: FAILED: $*" >&2
    failures=$((${failures:-0} + 1))
}

# ---- a room, cleared on any exit ----

room=
server_pid= # of what was started: with a wrapper, of that
real_pid=   # of the server itself
writers_pid=
strace_pid=
trap clear_all EXIT
trap 'exit 130' INT TERM HUP

open_room() {
    local under=${RIG_ROOM:-/dev/shm}
    [ -w "$under" ] || under=${TMPDIR:-/tmp}
    room=$(mktemp -d "$under/yizhan-$rig-XXXXXX")
}

clear_all() {
    local code=$?
    trap - EXIT INT TERM HUP
    set +e
    stop_writers
    kill_server
    detach
    disk_off
    [ -n "$room" ] && mounted "$room/small" && umount -l "$room/small"
    if [ -n "$room" ]; then
        if [ -n "${RIG_KEEP:-}" ]; then echo "kept: $room"; else rm -rf "$room"; fi
    fi
    exit "$code"
}

# until_true SECONDS COMMAND...: asked every 10 ms
until_true() {
    local tries=$(($1 * 100))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.01
    done
}

# Random numbers that a seed repeats; figures of the time are not repeatable and are not asked to be.
seed_random() { RANDOM=$(($1 % 32768)); }
between() { echo $(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1))); }
milliseconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

free_port() {
    local port
    for _ in $(seq 100); do
        port=$(between 20000 32000)
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# ---- systems ----
#
# yizhan, and Redis, which the rigs are calibrated with: redis-always loses nothing, redis-everysec a
# second, redis-memory all; -eatmydata is the same with every sync left out.

system=yizhan
wire=() # for writers and check

known_system() {
    case $1 in
        yizhan | yizhan-eatmydata) ;;
        redis-always | redis-everysec | redis-memory | redis-eatmydata) ;;
        *) return 1 ;;
    esac
}

need_system() {
    case $system in
        yizhan*) [ -x "$program" ] || skip "not built: $program" ;;
        redis*)
            command -v redis-server >/dev/null || skip "redis-server is not installed (only needed to calibrate)"
            wire=(--redis)
            ;;
    esac
    case $system in
        *-eatmydata) command -v eatmydata >/dev/null || skip "eatmydata is not installed" ;;
    esac
    [ -x "$tools/rig_writers" ] || skip "not built: $tools/rig_writers"
}

# system_command DIR PORT: into the array `command`
system_command() {
    local fsync=${system#redis-} new=()
    case $system in
        yizhan*)
            # Telling people goes on by itself; a digest asked for must stay what it was.
            [ -e "$1/journal.db" ] || new=(--init)
            command=("$program" serve --no-push --data-dir "$1" "${new[@]}" --listen "127.0.0.1:$2"
                "${serve_options[@]}")
            ;;
        redis-memory) command=(redis-server --port "$2" --dir "$1" --save '' --appendonly no) ;;
        redis-*)
            [ "$fsync" = eatmydata ] && fsync=always
            command=(redis-server --port "$2" --dir "$1" --save '' --appendonly yes
                --appendfsync "$fsync")
            ;;
    esac
    case $system in *-eatmydata) command=(eatmydata "${command[@]}") ;; esac
}
serve_options=()
also=() # --also ID: records that were made by something else than the writers
wrapper=() # before the command: strace
preload=() # right before it: env with a shim

process_gone() { ! grep -q "^State:.[^ZX]" "/proc/$1/status" 2>/dev/null; }
server_gone() { process_gone "$real_pid"; }

server_ready() {
    case $system in
        yizhan*) curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null ;;
        redis*) [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ] ;;
    esac
}

ready_or_dead() { server_ready || ! kill -0 "$real_pid" 2>/dev/null; }

# start_server DIR: sets server_pid and port; returns when it answers. False: it ended, or took
# longer than a minute; its words are in $room/server.log.
start_server() {
    case $system in redis*) mkdir -p "$1" ;; esac
    port=$(free_port)
    launch_server "$1"
    until_true 60 ready_or_dead && server_ready
}

launch_server() { # DIR, with `port` given
    system_command "$1" "$port"
    # In a shell of its own, which says how it ended where nobody is disturbed.
    (
        "${wrapper[@]}" sh -c 'echo $$ >"$0"; exec "$@"' "$room/server.pid" "${preload[@]}" "${command[@]}"
        echo $? >"$room/server.code"
    ) >"$room/server.log" 2>&1 </dev/null &
    server_pid=$!
    until_true 10 test -s "$room/server.pid"
    real_pid=$(cat "$room/server.pid")
    rm "$room/server.pid"
}

kill_server() { # and the process that makes its snapshots, if one does
    [ -n "$server_pid" ] || return 0
    local children
    children=$(cat "/proc/$real_pid"/task/*/children 2>/dev/null)
    kill -9 "$real_pid" $children 2>/dev/null
    await_server
}

# Its exit code in `server_code`; 128 and more: by a signal.
await_server() {
    wait "$server_pid" 2>/dev/null
    server_code=$(cat "$room/server.code")
    rm -f "$room/server.code"
    server_pid= real_pid=
}

# Asks it to end, and waits.
stop_server() {
    kill -TERM "$real_pid" 2>/dev/null
    await_server
}

# ---- clients ----

# start_writers RUN [options of writers]: log in $room/run-RUN.log
start_writers() {
    local run=$1
    shift
    "$tools/rig_writers" "${wire[@]}" --port "$port" --run "$run" --log "$room/run-$run.log" "$@" \
        >"$room/writers.said" 2>&1 </dev/null &
    writers_pid=$!
}

# They end by themselves when the server is dead.
await_writers() {
    [ -n "$writers_pid" ] || return 0
    local code=0
    wait "$writers_pid" || code=$?
    writers_pid=
    return $code
}

stop_writers() {
    [ -n "$writers_pid" ] || return 0
    kill -9 "$writers_pid" 2>/dev/null
    wait "$writers_pid" 2>/dev/null
    writers_pid=
}

# check_logs LOG...: asks the server; the counts in acknowledged, lost, phantom, torn,
# unacknowledged (0 where the server could not be asked: then it is false and says so)
check_logs() {
    local code=0 word
    acknowledged=0 lost=0 phantom=0 torn=0 unacknowledged=0
    "$tools/rig_check" "${wire[@]}" --port "$port" "${also[@]}" "$@" >"$room/check.said" 2>&1 || code=$?
    for word in $(tail -n 1 "$room/check.said"); do
        case $word in
            acknowledged=* | lost=* | phantom=* | torn=* | unacknowledged=*)
                printf -v "${word%%=*}" '%s' "${word#*=}" ;;
        esac
    done
    [ $code -le 1 ]
}

digest_live() { # of the running server: "SEQUENCE DIGEST"
    curl -fsS -m 10 "http://127.0.0.1:$port/v1/digest" |
        sed -nE 's/.*"seq":([0-9]+).*"digest":"([0-9a-f]+)".*/\1 \2/p'
}

# ---- a disk whose power can be cut ----
#
#     ext4 - loop device - nbdfuse - nbdkit with its cache filter (a disk's volatile cache) - image
#
# What was written and not flushed is in nbdkit's memory: killing it is cutting the power.

disk= # where it is mounted, when it is
# Commit seldom: what the file system would write by itself would only hide what was not synced.
disk_mount_options=commit=30
disk_loop=
nbdkit_pid=
nbdkit_shell=
nbdfuse_pid=

need_power() {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to mount"
    [ -c /dev/fuse ] || skip "this machine has no /dev/fuse"
    [ -c /dev/loop-control ] || skip "this machine has no loop devices"
    need_packages
}

need_packages() {
    "$root/tools/install" rig >"${TMPDIR:-/tmp}/yizhan-rig-install-$$.log" 2>&1 || {
        tail -n 3 "${TMPDIR:-/tmp}/yizhan-rig-install-$$.log"
        rm -f "${TMPDIR:-/tmp}/yizhan-rig-install-$$.log"
        skip "the packages of the group rig could not be installed"
    }
    rm -f "${TMPDIR:-/tmp}/yizhan-rig-install-$$.log"
}

disk_new() { # a fresh file system
    rm -f "$room/image"
    truncate -s 400M "$room/image"
    mkfs.ext4 -q -F "$room/image"
}

# disk_on [filters and their parameters]: by default a write-back cache. Mounts at $room/disk.
disk_on() {
    local filters=("$@")
    [ $# -gt 0 ] || filters=(--filter=cache file "$room/image" cache=writeback)
    mkdir -p "$room/nbd" "$room/disk"
    rm -f "$room/socket" "$room/nbdkit.pid"
    # Each in a shell of its own: how they end when they are killed is no news.
    (TMPDIR=$room nbdkit -f -U "$room/socket" -P "$room/nbdkit.pid" "${filters[@]}" || true) \
        >"$room/nbdkit.log" 2>&1 </dev/null &
    nbdkit_shell=$!
    until_true 10 test -s "$room/nbdkit.pid" || return 1
    nbdkit_pid=$(cat "$room/nbdkit.pid")
    (nbdfuse -P "$room/nbdfuse.pid" "$room/nbd" "nbd+unix:///?socket=$room/socket" || true) \
        >"$room/nbdfuse.log" 2>&1 </dev/null &
    nbdfuse_pid=$!
    until_true 10 test -e "$room/nbd/nbd" || return 1
    disk_loop=$(losetup -f --show "$room/nbd/nbd") || return 1
    mount -t ext4 -o "$disk_mount_options" "$disk_loop" "$room/disk" || return 1
    disk=$room/disk
}

disk_cut() { kill -9 "$nbdkit_pid" 2>/dev/null; }

# After the server is dead, and in any state; what the cache held is lost if it was cut.
disk_off() {
    [ -n "$room" ] && [ -n "$nbdkit_shell" ] || return 0
    if mounted "$room/disk"; then
        umount "$room/disk" 2>/dev/null || umount -l "$room/disk" 2>/dev/null
    fi
    disk=
    if [ -n "$disk_loop" ]; then losetup -d "$disk_loop" 2>/dev/null; fi
    disk_loop=
    if mounted "$room/nbd"; then
        until_true 5 fusermount3 -u "$room/nbd" 2>/dev/null || fusermount3 -u -z "$room/nbd" 2>/dev/null
    fi
    if [ -n "$nbdfuse_pid" ]; then
        kill -9 "$(cat "$room/nbdfuse.pid")" 2>/dev/null # ended by itself, as a rule
        wait "$nbdfuse_pid" 2>/dev/null
        nbdfuse_pid=
    fi
    kill "$nbdkit_pid" 2>/dev/null
    wait "$nbdkit_shell" 2>/dev/null
    nbdkit_pid= nbdkit_shell=
    rm -f "$room/nbdkit.pid" "$room/socket"
}

# Not mountpoint(1): it looks inside, and who would answer is dead.
mounted() { grep -qF " $1 " /proc/mounts; }

# ---- system calls that are to go wrong ----
#
# strace counts `when` for each thread by itself. So a run without faults first counts which thread
# makes which call how often, and then each of them is struck in a run of its own: threads are known
# by their place among the server's threads, which is the same in every run once it is ready.

CALLS_THAT_CHANGE=openat,open,write,writev,pwrite64,pwritev,fdatasync,fsync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat

need_strace() {
    command -v strace >/dev/null || need_packages
    # Some containers forbid it.
    strace -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
}

# files_of DIR: strace options that narrow it to the directory and what is or was seen in it
files_of() {
    local file
    files=(-P "$1")
    for file in $seen_files; do files+=(-P "$1/$file"); done
}
seen_files=

# The files of DIR that a trace names.
files_in_trace() { # TRACE DIR
    grep -oE "$2/[^\"<>]+" "$1" | sed "s|^$2/||" | sort -u
}

# make_template DIR: a directory with records, and a tail of the write-ahead log, as a kill leaves it;
# in $room/template, with its log in $room/run-1.log. Learns the names of its files from a trace;
# redis-memory has none.
make_template() {
    rm -rf "$1" "$room/template"
    wrapper=(strace -f -y -qq -o "$room/trace" -e "trace=$CALLS_THAT_CHANGE")
    start_server "$1" || { tail -n 5 "$room/server.log"; echo "$rig: the server does not start"; exit 1; }
    wrapper=()
    start_writers 1 --clients 3 --count 40
    await_writers
    kill_server
    seen_files=$(files_in_trace "$room/trace" "$1")
    [ -n "$seen_files" ] || [ "$system" = redis-memory ] ||
        { echo "$rig: the server touches no file of its directory"; exit 1; }
    cp -a "$1" "$room/template"
}

threads() { ls "/proc/$1/task" | sort -n; }

# attach NUMBER TRACE [options]: strace on that thread of the server, or on all with NUMBER `all`.
attach() {
    local tid whole=()
    if [ "$1" = all ]; then
        tid=$real_pid
        whole=(-f)
    else
        tid=$(threads "$real_pid" | sed -n "$(($1 + 1))p")
        [ -n "$tid" ] || return 1
    fi
    local trace=$2
    shift 2
    strace "${whole[@]}" -y -o "$trace" "$@" -p "$tid" >"$room/strace.said" 2>&1 </dev/null &
    strace_pid=$!
    until_true 10 attached_or_gone
    grep -q attached "$room/strace.said"
}

attached_or_gone() { grep -q attached "$room/strace.said" || process_gone "$strace_pid"; }

detach() {
    [ -n "$strace_pid" ] || return 0
    kill -INT "$strace_pid" 2>/dev/null
    wait "$strace_pid" 2>/dev/null
    strace_pid=
}

# count_calls TRACE PID: lines "thread call count", most of them in the order of the threads
count_calls() {
    sed -nE 's/^([0-9]+) +([a-z0-9_]+)\(.*/\1 \2/p' "$1" | sort | uniq -c |
        while read -r count tid call; do
            place=$(grep -n "^$tid\$" "$room/threads" | cut -d: -f1)
            [ -n "$place" ] && echo "$((place - 1)) $call $count"
        done | sort -k1,1n -k2,2
}

# ---- what a data directory says of itself ----

# digest_said FILE: what verify --json says of it, "SEQUENCE DIGEST"
digest_said() {
    sed -nE 's/.*"seq(uence)?": ?([0-9]+).*"digest": ?"([0-9a-f]+)".*/\2 \3/p' "$1" | tail -n 1
}

# verify_digest DIR: of a full replay, "SEQUENCE DIGEST", in `verified`. False: verify found damage.
verify_digest() {
    verified=
    "$program" verify "$1" --json >"$room/verify.said" 2>&1 || return 1
    verified=$(digest_said "$room/verify.said")
    grep -q '"sequence":0,"digest":null' "$room/verify.said" && verified="0 nothing"
    [ -n "$verified" ]
}

# After anything: the server starts on DIR, holds all that the logs say was acknowledged and nothing
# else, and its digest is the one of a full replay. Adds to the sums; the server is stopped again.
look_after() { # WHAT DIR LOG...
    local what=$1 dir=$2 live
    shift 2
    looks=$((looks + 1))
    if ! start_server "$dir" && grep -qE 'begun and not finished|holds no journal' "$room/server.log"; then
        # Nothing was ever acknowledged there, and it says what to do.
        kill_server
        serve_options+=(--init)
        start_server "$dir"
        unset 'serve_options[-1]'
    fi
    if ! server_ready; then
        bad_starts=$((bad_starts + 1))
        echo "$what: the server does not start: $(tail -n 3 "$room/server.log")"
        kill_server
        return
    fi
    check_logs "$@" || { bad_starts=$((bad_starts + 1)); echo "$what: the server cannot be asked"; }
    all_acknowledged=$((all_acknowledged + acknowledged)) all_lost=$((all_lost + lost))
    all_phantom=$((all_phantom + phantom)) all_torn=$((all_torn + torn))
    grep -v '^acknowledged=' "$room/check.said" | each_line "$what: "
    case $system in
        yizhan*)
            live=$(digest_live)
            stop_server
            [ "$server_code" -eq 0 ] || { bad_ends=$((bad_ends + 1)); echo "$what: after a clean stop exit $server_code: $(tail -n 3 "$room/server.log")"; }
            case $live in "0 "*) live="0 nothing" ;; esac
            if ! verify_digest "$dir" || [ "$verified" != "$live" ]; then
                digest_differs=$((digest_differs + 1))
                echo "$what: live $live, replayed $verified: $(tail -n 3 "$room/verify.said")"
            fi
            ;;
        *) kill_server ;;
    esac
}

begin_sums() {
    looks=0 all_acknowledged=0 all_lost=0 all_phantom=0 all_torn=0
    bad_starts=0 bad_ends=0 digest_differs=0
}
sums() {
    echo "acknowledged=$all_acknowledged lost=$all_lost phantom=$all_phantom torn=$all_torn" \
        "digest_differs=$digest_differs bad_starts=$bad_starts bad_ends=$bad_ends"
}
sums_well() {
    [ $((all_lost + all_phantom + all_torn + digest_differs + bad_starts + bad_ends)) -eq 0 ]
}

# ---- numbers that a preloaded shim maps ----

# put_numbers FILE NUMBER...: each as 8 bytes, little-endian; written in place
put_numbers() {
    local file=$1 number text= i
    shift
    for number in "$@"; do
        for i in 0 8 16 24 32 40 48 56; do printf -v text '%s\\x%02x' "$text" $(((number >> i) & 255)); done
    done
    [ -e "$file" ] || printf '\0%.0s' {1..64} >"$file"
    printf '%b' "$text" | dd of="$file" conv=notrunc status=none
}

# ---- a journal with something of everything in it ----

# fill_variously RUN SEED COUNT: into the running server, a world of COUNT postings and as many
# seekers, one request of each route that changes something, and the writers' records (log of run
# RUN). What is refused is refused alike at every replay and belongs in a journal.
fill_variously() {
    local run=$1 method path body
    "$program" generate --seed "$2" --postings "$3" --seekers "$3" --out "$room/world-$run" >/dev/null 2>&1 || return 1
    "$program" import --url "http://127.0.0.1:$port" "$room/world-$run" >"$room/import.said" 2>&1 || [ $? -eq 4 ] || return 1
    rm -rf "$room/world-$run"
    start_writers "$run" --clients $((1 + $2 % 16)) --count 40 --seconds 60
    await_writers || return 1
    while read -r method path body <&5; do
        case $method in GET | '#') continue ;; esac
        ask "$method" "$path" "$body" >/dev/null
    done 5<"$root/tests/rigs/requests.txt"
}

# ask METHOD PATH BODY: the status, 000 where there was no answer; the answer in $room/answer
ask() {
    local type=application/json body=() seconds=20
    case $2 in /v1/live*) seconds=1 ;; esac # it has no end
    case $2 in */bulk*) type=application/x-ndjson ;; /v1/policy/rules/*) type=text/plain ;; esac
    [ -z "$3" ] || body=(-H "Content-Type: $type" --data-binary "$3")
    curl -s -m "$seconds" -o "$room/answer" -w '%{http_code}' -X "$1" "${body[@]}" "http://127.0.0.1:$port$2"
}

# ---- snapshots: SIGUSR1 asks for one, and the metrics say when it is over ----

snapshots_over() { # proven and failed ones, since the start
    curl -fsS -m 5 "http://127.0.0.1:$port/metrics" 2>/dev/null |
        awk '/^yizhan_snapshots_total/ {sum += $2} END {print sum + 0}'
}
snapshots_more() { [ "$(snapshots_over)" -gt "$1" ] || server_gone; }

take_snapshot() {
    local before
    before=$(snapshots_over)
    kill -USR1 "$real_pid"
    until_true 60 snapshots_more "$before"
}
