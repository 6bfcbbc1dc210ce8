/* GET /v1/stats and what is a table of it: the question is read and looked at here, then its table
 * in slices, each in a read section of its own, then it is written.
 *
 *     question -> slice, slice ... (loop) -> JSON in pieces
 *                                         \> a sheet, written beside the loop */
#include "net/api/stats.h"

#include "engine/base/alloc.h"

#define TURN_NS 300000u // after so long others have theirs
#define SLICES_A_TURN 8u

typedef struct asking {
    api_errand errand;
    api_call *call; // while there is an exchange
    stats_table *table;
    sheet_format format;
} asking;

// Whoever comes back to it next frees it.
static void asking_gone(api_errand *errand) {
    (void)errand;
}

static void answer(asking *s) {
    api_call *call = s->call;
    stats_table *table = s->table;
    sheet_format format = s->format;
    api_errand_end(&s->errand);
    yz_free(s);
    if (table->refusal != NULL) {
        api_refuse(call, table->refusal, YZ_TEXT(""));
        stats_table_free(table);
    } else if (format == SHEET_AS_JSON) {
        stats_json_answer(call, table);
    } else {
        stats_sheet_answer(call, table, format);
    }
}

// A small table is read in one turn, a large one leaves turns to others.
static void read_on(void *context) {
    asking *s = context;
    api *a = s->errand.a;
    const api_house *house = &a->house;
    if (s->errand.exchange == NULL) { // nobody waits
        stats_table_free(s->table);
        yz_free(s);
        return;
    }
    uint64_t begun_ns = house->now_ns(house->context);
    for (uint32_t i = 0; i < SLICES_A_TURN; i++) {
        stats_table_read(s->table, api_read(a), house);
        api_read_end(a);
        if (!stats_table_work(s->table)) {
            answer(s);
            return;
        }
        if (house->now_ns(house->context) - begun_ns > TURN_NS) break;
    }
    house->later(house->context, a->loop, read_on, s);
}

void stats_table_answer(api_call *call, const stats_question *question) {
    sheet_format format;
    if (!stats_format(call, &format)) return;
    asking *s = yz_alloc_zeroed(sizeof *s);
    api_errand_begin(&s->errand, call);
    s->errand.gone = asking_gone;
    s->call = call;
    s->format = format;
    s->table = stats_table_new(question);
    read_on(s);
}

void route_stats(api_call *call) {
    stats_question question;
    if (stats_ask(call, &question)) stats_table_answer(call, &question);
}

// 急需紧缺: the skills of which most is asked for and least is there.
void route_needs(api_call *call) {
    stats_question question = stats_question_of(call, YZ_Y12);
    question.by[0] = YZ_BY_SKILL;
    question.by_count = 1;
    if (stats_ask_division(call, &question) && stats_ask_skills(call, &question) &&
        stats_ask_public_needs(call, &question))
        stats_table_answer(call, &question);
}
