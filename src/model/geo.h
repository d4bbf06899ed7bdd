/* SPDX-License-Identifier: MIT
 *
 * geo: where hosts are and whose network they are in, by the databases of this machine. Many
 * hosts share a city and an autonomous system (AS): each is held once, counts its hosts, and goes
 * with the last of them. Systems and countries are groups, too: what their hosts
 * count is counted for them as well (tally.h).
 */
#ifndef NG_MODEL_GEO_H
#define NG_MODEL_GEO_H

#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/host.h"
#include "model/tally.h"

#define PLACE_TEXT_MAX 68
#define COUNTRIES      (26 * 26)

#define GEO_PRIVATE_COUNTRY (COUNTRIES + 1)
#define GEO_COUNTRY_TALLIES (COUNTRIES + 2)

/* What hosts have in common. */
struct common {
	uint64_t key;              /* the AS number; of what has none, a hash above all of them */
	uint32_t hosts;            /* now */
	uint32_t tally;            /* of a system: id of its struct group_tally */
	char text[PLACE_TEXT_MAX]; /* clean; empty: not known */
};

struct commons {
	struct pool pool; /* struct common */
	struct index index;
};

struct geo {
	struct commons cities, systems;
	struct pool tallies; /* struct group_tally, one for each system */
	/* By country_number plus one, GEO_COUNTRY_TALLIES of them; owned. The first is of hosts
	 * whose country is not known, the last of private ones. */
	struct group_tally *countries;
	struct group_tally unknown_system[2]; /* of hosts in none that is known; [1]: private */
	bool country_told, system_told;       /* some host's ever was */
	uint64_t dropped;                     /* cities and systems that found no room */
};

/* Room for `most` cities and as many systems. 0 or -ENOMEM. */
int geo_init(struct geo *p, uint32_t most);
void geo_done(struct geo *p);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int geo_copy(struct geo *to, const struct geo *from);

/* What is known of a host's place is now what the event says; the rest is forgotten. */
void geo_put(struct geo *p, struct host *h, const struct event_place *said);

/* A new host: nothing is known of it. */
void geo_enter(struct geo *p, const struct host *h);

/* The tallies of the groups that a host is in. Never NULL. */
struct group_tally *geo_system_tally(struct geo *p, const struct host *h);
struct group_tally *geo_country_tally(struct geo *p, const struct host *h);

/* Views show the host by default: where its place is not known, it is no longer among the private
 * ones of its groups. */
void geo_unhide(struct geo *p, struct host *h);

/* Of a system by its id in the pool of systems. */
const struct group_tally *geo_tally_of(const struct geo *p, uint32_t system);

/* The id of a system by its key (struct common), or POOL_NONE. */
uint32_t geo_system_find(const struct geo *p, uint64_t key);

/* The host goes. What it has counted stays with its groups, as long as these are there. */
void geo_leave(struct geo *p, const struct host *h);

/* "AA" is 0, "ZZ" the last; -1: no code of a country (ISO 3166-1 alpha-2). */
int country_number(struct str code);

/* The code behind a number, static; absent for -1. */
struct str country_text(int number);

/* Absent when not known. */
struct str geo_country(const struct host *h);
struct str geo_city(const struct geo *p, const struct host *h);
struct str geo_org(const struct geo *p, const struct host *h);
/* 0 when not known. */
uint32_t geo_asn(const struct geo *p, const struct host *h);

#endif
