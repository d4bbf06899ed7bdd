// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "base/text.h"
#include "kernel/interface.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static bool is_installed(const char *program)
{
	const char *path = getenv("PATH");
	char file[512];

	for (const char *at = path ? path : "/usr/bin:/bin"; at && *at;) {
		size_t n = strcspn(at, ":");
		int w = snprintf(file, sizeof file, "%.*s/%s", (int)n, at, program);
		if (n && w > 0 && (size_t)w < sizeof file && access(file, X_OK) == 0)
			return true;
		at += n + (at[n] == ':');
	}
	return false;
}

static void print_counters(FILE *out, const struct interface_look *look)
{
	char rx[8], tx[8], speed[40] = "", text[256];

	text_bytes(rx, look->rx);
	text_bytes(tx, look->tx);
	if (look->speed != ABSENT)
		snprintf(speed, sizeof speed, ", a link of %" PRIu64 " Mbit/s", look->speed);
	snprintf(text, sizeof text, "%s%s: in %s, out %s so far%s", look->name,
		look->by_route ? ", which has the default route" : "", rx, tx, speed);
	doctor_mark(out, true, text);
}

void doctor_interface(FILE *out, const struct options *options)
{
	bool named = options->interface && options->interface[0];
	struct interface_look look;
	char why[SOURCE_REASON_MAX], text[SOURCE_REASON_MAX + INTERFACE_NAME_MAX + 8];

	fputs("\nBandwidth\n", out);
	if (interface_look(named ? options->interface : NULL, &look, why)) {
		print_counters(out, &look);
	} else {
		snprintf(text, sizeof text, "%s%s%s", look.name, look.name[0] ? ": " : "", why);
		doctor_mark(out, false, text);
		doctor_under(out, "--interface names another one");
	}
	if (is_installed("vnstat"))
		doctor_mark(out, true, "vnstat is installed: it knows the month's traffic");
	else
		doctor_mark(
			out, false, "vnstat is not installed: the month's traffic is not known");
}
