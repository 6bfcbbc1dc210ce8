/* Lines and rows into the filling batch: each becomes an entry, and a command if it may be one. */
#include "net/api/bulk_inner.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

static bulk_entry *next_entry(bulk *b, yz_text id) {
    bulk_batch *f = &b->filling;
    if (f->count == f->room) {
        f->room = f->room ? f->room * 2 : 64;
        f->entries = yz_realloc(f->entries, f->room * sizeof *f->entries);
    }
    bulk_entry *e = &f->entries[f->count++];
    e->line = b->line;
    e->id_size = id.size <= YZ_ID_BYTES_MAX ? id.size : 0;
    if (e->id_size > 0) memcpy(e->id, id.bytes, e->id_size);
    e->refused = e->created = false;
    e->refusal = NULL;
    e->warnings.count = 0;
    return e;
}

void bulk_take_problem(bulk *b, yz_text id, const yz_problem *problem) {
    bulk_entry *e = next_entry(b, id);
    e->refused = true;
    e->problem = *problem;
}

static yz_command *next_command(bulk *b) {
    if (b->command_count == b->command_room) {
        b->command_room = b->command_room ? b->command_room * 2 : 64;
        b->commands = yz_realloc(b->commands, b->command_room * sizeof *b->commands);
        if (b->kind == API_PERSONS)
            b->secrets = yz_realloc(b->secrets, b->command_room * sizeof *b->secrets);
    }
    return &b->commands[b->command_count];
}

// A command is complete at the end of the list: is it admitted? `body`: the line, for its receipt.
static void take_command(bulk *b, yz_text id, yz_text body, const wire_warnings *warnings) {
    yz_command *command = &b->commands[b->command_count];
    yz_problem problem;
    if (api_admit(command, &problem) != YZ_OK) {
        bulk_take_problem(b, id, &problem);
        return;
    }
    command->receipt = api_receipt(&b->prints, body, b->line);
    bulk_entry *e = next_entry(b, id);
    if (warnings != NULL) e->warnings = *warnings;
    if (b->kind == API_EMPLOYERS) wire_employer_look(id, &e->warnings);
    b->command_count += 1;
}

static void person_to_command(bulk *b, const wire_person *said) {
    yz_command *command = &b->commands[b->command_count];
    store_secret *secret = &b->secrets[b->command_count];
    command->type = YZ_COMMAND_PERSON_PUT;
    command->person_put.person = said->person;
    command->person_put.fields = said->fields;
    *secret = said->secret;
    secret->person = said->person.id;
}

void bulk_take_line(bulk *b, yz_text line) {
    yz_command *command = next_command(b);
    yz_problem problem;
    json_tree tree;
    wire_person person;
    const wire_warnings *warnings = NULL;
    yz_text id = {NULL, 0};
    *command = (yz_command){0};
    yz_status status = json_parse(line, b->arena, &tree, &problem);
    if (status != YZ_OK) {
        if (problem.low == 1) problem.low = (int64_t)b->line; // the line of the file
    } else if (b->kind == API_POSTINGS) {
        command->type = YZ_COMMAND_POSTING_PUT;
        status = wire_posting_read(&tree, tree.root, WIRE_RECORD, &command->posting_put.posting,
                                   &command->posting_put.fields, &problem);
        id = command->posting_put.posting.id;
    } else if (b->kind == API_SEEKERS) {
        command->type = YZ_COMMAND_SEEKER_PUT;
        status = wire_seeker_read(&tree, tree.root, WIRE_RECORD, &command->seeker_put.seeker,
                                  &command->seeker_put.fields, &problem);
        id = command->seeker_put.seeker.id;
    } else if (b->kind == API_PERSONS) {
        status = wire_person_read(&tree, tree.root, WIRE_RECORD, yz_day_at(b->now_ms), &person,
                                  &problem);
        id = person.person.id;
        warnings = &person.warnings;
        if (status == YZ_OK) person_to_command(b, &person);
    } else {
        command->type = YZ_COMMAND_ENTRY_PUT;
        command->entry_put.dictionary = api_kind_dictionary(b->kind);
        status = wire_entry_read(&tree, tree.root, WIRE_RECORD, command->entry_put.dictionary,
                                 &command->entry_put.entry, NULL, &problem);
        id = command->entry_put.entry.id;
    }
    if (status == YZ_OK)
        take_command(b, id, line, warnings);
    else
        bulk_take_problem(b, id, &problem);
}

static bool copy_texts(yz_arena *arena, yz_text **texts, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        *texts[i] = yz_arena_text(arena, *texts[i]);
        if (texts[i]->bytes == NULL) return false;
    }
    return true;
}

static const yz_skill_level *copy_skills(yz_arena *arena, const yz_skill_level *from,
                                         uint32_t count) {
    yz_skill_level *list = yz_arena_take(arena, (count ? count : 1) * sizeof *list);
    for (uint32_t i = 0; list != NULL && i < count; i++) {
        list[i].level = from[i].level;
        list[i].skill = yz_arena_text(arena, from[i].skill);
        if (list[i].skill.bytes == NULL) return NULL;
    }
    return list;
}

static bool copy_posting(yz_arena *arena, yz_posting *p) {
    yz_text *texts[] = {&p->id,         &p->employer,       &p->title,
                        &p->occupation, &p->place.division, &p->station};
    p->required = copy_skills(arena, p->required, p->required_count);
    yz_text *preferred = yz_arena_take(arena, (p->preferred_count + 1u) * sizeof *preferred);
    if (p->required == NULL || preferred == NULL) return false;
    for (uint32_t i = 0; i < p->preferred_count; i++)
        preferred[i] = yz_arena_text(arena, p->preferred[i]);
    p->preferred = preferred;
    return copy_texts(arena, texts, 6);
}

static bool copy_seeker(yz_arena *arena, yz_seeker *s) {
    yz_text *texts[] = {&s->id, &s->person, &s->occupation, &s->place.division};
    s->skills = copy_skills(arena, s->skills, s->skill_count);
    return s->skills != NULL && copy_texts(arena, texts, 4);
}

static bool copy_person(yz_arena *arena, yz_person *p, store_secret *s) {
    yz_text *texts[] = {&p->id, &p->division, &s->name, &s->id_number, &s->phone, &s->account};
    bool copied = copy_texts(arena, texts, 6);
    s->person = p->id;
    return copied;
}

// A row of the CSV reader: its texts are gone with the row, so they are copied.
void bulk_take_row(void *context, uint64_t line, const csv_record *record,
                   const yz_problem *problem) {
    bulk *b = context;
    b->line = line;
    if (record == NULL) {
        bulk_take_problem(b, YZ_TEXT(""), problem);
        return;
    }
    yz_command *command = next_command(b);
    *command = (yz_command){0};
    bool copied;
    yz_text id;
    if (b->kind == API_POSTINGS) {
        command->type = YZ_COMMAND_POSTING_PUT;
        command->posting_put.posting = record->posting;
        command->posting_put.fields = wire_posting_fields(&record->posting);
        copied = copy_posting(b->arena, &command->posting_put.posting);
        id = record->posting.id;
    } else if (b->kind == API_SEEKERS) {
        command->type = YZ_COMMAND_SEEKER_PUT;
        command->seeker_put.seeker = record->seeker;
        command->seeker_put.fields = wire_seeker_fields(&record->seeker);
        copied = copy_seeker(b->arena, &command->seeker_put.seeker);
        id = record->seeker.id;
    } else if (b->kind == API_PERSONS) {
        person_to_command(b, &record->person);
        copied = copy_person(b->arena, &command->person_put.person, &b->secrets[b->command_count]);
        id = record->person.person.id;
    } else {
        command->type = YZ_COMMAND_ENTRY_PUT;
        command->entry_put.dictionary = api_kind_dictionary(b->kind);
        command->entry_put.entry = record->entry;
        yz_text *texts[] = {&command->entry_put.entry.id, &command->entry_put.entry.name_zh,
                            &command->entry_put.entry.name_en};
        copied = copy_texts(b->arena, texts, 3);
        id = record->entry.id;
    }
    if (copied) {
        uint64_t print = csv_in_print(b->csv);
        take_command(b, id, (yz_text){(const char *)&print, sizeof print},
                     b->kind == API_PERSONS ? &record->person.warnings : NULL);
        return;
    }
    yz_problem full;
    (void)yz_problem_at(&full, YZ_PROBLEM_TOO_LONG, "");
    bulk_take_problem(b, id, &full);
}
