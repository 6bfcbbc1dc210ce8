/* One person: the skeleton lives in the market, what identifies in the vault. Reading one asks
 * both, and shows the vault's part masked; the raw values leave only through reveal, after a
 * command that says who read what and why has become durable. */
#include "net/api/inner.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/check_digit.h"
#include "engine/model/time.h"

#include <stdio.h>

#define NO_STORE "Cache-Control: no-store\r\n"

static void fail_unknown(api_call *call) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_PERSON, "", call->id);
    api_fail(call, &problem);
}

// ---- GET: market, then vault ----

typedef struct person_errand {
    api_errand errand;
    yz_person person; // its texts below
    char id[YZ_ID_BYTES_MAX], division[YZ_ID_BYTES_MAX];
    uint32_t version, fields; // fields: of a reveal, yz_vault_field set
    uint64_t sequence;        // of a reveal
    bool erased;
} person_errand;

static void person_gone(api_errand *errand) {
    (void)errand; // freed when the vault or the market has answered
}

static yz_text keep(char to[YZ_ID_BYTES_MAX], yz_text text) {
    if (text.size > 0) memcpy(to, text.bytes, text.size);
    return (yz_text){to, text.size};
}

static void answer_person(void *context, const store_secret *secret) {
    person_errand *p = context;
    http_exchange *exchange = p->errand.exchange;
    if (exchange != NULL) {
        api *a = p->errand.a;
        char etag[API_ETAG_MAX], lines[160];
        (void)api_etag(p->version, etag);
        snprintf(lines, sizeof lines, "%sYizhan-State: %s\r\n" NO_STORE, etag,
                 p->erased ? "erased" : "registered");
        api_errand_end(&p->errand);
        json_out_reset(&a->out);
        wire_person_write(&a->out, &p->person, p->erased ? NULL : secret);
        api_answer(exchange, a, 200, yz_text_of(lines));
    }
    yz_free(p);
}

// The vault is asked beside the loop.
static void ask_vault(person_errand *p, void (*done)(void *context, const store_secret *secret)) {
    const api_house *house = &p->errand.a->house;
    if (house->vault_read == NULL)
        done(p, NULL);
    else
        house->vault_read(house->context, p->errand.a->loop, p->person.id, done, p);
}

static person_errand *person_errand_new(api_call *call, yz_text id) {
    person_errand *p = yz_alloc_zeroed(sizeof *p);
    p->person.id = keep(p->id, id);
    api_errand_begin(&p->errand, call);
    p->errand.gone = person_gone;
    return p;
}

void route_person_get(api_call *call) {
    yz_person_view view;
    person_errand *p = NULL;
    const yz_market *market = api_read(call->a);
    bool found = yz_market_person(market, call->id, &view);
    if (found && !api_not_modified(call, view.version)) {
        p = person_errand_new(call, view.person.id);
        yz_text id = p->person.id;
        p->person = view.person;
        p->person.id = id;
        p->person.division = keep(p->division, view.person.division);
        p->version = view.version;
        p->erased = view.erased;
    }
    api_read_end(call->a);
    if (!found) {
        fail_unknown(call);
        return;
    }
    if (p == NULL) {
        char etag[API_ETAG_MAX];
        api_answer_empty(call->exchange, 304, api_etag(view.version, etag));
        return;
    }
    ask_vault(p, answer_person);
}

// ---- PUT, PATCH, DELETE ----

static void keep_what_is_not_said(yz_command *command, const yz_person *known,
                                  const store_secret *said) {
    uint32_t kept = 0;
    if (!(said->fields & YZ_VAULT_ID_NUMBER) && known->id_check != YZ_ID_NOT_GIVEN)
        kept |= YZ_PERSON_ID_CHECK;
    if (!(said->fields & YZ_VAULT_ACCOUNT) && (known->account_hash[0] | known->account_hash[1]))
        kept |= YZ_PERSON_ACCOUNT;
    if (kept == 0) return;
    command->type = YZ_COMMAND_PERSON_PATCH;
    command->person_put.fields = YZ_PERSON_ALL & ~kept;
}

yz_status person_look_first(const yz_market *market, yz_command *command, store_secret *secret,
                            person_look how, yz_problem *problem) {
    // Of a repeat the market says what comes of it, when its turn comes: by then the receipt may
    // be a day old and forgotten, and what is carried out anew must not lack its secret.
    if (api_is_repeat(market, &command->receipt)) {
        if (secret->fields != 0) command->person_put.fields |= YZ_PERSON_VAULT; // as it was then
        return YZ_OK;
    }
    yz_text id = command->person_put.person.id, division = command->person_put.person.division;
    uint32_t wanted = command->person_put.if_version;
    yz_person_view view = {0};
    yz_entry_view entry;
    bool known = yz_market_person(market, id, &view) && !view.erased;
    if (wanted == YZ_VERSION_NEW && known)
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", id);
    if (!known && command->type == YZ_COMMAND_PERSON_PATCH)
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_PERSON, "", id);
    if (wanted != YZ_VERSION_ANY && wanted != YZ_VERSION_NEW &&
        (!known || wanted != view.version)) {
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                known ? view.version : 0);
    }
    if ((command->person_put.fields & YZ_PERSON_DIVISION) && division.size > 0 &&
        !how.unknown_division_is_fine && !yz_market_entry(market, YZ_DIVISIONS, division, &entry)) {
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_DIVISION, "/division", division);
    }
    if (known && command->type == YZ_COMMAND_PERSON_PUT)
        keep_what_is_not_said(command, &view.person, secret);
    if (secret->fields != 0) command->person_put.fields |= YZ_PERSON_VAULT;
    return YZ_OK;
}

static void put_person(api_call *call, bool patch) {
    api_precondition wanted;
    json_tree tree;
    wire_person said;
    yz_problem problem;
    if (!api_preconditions(call, &wanted) || !api_body_json(call, &tree)) return;
    int32_t today = yz_day_at(call->a->house.now_ms(call->a->house.context));
    if (wire_person_read(&tree, tree.root, patch ? WIRE_PATCH : WIRE_BODY, today, &said,
                         &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (said.person.id.size > 0 && !yz_text_equal(said.person.id, call->id)) {
        (void)yz_problem_value(&problem, YZ_PROBLEM_ID_MISMATCH, "/id", said.person.id);
        api_fail(call, &problem);
        return;
    }
    said.person.id = said.secret.person = call->id;
    api_write write = {.status_done = 200, .status_created = 201};
    write.warnings = said.warnings;
    write.command.type = patch ? YZ_COMMAND_PERSON_PATCH : YZ_COMMAND_PERSON_PUT;
    write.command.person_put.person = said.person;
    write.command.person_put.fields = said.fields;
    write.command.person_put.if_version = wanted.if_version;
    write.command.receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    if (wanted.only_new) write.command.person_put.if_version = YZ_VERSION_NEW;
    person_look how = {.unknown_division_is_fine = false};
    const yz_market *market = api_read(call->a);
    yz_status status = person_look_first(market, &write.command, &said.secret, how, &problem);
    api_read_end(call->a);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (said.secret.fields != 0) write.secret = &said.secret;
    api_submit(call, &write);
}

void route_person_put(api_call *call) {
    put_person(call, false);
}

void route_person_patch(api_call *call) {
    put_person(call, true);
}

/* Erasing destroys the key with the journal, too: asked first, as person_look_first does. A repeat
 * goes as it is: its receipt brings back the first answer before anything is written, and whoever
 * has registered anew since then is left alone. */
static yz_status look_before_erasing(api_call *call, const yz_market *market,
                                     const yz_command *command, yz_problem *problem) {
    uint32_t wanted = command->named.if_version, version = 0;
    yz_receipt receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    if (api_is_repeat(market, &receipt)) return YZ_OK;
    yz_person_view person;
    yz_seeker_view seeker;
    if (yz_market_person(market, call->id, &person))
        version = person.version;
    else if (yz_market_seeker(market, call->id, http_exchange_arena(call->exchange), &seeker))
        version = seeker.version;
    if (wanted == YZ_VERSION_ANY || wanted == version) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, version);
}

void route_person_delete(api_call *call) {
    api_precondition wanted;
    yz_problem problem;
    if (!api_preconditions(call, &wanted)) return;
    api_write write = {.status_done = 204, .status_created = 204};
    write.command.type = YZ_COMMAND_PERSON_ERASE;
    write.command.named.dictionary = YZ_PERSONS;
    write.command.named.id = call->id;
    write.command.named.if_version = wanted.if_version;
    const yz_market *market = api_read(call->a);
    yz_status status = look_before_erasing(call, market, &write.command, &problem);
    api_read_end(call->a);
    if (status == YZ_OK)
        api_submit(call, &write);
    else
        api_fail(call, &problem);
}

// ---- reveal ----

typedef struct reveal {
    uint32_t fields; // yz_vault_field set
    yz_text purpose;
} reveal;

static yz_status read_fields(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    uint32_t count, index = 0;
    yz_status status = wire_list(node, "/fields", 4, &count, problem);
    if (status != YZ_OK) return status;
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char pointer[] = "/fields/0";
        pointer[8] = (char)('0' + index);
        yz_text word;
        yz_vault_field field;
        status = wire_text(element, pointer, &word, problem);
        if (status != YZ_OK) return status;
        if (!wire_vault_field_parse(word, &field))
            return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, word);
        ((reveal *)record)->fields |= (uint32_t)field;
    }
    return count > 0 ? YZ_OK : yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/fields");
}

static yz_status read_purpose(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    yz_text *purpose = &((reveal *)record)->purpose;
    yz_status status = wire_text(node, "/purpose", purpose, problem);
    if (status != YZ_OK) return status;
    uint32_t at, size; // it is kept in the plain, for the audit
    if (yz_find_personal_number(*purpose, 0, &at, &size))
        return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, "/purpose");
    if (purpose->size == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/purpose");
    return YZ_OK;
}

static bool read_reveal(api_call *call, reveal *wanted) {
    static const wire_member MEMBERS[] = {
        {"fields", read_fields, 1, false}, {"purpose", read_purpose, 2, false}, {0}};
    json_tree tree;
    yz_problem problem;
    uint32_t seen;
    *wanted = (reveal){0};
    if (!api_body_json(call, &tree)) return false;
    yz_status status = wire_members(&tree, tree.root, "", MEMBERS, wanted, &seen, &problem);
    if (status == YZ_OK && seen != 3) {
        status =
            yz_problem_at(&problem, YZ_PROBLEM_MISSING_FIELD, seen & 1 ? "/purpose" : "/fields");
    }
    if (status != YZ_OK) api_fail(call, &problem);
    return status == YZ_OK;
}

static void write_raw(json_out *out, const person_errand *p, const store_secret *secret,
                      yz_vault_field field, const char *name, yz_text value) {
    if (!(p->fields & (uint32_t)field)) return;
    json_key(out, name);
    if (secret == NULL || value.size == 0)
        json_null(out);
    else
        json_text(out, value);
}

static void answer_reveal(void *context, const store_secret *secret) {
    static const store_secret NOTHING = {0};
    person_errand *p = context;
    http_exchange *exchange = p->errand.exchange;
    if (exchange != NULL) {
        api *a = p->errand.a;
        json_out *out = &a->out;
        const store_secret *s = secret != NULL ? secret : &NOTHING;
        api_errand_end(&p->errand);
        json_out_reset(out);
        json_begin_object(out);
        json_field_text(out, "id", p->person.id);
        json_field_uint(out, "seq", p->sequence);
        write_raw(out, p, secret, YZ_VAULT_NAME, "name", s->name);
        write_raw(out, p, secret, YZ_VAULT_ID_NUMBER, "id_number", s->id_number);
        write_raw(out, p, secret, YZ_VAULT_PHONE, "phone", s->phone);
        write_raw(out, p, secret, YZ_VAULT_ACCOUNT, "account", s->account);
        json_end_object(out);
        api_answer(exchange, a, 200, YZ_TEXT(NO_STORE));
    }
    yz_free(p);
}

// It is written down who reads what: now it may be read.
static void reveal_durable(void *context, const yz_outcome *outcomes, uint32_t count,
                           uint64_t first_sequence, int failure) {
    (void)count;
    person_errand *p = context;
    http_exchange *exchange = p->errand.exchange;
    if (failure == 0 && outcomes[0].status == YZ_OK && exchange != NULL) {
        p->sequence = first_sequence;
        ask_vault(p, answer_reveal);
        return;
    }
    if (exchange != NULL) {
        api *a = p->errand.a;
        api_errand_end(&p->errand);
        if (failure != 0)
            api_refuse_exchange(a, exchange, p->errand.language, api_failure_word(failure),
                                YZ_TEXT(""), YZ_TEXT(""));
        else
            api_fail_exchange(a, exchange, p->errand.language, &outcomes[0].problem, YZ_TEXT(""));
    }
    yz_free(p);
}

void route_person_reveal(api_call *call) {
    reveal wanted;
    yz_problem problem;
    if (!read_reveal(call, &wanted)) return;
    // No receipt: each reading is written down for itself, a repeated one too.
    yz_command command = {.type = YZ_COMMAND_PERSON_REVEAL};
    command.reveal.id = call->id;
    command.reveal.purpose = wanted.purpose;
    command.reveal.fields = wanted.fields;
    if (yz_market_admit(&command, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    api *a = call->a;
    person_errand *p = person_errand_new(call, call->id);
    p->fields = wanted.fields;
    if (a->house.submit(a->house.context, a->loop, &command, 1, false, reveal_durable, p)) return;
    api_errand_end(&p->errand);
    yz_free(p);
    api_refuse(call, "overloaded", YZ_TEXT(""));
}
