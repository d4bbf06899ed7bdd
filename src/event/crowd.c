// SPDX-License-Identifier: MIT
#include "event/crowd.h"

#include "event/event.h"

void crowd_add(struct crowd *c, const struct tuple *tuple, uint8_t state, uint32_t id)
{
	if (c->n < CROWD_SAMPLE)
		c->at[c->n++] = (struct crowd_member){tuple, state, id};
}

static bool is_same_network(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, addr_is_v4(a) ? 15 : 6) == 0;
}

static unsigned magnitude(unsigned n)
{
	unsigned bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

/* How little it is worth: what its namespace, its network and its address have of the sample, by
 * powers of two, so that chance decides little. A namespace weighs twice: whoever made it chooses
 * the addresses in it. */
static unsigned burden(const struct crowd *c, const struct tuple *t, uint8_t state)
{
	unsigned ns = 0, net = 0, ip = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct tuple *other = c->at[i].tuple;
		bool is_near = other->ns == t->ns && is_same_network(&other->ip, &t->ip);
		ns += other->ns == t->ns;
		net += is_near;
		ip += is_near && addr_eq(&other->ip, &t->ip);
	}
	bool never_open = state == TCP_SYN_RECV || state == TCP_SYN_SENT;
	return 2 * magnitude(ns) + magnitude(net) + magnitude(ip) +
	       (state == TCP_TIME_WAIT ? 2
		       : never_open    ? 1
				       : 0);
}

bool crowd_pick(
	const struct crowd *c, const struct tuple *newcomer, uint8_t state, uint32_t *ret_id)
{
	unsigned least = burden(c, newcomer, state);
	bool found = false;

	for (size_t i = 0; i < c->n; i++) {
		unsigned has = burden(c, c->at[i].tuple, c->at[i].state);
		if (has <= least)
			continue;
		least = has;
		*ret_id = c->at[i].id;
		found = true;
	}
	return found;
}
