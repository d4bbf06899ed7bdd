/* SPDX-License-Identifier: MIT
 *
 * relays: ports whose connections end at a relay, a process that forwards a container's port in
 * user space. It opens a connection of its own to the server behind, whose log then names the
 * relay's end of that, the gateway, and not who connected here.
 *
 * A relay is known by the name of the process that holds a socket. That comes some time after the
 * handshake, or never for a short connection, so ports are remembered once a connection to them was
 * held by a relay: of further ones nobody needs to know the owner.
 */
#ifndef NG_MODEL_RELAYS_H
#define NG_MODEL_RELAYS_H

#include "base/addr.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* Ports. One that nobody has used for long makes way, else there is no room. */
#define RELAYS_MAX 64

#define RELAY_KINDS_MAX 32

struct relay_kind {
	const char *name;   /* of the command, as far as the kernel keeps it (15 bytes) */
	const char *advice; /* how the log behind it gets to see clients */
};

extern const struct relay_kind relay_kinds[];
extern const size_t relay_kind_count;

/* NULL: no relay is called so. */
const struct relay_kind *relay_kind_of(const char *command);

struct relay {
	uint32_t ns; /* inode of the network namespace that the port is in; 0 unknown */
	uint16_t lport;
	bool open; /* somebody whom views show by default has connected to it */
	uint32_t pid;
	const struct relay_kind *kind;
	struct addr gateway; /* its own address towards what is behind it; unset: not seen yet */
	usec_t seen;         /* when a connection to the port was last known to be a relay's */
	/* As the last sweep found: connections to it, and those whose peers are in a log. */
	uint64_t conns, named;
};

struct relays {
	struct relay at[RELAYS_MAX];
	uint32_t n;
	uint32_t left_out; /* connections of the latest walk whose port found no room */
	uint32_t from;     /* where the walk through the connections goes on */
	bool walking, due; /* it is under way; another is to follow */
};

/* Its place in at[], or -1: nothing is known of the port. */
int relays_find(const struct relays *r, uint32_t ns, uint16_t lport);

/* A place for a port that is not in it, all zero but for the port; NULL when there is no room: all
 * others have been seen since `idle_before`. */
struct relay *relays_add(struct relays *r, uint32_t ns, uint16_t lport, usec_t idle_before);
void relays_remove(struct relays *r, struct relay *relay);

/* Forgets those that were last seen before. */
void relays_expire(struct relays *r, usec_t idle_before);

#endif
