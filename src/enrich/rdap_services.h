/* SPDX-License-Identifier: MIT
 *
 * rdap_services: where look-ups begin: the RDAP service of an address, and how far servers may be
 * trusted. IANA's tables are fetched when they are a week old (rdap_tables.h keeps them);
 * until then the bundled table serves. A bootstrap of the user's own is fetched at each start, and
 * only what it names is asked.
 */
#ifndef NG_ENRICH_RDAP_SERVICES_H
#define NG_ENRICH_RDAP_SERVICES_H

#include "base/clock.h"
#include "enrich/bootstrap.h"
#include "enrich/fetch.h"

#define RDAP_SERVICES_IANA "https://data.iana.org/rdap/"

enum family {
	FAMILY_V4,
	FAMILY_V6,
	FAMILIES
};

struct rdap_services {
	struct bootstrap tables[FAMILIES];
	char base[BOOTSTRAP_URL_MAX]; /* of ipv4.json and ipv6.json */
	bool own;                     /* a bootstrap of the user's */
	bool asking[FAMILIES];
	usec_t due[FAMILIES]; /* when to fetch next */
};

/* base: NULL for IANA's. */
void rdap_services_init(struct rdap_services *s, const char *base);
void rdap_services_done(struct rdap_services *s);

/* Takes a table of IANA's that was kept: a file, as old as it is. False: it is none. */
bool rdap_services_load(struct rdap_services *s, enum family family, int fd, usec_t now);

/* The base URL of the service for an address; NULL: none is known. */
const char *rdap_services_find(const struct rdap_services *s, const struct addr *a);

/* True while the table that it would be in is still to come. */
bool rdap_services_are_coming(const struct rdap_services *s, const struct addr *a);

/* True when the user named this server, or the user's own bootstrap does. */
bool rdap_services_trust(const struct rdap_services *s, const char *url);

/* True when a table is to be fetched; rdap_services_take is then owed its result. */
bool rdap_services_next(struct rdap_services *s, usec_t now, enum family *ret_family,
	char url[static FETCH_URL_MAX]);
/* True: r's body is a table that is worth keeping. */
bool rdap_services_take(
	struct rdap_services *s, enum family family, const struct fetch_result *r, usec_t now);

#endif
