/* SPDX-License-Identifier: MIT
 *
 * host: all that is known of one IP address. Views read it; only model_apply writes it.
 */
#ifndef NG_MODEL_HOST_H
#define NG_MODEL_HOST_H

#include "base/addr.h"
#include "base/clock.h"
#include "event/event.h"
#include "model/window.h"

#define HOST_LAST_MAX  96
#define HOST_USER_MAX  40
#define HOST_ANNOUNCED 8

/* Indexes of host.status[]: 0 is "no or odd status", 1..5 the classes 1xx..5xx. */
#define STATUS_CLASSES 6

struct host {
	/* Touched by every request; kept together. */
	struct addr ip;
	uint64_t requests;
	uint64_t bytes;               /* of response bodies, from the log */
	usec_t first_seen, last_seen; /* by the facts' own times */
	usec_t touched;        /* when the last event of it arrived; staleness counts from here */
	uint64_t last_request; /* its latest journal position, or 0 */
	uint32_t status[STATUS_CLASSES];
	struct window rate;  /* requests */
	uint32_t network;    /* id of its network */
	uint32_t more;       /* id of its struct host_more, or POOL_NONE; see model_more */
	uint32_t first_conn; /* id of its newest connection, closed or not, or POOL_NONE */
	char country[2];     /* see below */
	uint8_t last_n;
	bool is_private;
	char last[HOST_LAST_MAX]; /* "GET /path" of the latest request, cut, not terminated */

	/* Touched by facts of the kernel. */
	uint64_t syns; /* ABSENT while no probe has counted any */
	struct window syn_rate;
	uint64_t handshakes;    /* inbound ones that were seen to complete */
	uint64_t held;          /* usec; see host_held */
	uint64_t holding_since; /* sum of held_from of those that are held, modulo 2^64 */
	uint32_t holding;       /* how many are held */
	uint32_t conns;         /* sockets in any state but LISTEN and CLOSE */
	uint32_t closed;        /* that closed and are still shown */
	uint32_t states[TCP_STATES];
	uint32_t rtt_us;        /* smoothed over its connections; 0: not known */
	uint64_t rx, tx;        /* bytes on the wire of all its connections; or ABSENT */
	uint64_t segs, retrans; /* segments sent to it, and sent again; or ABSENT */

	/* Who it is; place.h reads it. The country stands above, where two bytes were left: two
	 * capitals, or zeros: not known. */
	uint32_t city, system; /* ids of its shares plus one; 0: not known */
};

_Static_assert(sizeof(struct host) % 64 == 0, "a host begins on a cache line of its own");

/* What only some hosts have. */
struct host_more {
	struct addr via; /* the peer that its latest request came through; unset: it came itself */
	uint64_t forwarded; /* requests that it passed on for other addresses */
	uint32_t clients; /* addresses whose latest request came through it; of those that are held
			   */
	/* Of SSH. */
	uint32_t auth_failed, auth_accepted; /* an unknown user has failed, too */
	usec_t auth_last;                    /* when the latest of these was */
	struct window auth_rate;             /* of failures */
	uint16_t announced[HOST_ANNOUNCED];  /* ports; see logins.c */
	uint8_t user_n;
	char user[HOST_USER_MAX]; /* of the latest, cut, not terminated */
};

static inline uint32_t host_half_open(const struct host *h)
{
	return h->states[TCP_SYN_RECV];
}

/* Time that its connections took up a place in the server: all of them, added up, from the end of
 * the handshake until they closed. Those that are held still count up to now; sums of times
 * overflow, but their difference does not. */
static inline uint64_t host_held(const struct host *h, usec_t now)
{
	return h->held + h->holding * (uint64_t)now - h->holding_since;
}

static inline struct str host_last(const struct host *h)
{
	return h->last_n ? (struct str){h->last, h->last_n} : STR_ABSENT;
}

#endif
