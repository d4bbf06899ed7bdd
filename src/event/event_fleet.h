/* SPDX-License-Identifier: MIT
 *
 * event_fleet: what the machines of a fleet say to who looks at all of them: event.h includes it.
 *
 * A machine sends a set every few seconds: one event_machine, and then, in its own order, the
 * heaviest of its addresses, networks and herds, as so many shares and herds as the event_machine
 * says. Sets go out as NDJSON like all else (docs/fleet.md). Counts are totals since the machine
 * has known the address, so that a set that is lost costs nothing but time.
 *
 * Which machine an event is of stands in event.machine: the receiver puts it there, whatever the
 * record says. Numbers are given as machines are first heard of, from 1.
 */
#ifndef NG_EVENT_EVENT_FLEET_H
#define NG_EVENT_EVENT_FLEET_H

#include "base/addr.h"
#include "base/str.h"

#include <stdint.h>

#define FLEET_SCHEMA   1           /* of sets; grows when an old reader would misread new ones */
#define FLEET_TEXT_MAX (96u << 10) /* bytes of a set, at most */

/* How it stands with a machine. The receiver says it. */
enum member_state {
	MEMBER_NONE,
	MEMBER_WAITED, /* it has been called, and has said nothing yet */
	MEMBER_UP,
	MEMBER_LOST,    /* it has not been heard of for longer than it should be; note: why */
	MEMBER_REFUSED, /* what it sends is not taken; note: why */
	MEMBER_STATES
};

/* What a machine says of itself, and, with state, what is said of it. */
struct event_machine {
	struct str name; /* as it calls itself; clean, at most FLEET_NAME_MAX - 1 bytes */
	uint8_t state;   /* enum member_state; MEMBER_NONE in what a machine sends */
	struct str note; /* what is wrong; absent */
	struct str version;
	uint64_t fleet_schema;        /* FLEET_SCHEMA of the sender */
	uint64_t seq;                 /* number of the set, from 1 at the sender's start */
	uint64_t every_us;            /* time from one set to the next */
	uint64_t parts;               /* shares and herds of the set, which follow */
	uint64_t left_out;            /* of what would have been in it, what its bounds left out */
	uint64_t dropped;             /* messages that found no room since the sender's start */
	uint64_t sketch;              /* which hashes the sketches are of: only equal ones add up */
	uint64_t ahead_us, behind_us; /* of its clock, by the receiver's */
	struct str figures; /* words "id=value": figures[] of the summary record that are known */
	struct str verdict; /* what all of its flags come to; absent: nothing stands out */
	uint32_t severity;  /* of that */
};

#define FLEET_NAME_MAX 64

/* A machine's share of an address or a network. Numbers that it does not know are ABSENT. */
struct event_share {
	struct prefix net;         /* an address with all its bits; a /24 or /48 */
	uint64_t conns, half_open; /* now */
	uint64_t held_us;          /* for how long its connections took up places, so far */
	uint64_t requests, bytes;  /* so far */
	uint64_t refused, broken;  /* of the requests, answered 4xx; 5xx; so far */
	uint64_t denied;           /* of these, log-ins refused (herd_request.is_failed) */
	uint64_t syns, handshakes; /* so far */
	uint64_t auth_failed;      /* SSH logins, so far */
	uint64_t rx, tx;           /* bytes on the wire, so far */
	uint64_t paths, not_found; /* about how many different ones, in the last half minute to
				    * minute; of these, answered 4xx */
	uint64_t agents;           /* likewise */
	uint64_t assets;           /* requests for parts of pages, in the last minute */
	uint64_t probes;           /* kinds of exploits that it tried, in the last minute */
	struct str agent;          /* who it says that it is, if a known crawler or scanner */
	struct str flags;          /* words: names of flags that hold of it there */
};

/* What a herd of a machine is of (detect/herd.h has the same order, from 0). */
enum herd_of {
	HERD_OF_NONE,
	HERD_OF_PATH,
	HERD_OF_AGENT,
	HERD_OF_REFERER,
	HERD_OF_VHOST,
	HERD_OFS
};

#define HERD_SOURCES_TEXT 512 /* bytes of herd.sources, at most */

/* A machine's share of a herd. Counts but `requests` are of the last half minute to minute. */
struct event_herd {
	uint8_t of;        /* enum herd_of */
	struct str key;    /* what it has in common; or "#" and 16 hex digits, a hash of that */
	uint64_t requests; /* so far, at least */
	uint64_t over;     /* and at most so many more (detect/spacesaving.h) */
	uint64_t recent;   /* requests; all below are of these */
	uint64_t span_us;  /* how long that is */
	uint64_t failed, assets, referred, queries;
	uint64_t refused, broken; /* 4xx; 5xx */
	uint64_t switched;        /* 1xx: to another protocol, as WebSockets are */
	uint64_t query_strings;   /* about how many different ones */
	uint64_t lone;            /* sources that asked for nothing else */
	uint64_t growth;          /* times what is usual there, in hundredths */
	struct str sources;       /* as detect/registers writes them; absent: not told */
};

/* What a machine answers to a question: text to be read. */
struct event_answer {
	struct str ask;   /* the question, as it was asked */
	struct str lines; /* clean */
	struct str note;  /* why there is no answer; absent */
	uint8_t cut;      /* there was more */
};

#endif
