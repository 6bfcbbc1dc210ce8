/* Excel's rules for the name of a worksheet: 1 to 31 UTF-16 units, none of [ ] : * ? / \, no
 * apostrophe at either end, not "History", and no two alike but for capitals. */
#include "net/sheet/xlsx_inner.h"

#include <utf8proc.h>

// The most whole characters of `text` that are at most `units_max` long; their bytes.
static uint32_t cut(yz_text text, uint32_t units_max) {
    uint32_t at = 0;
    for (uint32_t units = 0; at < text.size; at++) {
        units += xlsx_units(text.bytes[at]);
        if (units > units_max) break;
    }
    return at;
}

static void clean(xlsx_name *name) {
    for (char *c = name->text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || strchr("[]:*?/\\", *c) != NULL) *c = ' ';
    }
    size_t from = strspn(name->text, " '"), size = strlen(name->text + from);
    memmove(name->text, name->text + from, size + 1);
    while (size > 0 && strchr(" '", name->text[size - 1]) != NULL)
        name->text[--size] = '\0';
}

static bool alike(const char *a, const char *b) {
    const utf8proc_uint8_t *x = (const utf8proc_uint8_t *)a, *y = (const utf8proc_uint8_t *)b;
    for (;;) {
        utf8proc_int32_t c, d;
        x += utf8proc_iterate(x, -1, &c);
        y += utf8proc_iterate(y, -1, &d);
        if (utf8proc_tolower(c) != utf8proc_tolower(d)) return false;
        if (c == 0) return true;
    }
}

static bool is_taken(const xlsx_name *name, const xlsx_name *taken, uint32_t count) {
    if (alike(name->text, "history")) return true;
    for (uint32_t i = 0; i < count; i++) {
        if (alike(name->text, taken[i].text)) return true;
    }
    return false;
}

void xlsx_name_make(yz_text title, yz_text otherwise, const xlsx_name *taken, uint32_t count,
                    xlsx_name *name) {
    title.size = cut(title, XLSX_NAME_UNITS_MAX);
    snprintf(name->text, sizeof name->text, "%.*s", (int)title.size, title.bytes);
    clean(name);
    if (name->text[0] == '\0')
        snprintf(name->text, sizeof name->text, "%.*s", (int)otherwise.size, otherwise.bytes);
    xlsx_name plain = *name;
    for (uint32_t number = 2; is_taken(name, taken, count); number++) {
        char behind[16];
        uint32_t size = (uint32_t)snprintf(behind, sizeof behind, " (%u)", number);
        uint32_t keep = cut(yz_text_of(plain.text), XLSX_NAME_UNITS_MAX - size);
        memcpy(name->text, plain.text, keep);
        memcpy(name->text + keep, behind, size + 1);
    }
}
