/* yizhan generate: the standard workload, or the demo, as a folder of NDJSON. */
#include "tools/cmd.h"
#include "tools/demo.h"
#include "tools/folder.h"
#include "tools/generate.h"
#include "tools/generate_population.h"
#include "tools/output.h"
#include "tools/progress.h"

#include <stdio.h>
#include <time.h>

#define ARENA_BYTES_MAX (1 << 16)

typedef struct writing {
    folder_writer *to;
    uint64_t entries, postings, seekers, questions; // written so far
} writing;

/* ---- the workload ---- */

static void write_entries(writing *w, const generate *set, yz_arena *arena) {
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++) {
        uint32_t count = generate_entry_count(set, (yz_dictionary)d);
        for (uint32_t i = 0; i < count; i++) {
            yz_entry entry;
            yz_arena_reset(arena);
            generate_entry(set, (yz_dictionary)d, i, arena, &entry);
            folder_put_entry(w->to, (yz_dictionary)d, &entry);
            w->entries += 1;
        }
    }
}

static void write_postings(writing *w, const generate *set, yz_arena *arena) {
    progress bar;
    uint32_t count = generate_options_of(set).postings;
    progress_begin(&bar, "postings", count);
    for (uint32_t i = 0; i < count; i++) {
        yz_posting posting;
        yz_arena_reset(arena);
        generate_posting(set, i, arena, &posting);
        folder_put_posting(w->to, &posting);
        progress_at(&bar, ++w->postings);
    }
    progress_end(&bar);
}

static void write_seekers(writing *w, const generate *set, yz_arena *arena) {
    progress bar;
    uint32_t count = generate_options_of(set).seekers;
    progress_begin(&bar, "seekers", count);
    for (uint32_t i = 0; i < count; i++) {
        yz_seeker seeker;
        yz_arena_reset(arena);
        generate_seeker(set, i, arena, &seeker);
        folder_put_seeker(w->to, &seeker);
        progress_at(&bar, ++w->seekers);
    }
    progress_end(&bar);
}

static void write_question(writing *w, folder_question *question) {
    question->id = question->ask == FOLDER_JOBS ? question->seeker.id : question->posting.id;
    folder_put_question(w->to, question);
    w->questions += 1;
}

static void write_questions(writing *w, const generate *set, yz_arena *arena) {
    for (uint32_t i = 0; i < GENERATE_Q1_COUNT; i++) {
        folder_question question = {.ask = FOLDER_JOBS, .k = 10};
        yz_arena_reset(arena);
        generate_q1(set, i, arena, &question.seeker);
        write_question(w, &question);
    }
    for (uint32_t i = 0; i < GENERATE_Q2_COUNT; i++) {
        folder_question question = {.ask = FOLDER_SEEKERS, .k = 50};
        yz_arena_reset(arena);
        generate_q2(set, i, arena, &question.posting);
        write_question(w, &question);
    }
    for (uint32_t i = 0; i < GENERATE_Q3_COUNT; i++) {
        folder_question question = {.ask = FOLDER_STANDING};
        yz_arena_reset(arena);
        generate_q3(set, i, arena, &question.posting);
        write_question(w, &question);
    }
}

static void write_workload(writing *w, const options *given) {
    generate *set = generate_new((generate_options){
        .kind = options_flag(given, "dense") ? GENERATE_DENSE
                : options_flag(given, "gig") ? GENERATE_GIG
                                             : GENERATE_NORMAL,
        .postings = (uint32_t)options_number(given, "postings"),
        .seekers = (uint32_t)options_number(given, "seekers"),
        .seed = (uint64_t)options_number(given, "seed"),
    });
    yz_arena *arena = yz_arena_new(ARENA_BYTES_MAX);
    write_entries(w, set, arena);
    write_postings(w, set, arena);
    write_seekers(w, set, arena);
    write_questions(w, set, arena);
    yz_arena_free(arena);
    generate_free(set);
}

/* ---- the demo ---- */

// A folder holds records: no stations, and nothing of what happened.
static bool write_command(void *context, const yz_command *command) {
    writing *w = context;
    if (command->type == YZ_COMMAND_ENTRY_PUT) {
        folder_put_entry(w->to, command->entry_put.dictionary, &command->entry_put.entry);
        w->entries += 1;
    } else if (command->type == YZ_COMMAND_POSTING_PUT) {
        yz_posting posting = command->posting_put.posting;
        posting.station = YZ_TEXT("");
        folder_put_posting(w->to, &posting);
        w->postings += 1;
    } else if (command->type == YZ_COMMAND_SEEKER_PUT) {
        folder_put_seeker(w->to, &command->seeker_put.seeker);
        w->seekers += 1;
    }
    return true;
}

static void write_demo(writing *w, const options *given) {
    int64_t at_ms = options_time_ms(given, "at");
    if (at_ms == INT64_MIN) at_ms = (int64_t)time(NULL) * 1000;
    demo_load(at_ms, write_command, w);
}

int cmd_generate(const options *given) {
    const char *path = options_text(given, "out");
    bool demo = options_flag(given, "demo");
    if (options_flag(given, "population")) return generate_population(given);
    if (path == NULL) {
        fputs("yizhan generate: --out DIR is missing: where the files go\n", stderr);
        return EXIT_USAGE;
    }
    if (demo + options_flag(given, "dense") + options_flag(given, "gig") > 1) {
        fputs("yizhan generate: --demo, --dense and --gig exclude each other\n", stderr);
        return EXIT_USAGE;
    }
    char why[FOLDER_WHY_MAX];
    writing w = {.to = folder_create(path, false, why)};
    if (w.to == NULL) {
        fprintf(stderr, "yizhan generate: %s\n", why);
        return EXIT_FAILED;
    }
    if (demo) {
        write_demo(&w, given);
    } else {
        write_workload(&w, given);
    }
    if (!folder_close(w.to, why)) {
        fprintf(stderr, "yizhan generate: %s\n", why);
        return EXIT_FAILED;
    }
    output *out = output_record(given);
    output_field(out, "folder", path);
    output_field_count(out, "entries", w.entries);
    output_field_count(out, "postings", w.postings);
    output_field_count(out, "seekers", w.seekers);
    output_field_count(out, "questions", w.questions);
    output_end(out);
    return EXIT_OK;
}
