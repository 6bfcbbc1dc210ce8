/* GET /v1/reports: a document of the whole market as of one command, built in one read section
 * (what a month counts from facts is walked before) and written beside the loop. Nothing
 * but the market goes into it, so the same command gives the same bytes, now and later, as_of and
 * after a restart. */
#include "net/api/policy_inner.h"
#include "net/api/report.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/walks.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_MAX_BYTES 200

typedef struct reporting {
    yz_sheet *sheet; // owned until it is written
    sheet_job *job;
    api_walk walk; // of a month, with the rest but `name`
    report_facts *facts;
    yz_period month;
    yz_text said, division; // the month as asked; in the two rooms
    char said_room[YZ_ID_BYTES_MAX], division_room[YZ_ID_BYTES_MAX];
    bool english;
    uint64_t sequence;
    int64_t at_ms;
    char name[NAME_MAX_BYTES]; // of the file
} reporting;

// ---- what is asked ----

typedef struct wish {
    sheet_format format;
    bool english;
} wish;

// The language first: what else is wrong is said in it. False: answered already.
static bool read_wish(api_call *call, wish *w) {
    yz_text lang = api_query_value(&call->query, "lang");
    yz_text format = api_query_value(&call->query, "format");
    if (lang.bytes != NULL) {
        bool english = yz_text_equal(lang, YZ_TEXT("en"));
        if (!english && !yz_text_equal(lang, YZ_TEXT("zh"))) {
            api_refuse(call, "bad_parameter", YZ_TEXT("lang"));
            return false;
        }
        call->language = english ? PROBLEM_EN : PROBLEM_ZH;
    }
    w->english = call->language == PROBLEM_EN;
    if (format.bytes == NULL) {
        yz_text accept = http_exchange_header(call->exchange, "accept");
        w->format = sheet_format_accepted(accept, SHEET_AS_MARKDOWN);
    } else if (!sheet_format_of(format, &w->format)) {
        api_refuse(call, "unknown_format", format);
        return false;
    }
    return true;
}

// ---- written ----

static yz_sheet *hand_over(void *context) {
    reporting *r = context;
    yz_sheet *sheet = r->sheet;
    r->sheet = NULL;
    return sheet;
}

static void free_reporting(void *context) {
    reporting *r = context;
    report_facts_free(r->facts);
    sheet_free(r->sheet);
    yz_free(r);
}

// In a file's name, which stands in a header: what any system takes.
static void name_file(char name[NAME_MAX_BYTES], const char *what, yz_text first, yz_text second) {
    int size = snprintf(name, NAME_MAX_BYTES, "%s-%.*s%s%.*s", what, (int)first.size, first.bytes,
                        second.size > 0 ? "-" : "", (int)second.size, second.bytes);
    for (int i = 0; i < size && i < NAME_MAX_BYTES - 1; i++) {
        char c = name[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.';
        if (!plain) name[i] = '_';
    }
}

static reporting *begin(api_call *call, sheet_format format) {
    reporting *r = yz_alloc_zeroed(sizeof *r);
    r->job = sheet_job_new(call);
    r->job->how = (sheet_how){.format = format, .bom = true};
    r->job->name = r->name;
    r->job->build = hand_over;
    r->job->free = free_reporting;
    r->job->context = r;
    return r;
}

static void answer(reporting *r) {
    sheet_job_stamp(r->job, r->sequence, r->at_ms);
    sheet_job_run(r->job);
}

static void note_moment(reporting *r, const yz_market *market) {
    r->sequence = yz_market_sequence(market);
    r->at_ms = yz_market_time_ms(market);
}

// ---- the two ----

// False: answered already.
static bool read_month(api_call *call, yz_period *month) {
    if (!yz_period_parse(call->id, month) || month->window != YZ_WINDOW_MONTH) {
        api_refuse(call, "bad_month", call->id);
        return false;
    }
    const yz_market *market = api_read(call->a);
    int64_t clock = stats_clock_ms(&call->a->house, market);
    api_read_end(call->a);
    if (yz_period_begin_ms(*month) <= clock) return true;
    api_refuse(call, "not_begun", call->id);
    return false;
}

// The facts are read: the rest in one read section.
static void write_month(reporting *r) {
    api *a = r->job->errand.a;
    if (report_facts_withheld(r->facts)) {
        sheet_job_refuse(r->job, "facts_withheld", r->said, YZ_TEXT(""));
        return;
    }
    const yz_market *market = api_read(a);
    r->sheet = report_month(market, r->facts, r->division, r->month, r->english);
    note_moment(r, market);
    api_read_end(a);
    name_file(r->name, "report", r->said, r->division);
    answer(r);
}

static bool slice(void *context) {
    reporting *r = context;
    api *a = r->job->errand.a;
    if (r->job->errand.exchange == NULL) {
        sheet_job_run(r->job); // frees it all
        return false;
    }
    const yz_market *market = api_read(a);
    bool more = report_facts_read(r->facts, market);
    api_read_end(a);
    if (!more) write_month(r);
    return more;
}

void route_report_month(api_call *call) {
    wish w;
    yz_period month;
    stats_question q = stats_question_of(call, YZ_S01);
    if (!read_wish(call, &w) || !read_month(call, &month) || !stats_ask_division(call, &q)) return;
    reporting *r = begin(call, w.format);
    r->month = month;
    r->english = w.english;
    r->said = policy_keep(r->said_room, call->id);
    r->division = policy_keep(r->division_room, q.division);
    r->walk.slice = slice;
    r->walk.context = r;
    const yz_market *market = api_read(call->a);
    r->facts = report_facts_new(market, r->division, month);
    api_read_end(call->a);
    if (r->job->errand.exchange == NULL || !api_walk_begin(call->a, &r->walk))
        sheet_job_refuse(r->job, "stats_busy", YZ_TEXT(""), YZ_TEXT("Retry-After: 1\r\n"));
}

void route_report_fair(api_call *call) {
    wish w;
    yz_venue_view view;
    if (!read_wish(call, &w)) return;
    yz_sheet *sheet = NULL;
    reporting seen = {0};
    const yz_market *market = api_read(call->a);
    bool counted = yz_market_stats(market) != NULL;
    bool found = yz_market_venue(market, call->id, &view) && view.venue.kind == YZ_VENUE_FAIR;
    bool begun = found && view.venue.from_ms <= stats_clock_ms(&call->a->house, market);
    if (counted && begun) sheet = report_fair(market, call->id, w.english);
    note_moment(&seen, market);
    api_read_end(call->a);
    if (!counted) {
        api_refuse(call, "no_statistics", YZ_TEXT(""));
    } else if (!found) {
        yz_problem problem;
        (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_VENUE, "", call->id);
        api_fail(call, &problem);
    } else if (!begun) {
        api_refuse(call, "not_begun", call->id);
    } else {
        reporting *r = begin(call, w.format);
        r->sheet = sheet;
        r->sequence = seen.sequence;
        r->at_ms = seen.at_ms;
        name_file(r->name, "fair", call->id, YZ_TEXT(""));
        answer(r);
    }
}
