/* Edits by rows (Damerau and Levenshtein, swaps of neighbours only); names are short. */
#include "tools/options.h"

#include <string.h>

#define NAME_MAX_LETTERS 40

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static uint32_t edits(const char *a, const char *b) {
    uint32_t rows[NAME_MAX_LETTERS + 1][NAME_MAX_LETTERS + 1];
    uint32_t a_size = (uint32_t)strlen(a), b_size = (uint32_t)strlen(b);
    if (a_size > NAME_MAX_LETTERS || b_size > NAME_MAX_LETTERS) return UINT32_MAX;
    for (uint32_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a_size; i++) {
        rows[i][0] = i;
        for (uint32_t j = 1; j <= b_size; j++) {
            uint32_t change = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            uint32_t best = least(change, least(rows[i - 1][j], rows[i][j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            rows[i][j] = swapped ? least(best, rows[i - 2][j - 2] + 1) : best;
        }
    }
    return rows[a_size][b_size];
}

const char *nearest_name(const char *word, const char *(*name_at)(const void *names, uint32_t at),
                         const void *names, uint32_t count) {
    uint32_t size = (uint32_t)strlen(word);
    uint32_t best_edits = (size < 6 ? 1 : size / 3) + 1;
    const char *best = NULL;
    for (uint32_t at = 0; at < count; at++) {
        const char *name = name_at(names, at);
        if (name == NULL) continue;
        uint32_t n = edits(word, name);
        if (n < best_edits) {
            best_edits = n;
            best = name;
        }
    }
    return best;
}
