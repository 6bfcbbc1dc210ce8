#include "engine/base/check.h"

#include <stdio.h>
#include <stdlib.h>

void yz_check_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "yizhan: broken invariant: %s (%s:%d)\n", condition, file, line);
    abort();
}
