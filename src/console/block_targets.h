/* SPDX-License-Identifier: MIT
 *
 * block_targets: what can be blocked of whoever is under the cursor, from the narrowest to the
 * widest: the address, its network, the networks of the finding that names it, the networks of its
 * AS that were seen.
 */
#ifndef NG_CONSOLE_BLOCK_TARGETS_H
#define NG_CONSOLE_BLOCK_TARGETS_H

#include "console/view.h"
#include "detect/blast.h"

#define BLOCK_SCOPES_MAX 6
#define BLOCK_LABEL_MAX  64

struct block_scope {
	char label[BLOCK_LABEL_MAX]; /* "/24 ×2" */
	struct prefix prefixes[BLAST_PREFIXES_MAX];
	uint32_t count; /* of these */
	uint32_t total; /* that there are; more than count: too many for one plan */
};

struct block_targets {
	char title[BLOCK_LABEL_MAX + SUBJECT_NAME_MAX]; /* who: "203.0.113.0/24", "SYN flood" */
	struct block_scope at[BLOCK_SCOPES_MAX];
	uint32_t n, first; /* first: the one to begin with */
};

/* Of a row, a finding, or both; either may be NULL. n is 0 when there is nobody to block. */
void block_targets_of(struct block_targets *t, const struct view *v, const struct subject_key *key,
	const struct flag *flag);

#endif
