// SPDX-License-Identifier: MIT
/* Connections as the kernel reports them: the ring of transitions for what changes; listings for
 * what is there at the start, for what makes no transition (half-open connections), and for repair.
 *
 * Transitions are attached before the first listing, so nothing falls between the two. */
#include "kernel/bpf_source.h"

#include "base/container.h"
#include "base/mono.h"
#include "base/text.h"
#include "event/lost.h"
#include "kernel/bpf_log.h"
#include "kernel/bpf_reason.h"
#include "kernel/bpf_sockets.h"
#include "kernel/bpf_transitions.h"
#include "kernel/proc_listing.h"
#include "kernel/schedule.h"
#include "kernel/source_event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DRAIN_MOST 32768 /* records in one poll: some milliseconds' worth */

/* Listings may take this part of one CPU: the full ones; the same while there are many transitions;
 * the half-open ones; those after a loss. */
#define FULL_PART         200
#define FULL_PART_REDUCED 400
#define HALF_OPEN_PART    20
#define REPAIR_PART       10

/* Transitions a second, above which only beginnings and ends are asked for, and below which all are
 * again (then these are half as many). All of 20 000 take half a hundredth of a CPU. */
#define REDUCED_ABOVE 20000
#define REDUCED_BELOW 5000
#define REDUCED_SPAN  (500 * NSEC_PER_MSEC) /* over which they are counted */

struct bpf_source {
	struct source source;
	struct connections_options options;
	struct schedule schedule;
	enum probe_id transitions_probe;
	struct bpf_transitions *transitions;
	struct bpf_sockets *sockets;     /* NULL: listings come from /proc */
	struct proc_listing listing;     /* used without sockets */
	bool reported;                   /* the source event is out */
	bool reduced;                    /* only beginnings and ends are reported */
	uint64_t counted, counted_since; /* transitions, and since when they are counted */
	uint64_t losses_due;             /* when they are asked for without a cause */
	char note[SOURCE_REASON_MAX];
};

static struct bpf_source *source_of(struct schedule *r)
{
	return container_of(r, struct bpf_source, schedule);
}

static void report_source(struct bpf_source *s, struct event_sink *sink)
{
	static const char busy[] = "busy: closing states are as of the last listing";
	char names[96], base[SOURCE_REASON_MAX * 2], note[SOURCE_REASON_MAX];

	if (s->reported && !s->schedule.changed)
		return;
	s->reported = true;
	s->schedule.changed = false;
	snprintf(base, sizeof base, "%s%s%s", s->note, s->note[0] && s->reduced ? "; " : "",
		s->reduced ? busy : "");
	schedule_note(&s->schedule, base, note);
	snprintf(names, sizeof names, "%s %s", probes[s->transitions_probe].name,
		probes[s->sockets ? PROBE_LIST_ITER : PROBE_LIST_PROC].name);
	source_event_put(
		&s->options, "ebpf", CAN_SEE_CONNS | CAN_SEE_HANDSHAKES, names, note, sink);
}

/* The transitions. */

/* Returns how many there were, at most `most`. */
static size_t drain(struct bpf_source *s, struct event_sink *sink, size_t most)
{
	size_t n = bpf_transitions_drain(s->transitions, &s->schedule.table, sink, most);

	s->counted += n;
	return n;
}

/* At most once around the ring, so that a storm cannot hold us. */
static void drain_all(struct schedule *r, struct event_sink *sink)
{
	struct bpf_source *s = source_of(r);

	drain(s, sink, bpf_transitions_capacity(s->transitions));
}

/* A full ring loses thousands. What interrupts hide is little, and goes on for as long as there are
 * interrupts: the next listing in turn is soon enough. */
static void note_losses(struct bpf_source *s, bool any, struct event_sink *sink)
{
	uint64_t now = mono_now();

	if (!any && now < s->losses_due) /* nothing has come, nothing was dropped */
		return;
	uint64_t dropped = bpf_transitions_dropped(s->transitions), missed = 0;
	if (now >= s->losses_due) { /* the kernel adds it up over all programs' CPUs */
		missed = bpf_transitions_missed(s->transitions);
		s->losses_due = now + NSEC_PER_SEC;
	}

	put_lost(sink, clock_now(), "ring", dropped);
	put_lost(sink, clock_now(), "missed", missed);
	if (dropped)
		schedule_repair(&s->schedule);
	else if (missed)
		schedule_mark_suspect(&s->schedule);
}

/* While there are too many to follow each, beginnings and ends are enough; afterwards a listing
 * says where all of them stand. */
static void set_pace(struct bpf_source *s)
{
	uint64_t now = mono_now(), span = now - s->counted_since;

	if (span < REDUCED_SPAN || s->options.every_transition)
		return;
	uint64_t rate = s->counted * NSEC_PER_SEC / span;
	bool reduced = rate > (s->reduced ? REDUCED_BELOW : REDUCED_ABOVE);
	s->counted = 0;
	s->counted_since = now;
	if (reduced == s->reduced)
		return;
	s->reduced = reduced;
	s->schedule.changed = true;
	bpf_transitions_set_reduced(s->transitions, reduced);
	schedule_set_full_part(&s->schedule, reduced ? FULL_PART_REDUCED : FULL_PART);
	if (!reduced)
		schedule_list_all(&s->schedule);
}

/* The listings. */

static int begin_iter(struct schedule *r, const struct netns *n, uint32_t states)
{
	int err = netns_enter(&r->nets, n), back;

	if (err < 0)
		return err;
	/* The listing is of the namespace that it was opened in, wherever it is read. */
	err = bpf_sockets_begin(source_of(r)->sockets, states);
	back = netns_leave(&r->nets);
	return err ? err : back;
}

static int64_t ask_listeners(struct schedule *r, const struct netns *n)
{
	struct bpf_sockets *sockets = source_of(r)->sockets;
	int err = sockets ? netns_enter(&r->nets, n) : -ENOSYS, back;

	if (err < 0)
		return err;
	int64_t half_open = bpf_sockets_half_open(sockets);
	back = netns_leave(&r->nets);
	return back ? back : half_open;
}

static int begin_proc(struct schedule *r, const struct netns *n, uint32_t states)
{
	int fds[2], err = netns_open_tables(&r->nets, n, fds);

	(void)states;
	if (err == 0)
		proc_listing_begin(&source_of(r)->listing, fds);
	return err;
}

static int begin_listing(struct schedule *r, const struct netns *n, uint32_t states)
{
	return source_of(r)->sockets ? begin_iter(r, n, states) : begin_proc(r, n, states);
}

static int step_listing(struct schedule *r)
{
	struct bpf_source *s = source_of(r);

	return s->sockets ? bpf_sockets_step(s->sockets, &r->table)
			  : proc_listing_step(&s->listing, &r->table);
}

static void end_listing(struct schedule *r, struct event_sink *sink)
{
	struct bpf_source *s = source_of(r);

	put_lost(sink, clock_now(), "proc", s->listing.rejected);
	s->listing.rejected = 0;
}

static const struct schedule_ops listings = {
	.begin = begin_listing,
	.step = step_listing,
	.drain = drain_all,
	.half_open = ask_listeners,
	.ended = end_listing,
};

static const struct schedule_pace pace = {
	.interval = NSEC_PER_SEC,
	.full_part = FULL_PART,
	.repair_part = REPAIR_PART,
	.half_open_part = HALF_OPEN_PART,
	.calm_part = FULL_PART,
	.calm_most = 2 * NSEC_PER_SEC,
};

/* The source. */

static int bpf_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct bpf_source *s = container_of(source, struct bpf_source, source);
	size_t counted;
	bool more;

	(void)now;
	s->schedule.table.clock = mono_to_wall();
	report_source(s, sink);
	counted = drain(s, sink, DRAIN_MOST);
	schedule_stir(&s->schedule, bpf_transitions_stirs(s->transitions));
	note_losses(s, counted > 0, sink);
	set_pace(s);
	more = counted == DRAIN_MOST;
	more |= schedule_poll(&s->schedule, sink);
	report_source(s, sink);
	return more;
}

static void bpf_finish(struct source *source, usec_t now, struct event_sink *sink)
{
	struct bpf_source *s = container_of(source, struct bpf_source, source);

	(void)now;
	report_source(s, sink);
	schedule_finish(&s->schedule, sink);
	s->losses_due = 0;
	note_losses(s, true, sink);
	report_source(s, sink);
}

static void bpf_refresh(struct source *source)
{
	schedule_list_all(&container_of(source, struct bpf_source, source)->schedule);
}

static void bpf_free(struct source *source)
{
	struct bpf_source *s = container_of(source, struct bpf_source, source);

	bpf_transitions_free(s->transitions);
	bpf_sockets_free(s->sockets);
	if (s->listing.buf)
		proc_listing_done(&s->listing);
	schedule_done(&s->schedule);
	free(s);
}

static const struct source_ops bpf_ops = {
	.name = "ebpf",
	.poll = bpf_poll,
	.finish = bpf_finish,
	.refresh = bpf_refresh,
	.free = bpf_free,
};

/* Why something that would be better is not in use; the first that is told stays. */
static void note_missing(struct bpf_source *s, enum probe_id id, const struct reason *why)
{
	char note[64 + REASON_MAX];

	snprintf(note, sizeof note, "%s: %s", probes[id].name, why->text);
	if (!s->note[0])
		text_copy(s->note, sizeof s->note, str_of(note));
}

/* Loads the iterator, or makes do with /proc/net/tcp and says so. */
static int open_listing(struct bpf_source *s, const struct bpf_host *host)
{
	struct reason why;
	int err;

	bpf_log_begin();
	err = bpf_sockets_new(&s->sockets);
	if (!err)
		return 0;
	bpf_reason(host, err, bpf_log_text(), &why);
	note_missing(s, PROBE_LIST_ITER, &why);
	return proc_listing_init(&s->listing);
}

/* The first rung that holds. When none does, the reason is that of the rung that was most likely
 * to: the first, or with a BTF file the one that it is for. */
static int open_transitions(
	struct bpf_source *s, const struct bpf_host *host, struct reason *reason)
{
	const enum probe_id likely =
		s->options.btf ? PROBE_TRANSITIONS_KPROBE : PROBE_TRANSITIONS_TP;
	struct reason why;
	int err = -ENOSYS;

	for (enum probe_id id = PROBE_TRANSITIONS_TP; id <= PROBE_TRANSITIONS_KPROBE; id++) {
		bpf_log_begin();
		err = bpf_transitions_new(id, s->options.btf, s->options.looks_up, &s->transitions);
		s->transitions_probe = id;
		if (!err)
			return 0;
		bpf_reason(host, err, bpf_log_text(), &why);
		note_missing(s, id, &why);
		if (id == likely)
			*reason = why;
	}
	return err;
}

static int open_all(struct bpf_source *s, struct reason *reason)
{
	struct bpf_host host;
	int err;

	bpf_host_look(&host);
	err = open_transitions(s, &host, reason);
	if (err)
		return err;
	err = open_listing(s, &host);
	struct schedule_pace ours = pace;
	ours.per_user = s->options.namespaces_per_user;
	if (!err)
		err = schedule_init(&s->schedule, &listings, &ours);
	s->schedule.taps = s->options.taps;
	s->schedule.quic = s->options.quic;
	if (err)
		reason_set_error(reason, err);
	return err;
}

struct source *bpf_source_new(const struct connections_options *options, struct reason *reason)
{
	struct bpf_source *s = calloc(1, sizeof *s);

	if (!s) {
		reason_set_error(reason, -ENOMEM);
		return NULL;
	}
	s->source.ops = &bpf_ops;
	s->options = *options;
	s->listing.fds[0] = s->listing.fds[1] = -1;
	if (open_all(s, reason) == 0)
		return &s->source;
	bpf_free(&s->source);
	return NULL;
}
