/* Five dictionaries of one shape. Rows are never taken back: a deleted entry waits, gone, for its
 * id to come again, so a row means one id for ever. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

void dictionaries_init(yz_market *m, yz_hash_key key) {
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        m->dictionaries[i].ids = yz_ids_new(key);
        yz_slab_init(&m->dictionaries[i].entries, sizeof(dictionary_entry));
    }
    yz_slab_init(&m->persons, sizeof(person_facts));
}

void dictionaries_deinit(yz_market *m) {
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        dictionary *d = &m->dictionaries[i];
        for (uint32_t row = 0; row < yz_ids_count(d->ids); row++) {
            yz_free(entry_at(m, (yz_dictionary)i, row)->names);
        }
        yz_slab_deinit(&d->entries);
        yz_ids_free(d->ids);
    }
    yz_slab_deinit(&m->persons);
}

uint32_t dictionary_find(const yz_market *m, yz_dictionary which, yz_text id) {
    uint32_t row = yz_ids_find(m->dictionaries[which].ids, id);
    return row != YZ_ROW_NONE && entry_at(m, which, row)->gone ? YZ_ROW_NONE : row;
}

yz_text dictionary_id(const yz_market *m, yz_dictionary which, uint32_t row) {
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->dictionaries[which].ids, row);
}

void dictionary_use(yz_market *m, yz_dictionary which, uint32_t row, int64_t by) {
    if (row == YZ_ROW_NONE) return;
    dictionary_entry *entry = entry_at(m, which, row);
    entry->used_by += (uint64_t)by;
}

yz_text dictionary_name_zh(const dictionary_entry *entry) {
    return (yz_text){entry->names, entry->zh_size};
}

yz_text dictionary_name_en(const dictionary_entry *entry) {
    if (entry->en_size == 0) return YZ_TEXT("");
    return (yz_text){entry->names + entry->zh_size, entry->en_size};
}

static bool same_names(const dictionary_entry *entry, const yz_entry *given) {
    return yz_text_equal(dictionary_name_zh(entry), given->name_zh) &&
           yz_text_equal(dictionary_name_en(entry), given->name_en);
}

void dictionary_names(dictionary_entry *entry, yz_text zh, yz_text en) {
    yz_free(entry->names);
    entry->zh_size = (uint8_t)zh.size;
    entry->en_size = (uint8_t)en.size;
    size_t size = (size_t)entry->zh_size + entry->en_size;
    entry->names = size > 0 ? yz_alloc(size) : NULL;
    if (entry->zh_size > 0) memcpy(entry->names, zh.bytes, entry->zh_size);
    if (entry->en_size > 0) memcpy(entry->names + entry->zh_size, en.bytes, entry->en_size);
}

// A skill that no posting requires takes a weight at once; else it is staged, since lists hang on
// it.
static bool set_weight(yz_market *m, uint32_t row, uint32_t weight) {
    dictionary_entry *entry = entry_at(m, YZ_SKILLS, row);
    uint32_t next = entry->weight_staged ? entry->weight_staged : m->weights[row];
    if (weight == 0 || weight == next) return false;
    if (entry->required_by > 0) {
        staged_weight(m, row, weight);
        return true;
    }
    if (entry->weight_staged != 0) staged_weight(m, row, m->weights[row]); // no longer staged
    m->weights[row] = weight;
    if (m->weights_next != NULL) m->weights_next[row] = weight;
    return true;
}

uint32_t dictionary_add(yz_market *m, yz_dictionary which, yz_text id) {
    dictionary *d = &m->dictionaries[which];
    uint32_t row = yz_ids_add(d->ids, id);
    yz_slab_reserve(&d->entries, row);
    *entry_at(m, which, row) =
        (dictionary_entry){.id_print = yz_print_of(id.bytes, id.size), .gone = true};
    if (which == YZ_PERSONS) {
        yz_slab_reserve(&m->persons, row);
        facts_of(m, row)->division = YZ_ROW_NONE;
        facts_of(m, row)->first_seeker = YZ_ROW_NONE;
        person_facts_clear(m, row);
    }
    return row;
}

yz_status dictionary_has_room(const yz_market *m, yz_dictionary which, uint32_t ahead,
                              yz_problem *problem) {
    uint32_t count = yz_ids_count(m->dictionaries[which].ids) + ahead;
    uint32_t count_max = which == YZ_SKILLS ? YZ_SKILLS_MAX : YZ_DICTIONARY_MAX;
    if (count < count_max) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_DICTIONARY_FULL, "", count, 0, count_max);
}

yz_status version_allows(uint32_t wanted, bool known, uint32_t version, yz_text id,
                         yz_problem *problem) {
    if (wanted == YZ_VERSION_ANY || wanted == version) return YZ_OK;
    if (wanted != YZ_VERSION_NEW)
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, version);
    return known ? yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", id) : YZ_OK;
}

void apply_entry_put(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    yz_dictionary which = c->entry_put.dictionary;
    const yz_entry *given = &c->entry_put.entry;
    dictionary *d = &m->dictionaries[which];
    uint32_t row = yz_ids_find(d->ids, given->id);
    bool created = row == YZ_ROW_NONE || entry_at(m, which, row)->gone;
    uint32_t version = created ? 0 : entry_at(m, which, row)->version;
    yz_status allowed =
        version_allows(c->entry_put.if_version, !created, version, given->id, &out->problem);
    if (allowed == YZ_OK && row == YZ_ROW_NONE) {
        allowed = dictionary_has_room(m, which, 0, &out->problem);
    }
    if (allowed != YZ_OK) REFUSE(out, allowed);
    if (row == YZ_ROW_NONE) row = dictionary_add(m, which, given->id);
    dictionary_entry *entry = entry_at(m, which, row);
    if (entry->version > 0) { // known before, be it as deleted
        yz_print_subtract(&m->records_print, entry_print(m, which, row));
    }
    if (created) {
        if (which == YZ_SKILLS) m->weights[row] = YZ_WEIGHT_NEW;
        entry->gone = false;
        d->live += 1;
    }
    bool changed = created;
    if (which == YZ_SKILLS && set_weight(m, row, given->weight)) changed = true;
    if (!same_names(entry, given)) {
        dictionary_names(entry, given->name_zh, given->name_en);
        changed = true;
    }
    if (changed) entry->version += 1;
    yz_print_add(&m->records_print, entry_print(m, which, row));
    out->version = entry->version;
    out->created = created;
    out->changed = changed;
    if (changed) effect(effects, YZ_EFFECT_ENTRY_CHANGED, row);
}

void apply_entry_delete(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    yz_dictionary which = c->named.dictionary;
    uint32_t row = dictionary_find(m, which, c->named.id);
    if (row == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_ENTRY, "", c->named.id));
    }
    dictionary_entry *entry = entry_at(m, which, row);
    if (c->named.if_version != YZ_VERSION_ANY && c->named.if_version != entry->version) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "",
                                     c->named.if_version, 0, entry->version));
    }
    if (entry->used_by > 0) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_IN_USE, "", (int64_t)entry->used_by,
                                     0, 0));
    }
    yz_print_subtract(&m->records_print, entry_print(m, which, row));
    if (entry->weight_staged != 0) staged_weight(m, row, m->weights[row]);
    dictionary_names(entry, YZ_TEXT(""), YZ_TEXT(""));
    if (which == YZ_PERSONS) person_facts_clear(m, row);
    entry->gone = true;
    m->dictionaries[which].live -= 1;
    entry->version += 1; // so that an old If-Match does not fit the entry's next life
    yz_print_add(&m->records_print, entry_print(m, which, row));
    out->version = entry->version;
    out->changed = true;
    effect(effects, YZ_EFFECT_ENTRY_CHANGED, row);
}
