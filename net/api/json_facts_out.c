/* Facts going out: the form json_facts.c reads. */
#include "net/api/json_facts.h"

#include <stdio.h>

static void write_row(json_out *out, yz_object object, const yz_row *row);

yz_text json_facts_day_text(int32_t day, char text[JSON_FACTS_DAY_MAX]) {
    int32_t year, month, of_month;
    yz_civil(day, &year, &month, &of_month);
    int size =
        snprintf(text, JSON_FACTS_DAY_MAX, "%04d-%02d-%02d", (int)year, (int)month, (int)of_month);
    return (yz_text){text, (uint32_t)size};
}

yz_text json_facts_month_text(int32_t month, char text[JSON_FACTS_DAY_MAX]) {
    int size =
        snprintf(text, JSON_FACTS_DAY_MAX, "%04d-%02d", (int)(month / 12), (int)(month % 12 + 1));
    return (yz_text){text, (uint32_t)size};
}

static void write_set(json_out *out, yz_enumeration of, uint64_t set) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(of, &words);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        if (set >> i & 1) json_text(out, yz_text_of(words[i]));
    }
    json_end_array(out);
}

static void write_date(json_out *out, int32_t day, bool month) {
    char text[JSON_FACTS_DAY_MAX];
    json_text(out, month ? json_facts_month_text(day, text) : json_facts_day_text(day, text));
}

static void write_texts(json_out *out, const yz_texts *texts) {
    json_begin_array(out);
    for (uint32_t i = 0; i < texts->count; i++)
        json_text(out, texts->texts[i]);
    json_end_array(out);
}

static void write_list(json_out *out, yz_object shape, const yz_list *list) {
    json_begin_array(out);
    for (uint32_t i = 0; i < list->count; i++)
        write_row(out, shape, yz_list_row(list, i));
    json_end_array(out);
}

void json_fact_write(json_out *out, const yz_fact_form *form, int64_t value) {
    const char *const *words;
    switch (form->type) {
    case YZ_FACT_INT: json_int(out, value); return;
    case YZ_FACT_YUAN: json_fixed(out, value, 2); return;
    case YZ_FACT_DATE:
    case YZ_FACT_MONTH: write_date(out, (int32_t)value, form->type == YZ_FACT_MONTH); return;
    case YZ_FACT_BOOL: json_bool(out, value != 0); return;
    case YZ_FACT_WORD:
        (void)yz_enumeration_words((yz_enumeration)form->of, &words);
        json_text(out, yz_text_of(words[value]));
        return;
    case YZ_FACT_SET: write_set(out, (yz_enumeration)form->of, (uint64_t)value); return;
    case YZ_FACT_TEXT: json_text(out, *(const yz_text *)(intptr_t)value); return;
    case YZ_FACT_TEXTS: write_texts(out, (const yz_texts *)(intptr_t)value); return;
    case YZ_FACT_LIST:
        write_list(out, (yz_object)form->of, (const yz_list *)(intptr_t)value);
        return;
    }
}

static void write_fields(json_out *out, yz_object object, const yz_row *row) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++) {
        if (!(row->known >> f & 1)) continue;
        json_key(out, forms[f].name);
        json_fact_write(out, &forms[f], row->values[f]);
    }
}

static void write_row(json_out *out, yz_object object, const yz_row *row) {
    json_begin_object(out);
    write_fields(out, object, row);
    json_end_object(out);
}

void json_facts_write(json_out *out, const yz_facts *facts) {
    json_begin_object(out);
    for (int object = 0; object < YZ_OBJECTS; object++) {
        const yz_row *row = facts->objects[object];
        if (row == NULL) continue;
        if (object == YZ_OBJECT_top) {
            write_fields(out, YZ_OBJECT_top, row);
            continue;
        }
        json_key(out, yz_object_name((yz_object)object));
        write_row(out, (yz_object)object, row);
    }
    json_end_object(out);
}
