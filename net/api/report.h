/* Reports as documents: the self-inspection report of a month (policy/SPEC.md section 11), and the
 * closing report of a fair. What the data can say stands there as numbers; what only people can
 * say, and what needs facts that are not kept yet, stands as a marked place, never as a number.
 *
 * The same state gives the same document: its time is the market's. */
#ifndef YZ_NET_API_REPORT_H
#define YZ_NET_API_REPORT_H

#include "engine/market/market.h"
#include "net/sheet/sheet.h"

/* What the report of a month counts from the facts of all subjects (engine/policy/census.h): read
 * before it, each call in a read section of its own. */
typedef struct report_facts report_facts;
/* Of a month that has begun; the division is borrowed until it goes. In a read section. Never NULL.
 */
report_facts *report_facts_new(const yz_market *market, yz_text division, yz_period month);
/* A slice of it. True: there is more. In a read section. */
bool report_facts_read(report_facts *facts, const yz_market *market);
/* Of somebody who counts the facts are not known (docs/persons.md): the numbers would be too small.
 */
bool report_facts_withheld(const report_facts *facts);
void report_facts_free(report_facts *facts);

/* Of a division (any of the levels; "": everywhere) and a month that has begun, with the facts of
 * the same. If the market went on since they were read, the report says so. In a read section;
 * about 2 us a number, some 1 ms for a province, and four looks at all that was ever on the list of
 * the eligible: 0.1 us a line. Never NULL. */
yz_sheet *report_month(const yz_market *market, const report_facts *facts, yz_text division,
                       yz_period month, bool english);

/* Of one fair, begun or over; NULL: there is no such fair. In a read section; O(booths + visits by
 * the hour). */
yz_sheet *report_fair(const yz_market *market, yz_text fair, bool english);

#endif
