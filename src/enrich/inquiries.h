/* SPDX-License-Identifier: MIT
 *
 * inquiries: the questions about networks that are under way: which goes out when, to which
 * servers, and what has come of it. This is what uses libcurl, and reads what registries say; the
 * process that looks up has it (looker.h). Bounded: LOOK_NETWORKS questions, `workers` of them on
 * the network.
 */
#ifndef NG_ENRICH_INQUIRIES_H
#define NG_ENRICH_INQUIRIES_H

#include "enrich/look_wire.h"
#include "enrich/query.h"

struct inquiries_options {
	const char *bootstrap;    /* base URL of ipv4.json and ipv6.json; NULL: IANA's */
	const char *whois_server; /* where whois begins; NULL: IANA's. Another is the only one */
	unsigned workers;
};

struct inquiries {
	struct inquirer inquirer;
	unsigned workers;
	int epoll; /* of it the fetch's descriptor is a part, once there is one */
	struct lookup_query at[LOOK_NETWORKS];
	unsigned used;
	uint64_t arrivals;
	struct {
		char *text; /* owned; that was fetched, and is still to be told */
		size_t n, told;
	} tables[FAMILIES];
};

/* 0 or a negative errno; give it to inquiries_done either way. Nothing is fetched, nor libcurl
 * woken up, before something is asked. */
int inquiries_init(struct inquiries *q, const struct inquiries_options *options);
void inquiries_done(struct inquiries *q);

/* Takes a question. False: the number is in use, or there is no room. */
bool inquiries_ask(struct inquiries *q, const struct look_ask *ask, usec_t now);

/* Of a question that has ended it is nothing. */
void inquiries_urge(struct inquiries *q, uint32_t id, unsigned urgency);

/* Goes on as far as it can without waiting. */
void inquiries_turn(struct inquiries *q, usec_t now);

/* What is to be told next, which stays so until inquiries_told. False: nothing. */
bool inquiries_next(const struct inquiries *q, union look_message *ret_m);
void inquiries_told(struct inquiries *q);

/* True while something waits for its turn, for which no descriptor becomes readable. */
bool inquiries_wait(const struct inquiries *q);

#endif
