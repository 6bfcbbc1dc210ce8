#include "tools/refusal.h"

#include "tools/options.h"

#include <cjson/cJSON.h>
#include <stdio.h>

void refusal_say(const char *command, int status, const char *body) {
    cJSON *problem = cJSON_Parse(body);
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItem(problem, "detail"));
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(problem, "errors"), 0);
    const char *fix = cJSON_GetStringValue(cJSON_GetObjectItem(first, "fix"));
    fprintf(stderr, "yizhan: %s: the server says %d: %s\n", command, status,
            detail ? detail : body);
    if (fix != NULL) fprintf(stderr, "yizhan: %s: %s\n", command, fix);
    cJSON_Delete(problem);
}

int refusal_code(int status) {
    return status == 400 ? EXIT_USAGE : EXIT_FAILED;
}
