#include "net/server/as_of_frame.h"

#include "engine/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// ---- to the server ----

static bool write_text(FILE *to, yz_text text) {
    return text.size == 0 || fwrite(text.bytes, 1, text.size, to) == text.size;
}

bool as_of_frame_write(FILE *to, const as_of_frame *f) {
    bool well;
    if (f->kind == AS_OF_ANSWER) {
        well = fprintf(to, "answer %d %" PRIu32 " %" PRIu32 " %s\n", f->status, f->headers.size,
                       f->body.size, f->type) > 0 &&
               write_text(to, f->headers) && write_text(to, f->body) && fputc('\n', to) != EOF;
    } else {
        well = fprintf(to, "%s %" PRIu64 " %" PRId64 "\n",
                       f->kind == AS_OF_READY ? "ready" : "early", f->sequence, f->at_ms) > 0;
    }
    return fflush(to) == 0 && well;
}

// ---- from the process ----

void as_of_frames_init(as_of_frames *f) {
    *f = (as_of_frames){.bytes = NULL};
}

void as_of_frames_deinit(as_of_frames *f) {
    yz_free(f->bytes);
}

void as_of_frames_feed(as_of_frames *f, const char *bytes, size_t size) {
    if (size == 0) return;
    if (f->size + size > f->room) {
        f->room = 2 * (f->size + size);
        f->bytes = yz_realloc(f->bytes, f->room);
    }
    memcpy(f->bytes + f->size, bytes, size);
    f->size += size;
}

// A number of at most 18 digits, perhaps negative, and what follows it. False: it is none.
static bool number(const char **at, char after, int64_t *value) {
    bool minus = **at == '-';
    const char *digit = *at + minus;
    *value = 0;
    for (; *digit >= '0' && *digit <= '9' && digit - *at < 18; digit++)
        *value = 10 * *value + (*digit - '0');
    if (digit == *at + minus || *digit != after) return false;
    if (minus) *value = -*value;
    *at = digit + (after != '\0');
    return true;
}

static bool size_upto(const char **at, size_t most, uint32_t *size) {
    int64_t value;
    if (!number(at, ' ', &value) || value < 0 || value > (int64_t)most) return false;
    *size = (uint32_t)value;
    return true;
}

static bool begins(const char **line, const char *word) {
    size_t size = strlen(word);
    if (strncmp(*line, word, size) != 0) return false;
    *line += size;
    return true;
}

static bool parse_place(const char *at, as_of_frame *frame) {
    int64_t sequence;
    if (!number(&at, ' ', &sequence) || sequence < 0 || !number(&at, '\0', &frame->at_ms)) {
        return false;
    }
    frame->sequence = (uint64_t)sequence;
    return true;
}

static bool parse_answer(const char *at, as_of_frame *frame) {
    int64_t status;
    if (!number(&at, ' ', &status) || status < 100 || status > 599) return false;
    frame->status = (int)status;
    if (!size_upto(&at, AS_OF_HEADERS_MAX, &frame->headers.size) ||
        !size_upto(&at, AS_OF_BODY_MAX, &frame->body.size)) {
        return false;
    }
    snprintf(frame->type, sizeof frame->type, "%s", at);
    return true;
}

// `line` without its end.
static bool parse(const char *line, as_of_frame *frame) {
    *frame = (as_of_frame){.kind = AS_OF_ANSWER};
    if (begins(&line, "answer ")) return parse_answer(line, frame);
    frame->kind = AS_OF_READY;
    if (begins(&line, "ready ")) return parse_place(line, frame);
    frame->kind = AS_OF_EARLY;
    return begins(&line, "early ") && parse_place(line, frame);
}

static void drop_used(as_of_frames *f) {
    f->size -= f->used;
    if (f->used > 0 && f->size > 0) memmove(f->bytes, f->bytes + f->used, f->size);
    f->used = 0;
}

as_of_next as_of_frames_next(as_of_frames *f, as_of_frame *frame) {
    char line[AS_OF_LINE_MAX];
    drop_used(f);
    const char *end = f->size > 0 ? memchr(f->bytes, '\n', f->size) : NULL;
    size_t size = end != NULL ? (size_t)(end - f->bytes) : f->size;
    if (size >= sizeof line) return AS_OF_NONSENSE;
    if (end == NULL) return AS_OF_MORE;
    memcpy(line, f->bytes, size);
    line[size] = '\0';
    if (memchr(line, '\0', size) != NULL || !parse(line, frame)) return AS_OF_NONSENSE;
    size += 1;
    if (frame->kind == AS_OF_ANSWER) {
        size_t whole = size + frame->headers.size + frame->body.size + 1;
        if (f->size < whole) return AS_OF_MORE;
        frame->headers.bytes = f->bytes + size;
        frame->body.bytes = frame->headers.bytes + frame->headers.size;
        if (f->bytes[whole - 1] != '\n') return AS_OF_NONSENSE;
        size = whole;
    }
    f->used = size;
    return AS_OF_FRAME;
}
