/* SPDX-License-Identifier: MIT
 *
 * geoip: where addresses are and whose network they are in, by databases on this machine
 * (MaxMind DB files). Every *.mmdb in the places that are looked in is opened and known by what it
 * holds; of several that tell the same, the configured one is used, else the newest. A database may
 * know IPv4 or IPv6 alone, so each family has its own. Files that come, go or are replaced are
 * noticed within seconds; in the place of one that turns bad, what was read of it before stays.
 *
 * Look-ups are synchronous: below a microsecond or two, and nothing waits for a disk.
 */
#ifndef NG_ENRICH_GEOIP_H
#define NG_ENRICH_GEOIP_H

#include "event/event.h"

#include <stddef.h>

#define GEOIP_TEXT_MAX 256

struct geoip_options {
	/* Borrowed for geoip's life; NULL: none is named. */
	const char *city_db, *asn_db;
	const char *const *dirs; /* NULL-terminated: where to look for more */
};

/* Says nothing where nothing is known. */
struct geoip_place {
	struct str country, city, org; /* clean, borrowed until the next call */
	uint32_t asn;                  /* 0: not known */
};

struct geoip;

/* Nothing is loaded yet. NULL when memory is out. */
struct geoip *geoip_new(const struct geoip_options *options);
void geoip_free(struct geoip *g);

/* Looks for databases, now and then, and loads what is new, up to `bytes` of it.
 * `now` is CLOCK_MONOTONIC, as it is for the sources. 1: there is more to load at once; 0: not. */
int geoip_poll(struct geoip *g, usec_t now, size_t bytes);

/* Grows each time that other databases are in use. */
unsigned geoip_generation(const struct geoip *g);

/* True when there is something that was not told yet: other databases, or damage that was met. */
bool geoip_has_news(const struct geoip *g);

/* False when nothing is known of the address. */
bool geoip_find(struct geoip *g, const struct addr *ip, struct geoip_place *ret);

/* Says by EVENT_ENRICHER what is in use, and what is wrong or missing; `now` is the time of day. */
void geoip_tell(struct geoip *g, usec_t now, struct event_sink *sink);

/* What is wrong with a file that the configuration names, or "". */
const char *geoip_trouble(const struct geoip *g);

#endif
