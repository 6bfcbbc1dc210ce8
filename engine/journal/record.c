#include "engine/journal/record.h"

#include "engine/base/crc32c.h"
#include "engine/journal/body.h"

#define RECEIPT_BYTES 24
#define FLAG_RECEIPT 1
#define FLAG_SEALED 2
#define FLAG_WITHHELD 4
#define FLAGS_ALL 7

// ---- writing ----

static size_t room_for_looks(const yz_policy_find *f) {
    size_t room = 0;
    for (uint32_t i = 0; i < f->count; i++)
        room += 1 + 2 + YZ_ID_BYTES_MAX + 16 +
                f->looks[i].count * (size_t)(2 + YZ_ID_BYTES_MAX + 10) +
                f->looks[i].alert_count * (size_t)(2 + YZ_ID_BYTES_MAX + 2);
    return room;
}

// No command of its kind is longer: what a record needs before its true size is known.
static size_t room_for(const yz_command *c) {
    size_t name = 2 + YZ_NAME_BYTES_MAX, skill = 2 + YZ_ID_BYTES_MAX + 1;
    size_t codes = 2 + YZ_POLICY_CODES_BYTES_MAX;
    size_t frame = YZ_RECORD_HEAD + RECEIPT_BYTES + YZ_SEAL_BYTES + YZ_SECRET_SMALL_MAX;
    size_t fixed = frame + 128 + 4 * (2 + YZ_ID_BYTES_MAX) + 2 * name + 2 + YZ_TITLE_BYTES_MAX;
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return fixed + (YZ_REQUIRED_MAX + YZ_PREFERRED_MAX) * skill;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: return fixed + YZ_SEEKER_SKILLS_MAX * skill;
    case YZ_COMMAND_TELL: return fixed + c->tell.count * (2 + YZ_ID_BYTES_MAX + 4);
    case YZ_COMMAND_WEIGHTS: return fixed + c->weights.count * (2 + YZ_ID_BYTES_MAX + 4);
    case YZ_COMMAND_POLICY_PUT: return fixed + c->policy_put.change.size;
    case YZ_COMMAND_POLICY_RULES: return fixed + c->policy_rules.text.size;
    case YZ_COMMAND_POLICY_FIND: return fixed + room_for_looks(&c->policy_find);
    case YZ_COMMAND_POLICY_STEP:
        return fixed + 4 * name + 2 + YZ_POLICY_REMARK_BYTES_MAX + 3 * codes;
    case YZ_COMMAND_POLICY_ALERT:
    case YZ_COMMAND_POLICY_REFUND: return fixed + 2 * name + 2 + YZ_POLICY_REMARK_BYTES_MAX;
    default: return fixed;
    }
}

static bool has_receipt(const yz_command *c) {
    return c->receipt.key[0] != 0 || c->receipt.key[1] != 0;
}

static void write_receipt(yz_out *out, const yz_receipt *receipt) {
    yz_out_64(out, receipt->key[0]);
    yz_out_64(out, receipt->key[1]);
    yz_out_64(out, receipt->body);
}

// False: there is no key.
static bool write_sealed(yz_out *out, const yz_command *c, const yz_sealer *sealer, size_t size) {
    unsigned char small[YZ_SECRET_SMALL_MAX];
    unsigned char *sealed = yz_out_take(out, size + YZ_SEAL_BYTES);
    if (sealed == NULL) return true; // out is full: said by it
    const unsigned char *plain = yz_secret_plain(c, small);
    return sealer->seal(sealer->context, yz_command_person(c), plain, size, sealed);
}

static void write_head(unsigned char *record, const yz_command *c, unsigned flags, size_t size,
                       size_t body_size) {
    yz_put32(record, (uint32_t)size);
    yz_put64(record + 8, c->sequence);
    yz_put64(record + 16, (uint64_t)c->at_ms);
    yz_put16(record + 24, (uint16_t)c->type);
    yz_put16(record + 26, (uint16_t)flags);
    yz_put32(record + 28, (uint32_t)body_size);
    yz_put32(record + 4, yz_crc32c(0, record + 8, size - 8));
}

yz_status yz_record_encode(const yz_command *c, const yz_sealer *sealer, yz_bytes *to) {
    const char *why;
    yz_status status = yz_command_fits(c, &why);
    if (status != YZ_OK) return status;

    size_t secret = yz_secret_size(c);
    bool withheld = yz_command_is_withheld(c);
    bool sealed = secret > 0 && !withheld && sealer != NULL;
    unsigned flags = (has_receipt(c) ? FLAG_RECEIPT : 0u) | (sealed ? FLAG_SEALED : 0u) |
                     (withheld ? FLAG_WITHHELD : 0u);

    size_t room = yz_bytes_reserve(to, room_for(c));
    if (room < YZ_RECORD_HEAD) return YZ_ERR_FULL;
    unsigned char *record = to->bytes + to->size;
    yz_out out = {.at = record + YZ_RECORD_HEAD, .end = record + room};
    if (flags & FLAG_RECEIPT) write_receipt(&out, &c->receipt);
    const unsigned char *body = out.at;
    yz_body_write(&out, c, sealed || withheld);
    size_t body_size = (size_t)(out.at - body);
    if (sealed && !write_sealed(&out, c, sealer, secret)) return YZ_ERR_DENIED;
    if (out.full) return YZ_ERR_FULL;

    size_t size = (size_t)(out.at - record);
    write_head(record, c, flags, size, body_size);
    to->size += size;
    return YZ_OK;
}

// ---- reading ----

static yz_status corrupt(const char **why, const char *what) {
    *why = what;
    return YZ_ERR_CORRUPT;
}

yz_status yz_record_look(const unsigned char *bytes, size_t size, yz_record_head *head,
                         const char **why) {
    if (size < YZ_RECORD_HEAD) return corrupt(why, "a record's head is cut off");
    head->size = yz_get32(bytes);
    if (head->size < YZ_RECORD_HEAD || head->size > YZ_RECORD_BYTES_MAX) {
        return corrupt(why, "a record has a size that none can have");
    }
    if (head->size > size) return corrupt(why, "a record goes on past the end");
    if (yz_crc32c(0, bytes + 8, head->size - 8) != yz_get32(bytes + 4)) {
        return corrupt(why, "a record's checksum does not agree with its bytes");
    }
    head->sequence = yz_get64(bytes + 8);
    head->at_ms = (int64_t)yz_get64(bytes + 16);
    return YZ_OK;
}

// The parts of a record after its head.
typedef struct parts {
    yz_in receipt, body;
    const unsigned char *sealed;
    size_t sealed_size;
    unsigned flags;
} parts;

static yz_status part(const unsigned char *record, size_t size, parts *p, const char **why) {
    p->flags = yz_get16(record + 26);
    if ((p->flags & ~(unsigned)FLAGS_ALL) != 0) return corrupt(why, "a record has unknown flags");
    if ((p->flags & FLAG_SEALED) && (p->flags & FLAG_WITHHELD)) {
        return corrupt(why, "a record is sealed and withheld at once");
    }
    size_t body_size = yz_get32(record + 28);
    size_t receipt_size = (p->flags & FLAG_RECEIPT) ? RECEIPT_BYTES : 0;
    size_t rest = size - YZ_RECORD_HEAD;
    if (receipt_size > rest || body_size > rest - receipt_size) {
        return corrupt(why, "the parts of a record are longer than it");
    }
    const unsigned char *at = record + YZ_RECORD_HEAD;
    p->receipt = (yz_in){.at = at, .end = at + receipt_size};
    p->body = (yz_in){.at = p->receipt.end, .end = p->receipt.end + body_size};
    p->sealed = p->body.end;
    p->sealed_size = rest - receipt_size - body_size;
    return YZ_OK;
}

static yz_status read_receipt(yz_in *in, yz_receipt *receipt, const char **why) {
    receipt->key[0] = yz_in_64(in);
    receipt->key[1] = yz_in_64(in);
    receipt->body = yz_in_64(in);
    if (receipt->key[0] == 0 && receipt->key[1] == 0) return corrupt(why, "a receipt has no key");
    return YZ_OK;
}

static yz_status read_secret(const parts *p, const yz_sealer *sealer, yz_arena *arena,
                             yz_command *c, const char **why) {
    size_t secret = yz_secret_size(c);
    bool bare = (p->flags & (FLAG_SEALED | FLAG_WITHHELD)) != 0;
    if (bare && secret == 0) return corrupt(why, "nothing of this command is ever sealed");
    if (secret > YZ_SEALED_BYTES_MAX) return corrupt(why, "more is sealed than can be");
    size_t expected = (p->flags & FLAG_SEALED) ? secret + YZ_SEAL_BYTES : 0;
    if (p->sealed_size != expected) return corrupt(why, "the sealed part has a wrong size");
    if (!bare) return YZ_OK;

    yz_unsealed answer = YZ_KEY_GONE;
    unsigned char small[YZ_SECRET_SMALL_MAX], *plain = small;
    if ((p->flags & FLAG_SEALED) && sealer != NULL) {
        // Facts are borrowed of it.
        if (c->type == YZ_COMMAND_POLICY_PUT) plain = yz_arena_take(arena, secret);
        if (plain == NULL) return YZ_ERR_FULL;
        answer =
            sealer->unseal(sealer->context, yz_command_person(c), p->sealed, p->sealed_size, plain);
    }
    if (answer == YZ_SEAL_BROKEN) return corrupt(why, "a sealed part does not open with its key");
    if (answer == YZ_KEY_GONE) {
        yz_secret_withhold(c);
    } else if (!yz_secret_read(c, plain)) {
        return corrupt(why, "the groups in the open are not those that are sealed");
    }
    return YZ_OK;
}

yz_status yz_record_decode(const unsigned char *bytes, size_t size, const yz_sealer *sealer,
                           yz_arena *arena, yz_command *c, size_t *used, const char **why) {
    yz_record_head head;
    yz_status status = yz_record_look(bytes, size, &head, why);
    if (status != YZ_OK) return status;
    unsigned type = yz_get16(bytes + 24);
    if (type < YZ_COMMAND_TICK || type >= YZ_COMMAND_TYPE_COUNT) {
        return corrupt(why, "a record holds no command there is");
    }
    parts p;
    status = part(bytes, head.size, &p, why);
    if (status != YZ_OK) return status;

    memset(c, 0, sizeof *c);
    c->sequence = head.sequence;
    c->at_ms = head.at_ms;
    c->type = (yz_command_type)type;
    if (p.flags & FLAG_RECEIPT) {
        status = read_receipt(&p.receipt, &c->receipt, why);
        if (status != YZ_OK) return status;
    }
    bool full = false, bare = (p.flags & (FLAG_SEALED | FLAG_WITHHELD)) != 0;
    if (!yz_body_read(&p.body, arena, c, bare, &full)) {
        *why = p.body.why;
        return full ? YZ_ERR_FULL : YZ_ERR_CORRUPT;
    }
    status = read_secret(&p, sealer, arena, c, why);
    if (status != YZ_OK) return status;
    if (yz_command_fits(c, why) != YZ_OK) return YZ_ERR_CORRUPT;
    *used = head.size;
    return YZ_OK;
}
