/* match: answers the questions of a file from a folder of records, in this process, so that anybody
 * can check the answers with a program of their own, or with --oracle. */
#include "tools/cmd.h"
#include "tools/load.h"

#include "engine/base/alloc.h"
#include "net/api/json_out.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES_MAX_OUT 1073741824

typedef struct asking {
    load *load;
    yz_desk *desk;
    yz_hit *hits;   // room for YZ_K_MAX
    uint32_t *rows; // room for every seeker
    yz_text *ids;   // the same
    uint32_t k;     // 0: the question's own
    bool oracle, json;
    json_out out;
    uint64_t asked, refused;
} asking;

static int by_bytes(const void *a, const void *b) {
    return yz_text_compare(*(const yz_text *)a, *(const yz_text *)b);
}

static void put_hits(asking *a, const yz_answer *answer) {
    json_field_uint(&a->out, "count", answer->count);
    json_key(&a->out, "hits");
    json_begin_array(&a->out);
    for (uint32_t i = 0; i < answer->hit_count; i++) {
        const yz_hit *hit = &answer->hits[i];
        json_begin_object(&a->out);
        json_field_text(&a->out, "id", hit->id);
        json_field_double(&a->out, "score", hit->score);
        json_field_double(&a->out, "distance_km", hit->distance_km);
        json_end_object(&a->out);
    }
    json_end_array(&a->out);
}

static void put_ids(asking *a, uint64_t count) {
    json_field_uint(&a->out, "count", count);
    json_key(&a->out, "ids");
    json_begin_array(&a->out);
    for (uint64_t i = 0; i < count; i++)
        json_text(&a->out, a->ids[i]);
    json_end_array(&a->out);
}

// Piped lines for people and cut(1): question, place, id, score; or count for standing searches.
static void print_plain(const folder_question *q, const yz_answer *answer, const yz_text *ids) {
    int size = (int)q->id.size;
    printf("%.*s\t%s\tcount\t%llu\n", size, q->id.bytes, folder_ask_name(q->ask),
           (unsigned long long)answer->count);
    for (uint32_t i = 0; i < answer->hit_count; i++) {
        const yz_hit *hit = &answer->hits[i];
        printf("%.*s\t%u\t%.*s\t%.17g\n", size, q->id.bytes, i + 1, (int)hit->id.size,
               hit->id.bytes, hit->score);
    }
    for (uint64_t i = 0; ids && i < answer->count; i++) {
        printf("%.*s\t\t%.*s\n", size, q->id.bytes, (int)ids[i].size, ids[i].bytes);
    }
}

static yz_status answer_one(asking *a, const folder_question *q, yz_answer *answer,
                            yz_problem *problem) {
    const yz_market *market = a->load->market;
    yz_ask ask = {.k = a->k && q->ask != FOLDER_STANDING ? a->k : q->k, .by_oracle = a->oracle};
    if (q->ask == FOLDER_JOBS) {
        return yz_market_jobs(market, a->desk, &q->seeker, &ask, answer, problem);
    }
    if (q->ask == FOLDER_SEEKERS) {
        return yz_market_seekers(market, a->desk, &q->posting, &ask, answer, problem);
    }
    yz_status status =
        yz_market_standing(market, a->desk, &q->posting, &ask, a->rows, &answer->count, problem);
    if (status != YZ_OK) return status;
    for (uint64_t i = 0; i < answer->count; i++) {
        a->ids[i] = yz_market_seeker_id(market, a->rows[i]);
    }
    qsort(a->ids, answer->count, sizeof *a->ids, by_bytes);
    return YZ_OK;
}

static bool on_question(void *context, const folder_question *q) {
    asking *a = context;
    yz_problem problem;
    yz_answer answer = {.hits = a->hits};
    bool well = answer_one(a, q, &answer, &problem) == YZ_OK;
    bool standing = q->ask == FOLDER_STANDING;
    a->asked += 1;
    a->refused += !well;
    if (!a->json) {
        if (well)
            print_plain(q, &answer, standing ? a->ids : NULL);
        else
            fprintf(stderr, "yizhan: match: %.*s: %s %s\n", (int)q->id.size, q->id.bytes,
                    yz_problem_name(problem.code).bytes, problem.pointer);
        return true;
    }
    json_begin_object(&a->out);
    json_field_text(&a->out, "id", q->id);
    json_field_text(&a->out, "question", yz_text_of(folder_ask_name(q->ask)));
    if (!well) {
        json_field_text(&a->out, "error", yz_problem_name(problem.code));
        json_field_text(&a->out, "pointer", yz_text_of(problem.pointer));
    } else if (standing) {
        put_ids(a, answer.count);
    } else {
        put_hits(a, &answer);
    }
    json_end_object(&a->out);
    json_newline(&a->out);
    fwrite(a->out.bytes, 1, a->out.size, stdout);
    json_out_reset(&a->out);
    return true;
}

static void tell_refusals(const load *l) {
    for (uint32_t i = 0; i < l->reason_count; i++) {
        fprintf(stderr, "yizhan: match: %llu records were refused: %s\n",
                (unsigned long long)l->reasons[i].count, yz_problem_name(l->reasons[i].code).bytes);
    }
}

static int ask_all(const options *given, load *l) {
    char why[FOLDER_WHY_MAX] = "";
    uint32_t seekers = yz_market_seeker_rows(l->market);
    asking a = {.load = l,
                .desk = yz_desk_new(),
                .hits = yz_alloc(YZ_K_MAX * sizeof *a.hits),
                .rows = yz_alloc(seekers * sizeof *a.rows),
                .ids = yz_alloc(seekers * sizeof *a.ids),
                .k = (uint32_t)options_number(given, "k"),
                .oracle = options_flag(given, "oracle"),
                .json = options_flag(given, "json")};
    json_out_init(&a.out, LINE_BYTES_MAX_OUT);
    const char *cpu = options_text(given, "cpu");
    bool well = yz_desk_use(a.desk, cpu);
    if (!well) snprintf(why, sizeof why, "this processor has no %s", cpu);
    well = well && folder_read_questions(options_text(given, "questions"), on_question, &a, why);
    if (!well) fprintf(stderr, "yizhan: match: %s\n", why);
    if (fflush(stdout) != 0) well = false;
    json_out_deinit(&a.out);
    yz_desk_free(a.desk);
    yz_free(a.hits);
    yz_free(a.rows);
    yz_free(a.ids);
    return !well ? EXIT_FAILED : a.refused ? EXIT_PARTIAL : EXIT_OK;
}

int cmd_match(const options *given) {
    const char *data = options_text(given, "data");
    if (data == NULL || options_text(given, "questions") == NULL) {
        fprintf(stderr, "yizhan: match: needs --data DIR and --questions FILE\n");
        return EXIT_USAGE;
    }
    char why[FOLDER_WHY_MAX] = "";
    int64_t at_ms = options_time_ms(given, "at");
    load l;
    load_begin(&l, at_ms == INT64_MIN ? (int64_t)time(NULL) * 1000 : at_ms, (yz_hash_key){1, 2});
    folder_take take = load_folder_take(&l);
    bool well = folder_read(data, &take, why);
    load_end(&l);
    tell_refusals(&l);
    if (!well) fprintf(stderr, "yizhan: match: %s\n", why);
    int code = well ? ask_all(given, &l) : EXIT_FAILED;
    load_deinit(&l);
    return code;
}
