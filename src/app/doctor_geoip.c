// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/geo_feed.h"
#include "enrich/geoip.h"
#include "enrich/look_serve.h"

struct report {
	struct event_sink sink;
	FILE *out;
	bool lacks;
};

static void take(struct event_sink *sink, const struct event *e)
{
	struct report *r = (struct report *)sink;
	char text[1024];

	if (e->kind != EVENT_ENRICHER)
		return;
	bool ready = str_eq(e->enricher.state, STR_LIT("ready"));
	r->lacks |= !ready;
	snprintf(text, sizeof text, "%.*s: %.*s", STR_FMT(e->enricher.what),
		STR_FMT(e->enricher.note));
	doctor_mark(r->out, ready, text);
}

static void print_folders(FILE *out, const struct geo_feed *p)
{
	char text[DATA_DIR_MAX + 256];
	size_t n = (size_t)snprintf(text, sizeof text, "searched:");

	for (size_t i = 0; p->dirs[i] && n < sizeof text; i++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%s %.2000s", i ? "," : "", p->dirs[i]);
	doctor_under(out, text);
}

/* Needed or not: --doctor also answers what may leave this machine. */
static void print_update(FILE *out, const struct options *options, bool lacks)
{
	char text[1024];

	if (look_missing()) {
		snprintf(text, sizeof text, "nethergaze geoip-update is left out, as %s",
			look_missing());
		doctor_under(out, text);
		return;
	}
	snprintf(text, sizeof text, "%s contacts %.512s when you run it; nothing else does",
		lacks ? "what would help: nethergaze geoip-update, which"
		      : "nethergaze geoip-update",
		options->update_base);
	doctor_under(out, text);
}

void doctor_geoip(FILE *out, const struct options *options)
{
	struct report r = {.sink = {take, NULL}, .out = out};
	struct geo_feed p;

	fputs("\nGeoIP: locations of addresses, from databases on this machine\n", out);
	if (geo_feed_init(&p, options, NULL, &r.sink) < 0 || !p.geoip) {
		doctor_mark(out, false, "disabled (--no-geoip, or geoip.enabled = false)");
		print_update(out, options, false);
		return;
	}
	geo_feed_tell(&p, clock_now());
	print_folders(out, &p);
	print_update(out, options, r.lacks);
	geo_feed_done(&p);
}
