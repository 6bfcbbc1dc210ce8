/* The way out: small puts are gathered, so that `take` is called once for some 64 KiB. */
#include "net/sheet/inner.h"

#include "engine/base/alloc.h"

#define ROOM 65536

void sheet_flush(sheet_sink *sink) {
    if (sink->held > 0 && !sink->stopped)
        sink->stopped = !sink->out.take(sink->out.context, sink->room, sink->held);
    sink->held = 0;
}

void sheet_put(sheet_sink *sink, const char *bytes, size_t size) {
    if (sink->room == NULL) sink->room = yz_alloc(ROOM);
    while (size > 0 && !sink->stopped) {
        if (sink->held == ROOM) sheet_flush(sink);
        size_t some = ROOM - sink->held < size ? ROOM - sink->held : size;
        memcpy(sink->room + sink->held, bytes, some);
        sink->held += some;
        bytes += some;
        size -= some;
    }
}

void sheet_put_text(sheet_sink *sink, yz_text text) {
    sheet_put(sink, text.bytes, text.size);
}

void sheet_put_words(sheet_sink *sink, const char *terminated) {
    sheet_put(sink, terminated, strlen(terminated));
}

void sheet_put_times(sheet_sink *sink, char byte, uint32_t times) {
    for (; times > 0; times--)
        sheet_put(sink, &byte, 1);
}

void sheet_put_line(sheet_sink *sink, yz_text text) {
    uint32_t from = 0;
    for (uint32_t at = 0; at < text.size; at++) {
        if ((unsigned char)text.bytes[at] >= 0x20) continue;
        sheet_put(sink, text.bytes + from, at - from);
        sheet_put(sink, " ", 1);
        from = at + 1;
    }
    sheet_put(sink, text.bytes + from, text.size - from);
}

// ---- where it goes ----

void sheet_bytes_add(sheet_bytes *b, const char *from, size_t size) {
    if (size == 0) return;
    while (b->capacity - b->size < size) {
        b->capacity = b->capacity ? b->capacity * 2 : 1024;
        b->bytes = yz_realloc(b->bytes, b->capacity);
    }
    memcpy(b->bytes + b->size, from, size);
    b->size += size;
}

static bool take_bytes(void *context, const char *bytes, size_t size) {
    sheet_bytes *b = context;
    if (size > b->max - b->size) return false;
    sheet_bytes_add(b, bytes, size);
    return true;
}

sheet_out sheet_into(sheet_bytes *bytes) {
    return (sheet_out){take_bytes, bytes};
}

static bool take_file(void *context, const char *bytes, size_t size) {
    return fwrite(bytes, 1, size, context) == size;
}

sheet_out sheet_to_file(FILE *file) {
    return (sheet_out){take_file, file};
}

void sheet_bytes_deinit(sheet_bytes *b) {
    yz_free(b->bytes);
    *b = (sheet_bytes){.max = b->max};
}
