/* Whose decisions a what-if looks at: a made-up population, or the lines of a file:
 *
 *     {"subject":"hire","number":17,"facts":{"as_of":"2023-10-31","person":{...},...}}
 *     {"kind":"hire","id":"h-1","division":"620502","facts":{...}}     as a server exports it
 *
 * `subject` one of the kinds of bench/population.h: the measures asked are those of the kind. Else
 * `kind`, one of engine/policy/book.h: those whose rules have it as `subject`. Neither, or other
 * words: all measures of the rules. `number` may be left out: then it is that of the line. */
#ifndef YZ_TOOLS_WHAT_IF_SUBJECTS_H
#define YZ_TOOLS_WHAT_IF_SUBJECTS_H

#include "bench/population.h"
#include "engine/policy/book.h"

/* Those of a population, of a server from WHAT_IF_SERVED on, and one more: all measures. */
#define WHAT_IF_SERVED POPULATION_KINDS
#define WHAT_IF_ANY_KIND (POPULATION_KINDS + YZ_SUBJECT_KIND_COUNT)
#define WHAT_IF_KINDS (WHAT_IF_ANY_KIND + 1)

typedef struct what_if_subjects what_if_subjects;

what_if_subjects *what_if_subjects_made_up(population_size size, uint64_t seed);
/* NULL: `why` (256 bytes) says where and what. All of it is held in memory. */
what_if_subjects *what_if_subjects_of_file(const char *path, char *why);
void what_if_subjects_free(what_if_subjects *subjects);

/* "person"; of the last one "subject". */
const char *what_if_kind_name(uint32_t kind);
uint32_t what_if_subjects_count(const what_if_subjects *subjects, uint32_t kind);
/* Its facts, borrowed, and the number it is known by. `division`: where its line says it is, else
 * empty. */
uint64_t what_if_subjects_facts(const what_if_subjects *subjects, uint32_t kind, uint32_t at,
                                yz_facts *facts, yz_text *division);

#endif
