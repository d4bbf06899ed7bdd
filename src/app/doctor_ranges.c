// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/range_files.h"
#include "detect/range_names.h"

/* "for Googlebot, GoogleOther" */
static void name_crawlers(const char *name, char *buf, size_t cap)
{
	const struct agent *agent;
	size_t n = 0;

	for (size_t i = 0; (agent = agent_at(i)) && n < cap; i++)
		if (range_role(str_of(name), agent) != RANGE_LABEL)
			n += (size_t)snprintf(
				buf + n, cap - n, "%s%s", n ? ", " : "for ", agent->name);
	if (!n)
		snprintf(buf, cap,
			"a label: no crawler has this name, so it confirms and refutes nobody "
			"(--ranges NAME=FILE gives another)");
}

static void print_file(FILE *out, const struct ranges *r)
{
	uint32_t file = r->files - 1, n = r->networks[file];
	char text[1024];

	snprintf(text, sizeof text, "%s: %u network%s", r->names[file], n, n == 1 ? "" : "s");
	doctor_mark(out, true, text);
	name_crawlers(r->names[file], text, sizeof text);
	doctor_under(out, text);
}

void doctor_ranges(FILE *out, const struct options *options)
{
	char reason[RANGE_FILES_REASON_MAX];
	struct ranges r;

	fputs("\nCrawlers: who says that it is one is checked by published ranges and by name\n",
		out);
	if (!options->ranges.count)
		doctor_mark(out, false, "no published ranges (no --ranges)");
	if (ranges_init(&r) < 0)
		return;
	for (size_t i = 0; i < options->ranges.count; i++) {
		if (range_files_add(&r, options->ranges.items[i], reason) == 0)
			print_file(out, &r);
		else
			doctor_mark(out, false, reason);
	}
	ranges_done(&r);
	doctor_mark(out, options->rdns_enabled,
		options->rdns_enabled ? "their names are looked up (--rdns)"
				      : "their names are not looked up (no --rdns)");
}
