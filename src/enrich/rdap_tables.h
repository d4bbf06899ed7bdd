/* SPDX-License-Identifier: MIT
 *
 * rdap_tables: the tables of IANA that were fetched before, "rdap-ipv4.json" and "rdap-ipv6.json"
 * in the cache directory. Who looks up reads them and has no right to write them: it sends what it
 * has fetched in pieces, and the console, which never looks into it, makes a file of them.
 */
#ifndef NG_ENRICH_RDAP_TABLES_H
#define NG_ENRICH_RDAP_TABLES_H

#include "base/clock.h"
#include "enrich/look_wire.h"

struct rdap_tables {
	char dir[1024]; /* "": none are kept */
	struct {
		char *text; /* owned */
		size_t n;
		usec_t rests; /* no other is taken until then */
	} at[LOOK_TABLES];
};

/* dir: borrowed; NULL or "": none. */
void rdap_tables_init(struct rdap_tables *t, const char *dir);
void rdap_tables_done(struct rdap_tables *t);

/* The file of a table, or a negative errno. */
int rdap_tables_open(const char *dir, unsigned table);

/* Takes a piece (checked by look_check); with the last one there is a file. LOOK_BAD_NUMBER: it is
 * not the next one; LOOK_BAD_KIND: such a table has come a moment ago. What cannot be kept is
 * fetched again another time. */
enum look_fault rdap_tables_take(struct rdap_tables *t, const struct look_table *m, usec_t now);

#endif
