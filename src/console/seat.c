// SPDX-License-Identifier: MIT
#include "console/seat.h"

#define CONN_WEIGHS 60 /* requests: what a connection is like that is held for a minute */

const struct fleet *seat_fleet(const struct view *v)
{
	return model_fleet(v->m);
}

const struct member *seat_member(const struct view *v)
{
	const struct fleet *f = v->seat ? seat_fleet(v) : NULL;

	return f ? fleet_member(f, v->seat) : NULL;
}

const struct member *seat_named(const struct view *v, const struct subject_key *key)
{
	uint32_t id = key->by == GROUP_MACHINE ? subject_find(v->m, key) : POOL_NONE;

	return id == POOL_NONE ? NULL : fleet_member(seat_fleet(v), id + 1);
}

/* Rows that were gathered for another seat are none of this one's. */
static void move(struct view *v, uint32_t number, enum group_by by)
{
	v->seat = number;
	v->filter_generation++;
	v->asking.group = true;
	v->asking.by = by;
	v->focus = PANEL_CONNECTIONS;
	v->changed = true;
	headline_forget(&v->headline);
}

void seat_enter(struct view *v, const struct member *member)
{
	v->depth = 0;
	v->seat_undo = v->narrowing.undo_n;
	move(v, member->number, GROUP_NONE);
}

bool seat_groups(const struct view *v, enum group_by by)
{
	if (by == GROUP_MACHINE)
		return seat_fleet(v) && !v->seat;
	return !v->seat || by == GROUP_NONE || by == GROUP_NET;
}

bool seat_is_last(const struct view *v)
{
	return v->seat && !v->narrowing.redoes && v->narrowing.undo_n <= v->seat_undo;
}

bool seat_leave(struct view *v)
{
	if (!v->seat)
		return false;
	move(v, 0, GROUP_MACHINE);
	return true;
}

uint64_t seat_weight(const struct share *s)
{
	return (uint64_t)s->counts.conns * CONN_WEIGHS + s->pace;
}

uint32_t seat_shares(const struct model *m, const struct subject_key *key)
{
	uint32_t id = subject_find(m, key);

	if (id == POOL_NONE)
		return POOL_NONE;
	return key->by == GROUP_NONE  ? fleet_shares_of_host(m, id)
	       : key->by == GROUP_NET ? fleet_shares_of_network(m, id)
				      : POOL_NONE;
}
