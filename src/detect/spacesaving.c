// SPDX-License-Identifier: MIT
#include "detect/spacesaving.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Makes the index as large as it will ever be, so that nothing can fail later. */
static int reserve(struct index *ix, uint32_t cap)
{
	int err = 0;
	uint32_t made = 0;

	while (!err && made < cap) {
		err = index_add(ix, (uint64_t)made << 32, made);
		made += !err;
	}
	while (made > 0) {
		made--;
		index_remove(ix, (uint64_t)made << 32, made);
	}
	return err;
}

int spacesaving_init(struct spacesaving *s, uint32_t cap)
{
	*s = (struct spacesaving){.cap = cap};
	s->heap = calloc(cap, sizeof *s->heap);
	s->keys = calloc(cap, sizeof *s->keys);
	if (s->heap && s->keys && reserve(&s->index, cap) == 0)
		return 0;
	spacesaving_done(s);
	return -ENOMEM;
}

void spacesaving_done(struct spacesaving *s)
{
	free(s->heap);
	free(s->keys);
	index_done(&s->index);
	*s = (struct spacesaving){0};
}

int spacesaving_copy(struct spacesaving *to, const struct spacesaving *from)
{
	*to = *from;
	to->index = (struct index){0};
	to->heap = calloc(from->cap, sizeof *to->heap);
	to->keys = calloc(from->cap, sizeof *to->keys);
	if (!to->heap || !to->keys || index_copy(&to->index, &from->index) < 0) {
		spacesaving_done(to);
		return -ENOMEM;
	}
	memcpy(to->heap, from->heap, from->used * sizeof *to->heap);
	memcpy(to->keys, from->keys, from->used * sizeof *to->keys);
	return 0;
}

void spacesaving_clear(struct spacesaving *s)
{
	for (uint32_t id = 0; id < s->used; id++)
		index_remove(&s->index, s->keys[id].hash, id);
	s->used = 0;
	s->oldest = 0;
	s->replaced = 0;
}

static void put(struct spacesaving *s, uint32_t place, struct spacesaving_rank rank)
{
	s->heap[place] = rank;
	s->keys[rank.id].place = place;
}

static void sift_up(struct spacesaving *s, uint32_t place)
{
	struct spacesaving_rank rank = s->heap[place];

	while (place > 0 && s->heap[(place - 1) / 2].count > rank.count) {
		put(s, place, s->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(s, place, rank);
}

static void sift_down(struct spacesaving *s, uint32_t place)
{
	struct spacesaving_rank rank = s->heap[place];

	for (;;) {
		uint32_t child = 2 * place + 1;
		if (child + 1 < s->used && s->heap[child + 1].count < s->heap[child].count)
			child++;
		if (child >= s->used || s->heap[child].count >= rank.count)
			break;
		put(s, place, s->heap[child]);
		place = child;
	}
	put(s, place, rank);
}

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

uint32_t spacesaving_find(const struct spacesaving *s, uint64_t hash)
{
	index_for_each_match (&s->index, hash, id)
		if (s->keys[id].hash == hash)
			return id;
	return SPACESAVING_NONE;
}

static uint32_t longest_idle(const struct spacesaving *s)
{
	uint32_t at = 0;

	for (uint32_t id = 1; id < s->used; id++)
		if (s->keys[id].last < s->keys[at].last)
			at = id;
	return at;
}

/* Who goes: the one that has been idle for longest if that is long enough, else the rarest. While
 * the oldest cannot be idle yet, nobody is looked at. */
static uint32_t victim(struct spacesaving *s, uint32_t seconds)
{
	if ((int64_t)seconds - s->oldest < SPACESAVING_IDLE)
		return s->heap[0].id;
	uint32_t id = longest_idle(s);
	s->oldest = s->keys[id].last;
	return (int64_t)seconds - s->oldest >= SPACESAVING_IDLE ? id : s->heap[0].id;
}

static struct spacesaving_hit insert(
	struct spacesaving *s, uint64_t hash, uint64_t n, uint32_t seconds)
{
	struct spacesaving_hit hit = {.is_new = true};
	uint32_t place = s->used;

	if (s->used < s->cap) {
		hit.id = s->used++;
	} else {
		hit.id = victim(s, seconds);
		hit.over = s->heap[0].count;
		place = s->keys[hit.id].place;
		index_remove(&s->index, s->keys[hit.id].hash, hit.id);
		s->replaced++;
	}
	index_add(&s->index, hash, hit.id); /* reserved */
	s->keys[hit.id] = (struct spacesaving_key){hash, place, seconds};
	s->heap[place] = (struct spacesaving_rank){sum_of(hit.over, n), hit.id};
	sift_up(s, place);
	sift_down(s, s->keys[hit.id].place);
	return hit;
}

struct spacesaving_hit spacesaving_add(
	struct spacesaving *s, uint64_t hash, uint64_t n, uint32_t seconds)
{
	uint32_t id = spacesaving_find(s, hash);

	if (id == SPACESAVING_NONE)
		return insert(s, hash, n, seconds);
	struct spacesaving_key *key = &s->keys[id];
	struct spacesaving_rank *rank = &s->heap[key->place];
	rank->count = sum_of(rank->count, n);
	if (seconds > key->last)
		key->last = seconds;
	sift_down(s, key->place);
	return (struct spacesaving_hit){.id = id};
}
