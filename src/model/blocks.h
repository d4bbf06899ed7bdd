/* SPDX-License-Identifier: MIT
 *
 * blocks: what on this machine keeps which addresses out, as block events brought it: firewall
 * sets and rules, bans, routes, whoever made them. A table by prefix; each prefix knows everything
 * that blocks it. When it is full, further ones are not taken in, and counted; what was put there
 * from here, and can be undone from here, takes the place of what others did to the same prefix.
 */
#ifndef NG_MODEL_BLOCKS_H
#define NG_MODEL_BLOCKS_H

#include "base/prefixes.h"
#include "event/event.h"

#define BLOCKS_MAX          65536u /* prefixes */
#define BLOCKERS_MAX        3      /* that one prefix is remembered to be blocked by */
#define BLOCK_WAY_MAX       12
#define BLOCKS_DROPPED_BITS 65536u
#define BLOCK_BY_MAX        40

/* One thing that keeps a prefix out. */
struct blocker {
	char way[BLOCK_WAY_MAX]; /* "nft", "fail2ban", … (block_ways[] of src/action); clean */
	char by[BLOCK_BY_MAX];   /* which set, jail, rule; clean, cut; "" */
	bool ours;               /* it was put there from here, by this run or another one */
	usec_t since;            /* when it began, or was first seen */
	usec_t until;            /* when it ends by itself; 0: it does not, or that is not known */
	uint64_t packets;        /* that it dropped; ABSENT: it does not count */
};

struct block {
	struct prefix_item item; /* .prefix: what is blocked */
	uint32_t n;              /* of `by`; at least 1 */
	struct blocker by[BLOCKERS_MAX];
};

struct blocks {
	struct prefixes nets;   /* struct block */
	struct prefixes inside; /* how many of them lie in a /24 or a /48 and are smaller */
	uint64_t dropped;       /* that there was no room for */
	/* Of these, by a hash: each is counted once, and two with the same hash as one. */
	uint64_t dropped_bits[BLOCKS_DROPPED_BITS / 64];
};

enum block_cover {
	BLOCK_NONE,
	BLOCK_PARTLY, /* of a network: something in it is blocked */
	BLOCK_WHOLE
};

/* 0 or -ENOMEM. */
int blocks_init(struct blocks *b);
void blocks_done(struct blocks *b);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int blocks_copy(struct blocks *to, const struct blocks *from);

/* Takes in that something is blocked, blocked otherwise, or not any more. */
void blocks_apply(struct blocks *b, const struct event_block *said, usec_t ts);

/* Prefixes that are blocked. */
static inline uint32_t blocks_count(const struct blocks *b)
{
	return b->nets.pool.live;
}

/* What blocks an address: of all prefixes that hold it the longest; NULL: nothing does. */
const struct block *blocks_of_addr(const struct blocks *b, const struct addr *ip);

/* Whether a network is blocked, by what holds the whole of it (*ret, the longest; NULL else). A
 * question for a look at each prefix, unless the network is a /24 or a /48. */
enum block_cover blocks_of_net(
	const struct blocks *b, const struct prefix *net, const struct block **ret);

/* It, or a blocker of it, is called so: a way, a set, a jail; "ours". */
bool block_is_by(const struct block *k, struct str name);

/* "nft 12m", "fail2ban sshd" of the first blocker, "+1" for further ones; "part" when k is NULL.
 * Returns the length; NUL-terminated. */
size_t block_text_short(const struct block *k, usec_t now, char *buf, size_t cap);

/* For all: for (k = blocks_first(b); k; k = blocks_next(b, k)), oldest first. */
const struct block *blocks_first(const struct blocks *b);
const struct block *blocks_next(const struct blocks *b, const struct block *k);

/* The other way round. */
const struct block *blocks_last(const struct blocks *b);
const struct block *blocks_previous(const struct blocks *b, const struct block *k);

#endif
