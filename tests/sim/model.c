#include "tests/sim/model.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

void model_init(model *m, world *w) {
    *m = (model){.world = w};
}

void model_deinit(model *m) {
    yz_free(m->deeds);
}

deed *model_add(model *m, yz_command_type type, thing what, uint32_t who) {
    if (m->count == m->room) {
        m->room = m->room == 0 ? 256 : m->room * 2;
        m->deeds = yz_realloc(m->deeds, m->room * sizeof *m->deeds);
    }
    deed *d = &m->deeds[m->count++];
    *d = (deed){.number = m->count, .type = type, .thing = what, .who = who};
    return d;
}

deed *model_deed(model *m, uint32_t number) {
    return number >= 1 && number <= m->count ? &m->deeds[number - 1] : NULL;
}

static const char letters[THINGS] = {'p', 's', 'n', 'k', 'e', 'o', 't'};

const char *model_id(thing what, uint32_t who, char *id) {
    snprintf(id, 16, "%c%u", letters[what], who);
    return id;
}

bool model_parse_id(yz_text id, thing *what, uint32_t *who) {
    if (id.size != 2 || id.bytes[1] < '0' || id.bytes[1] > '9') return false;
    *who = (uint32_t)(id.bytes[1] - '0');
    for (uint32_t i = 0; i < THINGS; i++) {
        *what = i;
        if (letters[i] == id.bytes[0]) return *who < MODEL_IDS;
    }
    return false;
}

const char *model_planted(const model *m, uint32_t number, const char *field, char *text) {
    snprintf(text, 64, "Planted%s%llux%u", field, (unsigned long long)m->world->seed, number);
    return text;
}

int32_t model_birth_day(uint32_t number) {
    return -7305 + (int32_t)number; // since 1950-01-01
}

void model_told(model *m, thing what, uint32_t who, uint32_t version) {
    if (version > m->versions[what][who]) m->versions[what][who] = version;
}

/* ---- the journal ---- */

typedef struct look {
    model *model;
    yz_market *market;
    yz_arena *arena;
    const yz_sealer *sealer;
    bool second; // the pass that knows who is erased later
} look;

static yz_text command_id(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return c->posting_put.posting.id;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: return c->seeker_put.seeker.id;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: return c->person_put.person.id;
    case YZ_COMMAND_ENTRY_PUT: return c->entry_put.entry.id;
    case YZ_COMMAND_PERSON_REVEAL: return c->reveal.id;
    case YZ_COMMAND_TARGET_PUT: return c->target_put.target.id;
    default: return c->named.id;
    }
}

/* The number in a text like "m123"; 0: none. */
static uint32_t mark_in(yz_text text) {
    uint32_t number = 0;
    if (text.size < 2 || text.bytes[0] != 'm') return 0;
    for (uint32_t i = 1; i < text.size; i++)
        number = number * 10 + (uint32_t)(text.bytes[i] - '0');
    return number;
}

static uint32_t mark_of(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return mark_in(c->posting_put.posting.title);
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: return (uint32_t)(c->seeker_put.seeker.floor_fen / 100);
    case YZ_COMMAND_ENTRY_PUT: return mark_in(c->entry_put.entry.name_en);
    case YZ_COMMAND_TARGET_PUT: return (uint32_t)c->target_put.target.value;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH:
        return c->person_put.person.withheld
                   ? 0
                   : (uint32_t)(c->person_put.person.birth_day - model_birth_day(0));
    default: return 0;
    }
}

/* Once the key is gone nothing of the person can be read; before that everything can. */
static void check_withheld(model *m, const yz_command *c, uint32_t who) {
    if (c->type != YZ_COMMAND_PERSON_PUT && c->type != YZ_COMMAND_PERSON_PATCH) return;
    bool gone = c->sequence <= m->erased_at[who];
    if (c->person_put.person.withheld == gone) return;
    world_wrong(m->world, "sequence %llu: person n%u was erased at %llu and is %s",
                (unsigned long long)c->sequence, who, (unsigned long long)m->erased_at[who],
                gone ? "still readable" : "not readable");
}

static void note_named(model *m, const yz_command *c, thing what, uint32_t who, bool effect) {
    m->named_written[c->type][who] += 1;
    for (uint32_t i = 0; i < m->count && effect; i++) {
        deed *d = &m->deeds[i];
        if (d->sequence != c->sequence || d->marked) continue;
        d->in_place = d->type == c->type && d->thing == what && d->who == who;
    }
    if (!effect) return;
    m->named[c->type][who] += 1;
    if (c->type == YZ_COMMAND_PERSON_ERASE) {
        m->erased_at[who] = c->sequence;
        m->vault_deed[who] = 0;
    }
}

static void note_marked(model *m, const yz_command *c, deed *d, const yz_outcome *o) {
    bool effect = o->status == YZ_OK && !o->repeated;
    d->written += 1;
    // A receipt is kept for a day of market time: after that a repeat is a new deed.
    if (effect && d->effects > 0 && c->at_ms >= d->effect_ms + YZ_RECEIPT_MS) d->effects = 0;
    d->effects += effect;
    if (effect) d->effect_ms = c->at_ms;
    if (effect && d->thing == PERSON) m->vault_deed[d->who] = d->number;
    if (d->sequence != c->sequence) return;
    d->in_place = true;
    if (!effect || o->version != d->version) {
        world_wrong(m->world, "deed %u: told version %u at sequence %llu, the journal gives %s %u",
                    d->number, d->version, (unsigned long long)c->sequence,
                    yz_status_name(o->status), o->version);
    }
}

/* A person's put becomes a patch at the door where the vault keeps what was not said. */
static bool is_type(const deed *d, yz_command_type type) {
    return d->type == type || (d->type == YZ_COMMAND_PERSON_PUT && type == YZ_COMMAND_PERSON_PATCH);
}

static void see_command(look *k, const yz_command *c) {
    model *m = k->model;
    yz_outcome outcome = yz_market_apply(k->market, c, NULL);
    if (c->type == YZ_COMMAND_TICK || c->type == YZ_COMMAND_PROFILE_SWITCH) return;
    thing what = SKILL;
    uint32_t who = 0;
    bool nameless = c->type == YZ_COMMAND_PROFILE || c->type == YZ_COMMAND_WEIGHTS;
    if (!nameless && !model_parse_id(command_id(c), &what, &who)) {
        world_wrong(m->world, "sequence %llu names what nobody named",
                    (unsigned long long)c->sequence);
        return;
    }
    if (k->second) {
        check_withheld(m, c, who);
        return;
    }
    uint32_t mark = mark_of(c);
    deed *d = model_deed(m, mark);
    if (mark == 0) {
        note_named(m, c, what, who, outcome.status == YZ_OK && !outcome.repeated);
    } else if (d == NULL || d->sent == 0 || !is_type(d, c->type) || d->thing != what ||
               d->who != who) {
        world_wrong(m->world, "sequence %llu, mark %u: nobody sent that",
                    (unsigned long long)c->sequence, mark);
    } else {
        note_marked(m, c, d, &outcome);
    }
}

static bool see_batch(void *context, yz_batch_reader *reader) {
    look *k = context;
    for (;;) {
        yz_command command;
        yz_damage damage = {.why = ""};
        yz_arena_reset(k->arena);
        yz_status status = yz_batch_next(reader, k->sealer, k->arena, &command, &damage);
        if (status == YZ_ERR_NOT_FOUND) return true;
        if (status != YZ_OK) {
            world_wrong(k->model->world, "the journal cannot be read at %llu: %s",
                        (unsigned long long)damage.sequence, damage.why);
            return false;
        }
        k->model->commands += 1;
        see_command(k, &command);
    }
}

static yz_market *replay(model *m, disk *d, bool second) {
    yz_market_options options = {.hash_key = {3, 5}, .at_ms = 0};
    yz_sealer sealer = disk_sealer(d);
    look k = {.model = m,
              .market = yz_market_new(&options),
              .arena = yz_arena_new((size_t)1 << 20),
              .sealer = &sealer,
              .second = second};
    yz_damage damage = {.why = ""};
    disk_problem problem = {.text = ""};
    yz_chain start = {{0}};
    if (!disk_walk(d, 0, &start, see_batch, &k, &damage, &problem)) {
        world_wrong(m->world, "the journal cannot be walked: %s %s", problem.text,
                    damage.why == NULL ? "" : damage.why);
    }
    yz_arena_free(k.arena);
    return k.market;
}

/* ---- what must be true of the deeds ---- */

static void check_deed(model *m, const deed *d) {
    const char *wrong = NULL;
    bool there = d->sequence > 0 ? d->in_place : d->effects > 0;
    bool told = d->done > 0 && (d->marked || d->sequence > 0);
    if (told && !there) wrong = "was acknowledged and is not there";
    if (d->marked && d->read && d->effects == 0) wrong = "was read by somebody and is not there";
    if (d->effects > 1) wrong = "took effect more than once";
    if (d->written > d->sent) wrong = "was written down more often than it was sent";
    if (d->sent > 0 && d->full == d->sent && d->written > 0)
        wrong = "was refused with 507, is there";
    if (d->refused == d->sent && d->sent > 0 && d->effects > 0)
        wrong = "was refused and took effect";
    if (wrong == NULL) return;
    world_wrong(m->world,
                "deed %u (%.*s %c%u, sent %u, done %u at %llu, written %u, effects %u) %s",
                d->number, (int)yz_command_type_name(d->type).size,
                yz_command_type_name(d->type).bytes, letters[d->thing], d->who, d->sent, d->done,
                (unsigned long long)d->sequence, d->written, d->effects, wrong);
}

/* Deeds without a mark (close, pause, erase) are counted by what they name. */
static void check_named(model *m) {
    uint32_t done[32][MODEL_IDS] = {{0}}, sent[32][MODEL_IDS] = {{0}};
    for (uint32_t i = 0; i < m->count; i++) {
        const deed *d = &m->deeds[i];
        bool named = !d->marked || d->thing == PERSON; // an erased person's marks are gone
        if (!named || d->type == YZ_COMMAND_ENTRY_DELETE) continue;
        done[d->type][d->who] += d->done > 0 && !d->marked;
        sent[d->type][d->who] += d->sent;
    }
    for (uint32_t type = 0; type < 32; type++) {
        for (uint32_t who = 0; who < MODEL_IDS && type != YZ_COMMAND_ENTRY_DELETE; who++) {
            if (m->named[type][who] < done[type][who] ||
                m->named_written[type][who] > sent[type][who]) {
                yz_text name = yz_command_type_name(type);
                world_wrong(m->world,
                            "%.*s of %u: sent %u, acknowledged %u, written %u, effects %u",
                            (int)name.size, name.bytes, who, sent[type][who], done[type][who],
                            m->named_written[type][who], m->named[type][who]);
            }
        }
    }
}

static uint32_t version_in(const yz_market *market, thing what, uint32_t who, yz_arena *arena) {
    char id[16];
    yz_text text = yz_text_of(model_id(what, who, id));
    yz_posting_view posting;
    yz_seeker_view seeker;
    yz_person_view person;
    yz_entry_view entry;
    yz_target_view target;
    switch (what) {
    case POSTING: return yz_market_posting(market, text, arena, &posting) ? posting.version : 0;
    case SEEKER: return yz_market_seeker(market, text, arena, &seeker) ? seeker.version : 0;
    case PERSON: return yz_market_person(market, text, &person) ? person.version : 0;
    case SKILL: return yz_market_entry(market, YZ_SKILLS, text, &entry) ? entry.version : 0;
    case EMPLOYER: return yz_market_entry(market, YZ_EMPLOYERS, text, &entry) ? entry.version : 0;
    case OCCUPATION:
        return yz_market_entry(market, YZ_OCCUPATIONS, text, &entry) ? entry.version : 0;
    case TARGET: return yz_market_target(market, text, &target) ? target.version : 0;
    case THINGS: break;
    }
    return 0;
}

static void check_versions(model *m, const yz_market *market) {
    yz_arena *arena = yz_arena_new((size_t)1 << 20);
    for (uint32_t t = 0; t < THINGS; t++) {
        for (uint32_t who = 0; who < MODEL_IDS; who++) {
            yz_arena_reset(arena);
            uint32_t now = version_in(market, t, who, arena);
            if (now >= m->versions[t][who]) continue;
            world_wrong(m->world, "%c%u: somebody saw version %u, now it is %u", letters[t], who,
                        m->versions[t][who], now);
        }
    }
    yz_arena_free(arena);
}

static void check_markets(model *m, const yz_market *live, const yz_market *replayed) {
    char a[YZ_DIGEST_TEXT_MAX], b[YZ_DIGEST_TEXT_MAX], c[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(yz_market_digest(live), a);
    yz_digest_text(yz_market_digest_recount(live), b);
    yz_digest_text(yz_market_digest(replayed), c);
    if (yz_market_sequence(live) != yz_market_sequence(replayed)) {
        world_wrong(m->world, "the market stands at %llu, the journal at %llu",
                    (unsigned long long)yz_market_sequence(live),
                    (unsigned long long)yz_market_sequence(replayed));
    }
    if (strcmp(a, b) != 0) world_wrong(m->world, "digest %s, recounted %s", a, b);
    if (strcmp(a, c) != 0) world_wrong(m->world, "digest %s, replayed from 1 %s", a, c);
    const char *why = "";
    if (!yz_market_sound(live, &why)) world_wrong(m->world, "the market is not sound: %s", why);
    world_note(m->world, "digest %s at %llu", a, (unsigned long long)yz_market_sequence(live));
}

/* The vault holds what the last carried-out command put there, and nothing of who is erased. */
static void check_vault(model *m, disk *d) {
    store s = disk_store(d);
    for (uint32_t who = 0; who < MODEL_IDS && s.vault_read != NULL; who++) {
        char id[16], planted[64], room[STORE_SECRET_BYTES_MAX];
        store_secret secret;
        bool there = s.vault_read(s.context, yz_text_of(model_id(PERSON, who, id)), room,
                                  sizeof room, &secret) &&
                     secret.name.size > 0;
        uint32_t number = m->vault_deed[who];
        if (number == 0) {
            if (there) {
                world_wrong(m->world, "the vault holds n%u as %.*s, who is not there", who,
                            (int)secret.name.size, secret.name.bytes);
            }
            continue;
        }
        model_planted(m, number, "Name", planted);
        if (!there || !yz_text_equal(secret.name, yz_text_of(planted))) {
            world_wrong(m->world, "the vault should hold n%u as %s and holds %.*s", who, planted,
                        there ? (int)secret.name.size : 0, there ? secret.name.bytes : "");
        }
    }
}

void model_verify(model *m, disk *d, const yz_market *market) {
    for (uint32_t i = 0; i < m->count; i++) {
        m->deeds[i].written = m->deeds[i].effects = 0;
        m->deeds[i].in_place = false;
    }
    memset(m->erased_at, 0, sizeof m->erased_at);
    memset(m->vault_deed, 0, sizeof m->vault_deed);
    memset(m->named, 0, sizeof m->named);
    memset(m->named_written, 0, sizeof m->named_written);
    m->commands = 0;
    yz_market *replayed = replay(m, d, false);
    check_markets(m, market, replayed);
    check_versions(m, market);
    yz_market_free(replayed);
    yz_market_free(replay(m, d, true));
    for (uint32_t i = 0; i < m->count; i++) {
        // What an erased person's deeds were cannot be read any more.
        const deed *e = &m->deeds[i];
        if (e->thing == PERSON && e->marked && m->erased_at[e->who] > 0) continue;
        check_deed(m, e);
    }
    check_named(m);
    check_vault(m, d);
}
