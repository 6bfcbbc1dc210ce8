/* A person on the wire: what identifies goes to the vault, the rest is what the engine knows.
 *
 *   person   {"id",
 *             "name","id_number","phone","account",         the vault: the engine never sees it
 *             "birth_date":"YYYY-MM-DD","sex":"male|female",
 *             "division","group":0-31,"tags":["dibao",...]}  the skeleton
 *
 * All may be left out. What the vault holds stays unless it is said; null empties it. In answers
 * the four are masked, and a masked value is refused when it comes back. "id_check" stands in
 * answers and is not looked at on the way in.
 *
 * Derived here, at the door: from an id number with the right digit birth date and sex, where they
 * are not given; and what it thinks of the number. A wrong digit, or a birth date that says
 * otherwise, is a warning: the person is entered all the same. */
#ifndef YZ_NET_API_WIRE_PERSON_H
#define YZ_NET_API_WIRE_PERSON_H

#include "net/api/wire.h"
#include "net/store/store.h"

typedef enum wire_warning_code {
    WIRE_ID_NUMBER_DIGIT,    // expected: the digit
    WIRE_ID_NUMBER_DATE,     // the birth date in it is none
    WIRE_BIRTH_DATE_DIFFERS, // expected: the one in the id number
    WIRE_SEX_DIFFERS,
    WIRE_CREDIT_CODE_DIGIT,
    WIRE_ORG_CODE_DIGIT,
} wire_warning_code;
#define WIRE_WARNING_COUNT 6

#define WIRE_WARNING_POINTER_MAX 64
typedef struct wire_warning {
    wire_warning_code code;
    char pointer[WIRE_WARNING_POINTER_MAX];
    char expected[12]; // "" where nothing can be expected
} wire_warning;

#define WIRE_WARNINGS_MAX 4
typedef struct wire_warnings {
    wire_warning list[WIRE_WARNINGS_MAX];
    uint32_t count;
} wire_warnings;

typedef struct wire_person {
    yz_person person;
    uint32_t fields;     // yz_person_field set: all, or (WIRE_PATCH) what was said or derived
    store_secret secret; // .fields: what was said of the vault; "" empties
    wire_warnings warnings;
} wire_person;

/* `today`: YZ_DAY_NONE if not known; birth dates are compared with it. */
YZ_MUST_USE yz_status wire_person_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                                       int32_t today, wire_person *out, yz_problem *problem);
/* The second half of it, for readers of other forms: checks what stands in `out` (fields: what was
 * said) and derives. `whole`: the fields become all of them. */
YZ_MUST_USE yz_status wire_person_finish(wire_person *out, bool whole, int32_t today,
                                         yz_arena *arena, yz_problem *problem);

/* The skeleton; with `secret` (may be NULL) the vault's four, masked. */
void wire_person_write(json_out *out, const yz_person *person, const store_secret *secret);

/* What an employer's id of 18 characters says as a credit code. */
void wire_employer_look(yz_text id, wire_warnings *warnings);

/* "id_number_digit" and so on; stable. */
yz_text wire_warning_name(wire_warning_code code);

/* "name", "id_number", "phone", "account". */
bool wire_vault_field_parse(yz_text name, yz_vault_field *field);

#endif
