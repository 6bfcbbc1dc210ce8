/* The words of a title, and whether a title passes a query.
 *
 *     "招聘 Java工程师 C++"  ->  招聘 | java | 工程 程师 | c++
 *
 * Full-width ASCII counts as ASCII, capitals A-Z as small letters. Then:
 *   word    a run of letters and digits that are not CJK, whole; a single letter keeps the + and #
 *           right after it (c++, c#). Of a longer word the first YZ_WORD_BYTES_MAX bytes count
 *   pair    two neighbours in a run of CJK characters (Han with its extensions, kana, hangul,
 *           bopomofo); in a run of n there are n - 1
 *   single  the character of a CJK run of one
 * Everything else parts words. A title passes a query when each word and pair of the query is among
 * its own; a single of the query asks for a title with that character anywhere. So "电工维修" also
 * passes a title with 电工, 工维 and 维修 in other places: that is the definition, not an accident.
 */
#ifndef YZ_ENGINE_INDEX_TITLE_H
#define YZ_ENGINE_INDEX_TITLE_H

#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/model/limits.h"

#define YZ_WORD_BYTES_MAX 64

typedef enum yz_word_kind { YZ_WORD_WHOLE, YZ_WORD_PAIR, YZ_WORD_SINGLE } yz_word_kind;

typedef struct yz_word {
    yz_word_kind kind;
    uint32_t first, second;        // pair: both characters; single: `first`
    uint32_t size;                 // bytes of `bytes`
    char bytes[YZ_WORD_BYTES_MAX]; // the word folded; a pair or single in UTF-8
} yz_word;

/* Reads the words of a text one after the other. Bytes that are no UTF-8 part words. */
typedef struct yz_title_reader {
    const unsigned char *at, *end; // borrowed text, what is left of it
    uint32_t before;               // the CJK character a pair may start with, 0 = none
    bool alone;                    // `before` has not been in a pair yet
} yz_title_reader;

void yz_title_reader_init(yz_title_reader *reader, yz_text title);
/* False at the end. */
bool yz_title_next(yz_title_reader *reader, yz_word *word);

/* A query taken apart once, to be held against many titles. */
#define YZ_TITLE_QUERY_BYTES_MAX YZ_TITLE_BYTES_MAX
#define YZ_TITLE_QUERY_WORDS_MAX 64
typedef struct yz_title_query {
    yz_word words[YZ_TITLE_QUERY_WORDS_MAX]; // no word twice
    uint32_t count;                          // 0: everything passes
} yz_title_query;

/* BAD_INPUT: more than YZ_TITLE_QUERY_BYTES_MAX bytes or YZ_TITLE_QUERY_WORDS_MAX words. */
YZ_MUST_USE yz_status yz_title_query_init(yz_title_query *query, yz_text text);
/* O(words of the title * words of the query). */
bool yz_title_passes(const yz_title_query *query, yz_text title);

#endif
