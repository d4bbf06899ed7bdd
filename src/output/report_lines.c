// SPDX-License-Identifier: MIT
/* Evidence from the log: the latest requests and logins of whom a finding names. */
#include "output/log_text.h"
#include "output/report_parts.h"

static bool is_meant(const struct report_finding *f, const struct addr *ip)
{
	for (uint8_t i = 0; i < f->prefix_count; i++)
		if (prefix_contains(&f->prefixes[i], ip))
			return true;
	return false;
}

static void take(struct report_finding *f, const struct journal_entry *e)
{
	char text[LOG_TEXT_MAX];
	size_t n = log_text(e, text);

	if (f->lines_n + n + 1 > sizeof f->lines)
		return;
	if (f->lines_n)
		f->lines[f->lines_n++] = '\n';
	memcpy(f->lines + f->lines_n, text, n);
	f->lines_n += n;
	f->line_count++;
}

/* A line of the time of the finding, or about then: what came long after is no evidence of it. */
static bool is_of_time(const struct report_finding *f, usec_t ts)
{
	return !f->to || ts <= f->to;
}

static bool is_full(const struct report_work *w)
{
	for (uint32_t i = 0; i < w->finding_count; i++)
		if (w->findings[i].prefix_count && w->findings[i].line_count < REPORT_LINES_MAX)
			return false;
	return true;
}

static void look_at(struct report_work *w, const struct journal_entry *e)
{
	for (uint32_t i = 0; i < w->finding_count; i++) {
		struct report_finding *f = &w->findings[i];
		if (f->line_count < REPORT_LINES_MAX && is_of_time(f, e->ts) && is_meant(f, &e->ip))
			take(f, e);
	}
}

bool report_lines(struct report_work *w)
{
	const struct journal *j = &w->ask.m->journal;

	for (uint32_t i = 0; i < REPORT_ENTRIES; i++) {
		const struct journal_entry *e = journal_at(j, w->entry);
		if (!e || (i % 64 == 0 && is_full(w)))
			return false;
		look_at(w, e);
		w->entry = e->before;
	}
	return true;
}
