// SPDX-License-Identifier: MIT
#include "detect/zoom.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* What a prefix costs, in parts of the bad total: for being said at all, and for each halving by
 * which it is emptier than full. Found on synthetic floods (the shapes of the unit test). */
#define PRICE_SAID  0.02
#define PRICE_EMPTY 0.35
#define PRICE_GOOD  1.0
#define THIN_FREE   5.5 /* a /24 with 256 / 2^5.5 addresses and more is one that somebody fills */
#define THIN        2.0

#define CHOSEN_MAX 50 /* each is worth something, hence holds more than PRICE_SAID of the total */
#define DEPTH_MAX  66 /* lengths 0 to 64, and a leaf */

/* IPv4 addresses stand in the upper half of the key, IPv6 ones are their upper half. */
struct zoom_leaf {
	uint64_t key;
	double bad, good;
	uint8_t bits;
	bool is_v6;
};

/* A prefix that is a leaf, or in which two leaves part. In the array its descendants come right
 * before it. */
struct zoom_node {
	uint64_t key;
	double bad, good;
	double split;   /* the best without it: what its parts are worth */
	double value;   /* the best with or without it */
	double used;    /* addresses or /64s that something bad came from */
	double used24;  /* /24s */
	uint32_t first; /* of its descendants in the array */
	uint8_t bits;
	bool is_v6, is_chosen;
};

struct builder {
	struct zoom_node *nodes;
	uint32_t count;
	double total;
	struct zoom_node open[DEPTH_MAX]; /* each holds the next */
	uint32_t depth;
};

int zoom_init(struct zoom *z, uint32_t cap)
{
	*z = (struct zoom){.cap = cap};
	z->leaves = calloc(cap, sizeof *z->leaves);
	z->nodes = calloc(cap, 2 * sizeof *z->nodes);
	if (z->leaves && z->nodes)
		return 0;
	zoom_done(z);
	return -ENOMEM;
}

void zoom_done(struct zoom *z)
{
	free(z->leaves);
	free(z->nodes);
	*z = (struct zoom){0};
}

void zoom_clear(struct zoom *z)
{
	z->count = 0;
	z->total = z->left_out = 0;
	z->is_unsorted = false;
}

static uint64_t key_of(const uint8_t *b, int n)
{
	uint64_t key = 0;

	for (int i = 0; i < n; i++)
		key = key << 8 | b[i];
	return key;
}

static uint64_t mask_of(unsigned bits)
{
	return bits == 0 ? 0 : UINT64_MAX << (64 - bits);
}

static struct zoom_leaf leaf_of(const struct prefix *p)
{
	struct zoom_leaf leaf = {.is_v6 = !addr_is_v4(&p->addr) || p->bits < 96};

	if (leaf.is_v6) {
		leaf.key = key_of(p->addr.b, 8);
		leaf.bits = p->bits < 64 ? p->bits : 64;
	} else {
		leaf.key = key_of(p->addr.b + 12, 4) << 32;
		leaf.bits = (uint8_t)(p->bits - 96);
	}
	return leaf;
}

static struct prefix prefix_of_key(uint64_t key, unsigned bits, bool is_v6)
{
	uint8_t b[16] = {0};

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(key >> (56 - 8 * i));
	struct addr a = is_v6 ? addr_from_v6(b) : addr_from_v4(b);
	return (struct prefix){a, (uint8_t)(is_v6 ? bits : 96 + bits)};
}

bool zoom_add(struct zoom *z, const struct prefix *p, uint64_t bad, uint64_t good)
{
	z->total += (double)bad;
	if (z->count == z->cap) {
		z->left_out += (double)bad;
		return false;
	}
	struct zoom_leaf leaf = leaf_of(p);
	leaf.key &= mask_of(leaf.bits);
	leaf.bad = (double)bad;
	leaf.good = (double)good;
	z->leaves[z->count++] = leaf;
	z->is_unsorted = true;
	return true;
}

/* What holds others comes before them. */
static int by_place(const void *a, const void *b)
{
	const struct zoom_leaf *x = a, *y = b;

	if (x->is_v6 != y->is_v6)
		return x->is_v6 ? 1 : -1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->bits > y->bits) - (x->bits < y->bits);
}

static double price(const struct zoom_node *n)
{
	double room, used, thin = 0; /* a network that holds others may be used more than whole */

	if (n->is_v6 || n->bits >= 24) {
		room = ldexp(1, (n->is_v6 ? 64 : 32) - n->bits);
		used = n->used;
	} else {
		room = ldexp(1, 24 - n->bits);
		used = n->used24;
		/* A wide prefix whose /24s are each all but empty is nobody's block. */
		thin = log2(256 * n->used24 / n->used) - THIN_FREE;
	}
	return PRICE_SAID *
	       (1 + PRICE_EMPTY * (log2(room / fmin(used, room)) + THIN * (thin > 0 ? thin : 0)));
}

/* The topmost open prefix has all that lies in it: whether it is worth more than its parts. */
static struct zoom_node *close_node(struct builder *b)
{
	struct zoom_node *n = &b->open[--b->depth];
	unsigned widest = n->is_v6 ? 32 : 12;

	if (!n->is_v6 && n->bits >= 24)
		n->used24 = n->used > 0;
	n->value = n->split;
	if (n->bits >= widest && n->used > 0) {
		double taken = n->bad - PRICE_GOOD * n->good - price(n) * b->total;
		n->is_chosen = taken > 0 && taken > n->split;
		if (n->is_chosen)
			n->value = taken;
	}
	b->nodes[b->count] = *n;
	return &b->nodes[b->count++];
}

static void join(struct zoom_node *parent, const struct zoom_node *n)
{
	parent->bad += n->bad;
	parent->good += n->good;
	parent->split += n->value;
	parent->used += n->used;
	parent->used24 += n->used24;
}

/* A network is taken for full: how full it is is not known. */
static void count_leaf(struct zoom_node *n, const struct zoom_leaf *leaf)
{
	n->bad += leaf->bad;
	n->good += leaf->good;
	if (leaf->bad <= 0)
		return;
	n->used = ldexp(1, (leaf->is_v6 ? 64 : 32) - leaf->bits);
	n->used24 = leaf->is_v6 || leaf->bits >= 24 ? 1 : ldexp(1, 24 - leaf->bits);
}

static bool holds(const struct zoom_node *n, const struct zoom_leaf *leaf)
{
	return n->bits <= leaf->bits && ((n->key ^ leaf->key) & mask_of(n->bits)) == 0;
}

static void open_node(
	struct builder *b, const struct zoom_leaf *leaf, unsigned bits, uint32_t first)
{
	b->open[b->depth++] = (struct zoom_node){.key = leaf->key & mask_of(bits),
		.bits = (uint8_t)bits,
		.is_v6 = leaf->is_v6,
		.first = first};
}

/* Closes what does not hold the leaf, and opens the prefix in which the two part. */
static void make_way(struct builder *b, const struct zoom_leaf *leaf)
{
	while (b->depth > 0 && !holds(&b->open[b->depth - 1], leaf)) {
		struct zoom_node *n = close_node(b);
		unsigned common = (unsigned)__builtin_clzll(n->key ^ leaf->key);
		if (b->depth == 0 || b->open[b->depth - 1].bits < common)
			open_node(b, leaf, common, n->first);
		join(&b->open[b->depth - 1], n);
	}
}

static void take_leaf(struct builder *b, const struct zoom_leaf *leaf)
{
	make_way(b, leaf);
	if (b->depth == 0 || b->open[b->depth - 1].bits != leaf->bits)
		open_node(b, leaf, leaf->bits, b->count);
	count_leaf(&b->open[b->depth - 1], leaf);
}

static double close_all(struct builder *b)
{
	double value = 0;

	while (b->depth > 0) {
		struct zoom_node *n = close_node(b);
		if (b->depth > 0)
			join(&b->open[b->depth - 1], n);
		value = n->value;
	}
	return value;
}

/* The two families are two trees. */
static double build(struct builder *b, const struct zoom *z)
{
	double value = 0;

	for (uint32_t i = 0; i < z->count; i++) {
		if (i > 0 && z->leaves[i].is_v6 != z->leaves[i - 1].is_v6)
			value = close_all(b);
		take_leaf(b, &z->leaves[i]);
	}
	return value + close_all(b);
}

/* From the last one, which is the widest: what lies in a chosen one is passed over. */
static uint32_t collect(const struct builder *b, struct zoom_leaf *chosen)
{
	uint32_t n = 0;

	for (uint32_t i = b->count; i > 0 && n < CHOSEN_MAX;) {
		const struct zoom_node *node = &b->nodes[--i];
		if (!node->is_chosen)
			continue;
		chosen[n++] = (struct zoom_leaf){
			node->key, node->bad, node->good, node->bits, node->is_v6};
		i = node->first;
	}
	return n;
}

static uint32_t first_at(const struct zoom *z, const struct zoom_leaf *from)
{
	uint32_t low = 0, high = z->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (by_place(&z->leaves[middle], from) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Who has a part of a /24 has the /24, most of the time; if nobody good is in it, it is easier to
 * say. */
static void widen(const struct zoom *z, struct zoom_leaf *p)
{
	struct zoom_leaf wide = {.key = p->key & mask_of(24), .bits = 24};

	if (p->is_v6 || p->bits <= 24 || p->bits == 32)
		return;
	for (uint32_t i = first_at(z, &wide); i < z->count; i++) {
		const struct zoom_leaf *leaf = &z->leaves[i];
		if (leaf->is_v6 || (leaf->key & mask_of(24)) != wide.key)
			break;
		wide.bad += leaf->bad;
		if (leaf->good > 0)
			return;
	}
	*p = wide;
}

static int by_weight(const void *a, const void *b)
{
	const struct zoom_leaf *x = a, *y = b;

	if (x->bad != y->bad)
		return x->bad < y->bad ? 1 : -1;
	return by_place(x, y);
}

/* Two may have become one, or one may lie in another now. They are sorted by place. */
static uint32_t without_inner(struct zoom_leaf *chosen, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct zoom_leaf *last = kept ? &chosen[kept - 1] : NULL;
		if (last && last->is_v6 == chosen[i].is_v6 && last->bits <= chosen[i].bits &&
			((last->key ^ chosen[i].key) & mask_of(last->bits)) == 0)
			continue;
		chosen[kept++] = chosen[i];
	}
	return kept;
}

static void report(
	const struct zoom *z, struct zoom_leaf *chosen, uint32_t n, struct zoom_found *ret)
{
	double bad = 0;

	qsort(chosen, n, sizeof *chosen, by_weight);
	ret->wanted = n;
	for (uint32_t i = 0; i < n && i < ZOOM_PREFIXES; i++) {
		const struct zoom_leaf *c = &chosen[i];
		ret->at[ret->count++] =
			(struct zoom_prefix){prefix_of_key(c->key, c->bits, c->is_v6), c->bad};
		bad += c->bad;
	}
	ret->coverage = bad / z->total;
	ret->is_all_over = ret->coverage < 0.5;
}

void zoom_find(struct zoom *z, struct zoom_found *ret)
{
	struct builder b = {.nodes = z->nodes, .total = z->total};
	struct zoom_leaf chosen[CHOSEN_MAX];

	*ret = (struct zoom_found){0};
	if (z->total <= 0)
		return;
	if (z->is_unsorted)
		qsort(z->leaves, z->count, sizeof *z->leaves, by_place);
	z->is_unsorted = false;
	ret->value = build(&b, z);
	uint32_t n = collect(&b, chosen);
	for (uint32_t i = 0; i < n; i++)
		widen(z, &chosen[i]);
	qsort(chosen, n, sizeof *chosen, by_place);
	report(z, chosen, without_inner(chosen, n), ret);
}
