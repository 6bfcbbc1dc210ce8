/* The teller: sees to it that whoever should be told is told. It reads the market beside the loops,
 * chooses, and hands TELL commands to the writer; what is told is what the journal says, so nothing
 * is lost with the teller, and after a restart it goes on from what the market knows.
 *
 *     applied commands --moved--> [inbox] -> postings to look at -> choosing, in slices
 *        writer <------------- TELL, at most YZ_TELL_MAX people <-------/   (16 a submission)
 *
 * Fit. A posting that is open and has free openings (neither held nor placed nor filled):
 *
 *   - the first tranche is push_k * free openings, the best in rank order; if openings are added
 *     while it lasts, the room that makes is filled;
 *   - the next one, of the same size, when push_lag_minutes have passed since somebody was last
 *     told and fewer replies of this epoch stand than there are free openings: who declined,
 *     withdrew or went elsewhere replies no more, who is held or placed has an opening already;
 *   - YZ_PUSH_ALL: everybody, in rank order, YZ_TELL_MAX in a command.
 *
 * A seeker who opens or changes and fits a posting that is telling is a candidate of its next
 * tranche; of one that tells everybody he is told at once. When everybody who fits was told, the
 * posting is not searched again until some seeker has opened or changed.
 *
 * Caps and quiet hours are of the seeker. Who is chosen and may not be told now keeps the place in
 * the tranche, waits, and is told when the hours end, or on the next Beijing day, if it still fits
 * and the posting is in the same epoch; other hours, given meanwhile, count from then on. Waiting
 * is not written down: after a restart the room in the tranche is chosen anew. How many were told
 * today is counted here; on the day of a start it begins with the pairs whose last step was today,
 * so rather too many than too few. A GONE waits for nothing and counts for nothing: it takes back
 * what was said.
 *
 * Gone. Whoever is owed one (yz_market_told_state), in rank order, as soon as the posting is no
 * longer open or no longer fits; after a switch of weights or profile all told pairs are looked at.
 *
 * A TELL that is refused (somebody changed in between) is chosen anew. A full disk: tried again
 * after a second.
 *
 * Without a thread nothing happens but in teller_turn, and the time is the outside's:
 *
 *     while (writer_turn(w) || teller_turn(t)) {}
 */
#ifndef YZ_NET_SERVER_TELLER_H
#define YZ_NET_SERVER_TELLER_H

#include "net/server/writer.h"

typedef struct teller teller;

typedef struct teller_options {
    const yz_market *market; // borrowed, as all here
    server_gate *gate;
    uint32_t reader; // its own number at the gate
    uint32_t lane;   // its own number among the writer's loops
    const outside *outside;
    metrics *metrics;
    bool threaded;
    bool only_new; // what was there at the start is no news, so it is not looked at
} teller_options;

teller *teller_new(const teller_options *options);
/* The writer's hooks `moved` (with the teller as context) and `ready`, and `wake` for the teller's
 * lane, go here: from the market thread. */
void teller_moved(void *context, const yz_command *command, const yz_outcome *outcome,
                  const yz_effects *effects);
void teller_ready(teller *t);
void teller_wake(teller *t);
/* Once, when there is a writer; starts the thread, if there is to be one. */
void teller_start(teller *t, writer *w);
/* Ends the thread. What is on its way to the journal goes on. */
void teller_stop(teller *t);
/* After writer_free, which tells what became of the last commands. */
void teller_free(teller *t);

/* One step of a teller without a thread: a slice at most. False: nothing to do before
 * teller_due_ms(), a new effect, or an outcome. */
bool teller_turn(teller *t);
/* Of the writer's clock; INT64_MAX: never. */
int64_t teller_due_ms(const teller *t);

#endif
