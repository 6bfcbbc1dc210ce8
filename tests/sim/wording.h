/* Requests as bytes. A change is worded the same every time it is sent: all of it follows from the
 * seed and the deed's number. */
#ifndef YZ_TESTS_SIM_WORDING_H
#define YZ_TESTS_SIM_WORDING_H

#include "tests/sim/model.h"

typedef struct wording {
    char *text; // owned; terminated
    size_t size, room;
} wording;

void wording_init(wording *w);
void wording_deinit(wording *w);

void wording_change(wording *w, const model *m, const deed *d);
void wording_bulk(wording *w, model *m, uint32_t first, uint32_t count, bool atomic);
void wording_read(wording *w, thing what, uint32_t who);
void wording_question(wording *w, uint32_t who);
void wording_ready(wording *w);

#endif
