#include "tools/what_if_subjects.h"

#include "tools/lines.h"

#include "engine/base/alloc.h"
#include "net/api/json_facts.h"
#include "net/api/problem_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WHY_MAX 256
#define ARENA_BYTES_MAX ((size_t)8 << 30)

typedef struct read_subject {
    yz_facts facts;
    uint64_t number;
    yz_text division; // in the arena; "" where the line says none
} read_subject;

typedef struct read_kind {
    read_subject *subjects;
    uint32_t count, room;
} read_kind;

struct what_if_subjects {
    population *people; // NULL: those read
    yz_arena *arena;
    read_kind kinds[WHAT_IF_KINDS];
};

what_if_subjects *what_if_subjects_made_up(population_size size, uint64_t seed) {
    what_if_subjects *s = yz_alloc_zeroed(sizeof *s);
    s->people = population_new(size, seed);
    return s;
}

void what_if_subjects_free(what_if_subjects *s) {
    if (s == NULL) return;
    population_free(s->people);
    if (s->arena) yz_arena_free(s->arena);
    for (uint32_t kind = 0; kind < WHAT_IF_KINDS; kind++)
        yz_free(s->kinds[kind].subjects);
    yz_free(s);
}

const char *what_if_kind_name(uint32_t kind) {
    if (kind < POPULATION_KINDS) return population_kind_name((population_kind)kind);
    if (kind < WHAT_IF_ANY_KIND)
        return yz_subject_kind_name((yz_subject_kind)(kind - WHAT_IF_SERVED));
    return "subject";
}

uint32_t what_if_subjects_count(const what_if_subjects *s, uint32_t kind) {
    if (s->people == NULL) return s->kinds[kind].count;
    return kind < POPULATION_KINDS ? population_count(s->people, (population_kind)kind) : 0;
}

uint64_t what_if_subjects_facts(const what_if_subjects *s, uint32_t kind, uint32_t at,
                                yz_facts *facts, yz_text *division) {
    *division = YZ_TEXT("");
    if (s->people != NULL) {
        population_facts(s->people, (population_kind)kind, at, facts);
        return at;
    }
    *facts = s->kinds[kind].subjects[at].facts;
    *division = s->kinds[kind].subjects[at].division;
    return s->kinds[kind].subjects[at].number;
}

// ---- lines ----

static uint32_t kind_named(const cJSON *name, uint32_t from, uint32_t end) {
    for (uint32_t kind = from; cJSON_IsString(name) && kind < end; kind++) {
        if (strcmp(name->valuestring, what_if_kind_name(kind)) == 0) return kind;
    }
    return WHAT_IF_ANY_KIND;
}

static uint32_t kind_of(const cJSON *line) {
    const cJSON *subject = cJSON_GetObjectItemCaseSensitive(line, "subject");
    if (subject != NULL) return kind_named(subject, 0, POPULATION_KINDS);
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(line, "kind");
    return kind_named(kind, WHAT_IF_SERVED, WHAT_IF_ANY_KIND);
}

static yz_status read_line(what_if_subjects *s, yz_text line, uint64_t number,
                           yz_problem *problem) {
    static const char *const none[] = {NULL};
    json_tree tree;
    read_subject read = {.number = number};
    yz_text kept = yz_arena_text(s->arena, line);
    if (kept.bytes == NULL)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "", (int64_t)line.size, 0, 0);
    yz_status status = json_parse(kept, s->arena, &tree, problem);
    if (status != YZ_OK) return status;
    const cJSON *facts = cJSON_GetObjectItemCaseSensitive(tree.root, "facts");
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(tree.root, "number");
    const cJSON *division = cJSON_GetObjectItemCaseSensitive(tree.root, "division");
    if (facts == NULL) return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/facts");
    status = json_facts_read(&tree, facts, "/facts", none, NULL, &read.facts, problem);
    if (status != YZ_OK) return status;
    const yz_row *top = read.facts.objects[YZ_OBJECT_top];
    if (top == NULL || !(top->known >> yz_field_top_as_of & 1))
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/facts/as_of");
    if (cJSON_IsNumber(given) && given->valuedouble >= 0 && given->valuedouble < 9e15)
        read.number = (uint64_t)given->valuedouble;
    read.division = yz_text_of(cJSON_IsString(division) ? division->valuestring : "");
    read_kind *kind = &s->kinds[kind_of(tree.root)];
    if (kind->count == kind->room) {
        kind->room = kind->room ? 2 * kind->room : 64;
        kind->subjects = yz_realloc(kind->subjects, kind->room * sizeof *kind->subjects);
    }
    kind->subjects[kind->count++] = read;
    return YZ_OK;
}

what_if_subjects *what_if_subjects_of_file(const char *path, char *why) {
    lines *l = lines_open(path);
    if (l == NULL) {
        snprintf(why, WHY_MAX, "%.180s: %s", path, strerror(errno));
        return NULL;
    }
    what_if_subjects *s = yz_alloc_zeroed(sizeof *s);
    uint64_t number = 0;
    yz_text line;
    why[0] = '\0';
    s->arena = yz_arena_new(ARENA_BYTES_MAX);
    while (why[0] == '\0' && lines_next(l, &line)) {
        yz_problem problem;
        problem_text text;
        number += 1;
        if (line.size == 0 || read_line(s, line, number, &problem) == YZ_OK) continue;
        problem_text_of(&problem, PROBLEM_EN, &text);
        snprintf(why, WHY_MAX, "%.60s line %llu: %.40s: %.60s; %.60s", path,
                 (unsigned long long)number, problem.pointer, text.message, text.fix);
    }
    const char *failure = lines_failure(l);
    if (failure && why[0] == '\0') snprintf(why, WHY_MAX, "%.100s: %.100s", path, failure);
    lines_close(l);
    if (why[0] == '\0') return s;
    what_if_subjects_free(s);
    return NULL;
}
