#include "tools/folder.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/api/wire.h"
#include "tools/lines.h"
#include "tools/progress.h"
#include "tools/weights.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define LINE_OUT_MAX 1048576
#define LINE_ARENA_MAX 33554432
#define PATH_BYTES 1024

enum { FILE_POSTINGS = YZ_DICTIONARY_COUNT, FILE_SEEKERS, FILE_QUESTIONS, FILE_COUNT };
static const char *const FILE_NAMES[FILE_COUNT] = {"skills",    "occupations", "divisions",
                                                   "employers", "persons",     "postings",
                                                   "seekers",   "questions"};

const char *folder_ask_name(folder_ask ask) {
    static const char *const names[FOLDER_ASK_COUNT] = {"jobs", "seekers", "standing"};
    return names[ask];
}

static void file_path(char path[PATH_BYTES], const char *folder, uint32_t file) {
    snprintf(path, PATH_BYTES, "%.900s/%s.ndjson", folder, FILE_NAMES[file]);
}

// ---- writing ----

// A skill held back until its weight is known.
typedef struct held_skill {
    char *id, *zh, *en; // owned
} held_skill;

struct folder_writer {
    char *path; // owned
    FILE *files[FILE_COUNT];
    json_out out;
    weights *weights; // NULL: skills are written as they come
    held_skill *skills;
    uint32_t skill_count, skill_room;
    int failed; // errno of the first failure
};

static char *copy_text(yz_text text) {
    char *copy = yz_alloc(text.size + 1u);
    if (text.size) memcpy(copy, text.bytes, text.size);
    copy[text.size] = 0;
    return copy;
}

folder_writer *folder_create(const char *path, bool derive_weights, char why[FOLDER_WHY_MAX]) {
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        snprintf(why, FOLDER_WHY_MAX, "%.400s: %s", path, strerror(errno));
        return NULL;
    }
    folder_writer *w = yz_alloc_zeroed(sizeof *w);
    w->path = copy_text(yz_text_of(path));
    json_out_init(&w->out, LINE_OUT_MAX);
    if (derive_weights) w->weights = weights_new();
    return w;
}

// Writes the line in `out`, into a file that is made when its first line comes.
static void put_line(folder_writer *w, uint32_t file) {
    if (w->files[file] == NULL && w->failed == 0) {
        char path[PATH_BYTES];
        file_path(path, w->path, file);
        w->files[file] = fopen(path, "w");
        if (w->files[file] == NULL) w->failed = errno;
    }
    json_newline(&w->out);
    if (w->failed == 0) {
        yz_text text = json_out_text(&w->out);
        yz_check(!w->out.overflowed);
        if (fwrite(text.bytes, 1, text.size, w->files[file]) != text.size) w->failed = errno;
    }
    json_out_reset(&w->out);
}

void folder_put_entry(folder_writer *w, yz_dictionary dictionary, const yz_entry *entry) {
    if (w->weights && dictionary == YZ_SKILLS) {
        if (w->skill_count == w->skill_room) {
            w->skill_room = w->skill_room ? 2 * w->skill_room : 256;
            w->skills = yz_realloc(w->skills, w->skill_room * sizeof *w->skills);
        }
        w->skills[w->skill_count++] = (held_skill){copy_text(entry->id), copy_text(entry->name_zh),
                                                   copy_text(entry->name_en)};
        return;
    }
    wire_entry_write(&w->out, dictionary, entry);
    put_line(w, dictionary);
}

void folder_put_posting(folder_writer *w, const yz_posting *posting) {
    if (w->weights) weights_add_posting(w->weights, posting);
    wire_posting_write(&w->out, posting);
    put_line(w, FILE_POSTINGS);
}

void folder_put_seeker(folder_writer *w, const yz_seeker *seeker) {
    wire_seeker_write(&w->out, seeker);
    put_line(w, FILE_SEEKERS);
}

void folder_put_question(folder_writer *w, const folder_question *question) {
    json_begin_object(&w->out);
    json_field_text(&w->out, "id", question->id);
    json_field_text(&w->out, "question", yz_text_of(folder_ask_name(question->ask)));
    if (question->ask != FOLDER_STANDING) json_field_uint(&w->out, "k", question->k);
    json_key(&w->out, question->ask == FOLDER_JOBS ? "seeker" : "posting");
    if (question->ask == FOLDER_JOBS) {
        wire_seeker_write(&w->out, &question->seeker);
    } else {
        wire_posting_write(&w->out, &question->posting);
    }
    json_end_object(&w->out);
    put_line(w, FILE_QUESTIONS);
}

static void put_held_skills(folder_writer *w) {
    for (uint32_t i = 0; i < w->skill_count; i++) {
        held_skill *s = &w->skills[i];
        yz_entry entry = {.id = yz_text_of(s->id),
                          .name_zh = yz_text_of(s->zh),
                          .name_en = yz_text_of(s->en),
                          .weight = weight_of(weights_df(w->weights, yz_text_of(s->id)))};
        wire_entry_write(&w->out, YZ_SKILLS, &entry);
        put_line(w, YZ_SKILLS);
        yz_free(s->id);
        yz_free(s->zh);
        yz_free(s->en);
    }
    yz_free(w->skills);
}

bool folder_close(folder_writer *w, char why[FOLDER_WHY_MAX]) {
    put_held_skills(w);
    for (uint32_t i = 0; i < FILE_COUNT; i++) {
        if (w->files[i] && fclose(w->files[i]) != 0 && w->failed == 0) w->failed = errno;
    }
    bool well = w->failed == 0;
    if (!well) snprintf(why, FOLDER_WHY_MAX, "%.400s: %s", w->path, strerror(w->failed));
    weights_free(w->weights);
    json_out_deinit(&w->out);
    yz_free(w->path);
    yz_free(w);
    return well;
}

// ---- reading ----

typedef struct reading {
    const folder_take *take;
    bool (*take_question)(void *context, const folder_question *question);
    void *context; // of take_question
    uint32_t file;
    yz_arena *arena;
    yz_problem problem;
} reading;

static yz_status read_question(reading *r, yz_text line, folder_question *q) {
    json_tree tree;
    yz_status status = json_parse(line, r->arena, &tree, &r->problem);
    if (status != YZ_OK) return status;
    const cJSON *ask = cJSON_GetObjectItemCaseSensitive(tree.root, "question");
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree.root, "id");
    const cJSON *k = cJSON_GetObjectItemCaseSensitive(tree.root, "k");
    *q = (folder_question){.ask = FOLDER_ASK_COUNT, .id = YZ_TEXT("")};
    for (int i = 0; cJSON_IsString(ask) && i < FOLDER_ASK_COUNT; i++) {
        if (strcmp(ask->valuestring, folder_ask_name((folder_ask)i)) == 0) q->ask = (folder_ask)i;
    }
    if (q->ask == FOLDER_ASK_COUNT) {
        return yz_problem_at(&r->problem, YZ_PROBLEM_BAD_CHOICE, "/question");
    }
    if (cJSON_IsString(id)) q->id = json_string(id);
    int64_t hits = q->ask == FOLDER_JOBS ? 10 : q->ask == FOLDER_SEEKERS ? 50 : 0;
    if (k && (status = json_scaled(&tree, k, 0, "/k", &hits, &r->problem)) != YZ_OK) return status;
    if (hits < 0 || hits > YZ_K_MAX) {
        return yz_problem_range(&r->problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", hits, 0, YZ_K_MAX);
    }
    q->k = (uint32_t)hits;
    const char *member = q->ask == FOLDER_JOBS ? "seeker" : "posting";
    const cJSON *record = cJSON_GetObjectItemCaseSensitive(tree.root, member);
    if (record == NULL) return yz_problem_at(&r->problem, YZ_PROBLEM_MISSING_FIELD, member);
    if (q->ask == FOLDER_JOBS) {
        return wire_seeker_read(&tree, record, WIRE_QUESTION, &q->seeker, NULL, &r->problem);
    }
    return wire_posting_read(&tree, record, WIRE_QUESTION, &q->posting, NULL, &r->problem);
}

// Sets `go` to what the taker said.
static yz_status read_line(reading *r, yz_text line, bool *go) {
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    folder_question question;
    yz_status status;
    yz_arena_reset(r->arena);
    if (r->file == FILE_POSTINGS) {
        status = wire_posting_parse(line, r->arena, &posting, &r->problem);
        if (status == YZ_OK) *go = r->take->posting(r->take->context, &posting);
    } else if (r->file == FILE_SEEKERS) {
        status = wire_seeker_parse(line, r->arena, &seeker, &r->problem);
        if (status == YZ_OK) *go = r->take->seeker(r->take->context, &seeker);
    } else if (r->file == FILE_QUESTIONS) {
        status = read_question(r, line, &question);
        if (status == YZ_OK) *go = r->take_question(r->context, &question);
    } else {
        yz_dictionary dictionary = (yz_dictionary)r->file;
        status = wire_entry_parse(line, r->arena, dictionary, &entry, &r->problem);
        if (status == YZ_OK) *go = r->take->entry(r->take->context, dictionary, &entry);
    }
    return status;
}

static bool read_lines(reading *r, const char *path, bool may_lack, char why[FOLDER_WHY_MAX]) {
    lines *l = lines_open(path);
    if (l == NULL) {
        if (errno == ENOENT && may_lack) return true;
        snprintf(why, FOLDER_WHY_MAX, "%.400s: %s", path, strerror(errno));
        return false;
    }
    progress bar;
    progress_begin(&bar, FILE_NAMES[r->file], lines_bytes_total(l));
    yz_text line;
    uint64_t number = 0;
    bool go = true, well = true;
    while (go && well && lines_next(l, &line)) {
        number += 1;
        if (line.size == 0) continue;
        if (read_line(r, line, &go) != YZ_OK) {
            snprintf(why, FOLDER_WHY_MAX, "%.200s:%llu: %s: %s%s%s", path,
                     (unsigned long long)number, r->problem.pointer,
                     yz_problem_name(r->problem.code).bytes, r->problem.value[0] ? " " : "",
                     r->problem.value);
            well = false;
        }
        if (number % 4096 == 0) progress_at(&bar, lines_bytes_read(l));
    }
    progress_end(&bar);
    if (well && lines_failure(l)) {
        snprintf(why, FOLDER_WHY_MAX, "%.400s: %s", path, lines_failure(l));
        well = false;
    }
    lines_close(l);
    return go && well;
}

bool folder_read(const char *path, const folder_take *take, char why[FOLDER_WHY_MAX]) {
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
        snprintf(why, FOLDER_WHY_MAX, "%.400s: not a folder", path);
        return false;
    }
    reading r = {.take = take, .arena = yz_arena_new(LINE_ARENA_MAX)};
    bool well = true;
    for (uint32_t file = 0; well && file < FILE_QUESTIONS; file++) {
        bool wanted = file == FILE_POSTINGS  ? take->posting != NULL
                      : file == FILE_SEEKERS ? take->seeker != NULL
                                             : take->entry != NULL;
        char name[PATH_BYTES];
        file_path(name, path, file);
        r.file = file;
        if (wanted) well = read_lines(&r, name, true, why);
    }
    yz_arena_free(r.arena);
    return well;
}

bool folder_read_questions(const char *file,
                           bool (*take)(void *context, const folder_question *question),
                           void *context, char why[FOLDER_WHY_MAX]) {
    reading r = {.take_question = take,
                 .context = context,
                 .file = FILE_QUESTIONS,
                 .arena = yz_arena_new(LINE_ARENA_MAX)};
    bool well = read_lines(&r, file, false, why);
    yz_arena_free(r.arena);
    return well;
}
