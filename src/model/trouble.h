/* SPDX-License-Identifier: MIT
 *
 * trouble: the order in which rows are looked at. First come those that a flag speaks of, the
 * gravest first; then all the others, by how much they load the server. The letter that marks a row
 * is that of its gravest flag's family (detect/flag_defs.h): F flood, H held or slow, X exploit or
 * scan, A logins, B burst, P pretence, C crawler, E the server's own trouble.
 */
#ifndef NG_MODEL_TROUBLE_H
#define NG_MODEL_TROUBLE_H

#include "model/group.h"

/* A flag's severity above, its family below: the larger, the graver. 0: no flag. */
typedef uint8_t gravity_t;

#define TROUBLE_FAMILIES 16 /* above all that trouble_family gives */

gravity_t trouble_gravity(const struct flag *flag);

/* Which family it is of, by rising weight; 0 for none. */
static inline unsigned trouble_family(gravity_t g)
{
	return g & (TROUBLE_FAMILIES - 1);
}

/* The letter, or a blank; static. */
struct str trouble_mark(gravity_t g);

/* Of the gravest flag about the address or about what it is part of. */
gravity_t trouble_of_host(const struct model *m, const struct host *h);

/* Of the gravest flag that names the network or one that it lies in, not of its addresses' own.
 * *ret_named, which may be NULL: of those that name this very network. */
/* Of a machine of a fleet: the gravest of its own flags, or what its verdict says; one that is lost
 * is suspect. */
gravity_t trouble_of_member(const struct model *m, const struct member *b);

gravity_t trouble_of_network(
	const struct model *m, const struct network *net, gravity_t *ret_named);

/* The key of the order: the larger comes first. What is as heavy as another by an eighth is equal,
 * lest rows that hardly differ should change places all the time. */
uint64_t trouble_key(const struct model *m, const struct subject *s, gravity_t g);

static inline gravity_t trouble_of_key(uint64_t key)
{
	return (gravity_t)(key >> 56);
}

#endif
