/* SPDX-License-Identifier: MIT
 *
 * schedule: which namespace's sockets are listed when. It holds the table of sockets, knows the
 * namespaces, looks for new ones, and has one listing at a time made by whoever knows how:
 *
 * - a namespace that is new is listed at once, whole, and again and again after that;
 * - where transitions report the rest, half-open connections are listed in between, every second
 *   while there are any, and every few seconds to see what this machine itself is opening;
 * - after a loss every namespace is listed anew, and what lies in namespaces that cannot be listed
 *   is forgotten: nothing could put it right;
 * - when a namespace goes, its sockets are closed.
 *
 * Listings take bounded parts of one CPU; with many namespaces, or many sockets, each waits longer
 * for its turn, the less the more connections it has. What else is done on the way (transitions,
 * what a first listing tells) delays none. A full listing that has read everything ends with a
 * listing event. The owners of the sockets are looked up on the way.
 */
#ifndef NG_KERNEL_SCHEDULE_H
#define NG_KERNEL_SCHEDULE_H

#include "event/source.h"
#include "kernel/bpf_taps.h"
#include "kernel/netns.h"
#include "kernel/quic_taps.h"
#include "kernel/socktab.h"
#include "kernel/stirs.h"

struct schedule;

struct schedule_ops {
	/* Opens a listing of these states in that namespace. 0, or a negative errno: -ENOENT when
	 * the namespace is no more, -EPERM when it may not be entered. */
	int (*begin)(struct schedule *r, const struct netns *n, uint32_t states);
	/* Reads some and adds the rows. 1: more, 0: end, or a negative errno. */
	int (*step)(struct schedule *r);
	/* Applies every transition that is known by now. NULL: there are none. */
	void (*drain)(struct schedule *r, struct event_sink *sink);
	/* Asks the listeners of that namespace how many half-open connections they hold, which
	 * takes far less than a listing where there are other sockets, and no more elsewhere. A
	 * count, or a negative errno. NULL: they cannot be asked. */
	int64_t (*half_open)(struct schedule *r, const struct netns *n);
	/* A listing has ended: puts what is to be reported. NULL: nothing. */
	void (*ended)(struct schedule *r, struct event_sink *sink);
};

/* Times in nanoseconds; parts: listings of that kind may take 1/part of one CPU. */
struct schedule_pace {
	uint64_t interval; /* at least, between two full listings of a namespace */
	unsigned full_part, repair_part;
	/* Half-open listings: while there are many such connections, and while there are few; but
	 * never fewer than one in calm_most. */
	unsigned half_open_part, calm_part; /* 0: no half-open listings */
	uint64_t calm_most;
	uint32_t per_user; /* as in struct netns_set; 0: as it is */
};

struct schedule {
	struct socktab table;
	struct netns_set nets;
	struct self_sockets own;
	struct owners owners;
	const struct schedule_ops *ops;
	struct schedule_pace pace;

	/* The listing that is running. */
	uint32_t net; /* its namespace's id */
	int err;
	uint64_t spent;

	uint64_t full_gate, half_open_gate; /* no such listing before */
	uint64_t full_spent;                /* by the last */
	uint64_t repair_from;               /* when it ended */
	bool lost_meanwhile;
	bool repairing; /* namespaces that cannot be listed are yet to be forgotten */
	uint64_t scan_due, scan_soonest, scan_spent;

	/* What a source should report. */
	int own_err;     /* of the last listing of our own namespace */
	uint32_t closed; /* namespaces that may not be entered */
	bool changed;    /* one of these has changed; whoever reports it clears it */

	/* Told of the namespaces; borrowed, NULL: none. */
	struct bpf_taps *taps;
	struct quic_taps *quic;

	bool calm; /* some namespace rests longer, as nothing happens */
};

/* ops is borrowed. 0 or -errno; schedule_done() either way. r starts zeroed. */
int schedule_init(
	struct schedule *r, const struct schedule_ops *ops, const struct schedule_pace *pace);
void schedule_done(struct schedule *r);

/* A few milliseconds' worth of what is due. True when there is more. */
bool schedule_poll(struct schedule *r, struct event_sink *sink);

/* There were transitions: namespaces that rest as nothing happens take their turn earlier, more so
 * where there were many. Clears the stirs. */
void schedule_stir(struct schedule *r, struct stirs *stirs);

/* Lists every namespace whole, from the start. */
void schedule_finish(struct schedule *r, struct event_sink *sink);

/* Has every namespace listed whole as soon as listings may take the time. */
void schedule_list_all(struct schedule *r);

/* Full listings may take 1/part of one CPU from now on. */
void schedule_set_full_part(struct schedule *r, unsigned part);

/* A few transitions were lost. What is listed in its turn will be right again; what cannot be
 * listed is forgotten. */
void schedule_mark_suspect(struct schedule *r);

/* Many were: the table may be wrong anywhere, and is listed as soon as repairs may take the time.
 */
void schedule_repair(struct schedule *r);

/* The words on what cannot be seen here, after `base` (which may be empty); NUL-terminated. */
void schedule_note(
	const struct schedule *r, const char *base, char ret_note[static SOURCE_REASON_MAX]);

#endif
