/* SPDX-License-Identifier: MIT
 *
 * query: one question about one address on its way from server to server: RDAP and its
 * redirects, then whois and its referrals, until somebody answers or nobody is left.
 */
#ifndef NG_ENRICH_QUERY_H
#define NG_ENRICH_QUERY_H

#include "enrich/fetch.h"
#include "enrich/look_wire.h"
#include "enrich/network_info.h"
#include "enrich/rdap_services.h"
#include "enrich/upstreams.h"
#include "enrich/whois.h"

#define LOOKUP_QUERY_WHY_MAX LOOK_WHY_MAX
#define REDIRECTS_MOST       5
#define REFERRALS_MOST       3

enum lookup_query_state {
	LOOKUP_QUERY_FREE,
	LOOKUP_QUERY_NEW,     /* no server is chosen yet */
	LOOKUP_QUERY_WAITING, /* for its server's turn */
	LOOKUP_QUERY_RUNNING, /* a transfer is under way */
	LOOKUP_QUERY_FOUND,   /* info is filled */
	LOOKUP_QUERY_UNKNOWN, /* who should know says that there is nothing to know */
	LOOKUP_QUERY_FAILED,  /* nobody answered; why says it */
	LOOKUP_QUERY_DROPPED, /* its turn did not come */
	LOOKUP_QUERY_SERVED   /* another's answer is about it, too */
};

struct lookup_query {
	enum lookup_query_state state;
	uint32_t id; /* of who asked */
	struct addr ip;
	unsigned urgency;
	uint64_t order; /* of arrival */
	usec_t since;
	bool begun; /* something went out, which is still to be told */
	bool is_whois;
	unsigned hops;
	struct upstream *server;   /* of the next step */
	char where[FETCH_URL_MAX]; /* RDAP: the URL; whois: the server */
	struct network_info info;
	char why[LOOKUP_QUERY_WHY_MAX];
};

/* Counts of questions that went out, by protocol: [0] RDAP, [1] whois. */
struct lookup_query_counts {
	uint64_t asked[2], answered[2], failed[2];
};

struct inquirer {
	struct fetch *fetch; /* NULL until something is to be fetched */
	struct rdap_services services;
	struct upstreams servers;
	char whois_server[WHOIS_HOST_MAX];
	bool own_whois; /* the user's: the only one, and trusted */
	struct lookup_query_counts counts;
};

/* Chooses the first server, or ends it. Stays NEW while that cannot be known yet. */
void lookup_query_begin(struct inquirer *q, struct lookup_query *i, usec_t now);

/* Starts its transfer when the server's turn has come. False: not now. */
bool lookup_query_start(struct inquirer *q, struct lookup_query *i, usec_t now);

/* Takes the transfer's result: on to the next server, or ended. */
void lookup_query_take(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now);

#endif
