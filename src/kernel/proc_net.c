// SPDX-License-Identifier: MIT
/* The connections of a host where no BPF loads: /proc/net/tcp and tcp6 of every network namespace,
 * read again and again. What opens and closes between two readings is not seen. */
#include "kernel/proc_net.h"

#include "base/container.h"
#include "base/text.h"
#include "event/lost.h"
#include "kernel/proc_listing.h"
#include "kernel/schedule.h"
#include "kernel/source_event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PART 4 /* a listing takes at most a fifth of the time */

struct proc_source {
	struct source source;
	struct connections_options options;
	struct schedule schedule;
	struct proc_listing listing;
	bool reported; /* the source event is out */
	char note[SOURCE_REASON_MAX];
};

static struct proc_source *source_of(struct schedule *r)
{
	return container_of(r, struct proc_source, schedule);
}

static void report_source(struct proc_source *s, struct event_sink *sink)
{
	const bool v6 = access("/proc/net/tcp6", R_OK) == 0;
	char note[SOURCE_REASON_MAX];

	if (s->reported && !s->schedule.changed)
		return;
	s->reported = true;
	s->schedule.changed = false;
	schedule_note(&s->schedule, s->note, note);
	source_event_put(&s->options, "proc", CAN_SEE_CONNS,
		v6 ? "/proc/net/tcp /proc/net/tcp6" : "/proc/net/tcp", note, sink);
}

static int begin_listing(struct schedule *r, const struct netns *n, uint32_t states)
{
	int fds[2], err = netns_open_tables(&r->nets, n, fds);

	(void)states;
	if (err == 0)
		proc_listing_begin(&source_of(r)->listing, fds);
	return err;
}

static int step_listing(struct schedule *r)
{
	return proc_listing_step(&source_of(r)->listing, &r->table);
}

static void end_listing(struct schedule *r, struct event_sink *sink)
{
	struct proc_source *s = source_of(r);

	put_lost(sink, clock_now(), "proc", s->listing.rejected);
	s->listing.rejected = 0;
}

static const struct schedule_ops listings = {
	.begin = begin_listing,
	.step = step_listing,
	.ended = end_listing,
};

static int proc_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct proc_source *s = container_of(source, struct proc_source, source);

	(void)now;
	report_source(s, sink);
	bool more = schedule_poll(&s->schedule, sink);
	report_source(s, sink);
	return more;
}

static void proc_finish(struct source *source, usec_t now, struct event_sink *sink)
{
	struct proc_source *s = container_of(source, struct proc_source, source);

	(void)now;
	report_source(s, sink);
	schedule_finish(&s->schedule, sink);
	report_source(s, sink);
}

static void proc_refresh(struct source *source)
{
	schedule_list_all(&container_of(source, struct proc_source, source)->schedule);
}

static void proc_free(struct source *source)
{
	struct proc_source *s = container_of(source, struct proc_source, source);

	proc_listing_done(&s->listing);
	schedule_done(&s->schedule);
	free(s);
}

static const struct source_ops proc_ops = {
	.name = "proc",
	.poll = proc_poll,
	.finish = proc_finish,
	.refresh = proc_refresh,
	.free = proc_free,
};

static int start(struct proc_source *s)
{
	const usec_t interval = s->options.interval;
	const struct schedule_pace pace = {
		.interval = (uint64_t)(interval > 0 ? interval : USEC_PER_SEC) * 1000,
		.full_part = PART,
		.repair_part = PART,
		.per_user = s->options.namespaces_per_user,
	};
	int err = proc_listing_init(&s->listing);

	if (err == 0)
		err = schedule_init(&s->schedule, &listings, &pace);
	s->schedule.taps = s->options.taps;
	s->schedule.quic = s->options.quic;
	/* Fails early where /proc/net/tcp cannot be read at all. */
	if (err == 0)
		err = begin_listing(&s->schedule,
			netns_at(&s->schedule.nets, s->schedule.nets.own_id), SOCKTAB_ALL);
	return err;
}

struct source *proc_source_new(
	const struct connections_options *options, const char *note, struct reason *reason)
{
	struct proc_source *s = calloc(1, sizeof *s);
	int err = -ENOMEM;

	if (s) {
		s->source.ops = &proc_ops;
		s->listing.fds[0] = s->listing.fds[1] = -1;
		s->options = *options;
		text_copy(s->note, sizeof s->note, str_of(note));
		err = start(s);
	}
	if (err == 0)
		return &s->source;
	reason_set(reason, "/proc/net/tcp cannot be read: %s", strerror(-err));
	if (s)
		proc_free(&s->source);
	return NULL;
}
