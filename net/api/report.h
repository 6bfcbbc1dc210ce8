/* Reports as documents: the self-inspection report of a month (policy/SPEC.md section 11), and the
 * closing report of a fair. What the data can say stands there as numbers; what only people can
 * say, and what needs facts that are not kept yet, stands as a marked place, never as a number.
 *
 * The same state gives the same document: its time is the market's. */
#ifndef YZ_NET_API_REPORT_H
#define YZ_NET_API_REPORT_H

#include "engine/market/market.h"
#include "net/sheet/sheet.h"

/* Of a division (any of the levels; "": everywhere) and a month that has begun. In a read section;
 * about 2 us a number, some 1 ms for a province, and four looks at all that was ever on the list of
 * the eligible: 0.1 us a line. Never NULL. */
yz_sheet *report_month(const yz_market *market, yz_text division, yz_period month, bool english);

/* Of one fair, begun or over; NULL: there is no such fair. In a read section; O(booths + visits by
 * the hour). */
yz_sheet *report_fair(const yz_market *market, yz_text fair, bool english);

#endif
