/* Facts as bytes: what a command carries, what the book keeps of a subject, what a snapshot holds.
 *
 *     count of objects 1 │ object 1 │ known varint │ its known fields, as in the catalogue │ ...
 *
 *     INT YUAN DATE MONTH   zigzag varint          TEXT    size varint, bytes
 *     BOOL WORD             1 byte                 TEXTS   count varint, texts
 *     SET                   varint                 LIST    count varint, rows: known varint, fields
 *
 * A field's place in its object and an object's place among objects are its number here: new ones
 * go to the end of facts.def's object (or of the objects), and nothing is taken away.
 * The bytes of equal facts are equal. */
#ifndef YZ_ENGINE_POLICY_FACTS_CODE_H
#define YZ_ENGINE_POLICY_FACTS_CODE_H

#include "engine/base/arena.h"
#include "engine/journal/bytes.h"
#include "engine/policy/facts.h"

#define YZ_FACTS_BYTES_MAX 49152 // of one subject
#define YZ_FACT_TEXT_MAX 255     // bytes
#define YZ_FACT_LIST_MAX 1024    // entries of one list

/* Appends. `top.as_of` is not written: it is the day of the question.
 * False: beyond the limit of `out`, a text or list beyond its limit. */
bool yz_facts_encode(const yz_facts *facts, yz_bytes *out);

/* Into rows of the arena; objects that are there only (others of `facts` stay as they are, so that
 * several codes make one set of facts). Texts are borrowed from the bytes.
 * False: not bytes that encode writes (`*why` says what), or no room in the arena (*why NULL). */
bool yz_facts_decode(const unsigned char *bytes, size_t size, yz_arena *arena, yz_facts *facts,
                     const char **why);

/* What a change says: fields given, and fields that are known no more. */
typedef struct yz_facts_change {
    yz_facts given;
    uint64_t cleared[YZ_OBJECTS]; // bit f: field f. Of an object that is not given: all bits
    uint64_t dropped;             // bit o: the whole object is no longer given
} yz_facts_change;

/* A change as bytes: dropped varint, count of objects with cleared fields 1, of each the object 1
 * and the fields varint, then the code of what is given. Refused as above. */
bool yz_facts_change_encode(const yz_facts_change *change, yz_bytes *out);
bool yz_facts_change_decode(const unsigned char *bytes, size_t size, yz_arena *arena,
                            yz_facts_change *change, const char **why);

/* `facts` (rows of the arena, as decoded: changed in place) after the change; bits of `touched`
 * (yz_fact_count() bits, cleared by the caller) for facts whose value is another now. False: no
 * room in the arena. */
bool yz_facts_merge(yz_facts *facts, const yz_facts_change *change, yz_arena *arena,
                    uint64_t *touched);

/* One value against another of the same form, lists and texts by what they hold. */
bool yz_fact_equal(const yz_fact_form *form, int64_t a, int64_t b);

#define YZ_FACT_WORDS 4 // 64-bit words of a set of facts; yz_fact_count() is at most 256

#endif
