/* SPDX-License-Identifier: MIT
 *
 * listeners: on which ports somebody listens, by network namespace. It tells inbound connections
 * from outbound ones where nobody saw them being opened. Several sockets may listen on one port
 * (SO_REUSEPORT, one per address), so they are counted.
 */
#ifndef NG_KERNEL_LISTENERS_H
#define NG_KERNEL_LISTENERS_H

#include "base/index.h"
#include "base/pool.h"

#define LISTENERS_MAX (1u << 16)

struct listeners {
	struct pool pool; /* struct listener */
	struct index index;
	uint32_t listing; /* number of the latest listing */
};

int listeners_init(struct listeners *l);
void listeners_done(struct listeners *l);

/* One more, or one fewer, listens. What does not fit is forgotten: its connections then look
 * outbound, and nothing worse. */
void listeners_add(struct listeners *l, uint32_t ns, uint16_t port);
void listeners_remove(struct listeners *l, uint32_t ns, uint16_t port);

bool listeners_has(const struct listeners *l, uint32_t ns, uint16_t port);

/* A full listing of one namespace replaces what was known of it. */
void listeners_begin(struct listeners *l);
void listeners_list(struct listeners *l, uint32_t ns, uint16_t port);
void listeners_end(struct listeners *l, uint32_t ns);

/* True since the first such listing of it has ended: who is not known to listen does not. */
bool listeners_know(const struct listeners *l, uint32_t ns);

/* True when somebody listens in a namespace that has been listed. */
bool listeners_any(const struct listeners *l, uint32_t ns);

/* Sets the bit of each port on which somebody listens there: bit P % 64 of words[P / 64]. */
#define LISTENERS_WORDS 1024
void listeners_ports(
	const struct listeners *l, uint32_t ns, uint64_t words[static LISTENERS_WORDS]);

/* Forgets a namespace. */
void listeners_forget(struct listeners *l, uint32_t ns);

#endif
