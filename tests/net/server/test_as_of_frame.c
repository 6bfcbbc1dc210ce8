/* What the process that answers about the past says, cut anywhere, and nonsense. */
#include "net/server/as_of_frame.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *written(const as_of_frame *frames, uint32_t count, size_t *size) {
    char *bytes = NULL;
    FILE *to = open_memstream(&bytes, size);
    for (uint32_t i = 0; i < count; i++)
        cr_assert(as_of_frame_write(to, &frames[i]));
    fclose(to);
    return bytes;
}

static void expect_same(const as_of_frame *a, const as_of_frame *b) {
    cr_assert_eq(a->kind, b->kind);
    cr_assert_eq(a->sequence, b->sequence);
    cr_assert_eq(a->at_ms, b->at_ms);
    cr_assert_eq(a->status, b->status);
    cr_assert_str_eq(a->type, b->type);
    cr_assert(yz_text_equal(a->headers, b->headers));
    cr_assert(yz_text_equal(a->body, b->body));
}

Test(as_of_frame, comes_back_as_it_was_written_however_it_is_cut) {
    const as_of_frame frames[] = {
        {.kind = AS_OF_READY, .sequence = 999999999999, .at_ms = 1796036470323},
        {.kind = AS_OF_ANSWER,
         .status = 200,
         .type = "text/csv; charset=utf-8",
         .headers = YZ_TEXT("Content-Disposition: attachment\r\n"),
         .body = YZ_TEXT("a,b\nready 1 1\n\n")},
        {.kind = AS_OF_ANSWER, .status = 204, .type = ""},
        {.kind = AS_OF_ANSWER, .status = 404, .type = "t", .body = YZ_TEXT("\0\n\0")},
        {.kind = AS_OF_EARLY, .sequence = 0, .at_ms = -5},
    };
    const uint32_t count = sizeof frames / sizeof frames[0];
    size_t size;
    char *bytes = written(frames, count, &size);
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        as_of_frames f;
        as_of_frame frame;
        as_of_frames_init(&f);
        uint32_t seen = 0;
        for (size_t at = 0; at < size;) {
            size_t piece = 1 + yz_random_below(&random, seed % 2 ? 4 : size);
            if (piece > size - at) piece = size - at;
            as_of_frames_feed(&f, bytes + at, piece);
            at += piece;
            as_of_next next;
            while ((next = as_of_frames_next(&f, &frame)) == AS_OF_FRAME) {
                cr_assert_lt(seen, count);
                expect_same(&frame, &frames[seen++]);
            }
            cr_assert_eq(next, AS_OF_MORE, "seed %lu", seed);
        }
        cr_assert_eq(seen, count, "seed %lu", seed);
        as_of_frames_deinit(&f);
    }
    free(bytes);
}

Test(as_of_frame, nonsense_is_seen_at_once) {
    static const char *const WORDS[] = {
        "\n",
        "hello\n",
        "ready\n",
        "ready 1\n",
        "ready x 1\n",
        "ready 1 \n",
        "ready -1 5\n",
        "ready 1 5 \n",
        "ready 1234567890123456789 5\n",
        "early 1 1 1\n",
        "answer 200 0\n",
        "answer 20 0 0 t\n",
        "answer 600 0 0 t\n",
        "answer 200 -1 0 t\n",
        "answer 200 0 99999999999 t\n",
        "answer 200 99999 0 t\n",
        "answer 200 0 2 t\nab\r\n",
        "Answer 200 0 0 t\n\n",
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        as_of_frames f;
        as_of_frame frame;
        as_of_frames_init(&f);
        as_of_frames_feed(&f, WORDS[i], strlen(WORDS[i]));
        cr_assert_eq(as_of_frames_next(&f, &frame), AS_OF_NONSENSE, "%s", WORDS[i]);
        as_of_frames_deinit(&f);
    }
    // A line that never ends.
    char line[AS_OF_LINE_MAX];
    as_of_frames f;
    as_of_frame frame;
    as_of_frames_init(&f);
    memset(line, '1', sizeof line);
    as_of_frames_feed(&f, line, sizeof line - 1);
    cr_assert_eq(as_of_frames_next(&f, &frame), AS_OF_MORE);
    as_of_frames_feed(&f, line, 1);
    cr_assert_eq(as_of_frames_next(&f, &frame), AS_OF_NONSENSE);
    as_of_frames_deinit(&f);
}

/* Random bytes, and frames with random bytes changed: an answer, never more. */
Test(as_of_frame, takes_any_bytes) {
    const as_of_frame good[] = {{.kind = AS_OF_READY, .sequence = 17, .at_ms = 18},
                                {.kind = AS_OF_ANSWER,
                                 .status = 200,
                                 .type = "text/plain",
                                 .headers = YZ_TEXT("A: b\r\n"),
                                 .body = YZ_TEXT("some words")}};
    size_t size;
    char *bytes = written(good, 2, &size);
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        yz_random random = yz_random_seeded(seed);
        char copy[256];
        as_of_frames f;
        as_of_frame frame;
        cr_assert_lt(size, sizeof copy);
        memcpy(copy, bytes, size);
        for (int i = 0; i < 3; i++)
            copy[yz_random_below(&random, size)] = (char)yz_random_next(&random);
        as_of_frames_init(&f);
        char *alone = malloc(size); // so that a read past its end shows
        memcpy(alone, copy, size);
        as_of_frames_feed(&f, alone, size);
        free(alone);
        for (int i = 0; i < 4 && as_of_frames_next(&f, &frame) == AS_OF_FRAME; i++)
            cr_assert_leq(frame.body.size + frame.headers.size, size);
        as_of_frames_deinit(&f);
    }
    free(bytes);
}
