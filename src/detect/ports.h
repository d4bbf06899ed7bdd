/* SPDX-License-Identifier: MIT
 *
 * ports: what goes on at each of the machine's own TCP ports: who is connected now, and over five
 * minutes, in buckets of a minute as herds have them, handshakes, half-open connections that were
 * seen, requests, and how many addresses these came from. Connections that the machine opens itself
 * do not count. The kernel tells of SYNs without a port, so none are here.
 *
 * A log does not say which port a request came by: it counts at the port of its address's newest
 * connection. PORTS_MAX ports are kept; the one that was idle longest makes way. All zero is empty.
 */
#ifndef NG_DETECT_PORTS_H
#define NG_DETECT_PORTS_H

#include "detect/herd.h"

#define PORTS_MAX 64

enum port_what {
	PORT_HANDSHAKES,
	PORT_HALF_OPENS,
	PORT_REQUESTS,
	PORT_WHATS
};

/* Connections of now, as a walk over all of them found. */
struct port_now {
	uint16_t port;
	uint32_t open, half_open;
};

struct port_minute {
	uint32_t number; /* time / 60 s, plus one; 0: none */
	uint32_t n[PORT_WHATS];
	uint8_t sources[1 << HERD_SOURCE_BITS]; /* see hll.h */
};

struct port {
	struct port_now now;
	usec_t last; /* when anything was seen of it */
	struct port_minute minutes[HERD_MINUTES];
};

struct ports {
	struct port at[PORTS_MAX];
	uint32_t n;
	uint32_t latest;   /* in at[]: the next one is often the same */
	usec_t began;      /* the first event's time; 0: none yet */
	uint64_t replaced; /* ports that had to go */
};

/* Of the last five minutes: four and the one that runs. */
struct port_five {
	uint32_t n[PORT_WHATS];
	double sources; /* about how many different addresses */
};

/* `source` is a hash of the address. */
void ports_note(struct ports *p, uint16_t port, enum port_what what, uint32_t n, uint64_t source,
	usec_t now);

/* Adds a connection to such a list of *n entries; what finds it full is left out. */
void port_now_add(struct port_now list[static PORTS_MAX], uint32_t *n, uint16_t port, bool half);

/* A walk is over: this is how many are connected, and nobody to other ports. */
void ports_set_now(struct ports *p, const struct port_now *list, uint32_t n, usec_t now);

/* Those where there is anything, the busiest first. Returns how many, at most k. */
size_t ports_top(const struct ports *p, usec_t now, const struct port **ret, size_t k);

void port_five(const struct port *port, usec_t now, struct port_five *ret);

/* A count of five minutes as a rate a minute, of the time since the first event if that is less. */
double ports_per_minute(const struct ports *p, uint32_t n, usec_t now);

#endif
