// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

#include "model/figures.h"

bool knows_machines(const struct model *m)
{
	return m->fleet;
}

static uint32_t shares_of(const struct model *m, const struct subject *s)
{
	return s->net ? fleet_shares_of_network(m, s->id) : fleet_shares_of_host(m, s->id);
}

struct cell machines_cell(const struct model *m, const struct subject *s)
{
	const struct member *members[CELL_MAP_MAX];
	struct cell cell = {.kind = CELL_NONE};
	uint32_t first = shares_of(m, s);

	if (first == POOL_NONE)
		return cell;
	cell.kind = CELL_MEMBERS;
	cell.of = fleet_members(m, first, members, CELL_MAP_MAX);
	cell.n = cell.of < CELL_MAP_MAX ? cell.of : CELL_MAP_MAX;
	for (size_t i = 0; i < cell.n; i++)
		cell.map[i].name = members[i]->name;
	return cell;
}

uint64_t machines_key(const struct model *m, const struct subject *s)
{
	uint64_t n = 0;

	if (m->fleet)
		shares_for_each (m->fleet, shares_of(m, s), share)
			n++;
	return n;
}

struct cell member_state_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return cell_of_text(str_of(enum_name(&member_states, s->member->state)));
}

/* What is out of order first. */
uint64_t member_state_key(const struct model *m, const struct subject *s)
{
	static const uint64_t ranks[MEMBER_STATES] = {
		[MEMBER_REFUSED] = 4, [MEMBER_LOST] = 3, [MEMBER_WAITED] = 2, [MEMBER_UP] = 1};

	(void)m;
	return ranks[s->member->state];
}

struct cell member_said_cell(const struct model *m, const struct subject *s)
{
	usec_t last = s->member->last;

	if (!last)
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_SPAN, .u = member_said_key(m, s)};
}

/* Of whom nothing was ever heard stands with those of whom it is longest ago. */
uint64_t member_said_key(const struct model *m, const struct subject *s)
{
	usec_t last = s->member->last;

	return m->now > last ? (uint64_t)(m->now - last) / USEC_PER_SEC : 0;
}

/* What one that is not up said of itself is over. */
struct cell member_verdict_cell(const struct model *m, const struct subject *s)
{
	const struct member *b = s->member;
	const char *text = b->state == MEMBER_UP ? b->verdict
			   : b->note[0]          ? b->note
						 : enum_name(&member_states, b->state);

	(void)m;
	return cell_of_text(text && text[0] ? str_of(text) : STR_ABSENT);
}

static uint64_t out_of(const struct member *b)
{
	static const struct figure *figure;

	figure = figure ? figure : figure_find("out_per_sec");
	return b->state == MEMBER_UP ? b->figures[figure - figures] : ABSENT;
}

struct cell member_out_cell(const struct model *m, const struct subject *s)
{
	uint64_t out = out_of(s->member);

	(void)m;
	return out == ABSENT ? (struct cell){.kind = CELL_NONE}
			     : (struct cell){.kind = CELL_BYTES, .u = out};
}

uint64_t member_out_key(const struct model *m, const struct subject *s)
{
	uint64_t out = out_of(s->member);

	(void)m;
	return out == ABSENT ? 0 : out;
}
