/* SPDX-License-Identifier: MIT
 *
 * fetch: the network of look-ups: a few transfers at once through libcurl, without blocking. One
 * descriptor becomes readable when fetch_turn has work.
 *
 * What may be fetched is decided here, because answers name further servers and anybody can write
 * an answer: https on port 443 and whois on port 43, of names and of addresses that are global
 * (addr_is_global), whatever a name resolves to. Only a trusted request, to a server that the user
 * named, may use http, other ports and private addresses. Redirects are not followed: the caller
 * sees them and asks again, so that each hop is judged and counted.
 *
 * Proxies of the environment are used (fetch_proxy); whois goes through an HTTP proxy by CONNECT.
 * Of what goes by a proxy only names and literals are judged: the proxy resolves names, or is at
 * the other end of the only connection that is made here.
 */
#ifndef NG_ENRICH_FETCH_H
#define NG_ENRICH_FETCH_H

#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>

#define FETCH_URL_MAX     1024
#define FETCH_ERROR_MAX   160
#define FETCH_PORT_HTTPS  443
#define FETCH_PORT_WHOIS  43
#define FETCH_MOST        64
#define FETCH_CONNECT_FOR 5     /* seconds to connect */
#define FETCH_FOR         10    /* seconds for all of it */
#define FETCH_RETRY_MOST  86400 /* seconds that a server can ask to be left alone for */

struct fetch;

struct fetch_request {
	const char *url; /* copied; of whois: see fetch_whois */
	size_t body_max; /* bytes; a longer body is an error */
	bool trusted;
	void *context; /* comes back with the result */
};

struct fetch_result {
	void *context;
	int err; /* 0: an answer came whole; -EFBIG: too long; -EIO: anything else, see error */
	char error[FETCH_ERROR_MAX];  /* in words, clean; "" when err is 0 */
	long status;                  /* of HTTP; 0 of whois */
	struct str body;              /* borrowed until the next call */
	const char *type;             /* Content-Type, or NULL; borrowed likewise */
	usec_t retry_after;           /* how long the server asks to wait; 0: it does not say */
	char redirect[FETCH_URL_MAX]; /* where a 3xx points to; "" else */
};

/* NULL when memory or descriptors are out. */
struct fetch *fetch_new(unsigned most);
void fetch_free(struct fetch *f);
int fetch_fd(const struct fetch *f);

/* How many more transfers may start now. */
unsigned fetch_room(const struct fetch *f);

/* 0; -EPERM: such a URL may not be fetched; -EBUSY: no room; -ENOMEM. */
int fetch_start(struct fetch *f, const struct fetch_request *request);

/* The same for a query to a whois server, "host" or "host:port". */
int fetch_whois(struct fetch *f, const char *server, const char *query,
	const struct fetch_request *request);

/* Lets transfers go on as far as they can without waiting. */
void fetch_turn(struct fetch *f);

/* True with the next one that has ended. */
bool fetch_take(struct fetch *f, struct fetch_result *ret_result);

/* The name and port in an https (http, when trusted) URL. -EPERM when it may not be fetched. */
int fetch_origin(const char *url, bool trusted, char *host, size_t cap, unsigned *ret_port);

/* The same of a whois server, "host" or "host:port". */
int fetch_server(const char *server, bool trusted, char *host, size_t cap, unsigned *ret_port);

enum fetch_scheme {
	FETCH_HTTP,
	FETCH_HTTPS,
	FETCH_WHOIS
};

/* The proxy by which the environment sends such a transfer to the host (https_proxy, http_proxy,
 * all_proxy, no_proxy; whois: all_proxy, then https_proxy); "": none. Borrowed from it. */
const char *fetch_proxy(enum fetch_scheme scheme, const char *host);

/* A name of LDH labels (RFC 1123), or an address literal that is global or trusted. */
bool fetch_is_host(const char *host, bool trusted);

#endif
