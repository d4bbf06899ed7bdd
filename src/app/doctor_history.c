// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/history_feed.h"
#include "base/text.h"

#include <errno.h>

static void print_found(FILE *out, const char *path, const struct history_look *found)
{
	char text[HISTORY_PATH_MAX + 160], size[8];

	text_bytes(size, found->bytes);
	snprintf(text, sizeof text, "%.*s: %s%llu addresses and networks, %s, in %llu run%s", 1024,
		path, found->has_more ? "at least " : "", (unsigned long long)found->rows, size,
		(unsigned long long)found->runs, found->runs == 1 ? "" : "s");
	doctor_mark(out, true, text);
}

void doctor_history(FILE *out, const struct options *options)
{
	char path[HISTORY_PATH_MAX], text[HISTORY_PATH_MAX + REASON_MAX + 64];
	struct history_look found;
	struct reason why = {""};

	fputs("\nHistory: what earlier runs saw of addresses, in a file on this machine\n", out);
	if (!options->history) {
		doctor_mark(out, false, "disabled (--no-history, or history.enabled = false)");
		return;
	}
	if (!history_path(options, path)) {
		doctor_mark(out, false,
			"no place for it: there is no home directory; set history.path");
		return;
	}
	int err = history_db_look(path, &found, &why);
	if (!err) {
		print_found(out, path, &found);
	} else if (err == -ENOENT) {
		snprintf(text, sizeof text, "%.1024s: the first run that sees an address makes it",
			path);
		doctor_mark(out, true, text);
	} else {
		snprintf(text, sizeof text, "%.1024s", path);
		doctor_mark(out, false, text);
		snprintf(text, sizeof text, "why not: %s", why.text);
		doctor_under(out, text);
	}
}
