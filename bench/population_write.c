/* The population for people to read: the table, and subjects as lines of JSON. */
#include "bench/population_inner.h"

void population_print(const population *people, FILE *out) {
    draws_print(out);
    fprintf(out, "\n%-14s %9s  measures\n", "subjects", "number");
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        uint32_t count;
        const char *const *measures = population_measures(kind, &count);
        fprintf(out, "%-14s %9u ", population_kind_name(kind), population_count(people, kind));
        for (uint32_t i = 0; i < count; i++)
            fprintf(out, " %s", measures[i]);
        fputc('\n', out);
    }
    fprintf(out, "pairs of subject and measure: %llu\n",
            (unsigned long long)population_pairs(people));
}

/* ---- JSON ---- */

// Our own texts: nothing in them needs an escape.
static void write_text(const yz_text *text, FILE *out) {
    fprintf(out, "\"%.*s\"", (int)text->size, text->bytes);
}

static void write_row(yz_object object, const yz_row *row, FILE *out);

static void write_list(yz_object shape, const yz_list *list, FILE *out) {
    fputc('[', out);
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0) fputc(',', out);
        write_row(shape, yz_list_row(list, i), out);
    }
    fputc(']', out);
}

static void write_set(yz_enumeration of, uint64_t set, FILE *out) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(of, &words);
    const char *comma = "";
    fputc('[', out);
    for (uint32_t w = 0; w < count; w++) {
        if ((set >> w & 1) == 0) continue;
        fprintf(out, "%s\"%s\"", comma, words[w]);
        comma = ",";
    }
    fputc(']', out);
}

static void write_texts(const yz_texts *texts, FILE *out) {
    fputc('[', out);
    for (uint32_t i = 0; i < texts->count; i++) {
        if (i > 0) fputc(',', out);
        write_text(&texts->texts[i], out);
    }
    fputc(']', out);
}

static void write_word(yz_enumeration of, int64_t word, FILE *out) {
    const char *const *words;
    yz_enumeration_words(of, &words);
    fprintf(out, "\"%s\"", words[word]);
}

static void write_value(const yz_fact_form *form, int64_t value, FILE *out) {
    int32_t year, month, day;
    switch (form->type) {
    case YZ_FACT_INT: fprintf(out, "%lld", (long long)value); break;
    case YZ_FACT_YUAN:
        fprintf(out, "%lld.%02d", (long long)(value / 100), (int)(value % 100));
        break;
    case YZ_FACT_DATE:
        yz_civil((int32_t)value, &year, &month, &day);
        fprintf(out, "\"%04d-%02d-%02d\"", (int)year, (int)month, (int)day);
        break;
    case YZ_FACT_MONTH:
        fprintf(out, "\"%04d-%02d\"", (int)(value / 12), (int)(value % 12 + 1));
        break;
    case YZ_FACT_BOOL: fputs(value != 0 ? "true" : "false", out); break;
    case YZ_FACT_WORD: write_word((yz_enumeration)form->of, value, out); break;
    case YZ_FACT_SET: write_set((yz_enumeration)form->of, (uint64_t)value, out); break;
    case YZ_FACT_TEXT: write_text((const yz_text *)(intptr_t)value, out); break;
    case YZ_FACT_TEXTS: write_texts((const yz_texts *)(intptr_t)value, out); break;
    case YZ_FACT_LIST:
        write_list((yz_object)form->of, (const yz_list *)(intptr_t)value, out);
        break;
    }
}

static void write_fields(yz_object object, const yz_row *row, const char *comma, FILE *out) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++) {
        if (!has(row, (int)f)) continue;
        fprintf(out, "%s\"%s\":", comma, forms[f].name);
        write_value(&forms[f], row->values[f], out);
        comma = ",";
    }
}

static void write_row(yz_object object, const yz_row *row, FILE *out) {
    fputc('{', out);
    write_fields(object, row, "", out);
    fputc('}', out);
}

void population_write(const population *people, population_kind kind, uint32_t index, FILE *out) {
    yz_facts facts;
    population_facts(people, kind, index, &facts);
    fprintf(out, "{\"subject\":\"%s\",\"number\":%u,\"facts\":{", population_kind_name(kind),
            index);
    write_fields(YZ_OBJECT_top, facts.objects[YZ_OBJECT_top], "", out);
    for (yz_object object = YZ_OBJECT_top + 1; object < YZ_OBJECTS; object++) {
        if (facts.objects[object] == NULL) continue;
        fprintf(out, ",\"%s\":", yz_object_name(object));
        write_row(object, facts.objects[object], out);
    }
    fputs("}}\n", out);
}
