/* SPDX-License-Identifier: MIT
 *
 * rdap: the answer to a query for an IP network (RFC 9083, 5.4) and how to ask (RFC 9082, 3.1.1).
 */
#ifndef NG_ENRICH_RDAP_H
#define NG_ENRICH_RDAP_H

#include "enrich/network_info.h"

#define RDAP_URL_MAX    320
#define RDAP_ANSWER_MAX (256u << 10) /* bytes of an answer; one is 5 to 40 KiB */

/* "https://rdap.example/ip/203.0.113.5" of the service's base. 0, or -E2BIG. */
int rdap_url(const char *base, const struct addr *a, char buf[static RDAP_URL_MAX]);

/* 0; -EINVAL: not such an answer; -ENOENT: one that says nothing of this address. *ret_error says
 * what is wrong, in static text. */
int rdap_read(struct str body, const struct addr *asked, struct network_info *ret_net,
	const char **ret_error);

#endif
