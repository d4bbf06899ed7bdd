/* SPDX-License-Identifier: MIT
 *
 * bootstrap: which RDAP service answers for an address (RFC 9224): IANA's tables, ipv4.json and
 * ipv6.json, and a bundled one for the time before they are fetched. Where the bundled one is out
 * of date, registries redirect to each other.
 */
#ifndef NG_ENRICH_BOOTSTRAP_H
#define NG_ENRICH_BOOTSTRAP_H

#include "base/addr.h"

#include <stdbool.h>

#define BOOTSTRAP_URL_MAX      256
#define BOOTSTRAP_SERVICES_MAX 64
#define BOOTSTRAP_NETS_MAX     4096
#define BOOTSTRAP_BYTES_MAX    (256u << 10)

struct bootstrap_row {
	struct prefix net;
	uint32_t service;
};

struct bootstrap {
	struct bootstrap_row *rows; /* owned */
	uint32_t row_count;
	char (*services)[BOOTSTRAP_URL_MAX]; /* owned; base URLs */
	uint32_t service_count;
};

void bootstrap_done(struct bootstrap *b);

/* Reads one of IANA's documents in place of what b held (zeroed, or read before). Services without
 * an https URL are left out, unless http is allowed. 0, -EINVAL or -ENOMEM with b untouched. */
int bootstrap_read(struct bootstrap *b, struct str json, bool allow_http);

/* The base URL for an address, or NULL. */
const char *bootstrap_find(const struct bootstrap *b, const struct addr *a);

/* The same from the bundled table: IANA's assignments to the five registries. */
const char *bootstrap_bundled(const struct addr *a);

/* The bundled services, for those who ask where look-ups go. NULL after the last. */
const char *bootstrap_bundled_service(unsigned i);

#endif
