/* SPDX-License-Identifier: MIT
 *
 * lists_parts: what the parsers of lists share. Nobody else includes it.
 */
#ifndef NG_ACTION_LISTS_PARTS_H
#define NG_ACTION_LISTS_PARTS_H

#include "action/lists.h"

/* Where what is found goes, and whose it is. */
struct finder {
	listed_fn *fn;
	void *ctx;
	struct listing_read *read;
	enum way way;
	char by[LISTS_BY_MAX];
	bool ours;
};

struct finder finder_of(listed_fn *fn, void *ctx, struct listing_read *read, enum way way);

/* Whose a set or chain of a firewall is, by its name and its table's: fail2ban's, CrowdSec's,
 * ufw's, firewalld's; else `way` itself, by the name. None of them is ours. */
void find_for(struct finder *f, enum way way, struct str table, struct str name);

/* The same of a set of nft or, without a table, of ipset, which may be one of ours. */
void find_for_set(
	struct finder *f, enum way way, struct str family, struct str table, struct str name);

/* Hands one on. A prefix of everything is left out: whoever drops all drops nobody in particular.
 */
void find(struct finder *f, const struct prefix *net, uint64_t left_s, uint64_t packets);

/* The same of an address or prefix as text. */
void find_text(struct finder *f, struct str text, uint64_t left_s, uint64_t packets);

/* Of all addresses from one to another. */
void find_range(struct finder *f, const struct addr *from, const struct addr *to, uint64_t left_s,
	uint64_t packets);

/* The next word of a line: what stands between blanks, or in quotes; absent at the end. */
struct str take_word(struct str *line);

/* The next line, without its end; false when there is none. *ret_whole: it had an end. */
bool take_line(struct str *text, struct str *ret_line, bool *ret_whole);

#endif
