/* Any bytes as a cursor: no crash, and one that is taken is the only way to write what it says. */
#include "net/api/cursor.h"

#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    cursor c;
    char text[CURSOR_TEXT_MAX];
    yz_text given = {(const char *)data, (uint32_t)size};
    for (unsigned kind = 0; kind < 256; kind += 50) {
        if (!cursor_read(given, (uint8_t)kind, &c)) continue;
        uint32_t written = cursor_write(&c, text);
        if (!yz_text_equal(given, (yz_text){text, written})) abort();
    }
    // The other way round: what is written is read.
    if (size < 18 || size > 18 + YZ_ID_BYTES_MAX) return 0;
    c = (cursor){
        .kind = data[0], .row = data[1], .sequence = data[2], .id_size = (uint32_t)size - 18};
    memcpy(&c.score, data + 3, sizeof c.score);
    memcpy(c.id, data + 18, c.id_size);
    cursor back;
    uint32_t written = cursor_write(&c, text);
    bool good = cursor_read((yz_text){text, written}, c.kind, &back);
    if (good && (back.id_size != c.id_size || memcmp(back.id, c.id, c.id_size) != 0)) abort();
    if (c.id_size == 0 && (!good || back.row != c.row)) abort();
    return 0;
}
