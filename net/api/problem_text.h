/* The words of a problem, for people: what it is called, what was wrong here, and how to put it
 * right, in Chinese and English. For the server (Accept-Language) and the command line tools. */
#ifndef YZ_NET_API_PROBLEM_TEXT_H
#define YZ_NET_API_PROBLEM_TEXT_H

#include "engine/model/problem.h"

typedef enum problem_language { PROBLEM_ZH, PROBLEM_EN } problem_language;
#define PROBLEM_LANGUAGE_COUNT 2

#define PROBLEM_TEXT_MAX 400

typedef struct problem_text {
    const char *title;              // static: what this kind of problem is called
    char message[PROBLEM_TEXT_MAX]; // what was wrong here, values filled in
    char fix[PROBLEM_TEXT_MAX];     // what to do about it
} problem_text;

/* Problems of records and questions. Any code but NONE. */
void problem_text_of(const yz_problem *problem, problem_language language, problem_text *text);

/* Problems of requests: what http or the routes refuse before a record is looked at. */
typedef struct problem_refusal {
    const char *reason; // "method_not_allowed": stable
    int status;         // HTTP
    const char *title[PROBLEM_LANGUAGE_COUNT];
    const char *message[PROBLEM_LANGUAGE_COUNT]; // {value} stands for what was sent
    const char *fix[PROBLEM_LANGUAGE_COUNT];
} problem_refusal;

/* NULL if there is no such reason. */
const problem_refusal *problem_refusal_named(yz_text reason);
void problem_refusal_text(const problem_refusal *refusal, yz_text value, problem_language language,
                          problem_text *text);
/* The same of one whose fix names what there is to choose from ({choices}). */
void problem_refusal_naming(const problem_refusal *refusal, yz_text value, yz_text choices,
                            problem_language language, problem_text *text);
/* All of them: 0.. until NULL. */
const problem_refusal *problem_refusal_at(uint32_t index);

/* The HTTP status that answers a problem. */
int problem_http_status(const yz_problem *problem);

/* A title for the code alone, and its general fix with the values left open; for the page that
 * `type` points to. False: no such code or reason. */
bool problem_named(yz_text name, problem_language language, problem_text *text);

#endif
