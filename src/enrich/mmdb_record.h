/* SPDX-License-Identifier: MIT
 *
 * mmdb_record: finds in one record of a MaxMind DB what says where an address is, in one pass and
 * within a bound. The files come from elsewhere and may be damaged: libmaxminddb walks whatever
 * nesting it finds by recursion, so no record goes to it.
 *
 * Format: MaxMind DB File Format Specification 2.0, "Output Data Section". Schemas that are known:
 * MaxMind's and DB-IP's (country.iso_code, registered_country.iso_code, city.names.en; Enterprise's
 * traits), the flat one of ip-location-db (country_code, city), and IPinfo's (country or
 * country_code, city, asn as text, as_name or name).
 */
#ifndef NG_ENRICH_MMDB_RECORD_H
#define NG_ENRICH_MMDB_RECORD_H

#include "base/str.h"

#include <stdint.h>

/* As it stands in the file, neither clean nor bounded; absent or empty where nothing is said.
 * Countries are two capitals. */
struct mmdb_record {
	struct str country, city, org; /* borrowed from data */
	/* Where the network is registered: all that is known of the place of some, as of anycast
	 * and satellite networks. */
	struct str registered;
	uint32_t asn; /* 0: not said */
};

/* Reads the record at `offset` of the data section. 0; or -EBADMSG when it is damaged or larger
 * than records are. */
int mmdb_record_read(struct str data, size_t offset, struct mmdb_record *ret);

typedef void mmdb_key_fn(void *ctx, struct str key);

/* Calls back with each key of the record itself, as it stands in the file. Returns as
 * mmdb_record_read. */
int mmdb_record_keys(struct str data, size_t offset, mmdb_key_fn *fn, void *ctx);

/* 0 when the value at `offset` is whole and not larger than records are; or -EBADMSG. */
int mmdb_value_check(struct str data, size_t offset);

#endif
