// SPDX-License-Identifier: MIT
#include "app/geo_feed.h"

#include "base/file.h"
#include "enrich/geoip.h"

#include <errno.h>
#include <stdlib.h>

#define LOAD_SLICE  (2u << 20) /* bytes: about a millisecond */
#define SWEEP_SLICE 256        /* hosts: half a millisecond */
#define NEWS_EVERY  (5 * USEC_PER_SEC)

bool geo_data_dir(const struct options *options, char buf[static DATA_DIR_MAX])
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_DATA_HOME");
	int n = -1;

	if (options->geoip_data_dir)
		return options->geoip_data_dir[0] &&
		       file_expand_home(buf, DATA_DIR_MAX, options->geoip_data_dir);
	if (xdg && xdg[0] == '/') /* a relative one is to be ignored: XDG Base Directory */
		n = snprintf(buf, DATA_DIR_MAX, "%s/nethergaze", xdg);
	else if (home && home[0])
		n = snprintf(buf, DATA_DIR_MAX, "%s/.local/share/nethergaze", home);
	return n > 0 && n < DATA_DIR_MAX;
}

void geo_feed_done(struct geo_feed *p)
{
	geoip_free(p->geoip);
	p->geoip = NULL;
}

/* The operator hears once of what is wrong with a file that he named. */
static void note_trouble(struct geo_feed *p, usec_t now)
{
	const char *trouble = geoip_trouble(p->geoip);
	struct event e = event_make(EVENT_NOTE, now);
	char text[GEOIP_TEXT_MAX + 32];

	if (trouble[0] && !p->told_trouble) {
		snprintf(text, sizeof text, "GeoIP database %s", trouble);
		e.note.text = str_of(text);
		event_put(p->sink, &e);
	}
	p->told_trouble = trouble[0] != '\0';
}

void geo_feed_tell(struct geo_feed *p, usec_t now)
{
	struct event e = event_make(EVENT_ENRICHER, now);

	if (p->geoip) {
		geoip_tell(p->geoip, now, p->sink);
		note_trouble(p, now);
		return;
	}
	e.enricher.what = STR_LIT("geoip");
	e.enricher.state = STR_LIT("off");
	e.enricher.note = STR_LIT("--no-geoip, or geoip.enabled = false");
	event_put(p->sink, &e);
}

/* An address that nothing is known of is worth an event only to take back what was said of it. */
static void ask(struct geo_feed *p, const struct addr *ip, bool again, usec_t now)
{
	struct event e = event_make(EVENT_PLACE, now);
	struct geoip_place place = {0};

	if (!geoip_find(p->geoip, ip, &place) && !again)
		return;
	e.place.ip = *ip;
	e.place.country = place.country;
	e.place.city = place.city;
	e.place.asn = place.asn;
	e.place.org = place.org;
	event_put(p->sink, &e);
}

static void take(struct taker *taker, const struct event *event)
{
	struct geo_feed *p = (struct geo_feed *)taker;

	/* What is put here waits until the event is done with: the list stays as it is. */
	for (uint32_t i = 0; i < p->model->newcomer_count; i++)
		ask(p, &p->model->newcomers[i], false, event->ts);
}

static bool has_place(const struct host *h)
{
	return h->country || h->city || h->system;
}

static void sweep(struct geo_feed *p, usec_t now)
{
	for (int i = 0; i < SWEEP_SLICE; i++) {
		uint32_t id = model_next_host(p->model, p->sweep);
		if (id == POOL_NONE) {
			p->sweep = POOL_NONE;
			return;
		}
		const struct host *h = model_host(p->model, id);
		ask(p, &h->ip, has_place(h), now);
		p->sweep = id + 1;
	}
}

/* Looks for other databases. */
static bool poll(struct taker *taker, usec_t now)
{
	struct geo_feed *p = (struct geo_feed *)taker;

	bool more = geoip_poll(p->geoip, clock_usec(CLOCK_MONOTONIC), LOAD_SLICE) == 1;
	if (geoip_generation(p->geoip) != p->generation) {
		p->generation = geoip_generation(p->geoip);
		p->sweep = 0;
		p->next_news = 0;
	}
	if (now >= p->next_news && geoip_has_news(p->geoip)) {
		geo_feed_tell(p, now);
		p->next_news = now + NEWS_EVERY;
	}
	if (p->sweep != POOL_NONE)
		sweep(p, now);
	return more || p->sweep != POOL_NONE;
}

int geo_feed_init(struct geo_feed *p, const struct options *options, const struct model *model,
	struct event_sink *sink)
{
	size_t n = 0;

	*p = (struct geo_feed){
		.taker = {.name = "geo", .kinds = TAKER_ALL, .take = take, .poll = poll},
		.model = model,
		.sink = sink,
		.sweep = POOL_NONE,
	};
	if (!options->geoip)
		return 0;
	if (geo_data_dir(options, p->data_dir))
		p->dirs[n++] = p->data_dir;
	p->dirs[n++] = "/usr/share/GeoIP";
	p->dirs[n++] = "/var/lib/GeoIP";
	p->dirs[n++] = "/usr/local/share/GeoIP";
	p->dirs[n] = "/var/lib/nethergaze/geoip"; /* nethergaze-geoip.timer */
	p->geoip = geoip_new(&(struct geoip_options){.city_db = options->geoip_city_db,
		.asn_db = options->geoip_asn_db,
		.dirs = p->dirs});
	if (!p->geoip)
		return -ENOMEM;
	while (geoip_poll(p->geoip, clock_usec(CLOCK_MONOTONIC), SIZE_MAX))
		;
	p->generation = geoip_generation(p->geoip);
	return 0;
}
