// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

bool knows_seen(const struct model *m)
{
	return m->seen.pool.live > 0;
}

struct cell seen_cell(const struct model *m, const struct subject *s)
{
	const struct seen *seen = subject_seen(m, s);

	return seen && seen->runs ? (struct cell){.kind = CELL_TIMES, .u = seen->runs}
				  : (struct cell){.kind = CELL_NONE};
}

struct cell seen_first_cell(const struct model *m, const struct subject *s)
{
	const struct seen *seen = subject_seen(m, s);

	return seen && seen->first ? (struct cell){.kind = CELL_TIME, .t = seen->first}
				   : (struct cell){.kind = CELL_NONE};
}

uint64_t seen_key(const struct model *m, const struct subject *s)
{
	const struct seen *seen = subject_seen(m, s);

	return seen ? seen->runs : 0;
}

struct cell first_seen_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return (struct cell){.kind = CELL_TIME, .t = s->host->first_seen};
}

struct cell last_seen_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return (struct cell){.kind = CELL_TIME, .t = s->host->last_seen};
}
