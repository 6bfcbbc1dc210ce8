/* A line's members are taken by name; what nobody took is unknown. The first thing that is wrong
 * stays, and what is taken after it reads as nothing, so that a reader of one type of command is a
 * list and not a ladder. */
#include "tools/journal_line.h"

#include "engine/journal/body.h"
#include "engine/model/time.h"
#include "net/api/wire.h"
#include "net/api/wire_target.h"

#include <stdio.h>

#define MEMBERS_MAX 32

typedef struct reading {
    json_tree tree;
    const cJSON *object;
    const char *pointer; // of the object: "" or "/push"
    const cJSON *taken[MEMBERS_MAX];
    uint32_t taken_count;
    yz_status status; // of the first thing that was wrong
    yz_problem *problem;
} reading;

static bool bad(reading *r, yz_problem_code code, const char *name, yz_text value) {
    char pointer[YZ_POINTER_BYTES_MAX];
    if (r->status != YZ_OK) return false;
    snprintf(pointer, sizeof pointer, "%s/%s", r->pointer, name);
    r->status = yz_problem_value(r->problem, code, pointer, value);
    return false;
}

// The member, null or not; NULL: it is not there.
static const cJSON *take_any(reading *r, const char *name) {
    if (r->status != YZ_OK) return NULL;
    for (const cJSON *at = r->object->child; at != NULL; at = at->next) {
        if (strcmp(at->string, name) != 0) continue;
        if (r->taken_count < MEMBERS_MAX) r->taken[r->taken_count++] = at;
        return at;
    }
    return NULL;
}

// null is as if it were not there.
static const cJSON *take(reading *r, const char *name) {
    const cJSON *node = take_any(r, name);
    return node != NULL && cJSON_IsNull(node) ? NULL : node;
}

static bool must(reading *r, const char *name, const cJSON *node) {
    return node != NULL || bad(r, YZ_PROBLEM_MISSING_FIELD, name, YZ_TEXT(""));
}

static yz_text text_of(reading *r, const char *name, const cJSON *node) {
    if (node == NULL) return YZ_TEXT("");
    if (cJSON_IsString(node)) return json_string(node);
    bad(r, YZ_PROBLEM_WRONG_TYPE, name, YZ_TEXT("string"));
    return YZ_TEXT("");
}

static yz_text text(reading *r, const char *name) {
    return text_of(r, name, take(r, name));
}

static yz_text needed_text(reading *r, const char *name) {
    const cJSON *node = take(r, name);
    return must(r, name, node) ? text_of(r, name, node) : YZ_TEXT("");
}

// Whole, 0..most. Not by json_scaled: a sequence may be any of 64 bits.
static uint64_t number_of(reading *r, const char *name, const cJSON *node, uint64_t most) {
    if (node == NULL) return 0;
    yz_text digits = cJSON_IsNumber(node) ? json_number_text(&r->tree, node) : YZ_TEXT("");
    uint64_t value = 0;
    bool whole = digits.size > 0;
    for (uint32_t i = 0; whole && i < digits.size; i++) {
        uint64_t digit = (uint64_t)(digits.bytes[i] - '0');
        whole = digit <= 9 && value <= (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }
    if (whole && value <= most) return value;
    bad(r, whole ? YZ_PROBLEM_OUT_OF_RANGE : YZ_PROBLEM_NOT_WHOLE, name, digits);
    return 0;
}

static uint64_t number(reading *r, const char *name, uint64_t most) {
    return number_of(r, name, take(r, name), most);
}

static bool flag(reading *r, const char *name) {
    const cJSON *node = take(r, name);
    if (node != NULL && !cJSON_IsBool(node)) {
        return bad(r, YZ_PROBLEM_WRONG_TYPE, name, YZ_TEXT("true or false"));
    }
    return cJSON_IsTrue(node);
}

static int64_t instant(reading *r, const char *name, yz_day_edge edge, int64_t none) {
    const cJSON *node = take(r, name);
    if (node == NULL) return none;
    int64_t at_ms = none;
    yz_text said = text_of(r, name, node);
    if (!yz_time_parse(said, edge, &at_ms)) bad(r, YZ_PROBLEM_BAD_TIME, name, said);
    return at_ms;
}

// `count` times 16 hex digits.
static void hex(reading *r, const char *name, uint64_t *words, uint32_t count) {
    const cJSON *node = take(r, name);
    if (node == NULL) return;
    yz_text digits = text_of(r, name, node);
    if (digits.size != 16 * count) {
        bad(r, YZ_PROBLEM_BAD_CHOICE, name, digits);
        return;
    }
    for (uint32_t i = 0; i < digits.size; i++) {
        char c = digits.bytes[i];
        unsigned value = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 16;
        if (value == 16) {
            bad(r, YZ_PROBLEM_BAD_CHOICE, name, digits);
            return;
        }
        words[i / 16] = words[i / 16] << 4 | value;
    }
}

static const cJSON *object_of(reading *r, const char *name, const cJSON *node) {
    if (node == NULL || cJSON_IsObject(node)) return node;
    bad(r, YZ_PROBLEM_WRONG_TYPE, name, YZ_TEXT("object"));
    return NULL;
}

static const cJSON *list(reading *r, const char *name) {
    const cJSON *node = take(r, name);
    if (node == NULL || cJSON_IsArray(node)) return node;
    bad(r, YZ_PROBLEM_WRONG_TYPE, name, YZ_TEXT("list"));
    return NULL;
}

// A reading of a member that is an object; its end comes back with `close`.
static bool open(reading *outer, const char *pointer, reading *inner) {
    const cJSON *node = object_of(outer, pointer + 1, take(outer, pointer + 1));
    *inner = (reading){.tree = outer->tree, .pointer = pointer, .problem = outer->problem};
    inner->object = node;
    return node != NULL;
}

static void refuse_unknown(reading *r) {
    for (const cJSON *at = r->status == YZ_OK ? r->object->child : NULL; at; at = at->next) {
        uint32_t i = 0;
        while (i < r->taken_count && r->taken[i] != at)
            i += 1;
        if (i < r->taken_count) continue;
        bad(r, YZ_PROBLEM_UNKNOWN_FIELD, at->string, wire_nearest(yz_text_of(at->string)));
        return;
    }
}

static void close(reading *outer, reading *inner) {
    refuse_unknown(inner);
    if (outer->status == YZ_OK) outer->status = inner->status;
}

static void *room(reading *r, const char *name, size_t size) {
    void *memory = r->status == YZ_OK ? yz_arena_take(r->tree.arena, size) : NULL;
    if (memory == NULL) bad(r, YZ_PROBLEM_TOO_LONG, name, YZ_TEXT(""));
    return memory;
}

static uint32_t if_version(reading *r) {
    return (uint32_t)number(r, "if_version", UINT32_MAX);
}

#define CHOICE(r, name, parse, to)                                                                 \
    do {                                                                                           \
        yz_text said = needed_text(r, name);                                                       \
        if ((r)->status == YZ_OK && !parse(said, to)) bad(r, YZ_PROBLEM_BAD_CHOICE, name, said);   \
    } while (0)

// ---- records ----

static void keep(reading *r, const char *prefix, yz_status status) {
    if (status == YZ_OK) return;
    wire_problem_prefix(r->problem, prefix);
    r->status = status;
}

static void read_posting(reading *r, yz_command *c) {
    bool put = c->type == YZ_COMMAND_POSTING_PUT;
    uint32_t fields = 0;
    c->posting_put.if_version = if_version(r);
    c->posting_put.only_new = flag(r, "only_new");
    const cJSON *record = object_of(r, "posting", take(r, "posting"));
    if (!must(r, "posting", record)) return;
    keep(r, "/posting",
         wire_posting_read(&r->tree, record, put ? WIRE_RECORD : WIRE_PATCH,
                           &c->posting_put.posting, &fields, r->problem));
    c->posting_put.fields = fields;
}

// Division and primary group of a line that is sealed; what they stand for cannot be there too.
static void read_bare(reading *r, yz_seeker *s, uint32_t *fields) {
    if (*fields & YZ_SEEKER_PLACE) bad(r, YZ_PROBLEM_UNKNOWN_FIELD, "seeker/place", YZ_TEXT(""));
    if (*fields & YZ_SEEKER_GROUPS) bad(r, YZ_PROBLEM_UNKNOWN_FIELD, "seeker/groups", YZ_TEXT(""));
    const cJSON *division = take_any(r, "division"), *group = take_any(r, "primary_group");
    if (division != NULL) {
        s->place = (yz_place){.division = text_of(r, "division", division)};
        *fields |= YZ_SEEKER_PLACE;
    }
    if (group == NULL) return;
    *fields |= YZ_SEEKER_GROUPS;
    if (cJSON_IsNull(group)) return;
    s->primary_group = (uint8_t)number_of(r, "primary_group", group, YZ_GROUP_MAX);
    s->groups = 1u << s->primary_group;
}

static void read_seeker(reading *r, yz_command *c, bool sealed) {
    bool put = c->type == YZ_COMMAND_SEEKER_PUT;
    yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = 0;
    uint64_t place_tag = 0, groups_tag = 0;
    c->seeker_put.if_version = if_version(r);
    c->seeker_put.only_new = flag(r, "only_new");
    hex(r, "place_tag", &place_tag, 1);
    hex(r, "groups_tag", &groups_tag, 1);
    yz_text key_of = text(r, "key_of");
    const cJSON *record = object_of(r, "seeker", take(r, "seeker"));
    if (!must(r, "seeker", record)) return;
    keep(r, "/seeker",
         wire_seeker_read(&r->tree, record, put && !sealed ? WIRE_RECORD : WIRE_PATCH, s, &fields,
                          r->problem));
    if (!(fields & YZ_SEEKER_PERSON)) s->person = key_of;
    s->place_tag = place_tag;
    s->groups_tag = groups_tag;
    s->withheld = sealed;
    if (sealed) read_bare(r, s, &fields);
    c->seeker_put.fields = fields;
}

static void read_tags(reading *r, yz_person *p) {
    const cJSON *tags = list(r, "tags");
    for (const cJSON *at = tags ? tags->child : NULL; at && r->status == YZ_OK; at = at->next) {
        yz_person_tag tag = YZ_TAGS_ALL;
        yz_text said = text_of(r, "tags", at);
        if (r->status == YZ_OK && !yz_person_tag_parse(said, &tag)) {
            bad(r, YZ_PROBLEM_BAD_CHOICE, "tags", said);
        }
        if (r->status == YZ_OK) p->tags |= (uint32_t)tag;
    }
}

static bool parse_id_check(yz_text name, yz_id_check *check) {
    for (int i = YZ_ID_NOT_GIVEN; i <= YZ_ID_WRONG_DIGIT; i++) {
        if (!yz_text_equal(name, yz_id_check_name((yz_id_check)i))) continue;
        *check = (yz_id_check)i;
        return true;
    }
    return false;
}

static uint32_t read_person_fields(reading *r, yz_person *p) {
    static const struct {
        const char *name;
        uint32_t field;
    } FIELDS[] = {{"division", YZ_PERSON_DIVISION}, {"sex", YZ_PERSON_SEX},
                  {"group", YZ_PERSON_GROUP},       {"id_check", YZ_PERSON_ID_CHECK},
                  {"account", YZ_PERSON_ACCOUNT},   {"birth_date", YZ_PERSON_BIRTH_DAY},
                  {"tags", YZ_PERSON_TAGS}};
    uint32_t fields = 0;
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        if (cJSON_HasObjectItem(r->object, FIELDS[i].name)) fields |= FIELDS[i].field;
    }
    p->division = text(r, "division");
    if (fields & YZ_PERSON_SEX) CHOICE(r, "sex", yz_sex_parse, &p->sex);
    p->group = (uint8_t)number(r, "group", YZ_GROUP_MAX);
    if (fields & YZ_PERSON_ID_CHECK) CHOICE(r, "id_check", parse_id_check, &p->id_check);
    hex(r, "account", p->account_hash, 2);
    p->birth_day = YZ_DAY_NONE;
    const cJSON *day = take(r, "birth_date");
    yz_text said = text_of(r, "birth_date", day);
    if (day != NULL && r->status == YZ_OK && !yz_day_parse(said, &p->birth_day)) {
        bad(r, YZ_PROBLEM_BAD_TIME, "birth_date", said);
    }
    read_tags(r, p);
    return fields;
}

static void read_person(reading *r, yz_command *c, bool sealed) {
    yz_person *p = &c->person_put.person;
    reading inner;
    c->person_put.if_version = if_version(r);
    bool vault = flag(r, "vault");
    hex(r, "sealed_tag", &p->sealed_tag, 1);
    p->withheld = sealed;
    if (!open(r, "/person", &inner)) {
        must(r, "person", NULL);
        return;
    }
    p->id = needed_text(&inner, "id");
    c->person_put.fields = read_person_fields(&inner, p) | (vault ? YZ_PERSON_VAULT : 0);
    if (sealed && p->birth_day != YZ_DAY_NONE) {
        bad(&inner, YZ_PROBLEM_UNKNOWN_FIELD, "birth_date", YZ_TEXT(""));
    }
    if (sealed && p->tags != 0) bad(&inner, YZ_PROBLEM_UNKNOWN_FIELD, "tags", YZ_TEXT(""));
    close(r, &inner);
}

static bool parse_dictionary(yz_text name, yz_dictionary *dictionary) {
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        if (!yz_text_equal(name, yz_dictionary_name((yz_dictionary)i))) continue;
        *dictionary = (yz_dictionary)i;
        return true;
    }
    return false;
}

static void read_entry(reading *r, yz_command *c) {
    yz_dictionary *dictionary = &c->entry_put.dictionary;
    yz_entry *entry = &c->entry_put.entry;
    reading inner;
    c->entry_put.if_version = if_version(r);
    CHOICE(r, "dictionary", parse_dictionary, dictionary);
    uint32_t weight = (uint32_t)number(r, "weight", YZ_WEIGHT_MAX);
    if (*dictionary == YZ_PERSONS) { // the id is all there is
        if (!open(r, "/entry", &inner)) {
            must(r, "entry", NULL);
            return;
        }
        entry->id = needed_text(&inner, "id");
        close(r, &inner);
    } else {
        const cJSON *record = object_of(r, "entry", take(r, "entry"));
        if (!must(r, "entry", record)) return;
        keep(r, "/entry",
             wire_entry_read(&r->tree, record, WIRE_RECORD, *dictionary, entry, NULL, r->problem));
    }
    if (*dictionary != YZ_SKILLS) entry->weight = weight;
    if (*dictionary == YZ_SKILLS && weight != 0) {
        bad(r, YZ_PROBLEM_UNKNOWN_FIELD, "weight", YZ_TEXT(""));
    }
}

static void read_weights(reading *r, yz_command *c) {
    const cJSON *given = list(r, "weights");
    if (!must(r, "weights", given)) return;
    uint32_t count = (uint32_t)cJSON_GetArraySize(given), i = 0;
    yz_weight *weights = room(r, "weights", (count + 1) * sizeof *weights);
    for (const cJSON *at = given->child; at && r->status == YZ_OK; at = at->next, i++) {
        reading inner = {.tree = r->tree, .pointer = "/weights", .problem = r->problem};
        inner.object = object_of(r, "weights", at);
        if (inner.object == NULL) return;
        weights[i].skill = needed_text(&inner, "skill");
        weights[i].weight = (uint32_t)number(&inner, "weight", UINT32_MAX);
        close(r, &inner);
    }
    c->weights.weights = weights;
    c->weights.count = count;
}

static void read_reveal(reading *r, yz_command *c) {
    static const char *const FIELDS[] = {"name", "id_number", "phone", "account"};
    c->reveal.id = needed_text(r, "id");
    c->reveal.purpose = needed_text(r, "purpose");
    const cJSON *fields = list(r, "fields");
    for (const cJSON *at = fields ? fields->child : NULL; at && r->status == YZ_OK; at = at->next) {
        yz_text said = text_of(r, "fields", at);
        uint32_t i = 0;
        while (i < 4 && !yz_text_equal(said, yz_text_of(FIELDS[i])))
            i += 1;
        if (i == 4) bad(r, YZ_PROBLEM_BAD_CHOICE, "fields", said);
        if (i < 4) c->reveal.fields |= 1u << i;
    }
}

// ---- referrals and venues ----

static void read_referral(reading *r, yz_command *c) {
    c->referral.seeker = needed_text(r, "seeker");
    c->referral.posting = needed_text(r, "posting");
    CHOICE(r, "step", yz_step_parse, &c->referral.step);
    const cJSON *reason = take(r, "reason");
    yz_text said = text_of(r, "reason", reason);
    if (reason && r->status == YZ_OK && !yz_end_reason_parse(said, &c->referral.reason)) {
        bad(r, YZ_PROBLEM_BAD_CHOICE, "reason", said);
    }
    c->referral.hold_until_ms = instant(r, "until", YZ_DAY_END, 0);
    c->referral.source = text(r, "source");
    c->referral.venue = text(r, "venue");
}

static bool parse_kind(yz_text name, yz_tell_kind *kind) {
    *kind = yz_text_equal(name, YZ_TEXT("gone")) ? YZ_TELL_GONE : YZ_TELL_FIT;
    return *kind == YZ_TELL_GONE || yz_text_equal(name, YZ_TEXT("fit"));
}

static bool parse_gone(yz_text name, yz_gone_reason *reason) {
    for (int i = 1; i < YZ_GONE_REASON_COUNT; i++) {
        if (!yz_text_equal(name, yz_gone_reason_name((yz_gone_reason)i))) continue;
        *reason = (yz_gone_reason)i;
        return true;
    }
    return false;
}

static void read_tell(reading *r, yz_command *c) {
    c->tell.posting = needed_text(r, "posting");
    CHOICE(r, "kind", parse_kind, &c->tell.kind);
    c->tell.epoch = (uint32_t)number(r, "epoch", UINT32_MAX);
    c->tell.version = (uint32_t)number(r, "version", UINT32_MAX);
    c->tell.tranche = (uint32_t)number(r, "tranche", UINT32_MAX);
    if (c->tell.kind == YZ_TELL_GONE) CHOICE(r, "reason", parse_gone, &c->tell.reason);
    const cJSON *given = list(r, "to");
    if (!must(r, "to", given)) return;
    uint32_t count = (uint32_t)cJSON_GetArraySize(given), i = 0;
    yz_tell_to *to = room(r, "to", (count + 1) * sizeof *to);
    for (const cJSON *at = given->child; at && r->status == YZ_OK; at = at->next, i++) {
        reading inner = {.tree = r->tree, .pointer = "/to", .problem = r->problem};
        inner.object = object_of(r, "to", at);
        if (inner.object == NULL) return;
        to[i].seeker = needed_text(&inner, "seeker");
        to[i].version = (uint32_t)number(&inner, "version", UINT32_MAX);
        close(r, &inner);
    }
    c->tell.to = to;
    c->tell.count = count;
}

static void degrees(reading *r, const char *name, int64_t most_e7, int32_t *to) {
    const cJSON *node = take(r, name);
    int64_t value = 0;
    if (!must(r, name, node)) return;
    yz_status status = json_scaled(&r->tree, node, 7, name, &value, r->problem);
    if (status != YZ_OK) bad(r, YZ_PROBLEM_TOO_MANY_DECIMALS, name, YZ_TEXT(""));
    if (value < -most_e7 || value > most_e7) bad(r, YZ_PROBLEM_OUT_OF_RANGE, name, YZ_TEXT(""));
    *to = (int32_t)value;
}

static void read_venue(reading *r, yz_command *c) {
    yz_venue *v = &c->venue_put.venue;
    reading inner;
    c->venue_put.if_version = if_version(r);
    c->venue_put.only_new = flag(r, "only_new");
    v->id = needed_text(r, "id");
    CHOICE(r, "kind", yz_venue_kind_parse, &v->kind);
    v->name_zh = text(r, "zh");
    v->name_en = text(r, "en");
    v->from_ms = instant(r, "from", YZ_DAY_BEGIN, YZ_TIME_MS_MIN);
    v->to_ms = instant(r, "to", YZ_DAY_END, YZ_TIME_MS_MAX);
    v->slot_minutes = (uint16_t)number(r, "slot_minutes", UINT16_MAX);
    const cJSON *channel = take(r, "channel");
    yz_text said = text_of(r, "channel", channel);
    if (channel != NULL && r->status == YZ_OK && !yz_channel_parse(said, &v->channel)) {
        bad(r, YZ_PROBLEM_BAD_CHOICE, "channel", said);
    }
    if (!open(r, "/place", &inner)) {
        must(r, "place", NULL);
        return;
    }
    degrees(&inner, "lat", 900000000, &v->place.lat_e7);
    degrees(&inner, "lon", 1800000000, &v->place.lon_e7);
    v->place.division = text(&inner, "division");
    close(r, &inner);
}

static void read_target(reading *r, yz_command *c) {
    c->target_put.if_version = if_version(r);
    c->target_put.only_new = flag(r, "only_new");
    const cJSON *record = object_of(r, "target", take(r, "target"));
    if (!must(r, "target", record)) return;
    keep(r, "/target", wire_target_read(&r->tree, record, &c->target_put.target, r->problem));
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void read_policy(reading *r, yz_command *c, bool sealed, yz_arena *arena) {
    yz_text digits = needed_text(r, "body");
    unsigned char *bytes = yz_arena_take(arena, digits.size / 2 + 1);
    bool sound = bytes != NULL && digits.size % 2 == 0;
    for (uint32_t i = 0; sound && i < digits.size; i += 2) {
        int high = digit_of(digits.bytes[i]), low = digit_of(digits.bytes[i + 1]);
        sound = high >= 0 && low >= 0;
        if (sound) bytes[i / 2] = (unsigned char)(high << 4 | low);
    }
    bool full = false;
    yz_in in = {.at = bytes, .end = sound ? bytes + digits.size / 2 : bytes};
    if (sound) yz_body_read_policy(&in, arena, c, sealed, &full);
    if (!sound || in.why != NULL || in.at != in.end)
        bad(r, YZ_PROBLEM_BAD_FACTS, "body", YZ_TEXT(""));
}

static void read_booth(reading *r, yz_command *c) {
    c->booth.venue = needed_text(r, "venue");
    c->booth.id = needed_text(r, "id");
    c->booth.employer = text(r, "employer");
    c->booth.capacity = (uint16_t)number(r, "capacity", UINT16_MAX);
}

static void read_slot(reading *r, yz_command *c) {
    c->slot.venue = needed_text(r, "venue");
    c->slot.booth = needed_text(r, "booth");
    c->slot.seeker = needed_text(r, "seeker");
    c->slot.slot = (uint16_t)number(r, "slot", UINT16_MAX);
    CHOICE(r, "step", yz_slot_step_parse, &c->slot.step);
}

static void read_queue(reading *r, yz_command *c) {
    c->queue.venue = needed_text(r, "venue");
    c->queue.booth = text(r, "booth");
    c->queue.ticket = needed_text(r, "ticket");
    c->queue.seeker = text(r, "seeker");
    CHOICE(r, "step", yz_queue_step_parse, &c->queue.step);
}

static void read_visit(reading *r, yz_command *c) {
    c->visit.venue = needed_text(r, "venue");
    c->visit.ticket = needed_text(r, "ticket");
    CHOICE(r, "step", yz_visit_step_parse, &c->visit.step);
}

static void read_named(reading *r, yz_command *c) {
    c->named.if_version = if_version(r);
    c->named.id = needed_text(r, "id");
}

static void read_profile(reading *r, yz_command *c) {
    c->profile.coverage_permille = (uint32_t)number(r, "coverage_permille", UINT32_MAX);
    c->profile.preferred_permille = (uint32_t)number(r, "preferred_permille", UINT32_MAX);
    c->profile.distance_permille = (uint32_t)number(r, "distance_permille", UINT32_MAX);
    c->profile.wage_permille = (uint32_t)number(r, "wage_permille", UINT32_MAX);
}

static void read_body(reading *r, yz_command *c, bool sealed, yz_arena *arena) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_NONE: break;
    case YZ_FORM_ENTRY: read_entry(r, c); break;
    case YZ_FORM_NAMED:
        if (c->type == YZ_COMMAND_ENTRY_DELETE) {
            CHOICE(r, "dictionary", parse_dictionary, &c->named.dictionary);
        }
        read_named(r, c);
        break;
    case YZ_FORM_POSTING: read_posting(r, c); break;
    case YZ_FORM_SEEKER: read_seeker(r, c, sealed); break;
    case YZ_FORM_WEIGHTS: read_weights(r, c); break;
    case YZ_FORM_PROFILE: read_profile(r, c); break;
    case YZ_FORM_PERSON: read_person(r, c, sealed); break;
    case YZ_FORM_REVEAL: read_reveal(r, c); break;
    case YZ_FORM_REFERRAL: read_referral(r, c); break;
    case YZ_FORM_TELL: read_tell(r, c); break;
    case YZ_FORM_VENUE: read_venue(r, c); break;
    case YZ_FORM_BOOTH: read_booth(r, c); break;
    case YZ_FORM_SLOT: read_slot(r, c); break;
    case YZ_FORM_QUEUE: read_queue(r, c); break;
    case YZ_FORM_VISIT: read_visit(r, c); break;
    case YZ_FORM_TARGET: read_target(r, c); break;
    case YZ_FORM_POLICY: read_policy(r, c, sealed, arena); break;
    }
}

static bool parse_type(yz_text name, yz_command_type *type) {
    for (int i = YZ_COMMAND_TICK; i < YZ_COMMAND_TYPE_COUNT; i++) {
        if (!yz_text_equal(name, yz_command_type_name((yz_command_type)i))) continue;
        *type = (yz_command_type)i;
        return true;
    }
    return false;
}

yz_status journal_line_parse(yz_text line, yz_arena *arena, yz_command *c, yz_problem *problem) {
    reading r = {.pointer = "", .problem = problem};
    uint64_t receipt[3] = {0};
    *c = (yz_command){0};
    yz_status status = json_parse(line, arena, &r.tree, problem);
    if (status != YZ_OK) return status;
    r.object = r.tree.root;
    if (!cJSON_IsObject(r.object)) {
        return yz_problem_value(problem, YZ_PROBLEM_WRONG_TYPE, "", YZ_TEXT("object"));
    }
    c->sequence = number(&r, "sequence", UINT64_MAX);
    must(&r, "at", cJSON_GetObjectItemCaseSensitive(r.object, "at"));
    c->at_ms = instant(&r, "at", YZ_DAY_BEGIN, 0);
    CHOICE(&r, "type", parse_type, &c->type);
    hex(&r, "receipt", receipt, 3);
    c->receipt = (yz_receipt){{receipt[0], receipt[1]}, receipt[2]};
    bool sealed = flag(&r, "sealed");
    if (r.status == YZ_OK) read_body(&r, c, sealed, arena);
    refuse_unknown(&r);
    return r.status == YZ_OK ? yz_command_check(c, problem) : r.status;
}
