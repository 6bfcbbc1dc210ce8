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
 *         28     4  body_size
 *         32        receipt, body, sealed part (engine/journal/seal.h)
 *
 * A body holds the members of the command in their order; a text is its size in 2 bytes and its
 * bytes. Sealed, when a sealer is given: of a seeker
 * lat, lon and the groups set, of a person the birth day and the tags; only those that the
 * command's `fields` name. The body then holds zeros in their place. */
#ifndef YZ_ENGINE_JOURNAL_RECORD_H
#define YZ_ENGINE_JOURNAL_RECORD_H

#include "engine/base/arena.h"
#include "engine/journal/seal.h"
#include "engine/model/command.h"

#define YZ_RECORD_HEAD 32
#define YZ_RECORD_BYTES_MAX ((size_t)1 << 20)

/* Bytes that grow; owned. `limit` is its maximum, given when it is made. */
typedef struct yz_bytes {
    unsigned char *bytes;
    size_t size, room, limit;
} yz_bytes;
void yz_bytes_init(yz_bytes *b, size_t limit);
void yz_bytes_deinit(yz_bytes *b);
void yz_bytes_reset(yz_bytes *b);

/* CRC-32C (Castagnoli), as iSCSI and ext4 have it; `crc` 0 to begin. */
uint32_t yz_crc32c(uint32_t crc, const void *bytes, size_t size);

/* Whose key seals this command: the person's id; "" if nothing of it is sealed. Borrowed of it. */
yz_text yz_command_person(const yz_command *command);

/* Appends the command. `sealer` NULL: nothing is sealed. YZ_ERR_FULL: over the limit;
 * YZ_ERR_DENIED: the sealer has no key; then `out` is as it was. */
YZ_MUST_USE yz_status yz_record_encode(const yz_command *command, const yz_sealer *sealer,
                                       yz_bytes *out);

/* Reads one record from the front. Texts and lists point into `bytes` or the arena. `used` is its
 * size. YZ_ERR_CORRUPT, `why` a static line. A sealed part whose key is gone, or with no sealer,
 * gives a command that is `withheld`. */
YZ_MUST_USE yz_status yz_record_decode(const unsigned char *bytes, size_t size,
                                       const yz_sealer *sealer, yz_arena *arena,
                                       yz_command *command, size_t *used, const char **why);

#endif
