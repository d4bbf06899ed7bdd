// SPDX-License-Identifier: MIT
/* Connections as the kernel tells them: the ring of moves for what changes, a listing for what
 * is there at the start, what makes no move (half-open connections), and repair.
 *
 * The moves attach before the first listing, so nothing falls between the two. */
#include "base/text.h"
#include "source/bpf_log.h"
#include "source/bpf_reason.h"
#include "source/bpf_sockets.h"
#include "source/bpf_transitions.h"
#include "source/connections.h"
#include "source/lost.h"
#include "source/mono.h"
#include "source/proc_listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SLICE      (4 * NSEC_PER_MSEC) /* of a listing, in one poll */
#define DRAIN_MOST 32768               /* records in one poll: about as long */

/* Listings may take this part of one CPU: the full one, the half-open one, one after a loss. */
#define FULL_PART      200
#define HALF_OPEN_PART 20
#define REPAIR_PART    10

struct bpf_source {
	struct source source;
	struct connections_options options;
	struct socktab table;
	enum probe_id moves_probe;
	struct bpf_transitions *moves;
	struct bpf_sockets *sockets; /* NULL: listings come from /proc */
	struct proc_listing listing; /* used without sockets */
	uint32_t ns;
	uint64_t full_due, half_open_due;
	uint64_t spent; /* ns, by the listing that is running */
	int err;        /* of the last listing */
	bool said;      /* the source event is out */
	char note[SOURCE_REASON_MAX];
};

static void say_source(struct bpf_source *s, struct event_sink *sink)
{
	char names[96], note[SOURCE_REASON_MAX];

	if (s->said)
		return;
	s->said = true;
	if (s->err)
		snprintf(note, sizeof note, "listing the sockets failed: %s", strerror(-s->err));
	else
		memcpy(note, s->note, sizeof note);
	snprintf(names, sizeof names, "%s %s", probes[s->moves_probe].name,
		probes[s->sockets ? PROBE_LIST_ITER : PROBE_LIST_PROC].name);
	connections_say(&s->options, "ebpf", names, note, sink);
}

/* The moves. */

/* True when there may be more. */
static bool drain(struct bpf_source *s, struct event_sink *sink, size_t most)
{
	size_t n = bpf_transitions_drain(s->moves, &s->table, sink, most);
	uint64_t dropped = bpf_transitions_dropped(s->moves);

	put_lost(sink, clock_now(), "ring", dropped);
	if (dropped)
		s->full_due = 0;
	return n == most;
}

/* At most once around the ring, so that a storm cannot hold us. */
static void drain_all(struct bpf_source *s, struct event_sink *sink)
{
	drain(s, sink, bpf_transitions_capacity(s->moves));
}

/* The listings. */

static void begin(struct bpf_source *s, uint32_t states, struct event_sink *sink)
{
	int err;

	s->spent = 0;
	drain_all(s, sink);
	socktab_begin(&s->table, s->ns, states, mono_now());
	if (states == SOCKTAB_ALL)
		s->full_due = UINT64_MAX; /* until it ends, or records are lost */
	err = s->sockets ? bpf_sockets_begin(s->sockets, states) : proc_listing_begin(&s->listing);
	if (err != s->err)
		s->said = false;
	s->err = err;
}

static uint64_t at_least_a_second(uint64_t spent, unsigned part)
{
	return spent * part > NSEC_PER_SEC ? spent * part : NSEC_PER_SEC;
}

static void end(struct bpf_source *s, struct event_sink *sink)
{
	bool full = s->table.listing.states == SOCKTAB_ALL;
	uint64_t now;

	/* Every move that a row may already show must be in before the two are compared. */
	drain_all(s, sink);
	socktab_end(&s->table, s->err == 0, sink);
	put_lost(sink, clock_now(), "proc", s->listing.rejected);
	s->listing.rejected = 0;
	now = mono_now();
	s->half_open_due = now + at_least_a_second(s->spent, HALF_OPEN_PART);
	if (!full)
		return;
	if (s->full_due == UINT64_MAX)
		s->full_due = now + at_least_a_second(s->spent, FULL_PART);
	else
		s->full_due = now + REPAIR_PART * s->spent;
}

/* Goes on with the listing; true when there is more. */
static bool step(struct bpf_source *s, struct event_sink *sink)
{
	uint64_t start = mono_now();
	int more = s->err;

	if (!s->err)
		more = s->sockets ? bpf_sockets_step(s->sockets, &s->table, start + SLICE)
				  : proc_listing_step(&s->listing, &s->table, start + SLICE);
	s->spent += mono_now() - start;
	if (more > 0)
		return true;
	if (more != s->err)
		s->said = false;
	s->err = more;
	end(s, sink);
	return false;
}

static void begin_what_is_due(struct bpf_source *s, struct event_sink *sink)
{
	uint64_t now = mono_now();

	if (s->table.listing.running)
		return;
	if (now >= s->full_due)
		begin(s, SOCKTAB_ALL, sink);
	else if (now >= s->half_open_due)
		begin(s, SOCKTAB_HALF_OPEN, sink);
}

/* The source. */

static int bpf_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct bpf_source *s = (struct bpf_source *)source;
	bool more;

	(void)now;
	s->table.clock = mono_to_wall();
	say_source(s, sink);
	more = drain(s, sink, DRAIN_MOST);
	begin_what_is_due(s, sink);
	if (s->table.listing.running)
		more |= step(s, sink);
	socktab_expire(&s->table, mono_now(), sink);
	return more;
}

static void bpf_settle(struct source *source, usec_t now, struct event_sink *sink)
{
	struct bpf_source *s = (struct bpf_source *)source;

	(void)now;
	s->table.clock = mono_to_wall();
	say_source(s, sink);
	while (s->table.listing.running && step(s, sink))
		;
	begin(s, SOCKTAB_ALL, sink);
	while (step(s, sink))
		;
	socktab_expire(&s->table, mono_now(), sink);
}

static void bpf_free(struct source *source)
{
	struct bpf_source *s = (struct bpf_source *)source;

	bpf_transitions_free(s->moves);
	bpf_sockets_free(s->sockets);
	if (s->listing.buf)
		proc_listing_done(&s->listing);
	socktab_done(&s->table);
	free(s);
}

static const struct source_ops bpf_ops = {
	.name = "ebpf",
	.poll = bpf_poll,
	.settle = bpf_settle,
	.free = bpf_free,
};

/* Why something that would be better is not in use; the first that is told stays. */
static void note_missing(struct bpf_source *s, enum probe_id id, const char *why)
{
	char note[64 + BPF_REASON_MAX];

	snprintf(note, sizeof note, "%s: %s", probes[id].name, why);
	if (!s->note[0])
		text_copy(s->note, sizeof s->note, str_of(note));
}

/* Loads the iterator, or makes do with /proc/net/tcp and says so. */
static int open_listing(struct bpf_source *s, const struct bpf_host *host)
{
	char why[BPF_REASON_MAX];
	int err;

	bpf_log_begin();
	err = bpf_sockets_new(&s->sockets);
	if (!err)
		return 0;
	bpf_reason(host, err, bpf_log_text(), why);
	note_missing(s, PROBE_LIST_ITER, why);
	return proc_listing_init(&s->listing);
}

/* The first rung that holds. When none does, the reason is that of the rung that was most likely
 * to: the first, or with a BTF file the one that it is for. */
static int open_moves(
	struct bpf_source *s, const struct bpf_host *host, char reason[static SOURCE_REASON_MAX])
{
	const enum probe_id likely = s->options.btf ? PROBE_MOVES_KPROBE : PROBE_MOVES_TP;
	char why[BPF_REASON_MAX];
	int err = -ENOSYS;

	for (enum probe_id id = PROBE_MOVES_TP; id <= PROBE_MOVES_KPROBE; id++) {
		bpf_log_begin();
		err = bpf_transitions_new(id, s->options.btf, &s->moves);
		s->moves_probe = id;
		if (!err)
			return 0;
		bpf_reason(host, err, bpf_log_text(), why);
		note_missing(s, id, why);
		if (id == likely)
			memcpy(reason, why, sizeof why);
	}
	return err;
}

_Static_assert(BPF_REASON_MAX <= SOURCE_REASON_MAX, "a reason fits");

static int open_all(struct bpf_source *s, char reason[static SOURCE_REASON_MAX])
{
	struct bpf_host host;
	int err;

	bpf_host_look(&host);
	err = open_moves(s, &host, reason);
	if (err)
		return err;
	err = proc_own_netns(&s->ns);
	if (!err)
		err = open_listing(s, &host);
	if (!err)
		err = socktab_init(&s->table, SOCKTAB_MAX);
	if (err)
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(-err));
	return err;
}

struct source *bpf_source_new(
	const struct connections_options *options, char reason[static SOURCE_REASON_MAX])
{
	struct bpf_source *s = calloc(1, sizeof *s);

	if (!s) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
		return NULL;
	}
	s->source.ops = &bpf_ops;
	s->options = *options;
	s->listing.fd = -1;
	if (open_all(s, reason) == 0)
		return &s->source;
	bpf_free(&s->source);
	return NULL;
}
