// SPDX-License-Identifier: MIT
#include "app/block_undo.h"

static struct block_undo *find(struct block_undos *u, const struct prefix *net)
{
	for (size_t i = 0; i < BLOCK_UNDOS_MAX; i++)
		if (u->at[i].count && !u->at[i].returns && prefix_eq(&u->at[i].net, net))
			return &u->at[i];
	return NULL;
}

/* A free one, else the oldest of which nothing is under way. */
static struct block_undo *find_place(struct block_undos *u)
{
	struct block_undo *oldest = NULL;

	for (size_t i = 0; i < BLOCK_UNDOS_MAX; i++) {
		struct block_undo *undo = &u->at[i];
		if (!undo->count)
			return undo;
		if (!undo->returns && (!oldest || undo->at < oldest->at))
			oldest = undo;
	}
	return oldest;
}

static bool store(struct block_undos *u, const struct block_undo *undo)
{
	struct block_undo *place = undo->count ? find_place(u) : NULL;

	if (place)
		*place = *undo;
	return place || !undo->count;
}

static void forget(struct block_undo *undo)
{
	if (undo)
		undo->count = 0;
}

bool block_undos_keep(struct block_undos *u, const struct prefix *net,
	const struct block_held *held, uint32_t count, usec_t at)
{
	struct block_undo undo = {.net = *net, .at = at};

	for (uint32_t i = 0; i < count; i++) {
		if (prefix_eq(&held[i].net, net))
			return true;
		if (prefix_contains(net, &held[i].net.addr) && undo.count < BLOCK_PREFIXES_MAX)
			undo.was[undo.count++] = held[i];
	}
	forget(find(u, net));
	return store(u, &undo);
}

static bool is_remembered(const struct block_undos *u, const struct prefix *net)
{
	for (size_t i = 0; i < BLOCK_UNDOS_MAX; i++)
		for (uint32_t k = 0; k < u->at[i].count; k++)
			if (prefix_eq(&u->at[i].was[k].net, net))
				return true;
	return false;
}

void block_undos_drop(struct block_undos *u, const struct prefix *net)
{
	if (!is_remembered(u, net))
		forget(find(u, net));
}

void block_undos_return(struct block_undos *u, const struct prefix *net)
{
	struct block_undo *undo = find(u, net);

	if (undo)
		undo->returns = true;
}

bool block_undos_put_back(
	struct block_undos *u, const struct block_held *held, uint32_t count, usec_t at)
{
	struct block_undo undo = {.at = at, .returns = true};

	for (; undo.count < count && undo.count < BLOCK_PREFIXES_MAX; undo.count++)
		undo.was[undo.count] = held[undo.count];
	return store(u, &undo);
}

/* Seconds that are left, a part of one as a whole: 0 would be without end. False: none. */
static bool time_left(
	const struct block_undo *undo, uint32_t left_s, usec_t now, uint32_t *ret_seconds)
{
	usec_t left = undo->at + (usec_t)left_s * USEC_PER_SEC - now;
	usec_t seconds = (left + USEC_PER_SEC - 1) / USEC_PER_SEC;

	if (left_s && left <= 0)
		return false;
	if (seconds > BLOCK_SECONDS_MAX)
		seconds = BLOCK_SECONDS_MAX;
	*ret_seconds = left_s ? (uint32_t)seconds : 0;
	return true;
}

static void take_group(struct block_undo *undo, struct block_steps *s)
{
	uint32_t left_s = undo->was[0].left_s, kept = 0;

	for (uint32_t i = 0; i < undo->count; i++)
		if (undo->was[i].left_s == left_s)
			s->prefixes[s->count++] = undo->was[i].net;
		else
			undo->was[kept++] = undo->was[i];
	undo->count = kept;
}

bool block_undos_next(struct block_undos *u, usec_t now, struct block_steps *ret_steps)
{
	for (size_t i = 0; i < BLOCK_UNDOS_MAX; i++) {
		struct block_undo *undo = &u->at[i];
		while (undo->returns && undo->count) {
			struct block_steps s = {.count = 0};
			bool lasts = time_left(undo, undo->was[0].left_s, now, &s.seconds);
			take_group(undo, &s);
			if (!lasts)
				continue;
			*ret_steps = s;
			return true;
		}
	}
	return false;
}
