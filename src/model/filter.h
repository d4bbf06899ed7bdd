/* SPDX-License-Identifier: MIT
 *
 * filter: which hosts and requests a view shows. A filter is a few words, all of which must
 * hold; a leading '!' turns one round:
 *
 *	203.0.113.0/24   the address lies in the network (a bare address is a /32 or /128)
 *	status:4xx       404, 4xx or 400-499
 *	state:SYN_RECV   some connection is in the state
 *	country:BR       the address is there, by the GeoIP database
 *	asn:64500        it belongs to that autonomous system
 *	org:telecom      the text occurs in the name of its organization
 *	is:suspicious    the address has a flag, is part of what has one, or is marked (suspicion.h)
 *	anything else    the text occurs, whatever the case, in address, method, path, status or
 *	                 agent of a request
 *
 * A host passes a word about requests (text, status:) when its address passes or when one of
 * its requests that are still in the journal does.
 */
#ifndef NG_MODEL_FILTER_H
#define NG_MODEL_FILTER_H

#include "model/model.h"

#define FILTER_TERMS_MAX 8
#define FILTER_TEXT_MAX  128

#define FILTER_OF_SUSPICIOUS "is:suspicious" /* as --suspicious */

enum filter_kind {
	FILTER_TEXT,
	FILTER_NET,
	FILTER_STATUS,
	FILTER_STATE,
	FILTER_COUNTRY,
	FILTER_ASN,
	FILTER_ORG,
	FILTER_SUSPICIOUS
};

struct filter_term {
	enum filter_kind kind;
	bool negated;
	struct prefix net;
	uint16_t status_from, status_to;
	uint8_t state;
	int country;
	uint32_t asn;
	char text[FILTER_TEXT_MAX];
};

struct filter {
	char text[FILTER_TEXT_MAX]; /* as typed */
	size_t count;               /* 0: everything passes */
	struct filter_term words[FILTER_TERMS_MAX];
};

/* Compiles text. 0; or -EINVAL with what is wrong in words in *ret_error (static text) and f
 * untouched. */
int filter_compile(struct filter *f, struct str text, const char **ret_error);

bool filter_host(const struct filter *f, const struct model *m, const struct host *h);
bool filter_request(const struct filter *f, const struct model *m, const struct journal_entry *e);

#endif
