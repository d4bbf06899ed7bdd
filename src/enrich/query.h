/* SPDX-License-Identifier: MIT
 *
 * inquiry: one question about one address on its way from server to server: RDAP and its
 * redirects, then whois and its referrals, until somebody answers or nobody is left.
 */
#ifndef NG_ENRICH_QUERY_H
#define NG_ENRICH_QUERY_H

#include "enrich/fetch.h"
#include "enrich/network_info.h"
#include "enrich/rdap_services.h"
#include "enrich/upstreams.h"
#include "enrich/whois.h"

#define INQUIRY_WHY_MAX 160
#define REDIRECTS_MOST  5
#define REFERRALS_MOST  3

enum inquiry_state {
	INQUIRY_FREE,
	INQUIRY_NEW,     /* no server is chosen yet */
	INQUIRY_WAITING, /* for its server's turn */
	INQUIRY_RUNNING, /* a transfer is under way */
	INQUIRY_FOUND,   /* info is filled */
	INQUIRY_UNKNOWN, /* who should know says that there is nothing to know */
	INQUIRY_FAILED   /* nobody answered; why says it */
};

struct inquiry {
	enum inquiry_state state;
	struct addr ip;
	struct prefix block; /* the /24 or /48; its other addresses wait for this one */
	unsigned urgency;
	uint64_t order; /* of arrival */
	usec_t since;
	bool is_whois;
	unsigned hops;
	struct server *server;     /* of the next step */
	char where[FETCH_URL_MAX]; /* RDAP: the URL; whois: the server */
	struct netinfo info;
	char why[INQUIRY_WHY_MAX];
};

/* Counts of questions that went out, by protocol: [0] RDAP, [1] whois. */
struct inquiry_counts {
	uint64_t asked[2], answered[2], failed[2];
};

struct inquirer {
	struct fetch *fetch; /* NULL until something is to be fetched */
	struct services services;
	struct servers servers;
	char whois_server[WHOIS_HOST_MAX];
	bool own_whois; /* the user's: the only one, and trusted */
	struct inquiry_counts counts;
};

/* Chooses the first server, or ends it. Stays NEW while that cannot be known yet. */
void inquiry_begin(struct inquirer *q, struct inquiry *i, usec_t now);

/* Starts its transfer when the server's turn has come. False: not now. */
bool inquiry_start(struct inquirer *q, struct inquiry *i, usec_t now);

/* Takes the transfer's result: on to the next server, or ended. */
void inquiry_take(struct inquirer *q, struct inquiry *i, const struct fetch_result *r, usec_t now);

#endif
