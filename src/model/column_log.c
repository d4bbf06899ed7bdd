// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

struct cell status_cell(const struct model *m, const struct subject *s)
{
	static const char *const names[STATUS_CLASSES] = {
		"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
	struct cell cell = {.kind = CELL_MAP};

	(void)m;
	for (unsigned i = 1; i <= STATUS_CLASSES; i++) {
		unsigned class = i % STATUS_CLASSES; /* "other" comes last */
		if (s->log->status[class])
			cell.map[cell.n++] =
				(struct cell_pair){names[class], s->log->status[class]};
	}
	return cell;
}

/* Of the requests that have an answer. */
static double failed_share(const struct subject *s, unsigned class)
{
	return s->log->requests ? (double)s->log->status[class] / (double)s->log->requests : 0;
}

static struct cell failed_cell(const struct subject *s, unsigned class)
{
	if (!s->log->requests)
		return (struct cell){.kind = CELL_NOT_APPLICABLE};
	return (struct cell){.kind = CELL_PERCENT, .d = failed_share(s, class)};
}

struct cell refused_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return failed_cell(s, 4);
}

struct cell broken_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return failed_cell(s, 5);
}

struct cell pulse_cell(const struct model *m, const struct subject *s)
{
	struct cell cell = {.kind = CELL_PULSE};

	if (!s->log->requests)
		return (struct cell){.kind = CELL_NONE};
	log_tally_pulse(s->log, m->now, cell.pulse);
	return cell;
}

struct cell last_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return cell_of_text(host_last(s->host));
}

struct cell quic_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return cell_of_text(s->host && s->host->quic ? STR_LIT("HTTP/3") : STR_ABSENT);
}

uint64_t refused_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return (uint64_t)(failed_share(s, 4) * (1 << 20));
}

uint64_t broken_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return (uint64_t)(failed_share(s, 5) * (1 << 20));
}
