/* Title words: for every word and every pair of neighbouring CJK characters (title.h), the rows
 * whose title holds it.
 *
 *     "java"  {4, 9, 12}      Most words stand in a few titles: up to six rows lie in the
 *     "电工"  {4, 7, 8 ...}   word's own slot, more in a bitmap.
 *      电 ->  电工, 电焊, 水电   a single character has no rows but those where it stands alone; it
 *                             leads a chain of the pairs it is part of, which a question unites
 *
 * Exact: find names the rows that yz_title_passes lets pass. Words are never forgotten, only their
 * rows, so churn of titles that nobody ever wrote before keeps some 100 bytes a word. */
#ifndef YZ_ENGINE_INDEX_WORDS_H
#define YZ_ENGINE_INDEX_WORDS_H

#include "engine/base/siphash.h"
#include "engine/index/title.h"

#include <stddef.h>

typedef struct yz_words yz_words;

/* A set of rows, as a find fills it: a roaring bitmap that those outside see closed. */
typedef struct roaring_bitmap_s yz_row_set;
yz_row_set *yz_row_set_new(void);
yz_row_set *yz_row_set_copy(const yz_row_set *rows);
void yz_row_set_free(yz_row_set *rows);
bool yz_row_set_has(const yz_row_set *rows, uint32_t row);

/* The caller owns it. Never NULL. */
yz_words *yz_words_new(yz_hash_key key);
void yz_words_free(yz_words *words);

/* Enters a row under the words of its title (reads it during the call). The row is not in yet.
 * About 0.1 us a word. */
void yz_words_add(yz_words *words, uint32_t row, yz_text title);
/* Takes it out; `title` is the one it was added with. */
void yz_words_remove(yz_words *words, uint32_t row, yz_text title);

/* Replaces `rows` (the caller's) by those whose title passes. False, and `rows` left alone, when
 * the query holds no word, so that every title passes. Rarest word first. */
bool yz_words_find(const yz_words *words, const yz_title_query *query, yz_row_set *rows);

size_t yz_words_bytes(const yz_words *words); // memory, near enough

/* Walks everything and says in `why` what is wrong, if anything. For tests. */
bool yz_words_sound(const yz_words *words, const char **why);

#endif
