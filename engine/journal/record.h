/* Commands as bytes. One record is one command; little-endian, records back to back.
 *
 *     offset  size  field
 *          0     4  size        of the whole record: YZ_RECORD_HEAD..YZ_RECORD_BYTES_MAX
 *          4     4  crc32c      of everything after this field
 *          8     8  sequence    1, 2, 3 ... without a gap
 *         16     8  at_ms       UTC, never smaller than in the record before
 *         24     2  type        yz_command_type
 *         26     2  flags       1: a receipt of 24 bytes stands before the body
 *                               2: a sealed part stands after the body
 *                               4: what would be sealed is not known any more (withheld)
 *         28     4  body_size
 *         32        receipt, body, sealed part (engine/journal/seal.h)
 *
 * A body holds the members of the command that its `fields` name (engine/journal/body.h draws it).
 * Sealed, when a sealer is given: of a seeker lat, lon and the groups set, of a person the birth
 * day and the tags; only those that are named. The body then holds zeros in their place, and of the
 * groups the primary one. Of a policy_put with an owner (the person whose facts they are, or whom
 * the subject names) the change of the facts, as long as it is; the body holds its size. What the
 * subject is, whom it names, its division, the occupation and level of a certificate and a keyed
 * tag of the change stay in the open: digest, versions and payments rest on them.
 *
 * There is one way to write a command: what is read and written again is the same bytes. And what
 * can be written can be read: both ask the records' own rules (engine/journal/fit.c). */
#ifndef YZ_ENGINE_JOURNAL_RECORD_H
#define YZ_ENGINE_JOURNAL_RECORD_H

#include "engine/base/arena.h"
#include "engine/base/crc32c.h"
#include "engine/base/status.h"
#include "engine/journal/bytes.h"
#include "engine/journal/seal.h"
#include "engine/model/command.h"

#define YZ_RECORD_HEAD 32
#define YZ_RECORD_BYTES_MAX ((size_t)1 << 20)

/* Room in an arena that does for the lists of any one record: what was found of many takes some
 * three times its bytes. */
#define YZ_RECORD_ARENA_BYTES ((size_t)4 << 20)

/* Whose key seals this command: the person's id; "" if nothing of it is sealed. Borrowed of it. Of
 * a seeker it is `person`, whether `fields` name it or not, or the seeker's id if that is "": so
 * whoever sends a seeker_patch fills it in. Of a policy_put it is `owner`. */
yz_text yz_command_person(const yz_command *command);

/* What is sealed of it is not known: the key is gone, or it was read without one. */
bool yz_command_is_withheld(const yz_command *command);

/* Appends the command. `sealer` NULL: nothing is sealed. YZ_ERR_FULL: over the limit;
 * YZ_ERR_DENIED: the sealer has no key; YZ_ERR_BAD_INPUT: a command that the market does not admit;
 * then `out` is as it was. */
YZ_MUST_USE yz_status yz_record_encode(const yz_command *command, const yz_sealer *sealer,
                                       yz_bytes *out);

/* Reads one record from the front. Texts and lists point into `bytes` or the arena. `used` is its
 * size. YZ_ERR_CORRUPT, `why` a static line. A sealed part whose key is gone, or with no sealer,
 * gives a command that is `withheld`. YZ_ERR_FULL: no room in the arena. */
YZ_MUST_USE yz_status yz_record_decode(const unsigned char *bytes, size_t size,
                                       const yz_sealer *sealer, yz_arena *arena,
                                       yz_command *command, size_t *used, const char **why);

/* What a record says of itself, when its size and checksum hold; the command is not looked at. To
 * step through damaged bytes. */
typedef struct yz_record_head {
    size_t size; // of the whole record
    uint64_t sequence;
    int64_t at_ms;
} yz_record_head;
YZ_MUST_USE yz_status yz_record_look(const unsigned char *bytes, size_t size, yz_record_head *head,
                                     const char **why);

#endif
