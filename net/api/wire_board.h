/* The numbers of a board, for the topic `stats`: read from the market, and written as JSON, all of
 * them or what changed.
 *
 *     {"seq","at","day":"2026-11-30","division":"6205",
 *      "now":{"S02","S03","S04","Y01","Y09"},
 *      "today":{"S01","S02","S03","S04","Y03","Y05","Y06","Y07","Y08"},
 *      "fair":{"id","employers","postings","openings","visitors","entries","applied",
 *              "interviewed","held","signed","inside","waiting"} or null if there is none}
 *
 * Counts only: nobody's id is in it but the fair's. */
#ifndef YZ_NET_API_WIRE_BOARD_H
#define YZ_NET_API_WIRE_BOARD_H

#include "net/live/live.h"

/* As live_options wants them. */
live_boards wire_boards(void);

#endif
