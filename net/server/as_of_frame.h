/* What the process that answers questions about the past (`yizhan as-of`) and the server say to
 * each other. To it, line by line: a target, and header lines, each behind a tab. From it:
 *
 *     ready SEQUENCE AT_MS\n                  it stands there: the last command that counts
 *     early SEQUENCE AT_MS\n                  nothing is known of then; it begins there. The last
 * word answer STATUS HEADERS BODY TYPE\n       sizes in bytes; TYPE is the rest of the line header
 * lines, body, \n              as long as they were said to be
 *
 * `ready` comes first, then an answer to each question, in order. */
#ifndef YZ_NET_SERVER_AS_OF_FRAME_H
#define YZ_NET_SERVER_AS_OF_FRAME_H

#include "engine/base/text.h"

#include <stdio.h>

#define AS_OF_LINE_MAX 256
#define AS_OF_HEADERS_MAX ((size_t)8 << 10)
#define AS_OF_BODY_MAX ((size_t)24 << 20)

typedef enum as_of_kind { AS_OF_READY, AS_OF_EARLY, AS_OF_ANSWER } as_of_kind;

typedef struct as_of_frame {
    as_of_kind kind;
    uint64_t sequence;         // READY, EARLY
    int64_t at_ms;             // the same
    int status;                // ANSWER, as the rest
    char type[AS_OF_LINE_MAX]; // "" without a body
    yz_text headers, body;
} as_of_frame;

/* Writes and flushes. False: nobody reads it any more. */
bool as_of_frame_write(FILE *to, const as_of_frame *frame);

/* What came, in pieces of any size. */
typedef struct as_of_frames {
    char *bytes; // owned
    size_t size, room;
    size_t used; // of the frame handed out last
} as_of_frames;

void as_of_frames_init(as_of_frames *f);
void as_of_frames_deinit(as_of_frames *f);
void as_of_frames_feed(as_of_frames *f, const char *bytes, size_t size);

typedef enum as_of_next { AS_OF_FRAME, AS_OF_MORE, AS_OF_NONSENSE } as_of_next;
/* The next whole frame; its texts are borrowed until the next call. NONSENSE: no frame begins here,
 * for good. */
as_of_next as_of_frames_next(as_of_frames *f, as_of_frame *frame);

#endif
