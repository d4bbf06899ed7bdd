// SPDX-License-Identifier: MIT
#include "event/overview.h"

#include <string.h>

#define WIDTH_MIN (USEC_PER_SEC / 2)
#define WIDTH_MAX (USEC_LIMIT / OVERVIEW_PARTS)

void overview_init(struct overview *o)
{
	memset(o, 0, sizeof *o);
	o->width = WIDTH_MIN;
}

static void widen(struct overview *o)
{
	for (int i = 0; i < OVERVIEW_PARTS / 2; i++)
		o->parts[i] = o->parts[2 * i] + o->parts[2 * i + 1];
	memset(&o->parts[OVERVIEW_PARTS / 2], 0, sizeof o->parts / 2);
	o->width *= 2;
}

static usec_t part_of(const struct overview *o, usec_t at)
{
	return at <= o->begin ? 0 : (at - o->begin) / o->width;
}

void overview_add(struct overview *o, usec_t at, uint64_t weight)
{
	if (!o->begin)
		o->begin = at;
	while (part_of(o, at) >= OVERVIEW_PARTS && o->width < WIDTH_MAX)
		widen(o);
	usec_t part = part_of(o, at);
	if (part >= OVERVIEW_PARTS)
		return;
	o->parts[part] += weight;
	if (at > o->end)
		o->end = at;
	o->version++;
}

static bool is_same(const struct overview_moment *a, const struct overview_moment *b)
{
	usec_t apart = a->at > b->at ? a->at - b->at : b->at - a->at;

	return apart <= OVERVIEW_SAME && strcmp(a->name, b->name) == 0;
}

/* What somebody marked is what they will look for. */
static unsigned weight_of(const struct overview_moment *m)
{
	return m->name[0] ? m->severity : UINT8_MAX + 1;
}

/* Makes room for one that is graver than some: the earliest of the least goes. */
static void leave_out_least(struct overview *o, const struct overview_moment *moment)
{
	uint32_t least = 0;

	o->left_out++;
	for (uint32_t i = 1; i < o->moment_count; i++)
		if (weight_of(&o->moments[i]) < weight_of(&o->moments[least]))
			least = i;
	if (weight_of(&o->moments[least]) >= weight_of(moment))
		return;
	o->moment_count--;
	memmove(&o->moments[least], &o->moments[least + 1],
		(o->moment_count - least) * sizeof o->moments[0]);
}

void overview_note(struct overview *o, const struct overview_moment *moment)
{

	for (uint32_t i = 0; i < o->moment_count; i++)
		if (is_same(&o->moments[i], moment))
			return;
	if (o->moment_count == OVERVIEW_MOMENTS)
		leave_out_least(o, moment);
	if (o->moment_count == OVERVIEW_MOMENTS)
		return;
	uint32_t at = o->moment_count;
	while (at > 0 && o->moments[at - 1].at > moment->at)
		at--;
	memmove(&o->moments[at + 1], &o->moments[at],
		(o->moment_count - at) * sizeof o->moments[0]);
	o->moments[at] = *moment;
	o->moment_count++;
	o->version++;
}

uint64_t overview_between(const struct overview *o, usec_t from, usec_t to)
{
	usec_t last = part_of(o, to - 1);
	uint64_t most = 0;

	if (to <= o->begin || from > o->end)
		return 0;
	for (usec_t i = part_of(o, from); i <= last && i < OVERVIEW_PARTS; i++)
		most = o->parts[i] > most ? o->parts[i] : most;
	return most;
}

const struct overview_moment *overview_after(const struct overview *o, usec_t at)
{
	for (uint32_t i = 0; i < o->moment_count; i++)
		if (o->moments[i].at > at)
			return &o->moments[i];
	return NULL;
}

const struct overview_moment *overview_before(const struct overview *o, usec_t at)
{
	for (uint32_t i = o->moment_count; i > 0; i--)
		if (o->moments[i - 1].at < at)
			return &o->moments[i - 1];
	return NULL;
}
