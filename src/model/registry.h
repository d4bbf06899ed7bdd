/* SPDX-License-Identifier: MIT
 *
 * registry: who networks are registered to, and the names of addresses: what look-ups brought.
 * Both are bounded; what was told longest ago goes first.
 */
#ifndef NG_MODEL_REGISTRY_H
#define NG_MODEL_REGISTRY_H

#include "base/clock.h"
#include "base/prefixes.h"
#include "event/event.h"

#define REGISTRY_NETS  8192u
#define REGISTRY_NAMES 8192u
#define REGISTRY_AGAIN (120 * USEC_PER_SEC) /* how long to leave a network that nobody told of */

/* Texts are clean and cut to size; "" is not known. */
struct registration {
	struct prefix_item at;
	usec_t told, failed;       /* when it was told; when last nobody could; 0: never */
	char net[PREFIX_TEXT_MAX]; /* the network, as text */
	char by[8];                /* "rdap" or "whois" */
	char name[64], handle[64], country[4], org[128], abuse[128], registered[16];
	char note[160]; /* why nothing is known: then this alone is set */
};

struct address_name {
	struct prefix_item at; /* a /32 or a /128 */
	usec_t told, failed;   /* when it was told; when last nobody could; 0: never */
	bool confirmed;        /* the name has this address, too */
	char name[256];        /* "": it has none, or none was told */
};

struct registry {
	struct prefixes nets, names; /* struct registration, struct address_name */
};

/* 0 or -ENOMEM. */
int registry_init(struct registry *r);
void registry_done(struct registry *r);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int registry_copy(struct registry *to, const struct registry *from);

void registry_apply(struct registry *r, const struct event_registration *e, usec_t now);
void registry_apply_name(struct registry *r, const struct event_rdns *e, usec_t now);

/* The smallest registered network that holds the address; else why there is none; else NULL. */
const struct registration *registry_find(const struct registry *r, const struct addr *ip);

/* True when it is time to ask who has the address: what was told is older than ttl, or nothing was,
 * and nobody failed to tell a moment ago. */
bool registry_is_due(const struct registry *r, const struct addr *ip, usec_t now, usec_t ttl);

/* The same of its name. */
bool registry_name_is_due(const struct registry *r, const struct addr *ip, usec_t now, usec_t ttl);

/* NULL while nothing was told. */
const struct address_name *registry_find_name(const struct registry *r, const struct addr *ip);

#endif
