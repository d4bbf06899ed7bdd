// SPDX-License-Identifier: MIT
#include "output/report_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const struct report_section_def report_sections[] = {
	{"figures", "At the end of this time", report_figures},
	{"graphs", "How it went", report_graphs},
	{"findings", "Findings", report_findings},
	{"timeline", "Timeline", report_timeline},
	{"ledger", "Ledger", report_ledger},
	{"addresses", "Addresses", report_addresses},
	{"networks", "Networks", report_networks},
	{"systems", "Autonomous systems", report_systems},
	{"countries", "Countries", report_countries},
	{"paths", "Paths", report_paths},
	{"agents", "Agents", report_agents},
	{"acts", "What was done", report_acts},
	{"contacts", "Abuse contacts", report_contacts},
	{"blocks", "How to block, and to undo it", report_blocks},
	{"unseen", "What could not be seen", report_unseen},
	{"sources", "How this was seen", report_sources},
};
const size_t report_section_count = sizeof report_sections / sizeof report_sections[0];

_Static_assert(sizeof report_sections / sizeof report_sections[0] <= REPORT_SECTIONS_MAX,
	"each has its place");

#define OVER_NAMED 4

/* "Over: SYN flood, slow requests, and 2 more": what a report that is written afterwards is about.
 */
static void put_over(struct report_work *w)
{
	char text[256] = "Over: ";
	size_t n = strlen(text);
	uint32_t named = 0, more = 0;

	for (uint32_t i = 0; i < w->finding_count; i++) {
		const struct report_finding *f = &w->findings[i];
		const char *title = f->title[0] ? f->title : f->name;
		if (!f->to && f->severity >= SEVERITY_SUSPECT)
			return;
		if (strstr(text, title))
			continue;
		if (named == OVER_NAMED) {
			more++;
			continue;
		}
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%s%s", named++ ? ", " : "", title);
		if (f->severity > w->report.severity)
			w->report.severity = f->severity;
	}
	if (more && n < sizeof text)
		snprintf(text + n, sizeof text - n, ", and %" PRIu32 " more", more);
	if (named)
		w->report.over = report_text(&w->b, str_of(text));
}

static void put_head(struct report_work *w)
{
	const struct model *m = w->ask.m;
	const struct machine *machine = model_machine(m);
	struct report *r = &w->report;

	r->machine = report_text(&w->b, str_of(machine->name));
	r->version = report_text(&w->b, str_of(w->ask.version));
	r->verdict = report_text(&w->b, str_of(machine->verdict.text));
	r->sure = report_text(&w->b, str_of(machine->verdict.sure));
	r->severity = machine->verdict.severity;
	put_over(w);
	r->from = m->started;
	r->to = m->now;
	r->made = w->ask.made;
	r->recording = report_text(&w->b, str_of(w->ask.recording));
	if (w->ask.filter)
		r->filter = report_text(&w->b, str_of(w->ask.filter->text));
	r->redacted = w->ask.redact;
}

struct report_work *report_work_new(const struct report_ask *ask)
{
	struct report_work *w = calloc(1, sizeof *w);

	if (!w || listing_init(&w->listing) < 0) {
		free(w);
		return NULL;
	}
	w->ask = *ask;
	w->redact = (struct redact){report_keeps, w};
	w->b = (struct report_build){&w->report, NULL, ask->redact ? &w->redact : NULL};
	w->entry = ask->m->journal.newest;
	report_collect(w);
	put_head(w);
	return w;
}

void report_work_free(struct report_work *w)
{
	if (!w)
		return;
	listing_done(&w->listing);
	report_done(&w->report);
	free(w);
}

bool report_work(struct report_work *w)
{
	const struct report_section_def *def = &report_sections[w->section];

	if (w->section == report_section_count)
		return false;
	if (!w->begun)
		report_open(&w->b, def->id, def->title);
	w->begun = def->gather(w);
	w->section += !w->begun;
	return w->section < report_section_count;
}

double report_part(const struct report_work *w)
{
	return (double)w->section / (double)report_section_count;
}

const struct report *report_of(const struct report_work *w)
{
	return &w->report;
}
