/* Policy's subjects and rules: put, read, taken away. What is due to whom is said elsewhere. */
#include "net/api/policy_inner.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/check_digit.h"
#include "engine/model/time.h"
#include "engine/policy/events.h"

#include <stdio.h>

// ---- what the routes share ----

bool policy_subject_of(api_call *call, yz_subject_kind *kind) {
    int named = yz_subject_kind_named(call->id);
    if (named < 0) {
        yz_problem problem;
        (void)wire_bad_choice(&problem, "/kind", call->id, WIRE_WORDS_POLICY_KINDS);
        api_fail(call, &problem);
        return false;
    }
    *kind = (yz_subject_kind)named;
    call->id = call->sub;
    return true;
}

yz_status policy_kind_read(const cJSON *node, uint8_t *kind, yz_problem *problem) {
    yz_text word;
    yz_status status = wire_text(node, "/kind", &word, problem);
    if (status != YZ_OK) return status;
    int named = yz_subject_kind_named(word);
    if (named < 0) return wire_bad_choice(problem, "/kind", word, WIRE_WORDS_POLICY_KINDS);
    *kind = (uint8_t)named;
    return YZ_OK;
}

void policy_fail_unknown(api_call *call, yz_text id) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_SUBJECT, "", id);
    api_fail(call, &problem);
}

// ---- filters by name ----

#define NAMES_MAX 280 // bytes; more are cut, and said so

typedef struct names {
    char text[NAMES_MAX + 8];
    uint32_t size;
    bool cut;
} names;

static void add_name(names *n, yz_text name) {
    n->cut = n->cut || n->size + 1 + name.size > NAMES_MAX;
    if (n->cut) return;
    if (n->size > 0) n->text[n->size++] = ' ';
    memcpy(n->text + n->size, name.bytes, name.size);
    n->size += name.size;
}

static yz_text names_text(names *n) {
    if (n->cut) n->size += (uint32_t)snprintf(n->text + n->size, 8, " …");
    return (yz_text){n->text, n->size};
}

void policy_refuse_measure(api_call *call, yz_text measure) {
    names n = {.size = 0};
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    for (uint32_t i = 0; rules != NULL && i < rules->rule_count; i++)
        add_name(&n, rules->rules[i].name);
    api_read_end(call->a);
    api_refuse_naming(call, "unknown_measure", measure, names_text(&n));
}

bool policy_ask_measure(api_call *call, yz_text *measure) {
    *measure = api_query_value(&call->query, "measure");
    if (measure->bytes == NULL) return true;
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    bool known = yz_book_knows_measure(yz_market_book(market), *measure) ||
                 (rules != NULL && yz_rules_rule(rules, *measure) != NULL);
    api_read_end(call->a);
    if (!known) policy_refuse_measure(call, *measure);
    return known;
}

// Is it the fund of an earlier rule?
static bool was_named(const yz_rules *rules, uint32_t before, yz_text fund) {
    for (uint32_t i = 0; i < before; i++)
        if (yz_text_equal(rules->rules[i].fund, fund)) return true;
    return false;
}

bool policy_knows_fund(api_call *call, yz_text fund) {
    names n = {.size = 0};
    policy_name name;
    const char *code;
    for (uint32_t i = 0; (code = policy_fund_at(i, &name)) != NULL; i++)
        add_name(&n, yz_text_of(code));
    bool known = policy_fund_name(fund, &name);
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    for (uint32_t i = 0; rules != NULL && i < rules->rule_count && !known; i++) {
        yz_text of_rule = rules->rules[i].fund;
        if (of_rule.size == 0 || policy_fund_name(of_rule, &name) || was_named(rules, i, of_rule))
            continue;
        known = yz_text_equal(of_rule, fund);
        add_name(&n, of_rule);
    }
    api_read_end(call->a);
    if (!known) api_refuse_naming(call, "unknown_fund", fund, names_text(&n));
    return known;
}

bool policy_ask_check(api_call *call, yz_text *check) {
    names n = {.size = 0};
    *check = api_query_value(&call->query, "check");
    if (check->bytes == NULL) return true;
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    bool known = yz_book_knows_check(yz_market_book(market), *check);
    for (uint32_t i = 0; rules != NULL && i < rules->check_count && !known; i++) {
        known = yz_text_equal(rules->checks[i].name, *check);
        add_name(&n, rules->checks[i].name);
    }
    api_read_end(call->a);
    if (!known) api_refuse_naming(call, "unknown_check", *check, names_text(&n));
    return known;
}

yz_text policy_keep(char room[YZ_ID_BYTES_MAX], yz_text text) {
    if (text.bytes == NULL) return text;
    uint32_t size = text.size < YZ_ID_BYTES_MAX ? text.size : YZ_ID_BYTES_MAX;
    memcpy(room, text.bytes, size);
    return (yz_text){room, size};
}

int32_t policy_today(const api_call *call, const yz_market *market) {
    return yz_day_at(stats_clock_ms(&call->a->house, market));
}

bool policy_day(api_call *call, const char *parameter, int32_t otherwise, int32_t *day) {
    yz_text text = api_query_value(&call->query, parameter);
    *day = otherwise;
    if (text.bytes == NULL || yz_date_of(text, day)) return true;
    api_refuse(call, "bad_parameter", yz_text_of(parameter));
    return false;
}

yz_text policy_version_text(const uint8_t version[16], char text[POLICY_VERSION_MAX]) {
    for (uint32_t i = 0; i < 16; i++)
        snprintf(text + 2 * i, 3, "%02x", version[i]);
    return (yz_text){text, 32};
}

// ---- subjects: the body ----

typedef struct subject_body {
    yz_text person, employer, division;
    const cJSON *facts;
} subject_body;

static yz_status read_person(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/person", &((subject_body *)record)->person, problem);
}

static yz_status read_employer(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/employer", &((subject_body *)record)->employer, problem);
}

static yz_status read_division(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/division", &((subject_body *)record)->division, problem);
}

static yz_status read_facts(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    (void)problem;
    ((subject_body *)record)->facts = node;
    return YZ_OK;
}

// ---- subjects: facts that may stand in the plain ----

static yz_status check_row(yz_object object, const yz_row *row, const char *pointer,
                           yz_problem *problem);

static yz_status check_text(yz_text text, const char *pointer, yz_problem *problem) {
    if (text.size > YZ_FACT_TEXT_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, text.size, 0,
                                YZ_FACT_TEXT_MAX);
    if (yz_names_a_person(text)) return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, pointer);
    return YZ_OK;
}

static yz_status check_texts(const yz_texts *texts, const char *pointer, yz_problem *problem) {
    if (texts->count > YZ_FACT_LIST_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, pointer, texts->count, 0,
                                YZ_FACT_LIST_MAX);
    yz_status status = YZ_OK;
    for (uint32_t i = 0; i < texts->count && status == YZ_OK; i++)
        status = check_text(texts->texts[i], pointer, problem);
    return status;
}

static yz_status check_list(yz_object shape, const yz_list *list, const char *pointer,
                            yz_problem *problem) {
    if (list->count > YZ_FACT_LIST_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, pointer, list->count, 0,
                                YZ_FACT_LIST_MAX);
    yz_status status = YZ_OK;
    for (uint32_t i = 0; i < list->count && status == YZ_OK; i++)
        status = check_row(shape, yz_list_row(list, i), pointer, problem);
    return status;
}

static yz_status check_value(const yz_fact_form *form, int64_t value, const char *pointer,
                             yz_problem *problem) {
    const void *at = (const void *)(intptr_t)value;
    if (form->type == YZ_FACT_TEXT) return check_text(*(const yz_text *)at, pointer, problem);
    if (form->type == YZ_FACT_TEXTS) return check_texts(at, pointer, problem);
    if (form->type == YZ_FACT_LIST) return check_list((yz_object)form->of, at, pointer, problem);
    return YZ_OK;
}

static yz_status check_row(yz_object object, const yz_row *row, const char *pointer,
                           yz_problem *problem) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    yz_status status = YZ_OK;
    for (uint32_t f = 0; f < count && status == YZ_OK; f++) {
        char at[YZ_POINTER_BYTES_MAX];
        if (!(row->known >> f & 1)) continue;
        snprintf(at, sizeof at, "%s/%s", pointer, forms[f].name);
        bool raw = object == YZ_OBJECT_person && f == yz_field_person_id_number;
        bool is_id = forms[f].type == YZ_FACT_TEXT && strcmp(forms[f].name, "id") == 0;
        raw |= is_id && yz_nearly_names_a_person(*(const yz_text *)(intptr_t)row->values[f]);
        status = raw ? yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, at)
                     : check_value(&forms[f], row->values[f], at, problem);
    }
    return status;
}

// The book keeps no id number and no phone: they belong into the vault (/v1/persons).
static yz_status check_facts(const yz_facts *facts, yz_problem *problem) {
    yz_status status = YZ_OK;
    for (int object = 0; object < YZ_OBJECTS && status == YZ_OK; object++) {
        char at[YZ_POINTER_BYTES_MAX];
        if (facts->objects[object] == NULL) continue;
        bool top = object == YZ_OBJECT_top;
        snprintf(at, sizeof at, "/facts%s%s", top ? "" : "/",
                 top ? "" : yz_object_name((yz_object)object));
        status = check_row((yz_object)object, facts->objects[object], at, problem);
    }
    return status;
}

static yz_status encode(const json_tree *tree, yz_subject_kind kind, const cJSON *facts,
                        yz_text *bytes, yz_problem *problem) {
    yz_facts_change change;
    yz_bytes code;
    yz_status status = json_facts_change_read(tree, facts, "/facts", &change, problem);
    if (status == YZ_OK) status = check_facts(&change.given, problem);
    if (status == YZ_OK) status = yz_events_check(kind, &change.given, "/facts/events", problem);
    if (status != YZ_OK) return status;
    yz_bytes_init(&code, YZ_POLICY_CHANGE_BYTES_MAX);
    bool fits = yz_facts_change_encode(&change, &code);
    *bytes = fits ? yz_arena_text(tree->arena, (yz_text){(char *)code.bytes, (uint32_t)code.size})
                  : (yz_text){NULL, 0};
    yz_bytes_deinit(&code);
    if (bytes->bytes != NULL) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/facts", 0, 0,
                            YZ_POLICY_CHANGE_BYTES_MAX);
}

static yz_status read_subject(const json_tree *tree, yz_policy_put *put, yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"person", read_person, 1, true},
                                          {"employer", read_employer, 2, true},
                                          {"division", read_division, 4, true},
                                          {"facts", read_facts, 8, true},
                                          {0}};
    subject_body body = {0};
    uint32_t seen;
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, &body, &seen, problem);
    if (status == YZ_OK && yz_nearly_names_a_person(body.person))
        status = yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, "/person");
    if (status == YZ_OK && body.facts != NULL)
        status =
            encode(tree, (yz_subject_kind)put->subject.kind, body.facts, &put->change, problem);
    if (status != YZ_OK) return status;
    put->person = body.person;
    put->employer = body.employer;
    put->division = body.division;
    return YZ_OK;
}

// ---- subjects: the routes ----

bool policy_subject_there(const yz_book *book, uint32_t row, yz_arena *arena,
                          yz_subject_view *view) {
    return row != YZ_ROW_NONE && yz_book_version(book, row) > 0 &&
           yz_book_subject_at(book, row, arena, view) && !view->gone;
}

void policy_subject_write(json_out *out, const yz_subject_view *view) {
    json_begin_object(out);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(view->kind)));
    json_field_text(out, "id", view->id);
    if (view->person.size > 0) json_field_text(out, "person", view->person);
    if (view->employer.size > 0) json_field_text(out, "employer", view->employer);
    if (view->division.size > 0) json_field_text(out, "division", view->division);
    if (view->withheld) json_field_bool(out, "withheld", true);
    json_key(out, "facts");
    json_facts_write(out, &view->facts);
    json_end_object(out);
}

void route_subject_get(api_call *call) {
    yz_subject_kind kind;
    yz_subject_view view;
    if (!policy_subject_of(call, &kind)) return;
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    const yz_book *book = yz_market_book(market);
    bool found = policy_subject_there(book, yz_book_row(book, kind, call->id), arena, &view);
    if (found) policy_subject_write(&call->a->out, &view);
    api_read_end(call->a);
    yz_arena_free(arena);
    if (!found) {
        policy_fail_unknown(call, call->id);
        return;
    }
    char lines[API_VIEW_LINES_MAX];
    yz_text headers = api_view_lines(view.version, YZ_TEXT(""), lines);
    if (api_not_modified(call, view.version))
        api_answer_empty(call->exchange, 304, headers);
    else
        api_answer(call->exchange, call->a, 200, headers);
}

// A patch makes nobody new.
static bool may_patch(api_call *call, yz_subject_kind kind) {
    const yz_market *market = api_read(call->a);
    const yz_book *book = yz_market_book(market);
    uint32_t row = yz_book_row(book, kind, call->id);
    bool found = row != YZ_ROW_NONE && yz_book_is_there(book, row);
    api_read_end(call->a);
    if (!found) policy_fail_unknown(call, call->id);
    return found;
}

// Whose facts they are, and what of them stays open.
static void fill_in(api_call *call, yz_policy_put *put) {
    yz_market_policy_put_fill(api_read(call->a), put);
    api_read_end(call->a);
}

// A hire or a certificate is somebody's: without an owner its facts would be written in the open.
static bool is_nobodys(const yz_policy_put *put) {
    bool of_one =
        put->subject.kind == YZ_SUBJECT_hire || put->subject.kind == YZ_SUBJECT_certificate;
    return of_one && put->change.size > 0 && put->owner.size == 0;
}

static void put_subject(api_call *call, bool replace) {
    api_precondition wanted;
    yz_subject_kind kind;
    json_tree tree;
    yz_problem problem;
    if (!policy_subject_of(call, &kind) || !api_preconditions(call, &wanted)) return;
    if (!api_body_json(call, &tree)) return;
    api_write write = {.status_done = 200, .status_created = 201};
    yz_policy_put *put = &write.command.policy_put;
    write.command.type = YZ_COMMAND_POLICY_PUT;
    *put = (yz_policy_put){.subject = {(uint8_t)kind, call->id},
                           .person = YZ_TEXT(""),
                           .employer = YZ_TEXT(""),
                           .division = YZ_TEXT(""),
                           .change = YZ_TEXT(""),
                           .if_version = wanted.if_version,
                           .only_new = wanted.only_new,
                           .replace = replace};
    yz_status status = read_subject(&tree, put, &problem);
    if (status == YZ_OK && yz_nearly_names_a_person(call->id))
        status = yz_problem_at(&problem, YZ_PROBLEM_NAMES_A_PERSON, "/id");
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!replace && !may_patch(call, kind)) return;
    fill_in(call, put);
    if (is_nobodys(put)) {
        (void)yz_problem_at(&problem, YZ_PROBLEM_MISSING_FIELD, "/person");
        api_fail(call, &problem);
        return;
    }
    api_submit(call, &write);
}

void route_subject_put(api_call *call) {
    put_subject(call, true);
}

void route_subject_patch(api_call *call) {
    put_subject(call, false);
}

void route_subject_delete(api_call *call) {
    api_precondition wanted;
    yz_subject_kind kind;
    if (!policy_subject_of(call, &kind) || !api_preconditions(call, &wanted)) return;
    api_write write = {.status_done = 204, .status_created = 204};
    write.command.type = YZ_COMMAND_POLICY_DROP;
    write.command.policy_drop.subject = (yz_policy_subject){(uint8_t)kind, call->id};
    write.command.policy_drop.if_version = wanted.if_version;
    api_submit(call, &write);
}

// ---- rules ----

static bool file_named(const yz_market *market, yz_text name, yz_policy_file_view *file) {
    for (uint32_t i = 0; i < yz_market_rules_files(market); i++) {
        *file = yz_market_rules_file(market, i);
        if (yz_text_equal(file->name, name)) return true;
    }
    return false;
}

static void write_notice(json_out *out, const yz_notice *notice) {
    json_begin_object(out);
    json_field_text(out, "name", notice->name);
    for (uint32_t i = 0; i < notice->pairs; i++) {
        char key[80];
        snprintf(key, sizeof key, "%.*s", (int)notice->keys[i].size, notice->keys[i].bytes);
        json_field_text(out, key, notice->values[i]);
    }
    json_end_object(out);
}

static void write_rules(json_out *out, const yz_rules *rules) {
    char version[POLICY_VERSION_MAX];
    json_field_text(out, "version", policy_version_text(rules->version, version));
    json_key(out, "notices");
    json_begin_array(out);
    for (uint32_t i = 0; i < rules->notice_count; i++)
        write_notice(out, &rules->notices[i]);
    json_end_array(out);
    json_key(out, "measures");
    json_begin_array(out);
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        json_begin_object(out);
        policy_rule_write(out, &rules->rules[i]);
        json_end_object(out);
    }
    json_end_array(out);
}

void route_rules_list(api_call *call) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "files");
    json_begin_array(out);
    const yz_market *market = api_read(call->a);
    for (uint32_t i = 0; i < yz_market_rules_files(market); i++) {
        yz_policy_file_view file = yz_market_rules_file(market, i);
        json_begin_object(out);
        json_field_text(out, "name", file.name);
        json_field_uint(out, "bytes", file.text.size);
        json_end_object(out);
    }
    json_end_array(out);
    const yz_rules *rules = yz_market_rules(market);
    if (rules != NULL) write_rules(out, rules);
    json_field_uint(out, "seq", yz_market_sequence(market));
    api_read_end(call->a);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

static void fail_unknown_rules(api_call *call) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_RULES, "", call->id);
    api_fail(call, &problem);
}

void route_rules_get(api_call *call) {
    yz_policy_file_view file;
    json_out *out = &call->a->out;
    json_out_reset(out);
    const yz_market *market = api_read(call->a);
    bool found = file_named(market, call->id, &file);
    if (found) json_raw(out, file.text);
    api_read_end(call->a);
    if (!found) {
        fail_unknown_rules(call);
        return;
    }
    http_answer_head head = {.status = 200, .content_type = "text/plain; charset=utf-8"};
    http_answer(call->exchange, &head, json_out_text(out));
}

// A file of rules on its way in.
typedef struct rules_errand {
    api_errand errand;
    api_call *call; // in the exchange's arena
    char *text;     // owned
    uint32_t size, room;
} rules_errand;

static void rules_free(rules_errand *r) {
    yz_free(r->text);
    yz_free(r);
}

static void rules_gone(api_errand *errand) {
    rules_free((rules_errand *)errand);
}

static void rules_body(api_errand *errand, yz_text bytes) {
    rules_errand *r = (rules_errand *)errand;
    if (bytes.size > YZ_POLICY_RULES_BYTES_MAX - r->size) {
        api_call *call = r->call;
        yz_problem problem;
        (void)yz_problem_range(&problem, YZ_PROBLEM_TOO_LONG, "", (int64_t)r->size + bytes.size, 1,
                               YZ_POLICY_RULES_BYTES_MAX);
        api_errand_end(errand);
        rules_free(r);
        api_fail(call, &problem);
        return;
    }
    if (r->size + bytes.size > r->room) {
        r->room = 2 * (r->size + bytes.size);
        r->text = yz_realloc(r->text, r->room);
    }
    memcpy(r->text + r->size, bytes.bytes, bytes.size);
    r->size += bytes.size;
}

/* Rules on their way to the market: what is slow about them is done beside the loop.
 *
 *     files copied (read section) -> parsed, checked (beside) -> command, with what was made */
typedef struct rules_job {
    api_errand errand;
    api_call *call; // in the exchange's arena
    yz_rules_draft *draft;
    bool goes; // is taken away
} rules_job;

static void job_gone(api_errand *errand) {
    (void)errand; // freed when it comes back
}

static void make_draft(void *context) {
    (void)yz_rules_draft_make(((rules_job *)context)->draft);
}

static void submit_draft(void *context) {
    rules_job *job = context;
    api_call *call = job->call;
    yz_rules_draft *draft = job->draft;
    bool there = job->errand.exchange != NULL, goes = job->goes;
    if (there) api_errand_end(&job->errand);
    yz_free(job);
    if (!there || yz_rules_draft_make(draft) != YZ_OK) {
        if (there) api_fail_rules(call, yz_rules_draft_problem(draft));
        yz_rules_draft_free(draft);
        return;
    }
    yz_policy_file_view file = yz_rules_draft_file(draft);
    api_write write = {
        .status_done = goes ? 204 : 200, .status_created = goes ? 204 : 201, .body = file.text};
    write.command.type = YZ_COMMAND_POLICY_RULES;
    write.command.policy_rules = (yz_policy_rules){file.name, file.text, draft};
    api_submit(call, &write);
}

static void go_beside(api_call *call, yz_rules_draft *draft, bool goes) {
    const api_house *house = &call->a->house;
    rules_job *job = yz_alloc_zeroed(sizeof *job);
    *job = (rules_job){.call = call, .draft = draft, .goes = goes};
    api_errand_begin(&job->errand, call);
    job->errand.gone = job_gone;
    house->beside(house->context, call->a->loop, make_draft, submit_draft, job);
}

static void put_rules(api_call *call, yz_text text) {
    yz_problem problem;
    yz_command command = {.type = YZ_COMMAND_POLICY_RULES, .policy_rules = {call->id, text, NULL}};
    yz_status status = yz_market_admit(&command, &problem);
    if (status == YZ_OK && text.size == 0) status = yz_problem_at(&problem, YZ_PROBLEM_EMPTY, "");
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    yz_rules_draft *draft = yz_rules_draft_new(api_read(call->a), call->id, text);
    api_read_end(call->a);
    go_beside(call, draft, false);
}

static void rules_end(api_errand *errand) {
    rules_errand *r = (rules_errand *)errand;
    api_call *call = r->call;
    yz_text text = {r->text, r->size};
    r->text = NULL;
    api_errand_end(errand);
    rules_free(r);
    put_rules(call, text); // which copies
    yz_free((char *)(uintptr_t)text.bytes);
}

void route_rules_put(api_call *call) {
    if (!api_no_preconditions(call)) return;
    rules_errand *r = yz_alloc_zeroed(sizeof *r);
    r->call = call;
    api_errand_begin(&r->errand, call);
    r->errand.body = rules_body;
    r->errand.end = rules_end;
    r->errand.gone = rules_gone;
}

void route_rules_delete(api_call *call) {
    yz_policy_file_view file;
    if (!api_no_preconditions(call)) return;
    const yz_market *market = api_read(call->a);
    yz_rules_draft *draft = NULL; // others may need what stands in it
    if (file_named(market, call->id, &file))
        draft = yz_rules_draft_new(market, call->id, YZ_TEXT(""));
    api_read_end(call->a);
    if (draft != NULL)
        go_beside(call, draft, true);
    else
        fail_unknown_rules(call);
}
