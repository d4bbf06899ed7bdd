/* SPDX-License-Identifier: MIT
 *
 * detail_parts: what the drill-down and the inspector are written from, part by part. Each writes
 * nothing when there is nothing to say.
 */
#ifndef NG_CONSOLE_DETAIL_PARTS_H
#define NG_CONSOLE_DETAIL_PARTS_H

#include "console/about.h"
#include "tui/sheet.h"

/* detail_who.c: "192.0.2.77  NL Amsterdam  AS64503 Example Hosting B.V."; registration, name, which
 * crawler it says it is. */
#define DETAIL_TITLE_MAX 256
void detail_title(const struct about *a, char buf[static DETAIL_TITLE_MAX]);
void detail_print_who(struct sheet *s, const struct about *a);

/* detail_judged.c: what it is judged to be, why, and what would prove that wrong. */
void detail_print_judged(struct sheet *s, struct about *a);

/* detail_blocked.c: what keeps it out of this machine, since when, for how much longer. */
void detail_print_blocked(struct sheet *s, const struct about *a);

/* detail_summary.c: what it has done, in numbers. */
void detail_print_seen(struct sheet *s, const struct about *a);
void detail_print_sums(struct sheet *s, const struct about *a);

/* detail_graphs.c: how that went. */
void detail_print_graphs(struct sheet *s, const struct about *a);

/* detail_asked.c: what it asks for: statuses, paths, agents, hosts. */
void detail_print_asked(struct sheet *s, struct about *a);

/* detail_network.c: what stands around it, where it connects to. */
void detail_print_around(struct sheet *s, const struct about *a);

/* detail.c: all of the above, in the order of the questions that it answers. */
void detail_print_facts(struct sheet *s, struct about *a);

/* detail_members.c, detail_conns.c, detail_requests.c: addresses in it; its connections; its
 * requests and logins, the newest first. At most so many lines; 0: as many as there are. */
void detail_print_members(struct sheet *s, struct about *a, int most);
void detail_print_conns(struct sheet *s, struct about *a, int most);
void detail_print_requests(struct sheet *s, struct about *a, int most);

/* detail_fleet.c: which machines of a fleet have how much of it; and what is known of a machine, as
 * far as there is room. */
void detail_print_shares(struct sheet *s, struct about *a);
void detail_print_machine(struct sheet *s, const struct view *v, const struct member *member);

/* A row that filters can be made from is under the cursor. */
void detail_under(
	struct about *a, unsigned selected, const char *field, enum filter_op op, struct str text);

#endif
