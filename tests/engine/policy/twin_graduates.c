/* Work at the grassroots (m08) and what is left after the registration card (m10). */
#include "tests/engine/policy/twin_inner.h"

void m08a(asked *a) {
    if (!window(a, F(posting, posted_on), P_OF(m08a_valid))) return;
    need(a, "community_post", is(F(posting, kind), yz_word_posting_kind_community_worker));
    if (!needs_hold(a)) return;
    monitor(a, "not_open_to_graduates", not(is_true(F(posting, open_to_graduates))));
    monitor(a, "experience_required", less(given(0), F(posting, experience_years_min)));
    pass_or_alert(a);
}

void m08b(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m08b_valid))) return;
    need(a, "graduate", is_graduate(a));
    need(a, "not_employed", not(employed_on(F(person, employment_spells), today)));
    need(a, "willing", is_true(F(person, grassroots_willing)));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "match_grassroots");
}

void m08c(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m08c_valid))) return;
    need(a, "graduate", is_graduate(a));
    need(a, "medical", is(F(person, major_group), yz_word_major_group_medicine));
    need(a, "village_doctor_post", is(F(posting, kind), yz_word_posting_kind_village_doctor));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m08c_amount));
    reason(a, "exam_free_registration");
}

static void below_the_county(asked *a) {
    value level = F(work, level);
    need(a, "graduate", is_graduate(a));
    need(a, "below_county",
         OR(is(level, yz_word_work_level_township), is(level, yz_word_work_level_village),
            AND(is_true(P(m08_include_county_seat)), is(level, yz_word_work_level_county_seat))));
    need(a, "hardship_area", is_true(F(work, hardship_area)));
}

void m08d(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m08d_valid))) return;
    below_the_county(a);
    if (!needs_hold(a)) return;
    refer(a, P_OF(m08d_amount));
}

void m08e(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m08e_valid))) return;
    below_the_county(a);
    need(a, "public_institution", is(F(employer, kind), yz_word_employer_kind_public_institution));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m08e_amount));
}

void m10(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m10_valid))) return;
    condition destination = not(is_true(F(person, destination_registered)));
    condition hukou = not(is_true(F(person, hukou_settled)));
    condition file = not(is_true(F(person, file_settled)));
    condition pending = is_true(F(person, report_pending));
    need(a, "graduate", is_graduate(a));
    need(a, "left_school", at_most(F(person, graduation_date), today));
    need(a, "duties_open", OR(destination, hukou, file, pending));
    if (!needs_hold(a)) return;
    serve(a);
    if (destination.truth == TRUE) reason(a, "register_destination");
    if (hukou.truth == TRUE) reason(a, "settle_hukou");
    if (file.truth == TRUE) reason(a, "settle_file");
    if (pending.truth == TRUE) reason(a, "report_for_work");
}
