/* SPDX-License-Identifier: MIT
 *
 * network_info: who a range of addresses is registered to, as RDAP and whois tell it. All text in
 * it is clean (base/text.h) and bounded, whatever a server sent; "" is not known.
 */
#ifndef NG_ENRICH_NETWORK_INFO_H
#define NG_ENRICH_NETWORK_INFO_H

#include "event/event.h"

struct network_info {
	struct prefix net; /* the largest network of the range that holds the address asked for */
	char name[64], handle[64];
	char country[3]; /* ISO 3166-1 alpha-2, upper case */
	char org[128], abuse[128];
	char registered[11]; /* "2011-04-05" */
};

/* The largest network that lies within first..last and holds `a`. 0, or -EINVAL when none does, or
 * when it is so large that nobody can own it: registries answer with all of the Internet for what
 * they do not know, and one such answer must not serve everybody. */
int network_info_fit(const struct addr *first, const struct addr *last, const struct addr *a,
	struct prefix *ret_net);
bool network_info_is_plausible(const struct prefix *net);

/* Each makes a text from outside fit; what makes no sense leaves the buffer as it is. */
void network_info_text(
	char *buf, size_t cap, struct str raw); /* the first line; Latin-1 is taken, too */
void network_info_country(char buf[static 3], struct str raw);
void network_info_email(char *buf, size_t cap, struct str raw); /* the first address in it */
void network_info_date(char buf[static 11], struct str raw);    /* "2011-04-05T…", "20110405" */

/* False when there is nothing in it but the network. */
bool network_info_says_something(const struct network_info *n);

/* The event, which borrows from n. `by`: "rdap" or "whois". */
struct event network_info_event(const struct network_info *n, const char *by, usec_t ts);

#endif
