/* Commands from lines of text, plain or gzip: `journal dump`, `replay --out`, or written by hand.
 */
#include "tools/lines.h"
#include "tools/replay.h"

#include "engine/base/alloc.h"
#include "net/api/problem_text.h"
#include "tools/journal_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static bool say(replay_tape *tape, const char *file, uint64_t line, const char *what) {
    snprintf(tape->why, sizeof tape->why, "%.350s:%" PRIu64 ": %.640s", file, line, what);
    return false;
}

static bool refuse(replay_tape *tape, const char *file, uint64_t line, const yz_problem *problem) {
    problem_text text;
    char what[REPLAY_WHY_MAX];
    problem_text_of(problem, PROBLEM_EN, &text);
    snprintf(what, sizeof what, "%.96s%s%.*s: %.240s %.240s", problem->pointer,
             *problem->pointer ? ": " : "", (int)yz_problem_name(problem->code).size,
             yz_problem_name(problem->code).bytes, text.message, text.fix);
    return say(tape, file, line, what);
}

// A journal has every command and its time; one that begins in the middle cannot be replayed.
static bool in_sequence(replay_tape *tape, const char *file, uint64_t line, uint64_t sequence) {
    char what[200];
    if (tape->count == 1) tape->sequenced = sequence != 0;
    uint64_t wanted = tape->sequenced ? tape->count : 0;
    if (sequence == wanted) return true;
    if (tape->count == 1) {
        snprintf(what, sizeof what,
                 "the journal begins at sequence %" PRIu64 ", and what was before is not here; "
                 "dump it from 1 on, or leave \"sequence\" out",
                 sequence);
    } else if (!tape->sequenced) {
        snprintf(what, sizeof what,
                 "a \"sequence\" where the lines before have none; leave it out everywhere");
    } else {
        snprintf(what, sizeof what, "sequence %" PRIu64 " where %" PRIu64 " comes next", sequence,
                 wanted);
    }
    return say(tape, file, line, what);
}

/* A posting of its own time is to be matched until its work is over. */
static void may_be_matched(replay_item *item) {
    if (item->command.type != YZ_COMMAND_POSTING_PUT) return;
    const yz_posting *p = &item->command.posting_put.posting;
    bool gig = (item->command.posting_put.fields & YZ_POSTING_GIG) && p->gig_to_ms > 0;
    int64_t from = gig ? p->gig_from_ms : p->valid_from_ms;
    int64_t to = gig ? p->gig_to_ms : p->valid_to_ms;
    if (from < item->command.at_ms) from = item->command.at_ms;
    item->begin_ms = from;
    item->work_ms = to > from ? to - from : 1;
    if (to == YZ_TIME_MS_MAX) item->work_ms = INT64_MAX / 4; // for good
}

static bool read_line(replay_tape *tape, const char *file, uint64_t number, yz_text line,
                      bool match) {
    yz_problem problem = {0};
    yz_text kept = yz_arena_text(tape->arena, line);
    if (kept.bytes == NULL) return say(tape, file, number, "there is no memory for all of it");
    replay_item *item = replay_tape_add(tape);
    tape->rows += 1;
    if (journal_line_parse(kept, tape->arena, &item->command, &problem) != YZ_OK) {
        return refuse(tape, file, number, &problem);
    }
    if (tape->count > 1 && item->command.at_ms < item[-1].command.at_ms) {
        return say(tape, file, number,
                   "\"at\" lies before that of the line before; put the lines in order of time");
    }
    item->event = item->command.type != YZ_COMMAND_ENTRY_PUT;
    tape->events += item->event;
    if (match) may_be_matched(item);
    return in_sequence(tape, file, number, item->command.sequence);
}

static bool read_file(replay_tape *tape, const char *file, const replay_source *source) {
    lines *from = lines_open(file);
    yz_text line;
    uint64_t number = 0;
    bool well = true;
    if (from == NULL) {
        snprintf(tape->why, sizeof tape->why, "%.400s: %s", file, strerror(errno));
        return false;
    }
    while (well && (source->limit == 0 || tape->rows < source->limit) && lines_next(from, &line)) {
        number += 1;
        if (line.size > 0) well = read_line(tape, file, number, line, source->match);
    }
    if (well && lines_failure(from) != NULL) well = say(tape, file, number, lines_failure(from));
    lines_close(from);
    return well;
}

bool replay_read_lines(const replay_source *source, replay_tape *tape) {
    for (uint32_t i = 0; i < source->file_count; i++) {
        if (!read_file(tape, source->files[i], source)) return false;
    }
    return true;
}
