#include "tools/policy_strange.h"

#include <string.h>

typedef struct search {
    policy_strange_told *told;
    void *context;
} search;

static void take_out(const search *s, cJSON *from, cJSON *member, const char *pointer) {
    s->told(s->context, pointer);
    (void)cJSON_DetachItemViaPointer(from, member); // its memory is the tree's
}

static void search_row(const search *s, cJSON *row, yz_object object, const char *pointer);

static void search_list(const search *s, cJSON *list, yz_object shape, const char *pointer) {
    uint32_t index = 0;
    for (cJSON *entry = list->child; entry != NULL; entry = entry->next) {
        char at[YZ_POINTER_BYTES_MAX];
        json_below_at(pointer, index++, at);
        if (cJSON_IsObject(entry)) search_row(s, entry, shape, at);
    }
}

static void search_field(const search *s, cJSON *node, const yz_fact_form *form,
                         const char *pointer) {
    if (form->type == YZ_FACT_LIST && cJSON_IsArray(node))
        search_list(s, node, (yz_object)form->of, pointer);
}

static void search_row(const search *s, cJSON *row, yz_object object, const char *pointer) {
    const yz_fact_form *forms;
    yz_object_fields(object, &forms);
    for (cJSON *member = row->child, *next; member != NULL; member = next) {
        char at[YZ_POINTER_BYTES_MAX];
        int field = yz_field_named(object, yz_text_of(member->string));
        next = member->next;
        json_below(pointer, member->string, at);
        if (field < 0)
            take_out(s, row, member, at);
        else
            search_field(s, member, &forms[field], at);
    }
}

static bool among(const char *const *names, const char *name) {
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

void policy_strange_out(cJSON *facts, const char *pointer, const char *const *others,
                        policy_strange_told *told, void *context) {
    const search s = {told, context};
    const yz_fact_form *of_top;
    yz_object_fields(YZ_OBJECT_top, &of_top);
    for (cJSON *member = facts->child, *next; member != NULL; member = next) {
        char at[YZ_POINTER_BYTES_MAX];
        yz_text name = yz_text_of(member->string);
        int field = yz_field_named(YZ_OBJECT_top, name), object = yz_object_named(name);
        next = member->next;
        if (among(others, member->string)) continue;
        json_below(pointer, member->string, at);
        if (field >= 0)
            search_field(&s, member, &of_top[field], at);
        else if (object < 0 || object >= YZ_OBJECTS || object == YZ_OBJECT_top)
            take_out(&s, facts, member, at);
        else if (cJSON_IsObject(member))
            search_row(&s, member, (yz_object)object, at);
    }
}
