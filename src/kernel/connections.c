// SPDX-License-Identifier: MIT
#include "kernel/connections.h"

#include "base/text.h"

#include <stdio.h>

#define PROBES_TEXT_MAX 512

struct source *connections_open(
	const struct connections_options *options, char reason[static SOURCE_REASON_MAX])
{
	char note[SOURCE_REASON_MAX] = "";
	struct source *s;

	if (options->want != CONNECTIONS_PROC) {
		s = bpf_source_new(options, note);
		if (s || options->want == CONNECTIONS_EBPF) {
			if (!s)
				snprintf(reason, SOURCE_REASON_MAX, "%s", note);
			return s;
		}
	}
	return proc_source_new(options, note, reason);
}

static void join(char *buf, size_t cap, const char *a, const char *between, const char *b)
{
	if (!a)
		a = "";
	if (!b)
		b = "";
	snprintf(buf, cap, "%s%s%s", a, a[0] && b[0] ? between : "", b);
}

void connections_say(const struct connections_options *options, const char *source, uint32_t sees,
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
