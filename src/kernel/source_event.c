// SPDX-License-Identifier: MIT
#include "kernel/source_event.h"

#include "base/text.h"

#include <stdio.h>

#define PROBES_TEXT_MAX 512

static void join(char *buf, size_t cap, const char *a, const char *between, const char *b)
{
	if (!a)
		a = "";
	if (!b)
		b = "";
	snprintf(buf, cap, "%s%s%s", a, a[0] && b[0] ? between : "", b);
}

void source_event_put(const struct connections_options *options, const char *source, uint32_t sees,
	const char *probe_names, const char *note, struct event_sink *sink)
{
	struct event e = event_make(EVENT_SOURCE, clock_now());
	char all_probes[PROBES_TEXT_MAX], notes[2 * SOURCE_REASON_MAX];

	join(all_probes, sizeof all_probes, probe_names, " ", options->more_probes);
	join(notes, sizeof notes, note, "; ", options->more_note);
	e.source.source = str_of(source);
	e.source.sees = sees | options->more_sees;
	e.source.probes = str_of(all_probes);
	e.source.note = notes[0] ? text_clip(str_of(notes), sizeof notes) : STR_ABSENT;
	event_put(sink, &e);
}
