/* GET /v1/reports: a document of the whole market as of one command, built in one read section
 * (what a month counts from facts is read before, in slices) and written beside the loop. Nothing
 * but the market goes into it, so the same command gives the same bytes, now and later, as_of and
 * after a restart. */
#include "net/api/report.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_MAX_BYTES 200

typedef struct reporting {
    yz_sheet *sheet; // owned until it is written
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

static void answer(api_call *call, reporting *r, sheet_format format) {
    char at[YZ_TIME_TEXT_MAX];
    sheet_job *job = sheet_job_new(call);
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = r->name;
    job->build = hand_over;
    job->free = free_reporting;
    job->context = r;
    yz_time_format_instant(r->at_ms, at);
    // Of the past the answer says so anyway.
    if (!call->a->house.past)
        snprintf(job->headers, sizeof job->headers, "Yizhan-Seq: %" PRIu64 "\r\nYizhan-At: %s\r\n",
                 r->sequence, at);
    sheet_job_run(job);
}

static reporting *reporting_of(const yz_market *market, yz_sheet *sheet) {
    reporting *r = yz_alloc_zeroed(sizeof *r);
    r->sheet = sheet;
    r->sequence = yz_market_sequence(market);
    r->at_ms = yz_market_time_ms(market);
    return r;
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

static report_facts *read_facts(api_call *call, yz_text division, yz_period month) {
    const yz_market *market = api_read(call->a);
    report_facts *facts = report_facts_new(market, division, month);
    api_read_end(call->a);
    for (bool more = true; more;) {
        market = api_read(call->a);
        more = report_facts_read(facts, market);
        api_read_end(call->a);
    }
    return facts;
}

void route_report_month(api_call *call) {
    wish w;
    yz_period month;
    stats_question q = stats_question_of(call, YZ_S01);
    if (!read_wish(call, &w) || !read_month(call, &month) || !stats_ask_division(call, &q)) return;
    report_facts *facts = read_facts(call, q.division, month);
    if (report_facts_withheld(facts)) {
        api_refuse(call, "facts_withheld", call->id);
        report_facts_free(facts);
        return;
    }
    const yz_market *market = api_read(call->a);
    reporting *r = reporting_of(market, report_month(market, facts, q.division, month, w.english));
    api_read_end(call->a);
    report_facts_free(facts);
    name_file(r->name, "report", call->id, q.division);
    answer(call, r, w.format);
}

void route_report_fair(api_call *call) {
    wish w;
    yz_venue_view view;
    if (!read_wish(call, &w)) return;
    reporting *r = NULL;
    const yz_market *market = api_read(call->a);
    bool counted = yz_market_stats(market) != NULL;
    bool found = yz_market_venue(market, call->id, &view) && view.venue.kind == YZ_VENUE_FAIR;
    bool begun = found && view.venue.from_ms <= stats_clock_ms(&call->a->house, market);
    if (counted && begun) r = reporting_of(market, report_fair(market, call->id, w.english));
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
        name_file(r->name, "fair", call->id, YZ_TEXT(""));
        answer(call, r, w.format);
    }
}
