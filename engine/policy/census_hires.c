/* The census of internships, postings and hires: S09, S27 to S31. */
#include "engine/policy/census_inner.h"

static bool is_posting_of(const counted *s, int kind) {
    int64_t of;
    return CENSUS_FIELD(s, posting, kind, &of) && of == kind;
}

static uint32_t who(const counted *s) {
    return s->person != YZ_ROW_NONE ? s->person : s->row;
}

// ---- S09 ----

// False, and 0: not known.
static bool intern_field(const yz_row *intern, uint32_t field, int64_t *value) {
    bool known = intern->known >> field & 1;
    *value = known ? intern->values[field] : 0;
    return known;
}

// policy/SPEC.md m09: a graduate of two years, or a youth out of school, who was not in work.
static bool is_counted(const yz_census *c, const yz_row *intern, int64_t start) {
    int64_t kind, graduation, birth, in_school, spells;
    bool left_on = intern_field(intern, yz_field_intern_graduation_date, &graduation);
    (void)intern_field(intern, yz_field_intern_employment_spells, &spells);
    if (census_covers((const yz_list *)(intptr_t)spells, start - 1, start - 1)) return false;
    bool graduate = intern_field(intern, yz_field_intern_graduate_kind, &kind) &&
                    census_is_graduate(c, kind) && left_on &&
                    census_left_school(c, graduation, start);
    if (graduate) return true;
    if (!intern_field(intern, yz_field_intern_birth_date, &birth)) return false;
    (void)intern_field(intern, yz_field_intern_in_school, &in_school);
    int64_t age = yz_age((int32_t)birth, (int32_t)start);
    bool at_school = in_school || (left_on && graduation > start);
    return age >= c->numbers.youth_min && age <= c->numbers.youth_max && !at_school;
}

static void count_finished(yz_census *c, const yz_row *intern, int64_t end) {
    int64_t outcome, contract;
    if (!intern_field(intern, yz_field_intern_outcome, &outcome)) return;
    bool early = outcome == yz_word_intern_outcome_early_contract;
    if (!early && outcome != yz_word_intern_outcome_completed) return;
    bool signed_up = intern_field(intern, yz_field_intern_contract_start, &contract);
    bool retained = signed_up && (early || contract <= end + c->numbers.retain_days);
    census_add(c, YZ_CENSUS_interns_finished, 1);
    census_add(c, YZ_CENSUS_interns_early, early);
    census_add(c, YZ_CENSUS_interns_retained, retained);
}

void census_interns(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    const yz_list *interns = census_list(&s->facts, YZ_OBJECT_top, yz_field_top_interns);
    for (uint32_t i = 0; interns != NULL && i < interns->count; i++) {
        const yz_row *intern = yz_list_row(interns, i);
        int64_t start, end;
        if (!intern_field(intern, yz_field_intern_start, &start) || start > c->ask.last) continue;
        if (!is_counted(c, intern, start)) continue;
        bool over = intern_field(intern, yz_field_intern_end, &end);
        census_add(c, YZ_CENSUS_interns_in_place, !over || end >= c->ask.last);
        if (over && census_in(c, end)) count_finished(c, intern, end);
    }
}

void census_internship_posts(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t openings;
    if (!is_posting_of(s, yz_word_posting_kind_internship)) return;
    if (!CENSUS_VALUE(s, employer, internship_unit) || !census_posted(c, s, &openings)) return;
    census_add(c, YZ_CENSUS_internship_posts, openings);
}

// ---- S27 ----

void census_entities(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t day;
    if (CENSUS_FIELD(s, employer, registered_on, &day) && census_in(c, day))
        census_add(c, YZ_CENSUS_entities_new, 1);
}

// Of an entity registered in the period, and within so many days of that.
static bool is_of_new_entity(const yz_census *c, const counted *s, int64_t day) {
    int64_t registered;
    return s->employer != YZ_ROW_NONE && CENSUS_FIELD(s, employer, registered_on, &registered) &&
           census_in(c, registered) && day >= registered &&
           day - registered <= c->numbers.entity_days;
}

void census_entity_posts(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t day, openings;
    (void)census_posted(c, s, &openings);
    if (CENSUS_FIELD(s, posting, posted_on, &day) && is_of_new_entity(c, s, day))
        census_add(c, YZ_CENSUS_entities_openings, openings);
}

void census_entity_hires(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t day;
    if (CENSUS_FIELD(s, hire, contract_start, &day) && is_of_new_entity(c, s, day))
        census_note(c, YZ_CENSUS_entities_hired, who(s));
}

// ---- S28, S29 ----

static bool is_state_hire(const yz_census *c, const counted *s) {
    int64_t start, kind;
    if (!CENSUS_FIELD(s, hire, contract_start, &start) || !census_in(c, start)) return false;
    if (!CENSUS_FIELD(s, hire, contract_kind, &kind)) return false;
    if (kind != yz_word_contract_kind_labour && kind != yz_word_contract_kind_dispatch)
        return false;
    return CENSUS_VALUE(s, employer, state_owned) && census_new_graduate(c, s, start);
}

void census_target_hires(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t level;
    bool provincial =
        CENSUS_FIELD(s, employer, state_level, &level) && level == yz_word_state_level_provincial;
    if (provincial && is_state_hire(c, s)) census_note(c, YZ_CENSUS_targets_provincial, who(s));
}

void census_state_hires(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t level;
    if (!is_state_hire(c, s)) return;
    bool said = CENSUS_FIELD(s, employer, state_level, &level);
    census_key_word(c, YZ_CENSUS_BY_LEVEL, YZ_WORDS_state_level, said ? (int)level : -1);
    census_note(c, YZ_CENSUS_state_graduates, who(s));
}

static bool is_public(const counted *s) {
    int64_t kind;
    return CENSUS_FIELD(s, employer, kind, &kind) &&
           (kind == yz_word_employer_kind_government ||
            kind == yz_word_employer_kind_public_institution);
}

void census_public_hires(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t start;
    if (!is_public(s) || !CENSUS_FIELD(s, hire, contract_start, &start)) return;
    bool graduate = census_new_graduate(c, s, start);
    if (census_in(c, start)) {
        census_note(c, YZ_CENSUS_public_hired, who(s));
        if (graduate) census_note(c, YZ_CENSUS_public_graduates, who(s));
    }
    if (start < yz_add_months(c->ask.first, -12) || start > yz_add_months(c->ask.last, -12)) return;
    census_note(c, YZ_CENSUS_public_hired_before, who(s));
    if (graduate) census_note(c, YZ_CENSUS_public_graduates_before, who(s));
}

void census_public_posts(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t openings;
    if (is_public(s) && census_posted(c, s, &openings))
        census_add(c, YZ_CENSUS_public_openings, openings);
}

void census_organisations(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    census_add(c, YZ_CENSUS_public_said, CENSUS_VALUE(s, org, grad_hires_this_year));
    census_add(c, YZ_CENSUS_public_said_before, CENSUS_VALUE(s, org, grad_hires_last_year));
}

// ---- S30, S31 ----

void census_grassroots_posts(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t openings;
    int program =
        is_posting_of(s, yz_word_posting_kind_community_worker) ? yz_word_program_community_worker
        : is_posting_of(s, yz_word_posting_kind_village_doctor) ? yz_word_program_village_doctor
        : is_posting_of(s, yz_word_posting_kind_grassroots)     ? yz_word_program_other_grassroots
                                                                : -1;
    if (program < 0 || !census_posted(c, s, &openings)) return;
    census_key_word(c, YZ_CENSUS_BY_PROGRAM, YZ_WORDS_program, program);
    census_add(c, YZ_CENSUS_grassroots_openings, openings);
}

void census_community_posts(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t openings;
    if (!is_posting_of(s, yz_word_posting_kind_community_worker)) return;
    if (!census_posted(c, s, &openings)) return;
    bool open = CENSUS_VALUE(s, posting, open_to_graduates) &&
                CENSUS_VALUE(s, posting, experience_years_min) == 0;
    census_add(c, YZ_CENSUS_community_postings, 1);
    census_add(c, YZ_CENSUS_community_open, open);
}
