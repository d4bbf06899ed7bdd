/* SPDX-License-Identifier: MIT
 *
 * trusted_proxies: which of the addresses that a request names is its client. A header such as
 * X-Forwarded-For can be written by anybody, so what it claims counts only as far as each server
 * that added to it is one that the operator trusts.
 */
#ifndef NG_LOG_TRUSTED_PROXIES_H
#define NG_LOG_TRUSTED_PROXIES_H

#include "event/event.h"

struct trusted_proxies {
	struct prefix *nets; /* owned */
	size_t count;        /* 0: nobody is trusted */
};

/* Takes over networks as prefix_parse reads them. 0, -EINVAL when one is none, or -ENOMEM; done is
 * right after a failure too. */
int trusted_proxies_init(struct trusted_proxies *p, char *const *texts, size_t count);
void trusted_proxies_done(struct trusted_proxies *p);

bool trusted_proxies_trust(const struct trusted_proxies *p, const struct addr *ip);

/* Names the client of a request that came from a trusted peer: the rightmost address of its
 * claims that is not trusted itself, or the leftmost when all are; what cannot be read ends the
 * list (nginx's real_ip_recursive does the same; RFC 7239, 7.4 for the format). A request whose
 * log names its client is left alone. */
void trusted_proxies_name_client(const struct trusted_proxies *p, struct event_request *r);

#endif
