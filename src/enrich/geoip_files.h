/* SPDX-License-Identifier: MIT
 *
 * geoip_files: which files may be GeoIP databases: those that the configuration names, and every
 * *.mmdb of some folders. Each file once, however many links lead to it.
 */
#ifndef NG_ENRICH_GEOIP_FILES_H
#define NG_ENRICH_GEOIP_FILES_H

#include "enrich/mmdb.h"

#include <stdbool.h>

#define GEOIP_FILES_MAX 16

enum geoip_named {
	GEOIP_NAMED_NOT, /* found in a folder */
	GEOIP_NAMED_CITY,
	GEOIP_NAMED_ASN
};

struct geoip_file {
	char *path; /* owned */
	enum geoip_named named_for;
	struct mmdb_identity identity;
	int err; /* a named one cannot be looked at; 0: it can */
};

struct geoip_files {
	struct geoip_file at[GEOIP_FILES_MAX];
	size_t n;
};

/* Named ones first, then folder by folder, by name. NULL: none. What is beyond GEOIP_FILES_MAX is
 * left out. */
void geoip_files_find(
	struct geoip_files *f, const char *city_db, const char *asn_db, const char *const *dirs);
void geoip_files_done(struct geoip_files *f);

bool geoip_files_are_same(const struct geoip_files *a, const struct geoip_files *b);

/* Some file was written to just now: whoever writes may not be done. */
bool geoip_files_are_moving(const struct geoip_files *f);

#endif
