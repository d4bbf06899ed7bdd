/* SPDX-License-Identifier: MIT
 *
 * whois: what the registries' servers on port 43 answer (RFC 3912), each in its own words. It is
 * asked where RDAP has no answer.
 */
#ifndef NG_ENRICH_WHOIS_H
#define NG_ENRICH_WHOIS_H

#include "enrich/network_info.h"

#define WHOIS_ANSWER_MAX (64u << 10)
#define WHOIS_HOST_MAX   128
#define WHOIS_FIRST      "whois.iana.org" /* which refers to all others */
#define WHOIS_QUERY_MAX  (ADDR_TEXT_MAX + 8)

/* What to send to a server, without the CRLF: the address, and what it wants before that. */
void whois_query(const char *host, const struct addr *a, char buf[static WHOIS_QUERY_MAX]);

struct whois_answer {
	struct network_info info;
	bool found;                 /* info is filled */
	char refer[WHOIS_HOST_MAX]; /* the server that knows more, "host" or "host:port"; or "" */
	/* Why it does not want to answer: "access denied", "rate-limited"; or NULL. It may have
	 * said so beside an answer. */
	const char *refusal;
};

/* Any bytes are an answer, if one that says nothing. */
void whois_read(struct str text, const struct addr *asked, struct whois_answer *ret_answer);

#endif
