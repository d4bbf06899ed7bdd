/* SPDX-License-Identifier: MIT
 *
 * subject_share: of a row, what one machine of the fleet has of it: the row of an operator who sits
 * at that machine. Columns, orders and filters work on it as on any other.
 */
#ifndef NG_MODEL_SUBJECT_SHARE_H
#define NG_MODEL_SUBJECT_SHARE_H

#include "model/group.h"

/* What the row's numbers are then read from. */
struct subject_share {
	struct log_tally log;
	struct tcp_tally tcp;
};

/* Makes the row (an address or a network) that of a member, by its number; the numbers lie in *of.
 * False, and all is as it was: it has no share of it, or none that is still told. What a lost
 * member has told last stays. */
bool subject_narrow(
	struct subject *s, const struct model *m, uint32_t number, struct subject_share *of);

#endif
