// SPDX-License-Identifier: MIT
#include "model/blocks.h"

#include "base/text.h"
#include "model/network.h"

#include <stdio.h>

/* Of a /24 or a /48. */
struct inside {
	struct prefix_item item;
	uint32_t n;
};

int blocks_init(struct blocks *b)
{
	*b = (struct blocks){0};
	int err = prefixes_init(&b->nets, sizeof(struct block), BLOCKS_MAX, NULL);
	if (!err)
		err = prefixes_init(&b->inside, sizeof(struct inside), BLOCKS_MAX, NULL);
	if (err)
		blocks_done(b);
	return err;
}

void blocks_done(struct blocks *b)
{
	prefixes_done(&b->nets);
	prefixes_done(&b->inside);
}

int blocks_copy(struct blocks *to, const struct blocks *from)
{
	*to = (struct blocks){.dropped = from->dropped};
	int err = prefixes_copy(&to->nets, &from->nets);
	if (!err)
		err = prefixes_copy(&to->inside, &from->inside);
	if (err)
		blocks_done(to);
	return err;
}

/* Smaller than the networks of the model: as one of these, it would be found by blocks_of_net. */
static bool is_inside(const struct prefix *net, struct prefix *ret_network)
{
	*ret_network = network_prefix(&net->addr);
	return net->bits > ret_network->bits;
}

/* At most as many networks as prefixes: the table never has to throw one out. */
static bool count_inside(struct blocks *b, const struct prefix *net)
{
	struct prefix network;

	if (!is_inside(net, &network))
		return true;
	struct inside *inside = prefixes_set(&b->inside, &network);
	if (inside)
		inside->n++;
	return inside != NULL;
}

static void uncount_inside(struct blocks *b, const struct prefix *net)
{
	struct prefix network;

	if (!is_inside(net, &network))
		return;
	struct inside *inside = prefixes_find(&b->inside, &network);
	if (inside && --inside->n == 0)
		prefixes_remove(&b->inside, inside);
}

static struct block *make(struct blocks *b, const struct prefix *net)
{
	if (blocks_count(b) == b->nets.pool.cap || !count_inside(b, net))
		return NULL;
	struct block *k = prefixes_set(&b->nets, net);
	if (!k)
		uncount_inside(b, net);
	return k;
}

static void forget(struct blocks *b, struct block *k)
{
	uncount_inside(b, &k->item.prefix);
	prefixes_remove(&b->nets, k);
}

/* The one of this way and name; NULL. */
static struct blocker *find_blocker(struct block *k, const struct event_block *said)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (str_eq(str_of(k->by[i].way), text_clip(said->way, BLOCK_WAY_MAX - 1)) &&
			str_eq(str_of(k->by[i].by), text_clip(said->by, BLOCK_BY_MAX - 1)))
			return &k->by[i];
	return NULL;
}

static void end(struct blocks *b, const struct event_block *said)
{
	struct block *k = prefixes_find(&b->nets, &said->net);
	struct blocker *gone = k ? find_blocker(k, said) : NULL;

	if (!gone)
		return;
	*gone = k->by[--k->n];
	if (k->n == 0)
		forget(b, k);
}

static struct blocker *add_blocker(struct block *k, const struct event_block *said, usec_t ts)
{
	if (k->n == BLOCKERS_MAX)
		return NULL;
	struct blocker *by = &k->by[k->n++];
	*by = (struct blocker){.since = ts};
	text_copy(by->way, sizeof by->way, said->way);
	text_copy(by->by, sizeof by->by, said->by);
	return by;
}

void blocks_apply(struct blocks *b, const struct event_block *said, usec_t ts)
{
	if (!said->on) {
		end(b, said);
		return;
	}
	struct block *k = prefixes_find(&b->nets, &said->net);
	if (!k)
		k = make(b, &said->net);
	struct blocker *by = k ? find_blocker(k, said) : NULL;
	if (k && !by)
		by = add_blocker(k, said, ts);
	if (!by) {
		b->dropped++;
		return;
	}
	by->ours = said->ours;
	by->until = said->until;
	by->packets = said->packets;
	if (said->since)
		by->since = said->since;
}

const struct block *blocks_of_addr(const struct blocks *b, const struct addr *ip)
{
	return blocks_count(b) ? prefixes_match(&b->nets, ip, ADDR_BITS) : NULL;
}

static bool has_inside(const struct blocks *b, const struct prefix *net)
{
	struct prefix network = network_prefix(&net->addr);

	if (net->bits == network.bits)
		return prefixes_find(&b->inside, net) != NULL;
	for (const struct block *k = blocks_first(b); k; k = blocks_next(b, k))
		if (k->item.prefix.bits > net->bits && prefix_contains(net, &k->item.prefix.addr))
			return true;
	return false;
}

enum block_cover blocks_of_net(
	const struct blocks *b, const struct prefix *net, const struct block **ret)
{
	*ret = blocks_count(b) ? prefixes_match(&b->nets, &net->addr, net->bits) : NULL;
	if (*ret)
		return BLOCK_WHOLE;
	return blocks_count(b) && has_inside(b, net) ? BLOCK_PARTLY : BLOCK_NONE;
}

const struct block *blocks_first(const struct blocks *b)
{
	return prefixes_oldest(&b->nets);
}

const struct block *blocks_next(const struct blocks *b, const struct block *k)
{
	return prefixes_newer(&b->nets, k);
}

bool block_is_by(const struct block *k, struct str name)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (str_eq(str_of(k->by[i].way), name) || str_eq(str_of(k->by[i].by), name) ||
			(k->by[i].ours && str_eq(name, STR_LIT("ours"))))
			return true;
	return false;
}

size_t block_text_short(const struct block *k, usec_t now, char *buf, size_t cap)
{
	char left[16] = "", more[16] = "";

	if (!k) {
		text_copy(buf, cap, STR_LIT("part"));
		return strlen(buf);
	}
	const struct blocker *by = &k->by[0];
	if (by->until > now)
		text_span(left, (uint64_t)((by->until - now) / USEC_PER_SEC));
	if (k->n > 1)
		snprintf(more, sizeof more, " +%u", k->n - 1);
	/* The time is worth more than a set's name, of which there is one for each family. */
	const char *what = left[0] ? left : by->ours ? "" : by->by;
	snprintf(buf, cap, "%s%s%s%s", by->way, what[0] ? " " : "", what, more);
	return strlen(buf);
}
