// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

#include "model/suspicion.h"
#include "model/trouble.h"

/* Of a network: its addresses' own flags count, too. */
static gravity_t gravity_of(const struct model *m, const struct subject *s)
{
	const struct flag *flags[CELL_MAP_MAX];
	gravity_t most = s->host ? trouble_of_host(m, s->host) : 0;

	if (s->member)
		return trouble_of_member(m, s->member);
	if (!s->net)
		return most;
	size_t n = flags_of_prefix(&m->flags, &s->net->prefix, flags, CELL_MAP_MAX);
	for (size_t i = 0; i < n; i++)
		if (trouble_gravity(flags[i]) > most)
			most = trouble_gravity(flags[i]);
	return most;
}

struct cell trouble_cell(const struct model *m, const struct subject *s)
{
	gravity_t gravity = gravity_of(m, s);

	return gravity ? cell_of_text(trouble_mark(gravity)) : (struct cell){.kind = CELL_NONE};
}

/* To look for a network's addresses takes too long for all networks. */
uint64_t trouble_row_key(const struct model *m, const struct subject *s)
{
	return trouble_key(m, s,
		s->host     ? trouble_of_host(m, s->host)
		: s->net    ? trouble_of_network(m, s->net, NULL)
		: s->member ? trouble_of_member(m, s->member)
			    : 0);
}

static struct cell names_cell(const struct flag *const *flags, size_t n)
{
	struct cell cell = {.kind = CELL_NONE};

	for (size_t i = 0; i < n; i++) {
		cell.kind = CELL_NAMES;
		cell.map[cell.n++].name = flags[i]->name;
	}
	return cell;
}

struct cell flags_cell(const struct model *m, const struct subject *s)
{
	const struct flag *flags[CELL_MAP_MAX];

	if (s->host)
		return names_cell(
			flags, flags_of_addr(&m->flags, &s->host->ip, false, flags, CELL_MAP_MAX));
	return names_cell(flags, flags_of_prefix(&m->flags, &s->net->prefix, flags, CELL_MAP_MAX));
}

struct cell in_flags_cell(const struct model *m, const struct subject *s)
{
	const struct flag *flags[CELL_MAP_MAX];

	return names_cell(flags, flags_of_addr(&m->flags, &s->host->ip, true, flags, CELL_MAP_MAX));
}

struct cell suspicious_cell(const struct model *m, const struct subject *s)
{
	uint32_t why = suspicion_of(m, s->host);
	struct cell cell = {.kind = why ? CELL_NAMES : CELL_NONE};

	for (int i = 0; i < SUSPICIONS; i++)
		if (why & 1u << i)
			cell.map[cell.n++].name = suspicion_name((enum suspicion)(1u << i));
	return cell;
}

bool knows_claims(const struct model *m)
{
	return m->claims.pool.live > 0;
}

struct cell crawler_cell(const struct model *m, const struct subject *s)
{
	const struct claim *claim = claims_first(&m->claims, &s->host->ip);

	return claim ? (struct cell){.kind = CELL_CLAIM, .claim = claim}
		     : (struct cell){.kind = CELL_NONE};
}

struct cell crawler_is_cell(const struct model *m, const struct subject *s)
{
	const struct claim *claim = claims_first(&m->claims, &s->host->ip);

	return cell_of_text(str_of(claim ? enum_name(&claim_outcomes, claim->outcome) : NULL));
}

/* Impostors first, then those that nobody vouches for. */
uint64_t crawler_key(const struct model *m, const struct subject *s)
{
	static const uint64_t ranks[CLAIM_OUTCOMES] = {
		[CLAIM_REFUTED] = 3, [CLAIM_UNVERIFIED] = 2, [CLAIM_CONFIRMED] = 1};
	const struct claim *claim = claims_first(&m->claims, &s->host->ip);

	return claim ? ranks[claim->outcome] : 0;
}
