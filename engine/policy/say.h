/* How the loader says what is wrong: one sentence in English, one in Chinese, where it stands. */
#ifndef YZ_ENGINE_POLICY_SAY_H
#define YZ_ENGINE_POLICY_SAY_H

#include "engine/policy/rules.h"

/* A place in one of the files. */
typedef struct yz_place {
    uint32_t file; // which of those being loaded
    uint32_t line, column;
} yz_place;

/* Where a problem is written down. */
typedef struct yz_sayer {
    yz_rules_problem *problem;
    const yz_rules_file *files;
    uint32_t count;
} yz_sayer;

/* Both formats take the same arguments in the same order. The first problem stays. */
__attribute__((format(printf, 3, 5), format(printf, 4, 5))) void
yz_say(yz_sayer *sayer, yz_place place, const char *en, const char *zh, ...);

/* Adds to the problem that was said where the definition it stands in was called. */
void yz_say_called(yz_sayer *sayer, yz_place call, yz_text define);

/* For "%.*s": the size, shortened so that a long text leaves room for the sentence. */
#define YZ_SHOWN(text) yz_shown_size(text), ((text).bytes ? (text).bytes : "")
int yz_shown_size(yz_text text);

/* The name most like `wanted` among those tried; empty if none is near. */
typedef struct yz_near {
    yz_text wanted, nearest;
    uint32_t distance;
} yz_near;
yz_near yz_near_to(yz_text wanted);
void yz_near_try(yz_near *near, yz_text name);

#endif
