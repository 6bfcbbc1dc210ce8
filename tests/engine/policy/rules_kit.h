/* What tests of the rules language share: reading a file, loading texts. */
#ifndef YZ_TESTS_ENGINE_POLICY_RULES_KIT_H
#define YZ_TESTS_ENGINE_POLICY_RULES_KIT_H

#include "engine/policy/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "yizhan-rules 1\nnotice n { level province }\n"

/* A whole file; the caller frees .bytes. */
static inline yz_text kit_read(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return (yz_text){0};
    char *bytes = malloc((1 << 20) + 1);
    size_t size = bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    fclose(file);
    return (yz_text){bytes, (uint32_t)size};
}

/* NULL if it does not load. */
static inline yz_rules *kit_load(const char *text, yz_rules_problem *problem) {
    yz_rules_file file = {"test.rules", yz_text_of(text)};
    yz_rules *rules = NULL;
    yz_status status = yz_rules_load(&file, 1, &rules, problem);
    return status == YZ_OK ? rules : NULL;
}

#endif
