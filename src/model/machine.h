/* SPDX-License-Identifier: MIT
 *
 * machine: what is known of the observed machine as a whole, apart from the addresses that talk to
 * it. Others, of a fleet, are members (fleet.h).
 */
#ifndef NG_MODEL_MACHINE_H
#define NG_MODEL_MACHINE_H

#include "base/index.h"
#include "event/event.h"
#include "model/nat.h"
#include "model/past.h"
#include "model/quic.h"
#include "model/relays.h"
#include "model/tally.h"
#include "model/tcp_stats.h"
#include "model/traffic.h"
#include "model/window.h"

#define MACHINE_TEXT_MAX 256
#define MACHINE_WORD_MAX 64

#define MACHINE_VERDICT_MAX   512
#define MACHINE_HELD_MAX      1024
#define MACHINE_LISTINGS_MAX  64 /* namespaces; the one read longest ago makes way */
#define MACHINE_OWN_MAX       64 /* addresses that are told from others */
#define MACHINE_GATEWAYS_MAX  8  /* private addresses that are shown; of more, some stay hidden */
#define MACHINE_ASKER_LOG_MAX 64
#define MACHINE_ASKERS_MAX    16 /* logs that are looked at for a lone asker */

struct model_log {
	char name[MACHINE_TEXT_MAX];
	uint8_t state; /* enum log_state */
	usec_t told;   /* when it was told of last */
	uint64_t lines, rejected, ignored, skipped;
	uint64_t rotated, lag; /* ABSENT when an old recording does not say */
	uint64_t missed;       /* of the rotations, files that could not be read whole */
	char sample[MACHINE_TEXT_MAX], note[MACHINE_TEXT_MAX];
	char format[MACHINE_WORD_MAX], buffered[MACHINE_WORD_MAX];
	bool errors; /* an error log: nothing about it is trouble, and no sum has it */
};

/* Sums over all hosts that ever were (requests, bytes, handshakes, SYNs) or are now (the rest). */
struct totals {
	struct log_tally log;
	struct tcp_tally tcp; /* its SYNs are those that were counted by address */
	uint64_t net_syns;    /* SYNs that were counted by network */
	struct window net_syn_rate;
	uint64_t auth_failed, auth_accepted;
	uint64_t ips;
	struct window arrivals; /* addresses seen for the first time */
};

/* How well logs and connections fit together, as the last sweep found it. */
struct correlation {
	/* Addresses with a request in the last minute; of these, who never had a socket here and
	 * came through no peer that is known. */
	uint32_t clients, alone;
	/* Established connections that their peers opened; of these, whose peers have no line. */
	uint64_t conns, silent;
};

/* What all flags come to; see event_verdict. */
struct verdict {
	char text[MACHINE_VERDICT_MAX], cause[MACHINE_WORD_MAX], sure[16];
	char held[MACHINE_HELD_MAX]; /* lines */
	uint32_t severity, learning_s;
};

/* The latest moment to compare with that somebody has marked. */
struct model_mark {
	usec_t at; /* 0: none */
	char name[MACHINE_WORD_MAX];
};

/* How recent the listings of a network namespace are. */
struct model_listing {
	uint32_t ns;
	usec_t at; /* when its sockets were last all read */
};

/* Who asks by one log, as long as it is one address; see gateway.c. */
struct lone_asker {
	char log[MACHINE_ASKER_LOG_MAX]; /* the end of its name, not terminated */
	uint32_t log_n;
	struct addr ip;
	uint32_t requests; /* counted until there are enough */
	bool mixed;        /* others have asked, too */
};

struct machine {
	char name[64];    /* as it calls itself; empty: not known */
	char source[16];  /* "ebpf", "proc", "none"; empty before any source has spoken */
	uint32_t sees;    /* CAN_...: what its sources can see */
	char probes[256]; /* space-separated */
	char note[MACHINE_TEXT_MAX];   /* why a better source is not in use */
	char notice[MACHINE_TEXT_MAX]; /* the latest note to the operator; empty: none */

	/* [0] public addresses and gateways, [1] private ones: views add up what they show. */
	struct totals totals[2];
	struct tcp_stats tcp_stats;
	struct traffic traffic;
	struct quic_tally quic; /* of all addresses */
	struct past past[2];    /* of figures[]: without private addresses, and with them */
	struct correlation correlation;
	uint64_t unaddressed; /* requests whose line names no address */
	uint64_t forwarded;   /* requests that came through a peer which is not their client */

	struct verdict verdict;
	struct model_mark mark;
	struct model_listing listings[MACHINE_LISTINGS_MAX];
	uint32_t listing_count;
	bool listings_told; /* by events; in recordings of 0.2.0, only the rows tell */
	struct addr own[MACHINE_OWN_MAX]; /* addresses that others have connected to */
	uint32_t own_count;
	struct relays relays;
	struct nats nats;
	/* Private addresses that stand for clients, and are not hidden. */
	struct addr gateways[MACHINE_GATEWAYS_MAX];
	uint32_t gateway_count;
	struct lone_asker askers[MACHINE_ASKERS_MAX];
	uint32_t asker_count;

	struct model_log *logs; /* owned; grows up to EVENT_LOGS_MAX */
	struct index logs_by_name;
	uint32_t log_count, log_cap;
	uint32_t log_latest;                       /* the number that was asked for last */
	uint64_t log_rotated;                      /* of all of them */
	uint64_t logs_followed, logs_not_followed; /* as was told last; see struct event_logs */

	/* The machine's own clock, beside the time that events carry; see event_clock. */
	uint64_t clock_ahead, clock_behind; /* microseconds */
	uint64_t clock_steps;
	usec_t clock_set; /* when it was last set; 0: it never was */

	/* See event_thinned: so far, and when the latest was. */
	uint64_t thinned, thinned_conns;
	usec_t thinned_at;

	usec_t syns_told; /* when a source has last counted SYNs; 0: none does */
	bool logins_told; /* some line of SSH was read */
	bool ports_told;  /* some log names the peer's port: requests of one connection are known */
	uint64_t
		missed; /* state changes hidden by interrupts, corrected by a listing; not `lost` */
	uint64_t lost_ring; /* of `lost`, kernel records that a listing corrected */
	uint64_t lost;      /* what never made it into the model: kernel records, and whatever found
				no room */
};

/* NULL when memory is out. */
struct machine *machine_new(void);
void machine_free(struct machine *machine);

/* One that holds the same; NULL when memory is out. */
struct machine *machine_copy(const struct machine *from);

/* The log of this name, made when new; of too many, one makes way. NULL when memory is out. */
struct model_log *machine_log(struct machine *machine, struct str name);

/* It ought to be followed, and cannot be read. */
bool model_log_is_bad(const struct model_log *log);

/* Requests are due in it: it is neither an error log nor SSH's. */
bool model_log_has_requests(const struct model_log *log);

/* Its number in logs[] plus one; 0: nobody has told of such a log. */
uint16_t machine_log_number(struct machine *machine, struct str name);

/* The sockets of a namespace were all read. */
void machine_listed(struct machine *machine, uint32_t ns, usec_t at);

/* When that last was, or 0. */
usec_t machine_as_of(const struct machine *machine, uint32_t ns);

/* Somebody has connected to this address. */
void machine_owns(struct machine *machine, const struct addr *a);
bool machine_is_own(const struct machine *machine, const struct addr *a);

/* Connections to this port end at a relay (relays.h). False, too, while nobody knows. */
bool machine_is_relayed(const struct machine *machine, uint32_t ns, uint16_t lport);

/* The address is private and stands for clients all the same. */
bool machine_is_gateway(const struct machine *machine, const struct addr *a);

/* True when some sliding rate is still above zero, so that time alone changes the screen. */
bool machine_is_decaying(const struct machine *machine, usec_t now);

#endif
