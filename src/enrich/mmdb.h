/* SPDX-License-Identifier: MIT
 *
 * mmdb: one GeoIP database, in memory, and what it says of an address.
 *
 * The file is copied into memory that nobody else can change, and read there: a file that is
 * mapped and then shortened in place would end the program with SIGBUS, and a look-up must not
 * wait for a disk. It costs the file's size (28 MB for the cities of IPv4 in ip-location-db, 60 MB
 * for GeoLite2-City), and the copying comes in slices.
 */
#ifndef NG_ENRICH_MMDB_H
#define NG_ENRICH_MMDB_H

#include "base/addr.h"

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define MMDB_TEXT_MAX 68
#define MMDB_KEYS_MAX 160

enum mmdb_family {
	MMDB_V4,
	MMDB_V6,
	MMDB_FAMILIES
};

/* What a database tells. */
enum mmdb_fact {
	MMDB_CITY,
	MMDB_COUNTRY,
	MMDB_ASN,
	MMDB_FACTS
};

/* Tells a file from one that took its place. */
struct mmdb_identity {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

/* What it says of an address, clean. */
struct mmdb_place {
	char country[2];    /* two capitals, or zeros */
	char registered[2]; /* the country where the network is registered; likewise */
	uint8_t city_n, org_n;
	uint32_t asn;
	char city[MMDB_TEXT_MAX], org[MMDB_TEXT_MAX];
};

struct mmdb;

/* Begins to read the file; mmdb_load goes on. NULL with *ret_err (-ENOENT, -EACCES, -EFBIG, …).
 * Held once; mmdb_unref takes NULL. */
struct mmdb *mmdb_begin(const char *path, int *ret_err);
struct mmdb *mmdb_ref(struct mmdb *db);
void mmdb_unref(struct mmdb *db);

/* Reads up to so many more bytes. 1: there is more; 0: it can be used now; -EBADMSG: it is damaged,
 * or no such database; or another negative errno. */
int mmdb_load(struct mmdb *db, size_t bytes);

/* The rest holds of one that can be used. */

/* True when it knows of the address; *ret is borrowed until the next call. */
bool mmdb_find(struct mmdb *db, const struct addr *ip, const struct mmdb_place **ret);

/* Whether it tells that of some address of the family. */
bool mmdb_tells(const struct mmdb *db, enum mmdb_fact fact, enum mmdb_family family);

/* The keys of one of its records: "asn, name, domain", clean, as many as there is room for. */
const char *mmdb_keys(const struct mmdb *db);

const char *mmdb_path(const struct mmdb *db);
const char *mmdb_type(const struct mmdb *db); /* "GeoLite2-City", clean */
int64_t mmdb_built(const struct mmdb *db);    /* Unix seconds */
const struct mmdb_identity *mmdb_identity(const struct mmdb *db);
uint64_t mmdb_damaged(const struct mmdb *db); /* look-ups that met damage */

struct stat;
struct mmdb_identity mmdb_identify(const struct stat *st);
bool mmdb_is_same(const struct mmdb_identity *a, const struct mmdb_identity *b);

#endif
