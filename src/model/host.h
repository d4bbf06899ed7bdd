/* SPDX-License-Identifier: MIT
 *
 * host: all that is known of one IP address. Views read it; only model_apply writes it.
 */
#ifndef NG_MODEL_HOST_H
#define NG_MODEL_HOST_H

#include "base/addr.h"
#include "base/clock.h"
#include "event/event.h"
#include "model/tally.h"
#include "model/window.h"

#define HOST_LAST_MAX   88
#define HOST_USER_MAX   40
#define HOST_ANNOUNCED  8
#define HOST_CLOSED_MAX ((1u << 20) - 1) /* what host.closed can count */

struct host {
	/* Touched by every fact. */
	struct addr ip;
	usec_t first_seen, last_seen; /* by the facts' own times */
	usec_t touched;        /* when the last event of it arrived; staleness counts from here */
	uint64_t last_request; /* its latest journal position, or 0 */
	uint32_t network;      /* id of its network */
	uint32_t first_conn;   /* id of its newest connection, closed or not, or POOL_NONE */
	uint32_t proxy, login; /* ids of what few hosts have, or POOL_NONE: model_proxy, model_login
				*/

	/* Touched by requests. */
	struct log_tally log;
	char last[HOST_LAST_MAX]; /* "GET /path" of the latest request, cut, ends at a NUL if short
				   */

	/* Touched by facts of the kernel. */
	struct tcp_tally tcp;
	uint32_t rtt_us; /* smoothed over its connections; 0: not known */

	/* Who it is, and small things. geo.h reads city, system and country. */
	uint32_t city, system;   /* ids of what it has in common plus one; 0: not known */
	uint32_t closed : 20;    /* connections that closed and are still shown */
	uint32_t country : 10;   /* country_number plus one; 0: not known */
	uint32_t is_private : 1; /* hidden unless asked for; see model_hides */
	uint32_t quic : 1;       /* some request of it came over QUIC */
};

_Static_assert(sizeof(struct host) == 448, "seven cache lines, each host on lines of its own");

/* Of a proxy, or of a client of one. */
struct host_proxy {
	struct addr via; /* the peer that its latest request came through; unset: it came itself */
	uint64_t forwarded; /* requests that it passed on for other addresses */
	uint32_t clients; /* addresses whose latest request came through it; of those that are held
			   */
};

/* Of whom an SSH server has said something. */
struct host_login {
	uint32_t failed, accepted;          /* an unknown user has failed, too */
	usec_t last;                        /* when the latest of these was */
	struct window rate;                 /* of failures */
	uint16_t announced[HOST_ANNOUNCED]; /* ports; see logins.c */
	uint8_t user_n;
	char user[HOST_USER_MAX]; /* of the latest, cut, not terminated */
};

static inline uint32_t host_half_open(const struct host *h)
{
	return tcp_tally_half_open(&h->tcp);
}

static inline uint64_t host_held(const struct host *h, usec_t now)
{
	return tcp_tally_held(&h->tcp, now);
}

static inline struct str host_last(const struct host *h)
{
	size_t n = strnlen(h->last, HOST_LAST_MAX);

	return n ? (struct str){h->last, n} : STR_ABSENT;
}

#endif
