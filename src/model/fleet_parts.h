/* SPDX-License-Identifier: MIT
 *
 * fleet_parts: what the files that keep the fleet share. Nobody else includes it.
 */
#ifndef NG_MODEL_FLEET_PARTS_H
#define NG_MODEL_FLEET_PARTS_H

#include "model/parts.h"

/* fleet_apply.c: the member of a number, which may be one that nobody has heard of. NULL: there is
 * no room. */
struct member *fleet_take(struct model *m, uint32_t number);

/* fleet_member.c: a set begins, or what is said of a member. */
bool member_apply(struct model *m, const struct event *event);
void member_verdict(struct member *b, struct str text, uint32_t severity);

/* fleet_flags.c: a flag of a member; none of its flags holds any more. */
bool member_flag(struct model *m, struct member *b, const struct event *event);
void member_forget_flags(struct model *m, struct member *b);

/* fleet_figures.c: what the set says in numbers; `at` is when it came. Nothing of what is now is
 * known any more. */
void member_figures(struct fleet *f, struct member *b, struct str words, usec_t at);
void member_figures_end(struct fleet *f, struct member *b);

/* fleet_share.c: the share in this set; those that have not been told for long are over; all are.
 */
bool share_apply(struct model *m, struct member *b, const struct event *event);

/* What the member's addresses tell of each of its networks: once for each set, in which networks
 * come after addresses. */
void shares_sum_up(struct model *m, struct member *b);
void shares_expire(struct model *m, struct member *b);
void shares_end(struct model *m, struct member *b);
void share_end(struct model *m, uint32_t id);

/* fleet_counts.c: its row's tallies grow by what the member says now and has not said before; give
 * back what is now; all that it has added. */
void share_count(struct model *m, struct share *s, const struct event_share *e, usec_t at);
void share_disconnect(struct model *m, struct share *s);
void share_take_back(struct model *m, struct share *s);

/* What came since `before` came within a time that rates can be told of. */
static inline bool member_follows(const struct member *b, usec_t before, usec_t now)
{
	usec_t most = b->every ? 5 * b->every / 2 : 0;

	return before && now - before <= (most < WINDOW_SPAN ? most : WINDOW_SPAN);
}

#endif
