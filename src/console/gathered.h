/* SPDX-License-Identifier: MIT
 *
 * gathered: what the journal holds of one row, be it an address or a group of addresses: where its
 * lines are, and what they come to. It is kept between frames: each time only what has come since
 * is looked at, and some of what was there before, until the journal's end is reached.
 */
#ifndef NG_CONSOLE_GATHERED_H
#define NG_CONSOLE_GATHERED_H

#include "console/breakdown.h"
#include "model/group.h"

#define GATHERED_AT_ONCE 8192 /* entries that are looked at in one step */
#define GATHERED_PATHS   1024 /* different ones */
#define GATHERED_AGENTS  128
#define GATHERED_HOSTS   64

struct gathered {
	uint64_t newest; /* up to here all is counted */
	uint64_t older;  /* from here back it is not yet; 0: it is */
	uint64_t missed; /* steps in which more came than is looked at in one */
	/* Positions in the journal, the newest first; owned. `most` of them have room, the newest,
	 * to be shown. */
	uint64_t *lines;
	uint32_t n, most;
	uint64_t requests;         /* that were counted */
	uint32_t failed, accepted; /* SSH logins */
	struct counts paths, agents, hosts;
	struct breakdown breakdown; /* of the paths */
	uint64_t broken_down;       /* how many requests that has taken account of */
};

/* `most`: how many lines are kept; none when memory is out. */
void gathered_init(struct gathered *g, uint32_t most);
void gathered_done(struct gathered *g);

/* Begins anew: with another row, or another model. */
void gathered_clear(struct gathered *g);

/* Goes on. `h`: of an address, its host; else NULL. True when it has reached the journal's end. */
bool gathered_step(struct gathered *g, const struct model *m, const struct subject_key *key,
	const struct host *h);

#endif
