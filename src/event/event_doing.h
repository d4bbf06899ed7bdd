/* SPDX-License-Identifier: MIT
 *
 * event_doing: the kinds of events (event.h) about what is done on a machine: acts, blocks, and
 * what must not be blocked.
 */
#ifndef NG_EVENT_EVENT_DOING_H
#define NG_EVENT_EVENT_DOING_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdint.h>

/* Something that was done from here: an address was blocked, a hook was run, a file was written. A
 * replay shows it; it is not done again. */
struct event_act {
	struct str what;    /* "block", "unblock", "hook", "record", "report" */
	struct str who;     /* addresses and prefixes it was done to, joined by commas; absent */
	struct str command; /* as it can be copied; absent */
	struct str result;  /* what came of it, in words; absent: nothing to add */
	uint8_t ok;         /* it could be done */
	usec_t until;       /* when it ends by itself; 0: it does not */
};

/* Why a network must not be blocked from here. */
enum guard_role {
	GUARD_NONE,
	GUARD_OWN,       /* an address of this machine */
	GUARD_LINK,      /* a network that one of its interfaces is in */
	GUARD_GATEWAY,   /* of a default route */
	GUARD_HOP,       /* the next hop of another route */
	GUARD_NEIGHBOUR, /* beside a default gateway, by ARP or NDP */
	GUARD_RESOLVER,  /* names are asked of it */
	GUARD_SSH,       /* the operator's own SSH session comes from there */
	GUARD_USER,      /* somebody is logged in from there */
	GUARD_PROXY,     /* a proxy that is trusted */
	GUARD_UNREAD,    /* none, of no network: not all that there are could be read */
	GUARD_ROLES
};

/* A network that must not be blocked, or need not be spared any more. */
struct event_guard {
	struct prefix net;
	uint8_t role; /* enum guard_role */
	uint8_t on;
};

/* Something on this machine keeps a prefix out: a set or rule of a firewall, a ban, a route; or it
 * does not any more. What of the rest is known stands for what was said before. */
struct event_block {
	struct prefix net;
	uint8_t on;       /* false: this way, by this name, blocks it no more */
	struct str way;   /* "nft", "fail2ban", … (block_ways[] of src/action) */
	struct str by;    /* which set, jail or rule; absent */
	uint8_t ours;     /* it was put there from here, by this run or another one */
	usec_t since;     /* 0: not known, it was first seen now */
	usec_t until;     /* when it ends by itself; 0: it does not, or that is not known */
	uint64_t packets; /* that it dropped; or ABSENT */
};

/* What the history (record/history.h) knows of an address or a network. Totals of all runs; what is
 * not known of it has no such event. */
struct event_seen {
	struct prefix net; /* one address; or a /24 or a /48 */
	usec_t first, last;
	uint64_t runs; /* before this one */
	uint64_t requests, bytes, handshakes;
	uint64_t flagged, blocked; /* times */
	struct str flags;          /* words: "scanner×3", the most frequent first */
};

#endif
