/* Any bytes as what the process that answers about the past says: no crash, and the same frames
 * whether they come at once or in pieces; one that is taken says the same when it is written. */
#include "net/server/as_of_frame.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const as_of_frame *a, const as_of_frame *b) {
    return a->kind == b->kind && a->sequence == b->sequence && a->at_ms == b->at_ms &&
           a->status == b->status && strcmp(a->type, b->type) == 0 &&
           yz_text_equal(a->headers, b->headers) && yz_text_equal(a->body, b->body);
}

static void try_again(const as_of_frame *frame) {
    char *bytes = NULL;
    size_t size = 0;
    as_of_frames again;
    as_of_frame read;
    FILE *to = open_memstream(&bytes, &size);
    if (to == NULL || !as_of_frame_write(to, frame)) abort();
    fclose(to);
    as_of_frames_init(&again);
    as_of_frames_feed(&again, bytes, size);
    if (as_of_frames_next(&again, &read) != AS_OF_FRAME || !same(frame, &read)) abort();
    if (as_of_frames_next(&again, &read) != AS_OF_MORE) abort();
    as_of_frames_deinit(&again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    as_of_frames whole, pieces;
    as_of_frame a, b;
    as_of_next from_whole, from_pieces;
    size_t fed = 0;
    as_of_frames_init(&whole);
    as_of_frames_init(&pieces);
    as_of_frames_feed(&whole, (const char *)data, size);
    do {
        from_whole = as_of_frames_next(&whole, &a);
        while ((from_pieces = as_of_frames_next(&pieces, &b)) == AS_OF_MORE && fed < size)
            as_of_frames_feed(&pieces, (const char *)data + fed++, 1);
        if (from_whole != from_pieces) abort();
        if (from_whole != AS_OF_FRAME) break;
        if (!same(&a, &b)) abort();
        try_again(&a);
    } while (true);
    as_of_frames_deinit(&whole);
    as_of_frames_deinit(&pieces);
    return 0;
}
