/* A teller step by step: a clock that stands still until it is moved, a store that is durable at
 * once, and a note of everybody who was told. One for a test program: `rig` is the fixture of its
 * suites.
 *
 * Everybody and every posting fits; kilometres east of the posting are minus the score, so the
 * nearest come first. */
#ifndef YZ_TESTS_NET_SERVER_TELLER_RIG_H
#define YZ_TESTS_NET_SERVER_TELLER_RIG_H

#include "net/server/teller.h"
#include "tests/net/server/step.h"

#define MINUTE 60000
#define HOUR (60 * (int64_t)MINUTE)
#define RIG_NOON 1700020800000 // when it begins: 2023-11-15, noon in Beijing
#define RIG_TOLD_MAX 200000

/* What was handed out, one person at a time. */
typedef struct told_one {
    char seeker[12], posting[12];
    uint32_t epoch, tranche, command;
    bool gone;
    yz_gone_reason reason;
    int64_t at_ms;
} told_one;

typedef struct teller_rig {
    step s;
    teller *teller;
    writer_options options;  // of its writer
    uint32_t said, commands; // entries of rig_told; TELLs they came in
    bool slow;               // rig_run_dry does nothing: the teller has not come to it yet
} teller_rig;

extern teller_rig rig;
extern told_one rig_told[RIG_TOLD_MAX];

void rig_init(void);
void rig_deinit(void);
void rig_again(void); // a new one instead
/* The process is killed and starts again with the same journal: what was not applied is lost. */
void rig_restart(void);

/* Turns of writer and teller until neither has anything to do. */
void rig_run_dry(void);
/* Only the one, while the other has not come to it yet. */
void rig_run_writer(void);
void rig_run_teller(void);
/* So much time passes, and then that. */
void rig_pass(int64_t ms);

/* Hands a command in, which must be well formed. The others here run dry, too, but for put_seeker.
 */
void rig_submit(const yz_command *c);
void rig_named(yz_command_type type, const char *id);
void rig_step(const char *seeker, const char *posting, yz_step to);

typedef struct seeker_facts {
    uint32_t km;
    uint16_t per_day, quiet_from, quiet_to;
    bool no_push;
} seeker_facts;

/* The command that enters seeker k<number>; the id is written to `id`, which it borrows. */
yz_command rig_seeker(char id[12], uint32_t number, seeker_facts f);
void rig_put_seeker(uint32_t number, seeker_facts f);
void rig_put_crowd(uint32_t count); // k00000 ..., 1 to 80 km away
yz_command rig_posting(const char *id, uint32_t openings, uint16_t k);
void rig_put_posting(const char *id, uint32_t openings, uint16_t k);

#endif
