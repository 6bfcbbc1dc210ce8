#include "tests/engine/market/boost_world.h"

#include "engine/journal/bytes.h"
#include "engine/market/policy_view.h"
#include "engine/policy/facts_code.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

static const char *const OCCUPATIONS[] = {"6-29-03-01", "6-29-03-02", "4-07-05-01"};
static const char *const DIVISIONS[] = {"620502", "620503"};

static uint32_t below(town *t, uint64_t limit) {
    return (uint32_t)yz_random_below(&t->random, limit);
}

static yz_outcome send(town *t, yz_command c) {
    yz_problem problem;
    c.sequence = ++t->sequence;
    c.at_ms = 1690000000000;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s", problem.pointer);
    return yz_market_apply(t->market, &c, NULL);
}

static void entry(town *t, yz_dictionary dictionary, const char *id, uint32_t weight) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = dictionary;
    c.entry_put.entry = (yz_entry){.id = yz_text_of(id), .weight = weight};
    cr_assert_eq(send(t, c).status, YZ_OK);
}

// ---- facts as rows ----

static yz_row *row_of(town *t, yz_object object) {
    yz_row *row = yz_arena_take(t->arena, yz_row_size(object));
    memset(row, 0, yz_row_size(object));
    return row;
}

static void set(yz_row *row, uint32_t field, int64_t value) {
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}

static void set_text(town *t, yz_row *row, uint32_t field, const char *text) {
    yz_text *kept = yz_arena_take(t->arena, sizeof *kept);
    *kept = yz_text_of(text);
    set(row, field, (intptr_t)kept);
}

static void set_list(town *t, yz_row *row, uint32_t field, yz_object shape, yz_row *only) {
    yz_list *list = yz_arena_take(t->arena, sizeof *list);
    *list = (yz_list){1, yz_row_size(shape), only};
    set(row, field, (intptr_t)list);
}

static yz_row *person_row(town *t, const town_person *p) {
    yz_row *r = row_of(t, YZ_OBJECT_person);
    if (p->graduate_kind >= 0) set(r, yz_field_person_graduate_kind, p->graduate_kind);
    if (p->graduated != INT32_MIN) set(r, yz_field_person_graduation_date, p->graduated);
    if (p->born != INT32_MIN) set(r, yz_field_person_birth_date, p->born);
    set(r, yz_field_person_tags, p->tags);
    if (p->registered_from != INT32_MIN) {
        yz_row *spell = row_of(t, YZ_OBJECT_unemp_spell);
        set(spell, yz_field_unemp_spell_from, p->registered_from);
        if (p->registered_to != INT32_MAX) set(spell, yz_field_unemp_spell_to, p->registered_to);
        set_list(t, r, yz_field_person_unemp_spells, YZ_OBJECT_unemp_spell, spell);
    }
    if (p->employed_from != INT32_MIN) {
        yz_row *spell = row_of(t, YZ_OBJECT_employment_spell);
        set(spell, yz_field_employment_spell_from, p->employed_from);
        set_list(t, r, yz_field_person_employment_spells, YZ_OBJECT_employment_spell, spell);
    }
    if (p->able >= 0) set(r, yz_field_person_able, p->able);
    if (p->willing >= 0) set(r, yz_field_person_willing, p->willing);
    if (p->market_failed) set(r, yz_field_person_market_failed, 1);
    if (p->hukou != NULL) set_text(t, r, yz_field_person_hukou_division, p->hukou);
    return r;
}

static yz_row *employer_row(town *t, const town_employer *e) {
    yz_row *r = row_of(t, YZ_OBJECT_employer);
    if (e->kind >= 0) set(r, yz_field_employer_kind, e->kind);
    if (e->insured_as_unit >= 0) set(r, yz_field_employer_insured_as_unit, e->insured_as_unit);
    set(r, yz_field_employer_key_tags, e->key_tags);
    return r;
}

// ---- into the market ----

static void put(town *t, yz_subject_kind kind, const char *id, const char *person,
                const yz_facts *facts) {
    yz_facts_change change = {.given = *facts};
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    cr_assert(yz_facts_change_encode(&change, &bytes));
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT};
    c.policy_put.subject = (yz_policy_subject){(uint8_t)kind, yz_text_of(id)};
    c.policy_put.person = yz_text_of(person);
    c.policy_put.change = (yz_text){(char *)bytes.bytes, (uint32_t)bytes.size};
    c.policy_put.replace = true;
    yz_market_policy_put_fill(t->market, &c.policy_put);
    cr_assert_eq(send(t, c).status, YZ_OK);
    yz_bytes_deinit(&bytes);
}

static void drop(town *t, yz_subject_kind kind, const char *id) {
    yz_command c = {.type = YZ_COMMAND_POLICY_DROP};
    c.policy_drop.subject = (yz_policy_subject){(uint8_t)kind, yz_text_of(id)};
    (void)send(t, c); // may not be there
}

void town_put_person(town *t, uint32_t at) {
    const town_person *p = &t->persons[at];
    char training[12];
    snprintf(training, sizeof training, "t-%s", p->id);
    yz_arena_reset(t->arena);
    yz_facts facts = {.objects[YZ_OBJECT_person] = person_row(t, p)};
    if (p->put)
        put(t, YZ_SUBJECT_person, p->id, "", &facts);
    else
        drop(t, YZ_SUBJECT_person, p->id);
    drop(t, YZ_SUBJECT_training, training);
    drop(t, YZ_SUBJECT_certificate, training);
    if (p->trained < 0) return;
    yz_row *course = row_of(t, YZ_OBJECT_training), *cert = row_of(t, YZ_OBJECT_cert);
    set(course, yz_field_training_in_catalogue, p->trained_in_catalogue);
    set_text(t, cert, yz_field_cert_occupation, OCCUPATIONS[p->trained]);
    yz_facts learnt = {.objects = {[YZ_OBJECT_training] = course, [YZ_OBJECT_cert] = cert}};
    put(t, p->as_certificate ? YZ_SUBJECT_certificate : YZ_SUBJECT_training, training, p->id,
        &learnt);
}

void town_put_employer(town *t, uint32_t at) {
    const town_employer *e = &t->employers[at];
    yz_arena_reset(t->arena);
    yz_facts facts = {.objects[YZ_OBJECT_employer] = employer_row(t, e)};
    if (e->put)
        put(t, YZ_SUBJECT_employer, e->id, "", &facts);
    else
        drop(t, YZ_SUBJECT_employer, e->id);
}

void town_put_post(town *t, uint32_t at) {
    const town_post *p = &t->posts[at];
    yz_arena_reset(t->arena);
    yz_row *posting = row_of(t, YZ_OBJECT_posting), *work = row_of(t, YZ_OBJECT_work);
    if (p->kind >= 0) set(posting, yz_field_posting_kind, p->kind);
    if (p->level >= 0) set(work, yz_field_work_level, p->level);
    yz_facts facts = {.objects = {[YZ_OBJECT_posting] = posting, [YZ_OBJECT_work] = work}};
    if (p->put)
        put(t, YZ_SUBJECT_posting, t->posting_ids[at], "", &facts);
    else
        drop(t, YZ_SUBJECT_posting, t->posting_ids[at]);
}

void town_pay(town *t, const char *measure, int person, int employer, int32_t day) {
    if (t->paid_count == TOWN_PAID) return;
    t->paid[t->paid_count++] = (town_paid){measure, person, employer, day};
    yz_command c = {.type = YZ_COMMAND_POLICY_PAYMENT};
    c.policy_payment =
        (yz_policy_payment){.measure = yz_text_of(measure), .day = day, .amount = 100000};
    if (person >= 0) c.policy_payment.person = yz_text_of(t->persons[person].id);
    if (employer >= 0) c.policy_payment.employer = yz_text_of(t->employers[employer].id);
    cr_assert_eq(send(t, c).status, YZ_OK);
}

static void load(town *t, const char *name, yz_text text) {
    yz_command c = {.type = YZ_COMMAND_POLICY_RULES};
    c.policy_rules.name = yz_text_of(name);
    c.policy_rules.text = text;
    yz_outcome out = send(t, c);
    cr_assert_eq(out.status, YZ_OK, "line %u", (unsigned)out.problem.given);
}

void town_values(town *t, const uint32_t each[6], uint32_t cap) {
    char text[1200];
    int size = snprintf(text, sizeof text, "yizhan-rules 1\nnotice local { level city }\n");
    for (int i = 0; i <= 6; i++) {
        uint32_t value = i < 6 ? each[i] : cap;
        char name[20];
        snprintf(name, sizeof name, i < 6 ? "B%d" : "match.boost_cap", i + 1);
        size += snprintf(text + size, sizeof text - (size_t)size,
                         "param %s percent { %u.%06u%% from 2023-01-01 ref local/1 }\n", name,
                         value / 1000000, value % 1000000);
        if (i < 6) t->each[i] = value;
    }
    t->cap = cap;
    load(t, "local", (yz_text){text, (uint32_t)size});
}

// ---- by seed ----

static int perhaps(town *t, int limit) { // -1: not said
    return (int)below(t, (uint64_t)limit + 1) - 1;
}

static int32_t near(town *t, int32_t day) {
    return day + (int32_t)below(t, 5) - 2;
}

void town_draw_person(town *t, uint32_t at) {
    static const int32_t DAYS[] = {19500, 19557, 19722}; // 2023-05-23, -07-19, -12-31
    town_person *p = &t->persons[at];
    int32_t day = DAYS[below(t, 3)];
    p->put = below(t, 8) > 0;
    p->graduate_kind = perhaps(t, 4);
    p->graduated =
        below(t, 5) == 0 ? INT32_MIN : near(t, yz_add_months(day, -(int32_t)(12 * below(t, 4))));
    p->born = below(t, 6) == 0 ? INT32_MIN
                               : near(t, yz_add_months(day, -12 * (15 + (int32_t)below(t, 40))));
    p->tags = below(t, 3) == 0 ? 1u << below(t, 11) : 0;
    p->registered_from =
        below(t, 2) ? INT32_MIN : near(t, yz_add_months(day, -6 * (int32_t)below(t, 4)));
    p->registered_to = below(t, 3) ? INT32_MAX : near(t, day);
    p->employed_from = below(t, 4) ? INT32_MIN : near(t, day);
    p->able = below(t, 3) ? 1 : perhaps(t, 2);
    p->willing = below(t, 3) ? 1 : perhaps(t, 2);
    p->market_failed = below(t, 4) > 0;
    p->hukou = below(t, 3) ? DIVISIONS[below(t, 2)] : NULL;
    p->trained = below(t, 3) ? -1 : (int)below(t, 3);
    p->trained_in_catalogue = below(t, 4) > 0;
    p->as_certificate = below(t, 2);
}

void town_draw_employer(town *t, uint32_t at) {
    town_employer *e = &t->employers[at];
    e->put = below(t, 8) > 0;
    e->kind = below(t, 2) ? (int)below(t, 2) : perhaps(t, 12);
    e->insured_as_unit = perhaps(t, 2);
    e->key_tags = below(t, 2) ? 0 : below(t, 8);
}

void town_draw_post(town *t, uint32_t at) {
    t->posts[at] = (town_post){below(t, 3) > 0,
                               below(t, 4) ? perhaps(t, 6) : yz_word_posting_kind_public_welfare,
                               perhaps(t, 5)};
}

static void draw_skills(town *t, yz_skill_level *skills, uint32_t count) {
    static const char *const NAMES[TOWN_SKILLS] = {"k0", "k1", "k2", "k3", "k4", "k5"};
    uint32_t first = below(t, TOWN_SKILLS);
    for (uint32_t i = 0; i < count; i++)
        skills[i] = (yz_skill_level){yz_text_of(NAMES[(first + i) % TOWN_SKILLS]),
                                     (uint8_t)(1 + below(t, 2))};
}

// Few different places, so that scores tie.
static yz_place draw_place(town *t) {
    return (yz_place){345800000 + (int32_t)below(t, 4) * 10000,
                      1057000000 + (int32_t)below(t, 4) * 10000,
                      yz_text_of(below(t, 4) ? DIVISIONS[below(t, 2)] : "")};
}

static void open_posting(town *t, uint32_t at) {
    yz_posting *p = &t->postings[at];
    snprintf(t->posting_ids[at], sizeof t->posting_ids[at], "p%03u", at);
    t->employer_of[at] = perhaps(t, TOWN_EMPLOYERS);
    *p = (yz_posting){.id = yz_text_of(t->posting_ids[at]),
                      .title = YZ_TEXT("电工"),
                      .place = draw_place(t),
                      .required = t->posting_skills[at],
                      .required_count = (uint16_t)below(t, 3),
                      .type = (uint8_t)(1u << below(t, 4)),
                      .openings = 1,
                      .shifts = YZ_SHIFTS_ALL,
                      .valid_from_ms = YZ_TIME_MS_MIN,
                      .valid_to_ms = YZ_TIME_MS_MAX};
    if (t->employer_of[at] >= 0) p->employer = yz_text_of(t->employers[t->employer_of[at]].id);
    if (below(t, 3)) p->occupation = yz_text_of(OCCUPATIONS[below(t, 3)]);
    draw_skills(t, t->posting_skills[at], p->required_count);
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = *p;
    c.posting_put.fields = YZ_POSTING_ALL;
    cr_assert_eq(send(t, c).status, YZ_OK);
}

static void open_seeker(town *t, uint32_t at) {
    yz_seeker *s = &t->seekers[at];
    town_person *p = &t->persons[at];
    p->by_seeker = below(t, 3) == 0;
    snprintf(t->seeker_ids[at], sizeof t->seeker_ids[at], "s%03u", at);
    snprintf(p->id, sizeof p->id, p->by_seeker ? "s%03u" : "q%03u", at);
    if (!p->by_seeker) entry(t, YZ_PERSONS, p->id, 0);
    *s = (yz_seeker){.id = yz_text_of(t->seeker_ids[at]),
                     .place = draw_place(t),
                     .radius_m = 1000 * (1 + below(t, 30)),
                     .types = (uint8_t)(1 + below(t, 15)),
                     .shifts = YZ_SHIFTS_ALL,
                     .skills = t->seeker_skills[at],
                     .skill_count = 4};
    if (!p->by_seeker) s->person = yz_text_of(p->id);
    draw_skills(t, t->seeker_skills[at], s->skill_count);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.seeker = *s;
    c.seeker_put.fields = YZ_SEEKER_ALL;
    cr_assert_eq(send(t, c).status, YZ_OK);
}

void town_init(town *t, uint64_t seed) {
    *t = (town){.random = yz_random_seeded(seed),
                .arena = yz_arena_new((size_t)1 << 20),
                .each = {2000000, 5000000, 5000000, 5000000, 3000000, 5000000},
                .cap = 15000000};
    t->market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = 1690000000000});
    twin_params_init(&t->params);
    yz_text rules = kit_read("datasets/policy/gansu-2023.rules");
    cr_assert_not_null(rules.bytes);
    load(t, "gansu-2023", rules);
    free((char *)(uintptr_t)rules.bytes);
    for (uint32_t i = 0; i < TOWN_SKILLS; i++)
        entry(t, YZ_SKILLS, (const char *[]){"k0", "k1", "k2", "k3", "k4", "k5"}[i], 1000);
    for (uint32_t i = 0; i < 3; i++)
        entry(t, YZ_OCCUPATIONS, OCCUPATIONS[i], 0);
    for (uint32_t i = 0; i < 2; i++)
        entry(t, YZ_DIVISIONS, DIVISIONS[i], 0);
    for (uint32_t i = 0; i < TOWN_EMPLOYERS; i++) {
        snprintf(t->employers[i].id, sizeof t->employers[i].id, "e%02u", i);
        entry(t, YZ_EMPLOYERS, t->employers[i].id, 0);
    }
    for (uint32_t i = 0; i < TOWN_POSTINGS; i++) {
        t->posts[i] = (town_post){false, -1, -1};
        open_posting(t, i);
    }
    for (uint32_t i = 0; i < TOWN_SEEKERS; i++) {
        t->persons[i] = (town_person){.graduate_kind = -1,
                                      .graduated = INT32_MIN,
                                      .born = INT32_MIN,
                                      .registered_from = INT32_MIN,
                                      .registered_to = INT32_MAX,
                                      .employed_from = INT32_MIN,
                                      .able = -1,
                                      .willing = -1,
                                      .trained = -1};
        open_seeker(t, i);
    }
    for (uint32_t i = 0; i < TOWN_EMPLOYERS; i++)
        t->employers[i].kind = t->employers[i].insured_as_unit = -1;
}

void town_deinit(town *t) {
    const char *why = "";
    cr_assert(yz_market_sound(t->market, &why), "%s", why);
    yz_market_free(t->market);
    yz_arena_free(t->arena);
}

// ---- the twin ----

static yz_row *payments_of(town *t, int person, int employer, uint32_t *count) {
    uint32_t size = yz_row_size(YZ_OBJECT_paid);
    char *rows = yz_arena_take(t->arena, (size_t)(t->paid_count + 1) * size);
    *count = 0;
    for (uint32_t i = 0; i < t->paid_count; i++) {
        const town_paid *p = &t->paid[i];
        bool concerns = (p->person >= 0 && p->person == person) ||
                        (p->employer >= 0 && p->employer == employer);
        if (!concerns) continue;
        yz_row *row = (yz_row *)(rows + (size_t)(*count)++ * size);
        memset(row, 0, size);
        set_text(t, row, yz_field_paid_measure, p->measure);
        set(row, yz_field_paid_date, p->day);
        set(row, yz_field_paid_amount_yuan, 100000);
        if (p->person >= 0) set_text(t, row, yz_field_paid_person, t->persons[p->person].id);
        if (p->employer >= 0)
            set_text(t, row, yz_field_paid_employer, t->employers[p->employer].id);
    }
    return (yz_row *)rows;
}

// What a hire of the person by the employer would be decided with; -1: none of them.
static yz_facts facts_of(town *t, int person, int employer, int32_t day) {
    yz_facts facts = {{NULL}};
    yz_row *top = row_of(t, YZ_OBJECT_top);
    set(top, yz_field_top_as_of, day);
    uint32_t count;
    yz_row *rows = payments_of(t, person, employer, &count);
    yz_list *list = yz_arena_take(t->arena, sizeof *list);
    *list = (yz_list){count, yz_row_size(YZ_OBJECT_paid), rows};
    set(top, yz_field_top_paid, (intptr_t)list);
    facts.objects[YZ_OBJECT_top] = top;
    if (person >= 0) {
        yz_row *row = person_row(t, &t->persons[person]);
        set_text(t, row, yz_field_person_id, t->persons[person].id);
        facts.objects[YZ_OBJECT_person] = row;
    }
    if (employer >= 0) {
        yz_row *row = employer_row(t, &t->employers[employer]);
        set_text(t, row, yz_field_employer_id, t->employers[employer].id);
        facts.objects[YZ_OBJECT_employer] = row;
        yz_row *hire = row_of(t, YZ_OBJECT_hire);
        set(hire, yz_field_hire_contract_kind, yz_word_contract_kind_labour);
        set(hire, yz_field_hire_contract_type, yz_word_contract_type_fixed);
        set(hire, yz_field_hire_contract_start, day);
        set(hire, yz_field_hire_contract_end, yz_add_months(day, 12) - 1);
        facts.objects[YZ_OBJECT_hire] = hire;
    }
    return facts;
}

static bool decides(const town *t, const yz_facts *facts, const char *measure, int decision) {
    twin_decision d;
    cr_assert(twin_decide(facts, &t->params, measure, &d));
    return d.decision == decision;
}

static bool alike6(const char *a, yz_text b) {
    return a != NULL && b.size >= 6 && strncmp(a, b.bytes, 6) == 0;
}

static bool is_local(const town *t, uint32_t seeker, uint32_t posting) {
    yz_text at = t->postings[posting].place.division, home = t->seekers[seeker].place.division;
    return alike6(t->persons[seeker].hukou, at) || (home.size >= 6 && yz_text_equal(home, at));
}

uint32_t town_boosts(const town *given, uint32_t seeker, uint32_t posting, int32_t day) {
    town *t = (town *)(uintptr_t)given; // its arena
    const town_person *p = &t->persons[seeker];
    const yz_posting *j = &t->postings[posting];
    const town_post *post = &t->posts[posting];
    int e = t->employer_of[posting];
    bool employer = e >= 0 && t->employers[e].put;
    uint32_t set = 0;
    yz_arena_reset(t->arena);
    if (employer && t->employers[e].key_tags != 0) set |= 1;
    if (!p->put) goto worth;
    yz_facts alone = facts_of(t, (int)seeker, -1, day);
    if (employer) {
        yz_facts hire = facts_of(t, (int)seeker, e, day);
        if (decides(t, &hire, "m05a", yz_word_decision_grant) ||
            decides(t, &hire, "m05b", yz_word_decision_grant) ||
            decides(t, &hire, "m14c", yz_word_decision_grant))
            set |= 2;
    }
    bool helped = decides(t, &alone, "m14a", yz_word_decision_serve) ||
                  p->tags & 1u << yz_word_person_tag_poverty_alleviated;
    if (helped && (j->type == YZ_TYPE_FULL || is_local(t, seeker, posting))) set |= 4;
    bool graduate = p->graduate_kind == yz_word_graduate_kind_general &&
                    p->graduated != INT32_MIN && p->graduated <= day &&
                    day <= yz_add_months(p->graduated, 24);
    bool grassroots = post->put && (post->kind == yz_word_posting_kind_community_worker ||
                                    post->kind == yz_word_posting_kind_village_doctor ||
                                    post->kind == yz_word_posting_kind_grassroots ||
                                    post->level == yz_word_work_level_township ||
                                    post->level == yz_word_work_level_village);
    if (graduate && grassroots) set |= 8;
    if (p->trained >= 0 && p->trained_in_catalogue &&
        yz_text_equal(j->occupation, yz_text_of(OCCUPATIONS[p->trained])))
        set |= 16;
    if (post->put && post->kind == yz_word_posting_kind_public_welfare &&
        decides(t, &alone, "m14d", yz_word_decision_refer))
        set |= 32;
worth:
    for (int i = 0; i < 6; i++)
        if (t->each[i] == 0 || t->cap == 0) set &= ~(1u << i);
    return set;
}

static int best_first(const void *left, const void *right) {
    const town_hit *a = left, *b = right;
    if (a->rank != b->rank) return a->rank > b->rank ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void pair(const town *t, yz_desk *desk, uint32_t seeker, uint32_t posting, int32_t day,
                 town_hit *hits, uint32_t *count, const char *id) {
    yz_explanation why;
    yz_problem problem;
    cr_assert_eq(yz_market_why(t->market, desk, &t->seekers[seeker], &t->postings[posting], 0, &why,
                               &problem),
                 YZ_OK);
    if (!why.fits) return;
    uint64_t sum = 0;
    town_hit hit = {.id = id, .base = why.score};
    hit.boosts = town_boosts(t, seeker, posting, day);
    for (int i = 0; i < 6; i++)
        sum += hit.boosts >> i & 1 ? t->each[i] : 0;
    hit.rank = why.score + (double)(sum < t->cap ? sum : t->cap) / 100000000.0;
    hits[(*count)++] = hit;
}

uint32_t town_jobs(const town *t, yz_desk *desk, uint32_t seeker, int32_t day, town_hit *hits) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < TOWN_POSTINGS; i++)
        pair(t, desk, seeker, i, day, hits, &count, t->posting_ids[i]);
    qsort(hits, count, sizeof *hits, best_first);
    return count;
}

uint32_t town_seekers(const town *t, yz_desk *desk, uint32_t posting, int32_t day, town_hit *hits) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < TOWN_SEEKERS; i++)
        pair(t, desk, i, posting, day, hits, &count, t->seeker_ids[i]);
    qsort(hits, count, sizeof *hits, best_first);
    return count;
}
