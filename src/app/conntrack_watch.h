/* SPDX-License-Identifier: MIT
 *
 * conntrack_watch: who is behind the addresses that this machine puts in the place of its clients'
 * (model/nat.h). While the model knows such addresses, the blocker is asked for the kernel's table
 * of connections every few seconds, by `conntrack -L` or else /proc/net/nf_conntrack, and what the
 * table names goes out as `nat` events.
 */
#ifndef NG_APP_CONNTRACK_WATCH_H
#define NG_APP_CONNTRACK_WATCH_H

#include "app/hands.h"
#include "event/taker.h"
#include "model/model.h"

/* How the table can be read. */
enum conntrack_way {
	CONNTRACK_V4, /* conntrack(8), which lists only what is rewritten */
	CONNTRACK_V6,
	CONNTRACK_PROC, /* all of it, of both families */
	CONNTRACK_WAYS
};

extern const struct helper_job conntrack_jobs[CONNTRACK_WAYS];

/* The way to be taken first here, or CONNTRACK_WAYS: there is none. */
enum conntrack_way conntrack_way_here(void);

/* What to do then. */
#define CONNTRACK_MISSING "there is no conntrack(8); install the package conntrack"

struct conntrack_watch;

/* Joins the hands, which must stay where they are. NULL: memory is out, or there is no room. */
struct conntrack_watch *conntrack_watch_new(struct hands *hands);
void conntrack_watch_free(struct conntrack_watch *w); /* takes NULL */

/* Its place behind the hub, from when there is one. Both are borrowed. */
struct taker *conntrack_watch_taker(
	struct conntrack_watch *w, struct event_sink *sink, const struct model *model);

#endif
