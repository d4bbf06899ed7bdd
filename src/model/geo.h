/* SPDX-License-Identifier: MIT
 *
 * geo: where hosts are and whose network they are in, by the databases of this machine. Many
 * hosts share a city and an autonomous system (AS): each is held once, counts its hosts, and goes
 * with the last of them. Those counts, and countries[], are what roll-ups go by.
 */
#ifndef NG_MODEL_GEO_H
#define NG_MODEL_GEO_H

#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/host.h"

#define PLACE_TEXT_MAX 68
#define COUNTRIES      (26 * 26)

/* What hosts have in common. */
struct share {
	uint64_t key;              /* the AS number; of what has none, a hash above all of them */
	uint32_t hosts;            /* now */
	char text[PLACE_TEXT_MAX]; /* clean; empty: not known */
};

struct shares {
	struct pool pool; /* struct share */
	struct index index;
};

struct geo {
	struct shares cities, systems;
	uint32_t countries[COUNTRIES];  /* hosts in each, by country_number */
	bool country_told, system_told; /* some host's ever was */
	uint64_t dropped;               /* cities and systems that found no room */
};

/* Room for `most` cities and as many systems. 0 or -ENOMEM. */
int geo_init(struct geo *p, uint32_t most);
void geo_done(struct geo *p);

/* What is known of a host's place is now what the event says; the rest is forgotten. */
void geo_put(struct geo *p, struct host *h, const struct event_place *said);

/* The host goes. */
void geo_leave(struct geo *p, const struct host *h);

/* "AA" is 0, "ZZ" the last; -1: no code of a country (ISO 3166-1 alpha-2). */
int country_number(struct str code);

/* Absent when not known. The code is borrowed from h. */
struct str geo_country(const struct host *h);
struct str geo_city(const struct geo *p, const struct host *h);
struct str geo_org(const struct geo *p, const struct host *h);
/* 0 when not known. */
uint32_t geo_asn(const struct geo *p, const struct host *h);

#endif
