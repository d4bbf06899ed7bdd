/* SPDX-License-Identifier: MIT
 *
 * detail_parts: the sheet of one address, and the parts that it is written from.
 */
#ifndef NG_CONSOLE_DETAIL_PARTS_H
#define NG_CONSOLE_DETAIL_PARTS_H

#include "console/sheet.h"
#include "console/view.h"

struct detail {
	struct panel panel;
	struct host host; /* as it was when last seen in the model */
	bool seen;        /* the model has had it; else only its address is known */
	bool gone;        /* it is not in the model now */
	bool all_conns;
	struct list rows, lines; /* the sheet's */
	uint64_t request;        /* the request under the cursor, or 0 */
};

/* detail_summary.c: who it is, and what it has done. */
void detail_print_summary(struct sheet *s, const struct detail *d);

/* detail_conns.c: its connections, the newest first. */
void detail_print_conns(struct sheet *s, const struct detail *d);

/* detail_requests.c: its requests and logins, the newest first. Keeps the cursor on its request. */
void detail_print_requests(struct sheet *s, struct detail *d);

/* detail_who.c: whose address it is: where it is, who it is registered to, what it is called,
 * which crawler it says it is. At most WHO_LINES lines; returns how many. */
#define WHO_LINES 5
struct who_line {
	unsigned style;
	char text[512];
};
int detail_who(const struct detail *d, struct who_line lines[static WHO_LINES]);

/* detail_conns.c: a number that the source may not know, as text; "" when it does not. */
const char *detail_known(char buf[static 16], uint64_t n, bool bytes);

#endif
