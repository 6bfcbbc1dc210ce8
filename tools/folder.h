/* A folder of records in the wire form, NDJSON, as `generate` and `import --out` write it and
 * `match`, `weights` and `import` read it:
 *
 *     skills.ndjson  occupations.ndjson  divisions.ndjson  employers.ndjson  persons.ndjson
 *     postings.ndjson  seekers.ndjson
 *     questions.ndjson      {"id","question":"jobs|seekers|standing","k","seeker"|"posting":{..}}
 *
 * A file that is not there holds nothing. */
#ifndef YZ_TOOLS_FOLDER_H
#define YZ_TOOLS_FOLDER_H

#include "engine/base/arena.h"
#include "engine/model/records.h"

#define FOLDER_WHY_MAX 512

typedef enum folder_ask {
    FOLDER_JOBS,     // Q1: the best postings for a seeker
    FOLDER_SEEKERS,  // Q2: the best seekers for a posting
    FOLDER_STANDING, // Q3: all seekers a posting concerns
} folder_ask;
#define FOLDER_ASK_COUNT 3

/* "jobs", "seekers", "standing". */
const char *folder_ask_name(folder_ask ask);

typedef struct folder_question {
    yz_text id;
    folder_ask ask;
    uint32_t k;         // 0 for FOLDER_STANDING
    yz_seeker seeker;   // FOLDER_JOBS
    yz_posting posting; // the others
} folder_question;

/* ---- writing ---- */

typedef struct folder_writer folder_writer;

/* Makes the folder (its parent must exist) and overwrites the files of that name. With
 * `derive_weights` skills get their weights from the postings written (tools/weights.h), so
 * skills.ndjson is written last. NULL: `why` says. */
folder_writer *folder_create(const char *path, bool derive_weights, char why[FOLDER_WHY_MAX]);
void folder_put_entry(folder_writer *w, yz_dictionary dictionary, const yz_entry *entry);
void folder_put_posting(folder_writer *w, const yz_posting *posting);
void folder_put_seeker(folder_writer *w, const yz_seeker *seeker);
void folder_put_question(folder_writer *w, const folder_question *question);
/* Ends and frees. False: something could not be written; `why` says. */
bool folder_close(folder_writer *w, char why[FOLDER_WHY_MAX]);

/* ---- reading ---- */

/* Each may be NULL: that kind is then not read. False stops the reading. Records are borrowed
 * during the call. */
typedef struct folder_take {
    void *context;
    bool (*entry)(void *context, yz_dictionary dictionary, const yz_entry *entry);
    bool (*posting)(void *context, const yz_posting *posting);
    bool (*seeker)(void *context, const yz_seeker *seeker);
} folder_take;

/* Dictionaries first, then postings, then seekers; with a progress bar. False: a file is unreadable
 * or a line is bad ("postings.ndjson:17: /wage/min: out_of_range"), or a take said stop (`why` is
 * then left alone). */
bool folder_read(const char *path, const folder_take *take, char why[FOLDER_WHY_MAX]);
/* The file itself. The question's texts live during the call. */
bool folder_read_questions(const char *file,
                           bool (*take)(void *context, const folder_question *question),
                           void *context, char why[FOLDER_WHY_MAX]);

#endif
