// SPDX-License-Identifier: MIT
#include "model/blocks.h"

#include "base/hash.h"
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
	memcpy(to->dropped_bits, from->dropped_bits, sizeof to->dropped_bits);
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

static void count_dropped(struct blocks *b, const struct prefix *net, struct str way, struct str by)
{
	way = text_clip(way, BLOCK_WAY_MAX - 1);
	by = text_clip(by, BLOCK_BY_MAX - 1);
	uint64_t hash = hash_two(addr_hash(&net->addr), net->bits);
	hash = hash_two(hash, hash_bytes(way.p, way.n));
	if (by.n)
		hash = hash_two(hash, hash_bytes(by.p, by.n));
	uint64_t *bits = &b->dropped_bits[hash / 64 % ARRAY_LEN(b->dropped_bits)];
	uint64_t bit = 1ull << hash % 64;

	b->dropped += !(*bits & bit);
	*bits |= bit;
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

/* The last one of others, for one of ours; NULL. */
static struct blocker *displace(struct blocks *b, struct block *k)
{
	for (uint32_t i = k->n; i-- > 0;)
		if (!k->by[i].ours) {
			count_dropped(
				b, &k->item.prefix, str_of(k->by[i].way), str_of(k->by[i].by));
			return &k->by[i];
		}
	return NULL;
}

static struct blocker *add_blocker(
	struct blocks *b, struct block *k, const struct event_block *said, usec_t ts)
{
	struct blocker *by = NULL;

	if (k->n < BLOCKERS_MAX)
		by = &k->by[k->n++];
	else if (said->ours)
		by = displace(b, k);
	if (!by)
		return NULL;
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
		by = add_blocker(b, k, said, ts);
	if (!by) {
		count_dropped(b, &said->net, said->way, said->by);
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

const struct block *blocks_last(const struct blocks *b)
{
	return prefixes_newest(&b->nets);
}

const struct block *blocks_previous(const struct blocks *b, const struct block *k)
{
	return prefixes_older(&b->nets, k);
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
