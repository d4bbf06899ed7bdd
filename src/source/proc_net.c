// SPDX-License-Identifier: MIT
/* The connections of a host where no BPF loads: /proc/net/tcp and tcp6 read again and again.
 * What opens and closes between two readings is not seen. */
#include "base/text.h"
#include "source/connections.h"
#include "source/lost.h"
#include "source/mono.h"
#include "source/proc_listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SLICE    (4 * NSEC_PER_MSEC)
#define REST_MIN 4 /* a listing takes at most a fifth of the time */

struct proc_source {
	struct source source;
	struct connections_options options;
	struct socktab table;
	struct proc_listing listing;
	uint64_t interval, due, spent; /* ns; spent: by the listing that is running */
	uint32_t ns;
	bool said; /* the source event is out */
	int err;   /* of the last listing */
	char note[SOURCE_REASON_MAX];
};

static void say_source(struct proc_source *s, struct event_sink *sink)
{
	char trouble[SOURCE_REASON_MAX];
	bool v6 = access("/proc/net/tcp6", R_OK) == 0;

	if (s->said)
		return;
	s->said = true;
	if (s->err)
		snprintf(trouble, sizeof trouble, "/proc/net/tcp: %s", strerror(-s->err));
	else
		memcpy(trouble, s->note, sizeof trouble);
	connections_say(&s->options, "proc", v6 ? "/proc/net/tcp /proc/net/tcp6" : "/proc/net/tcp",
		trouble, sink);
}

static void note_error(struct proc_source *s, int err)
{
	if (err == s->err)
		return;
	s->err = err;
	s->said = false;
}

static void begin(struct proc_source *s)
{
	uint64_t now = mono_now();

	s->spent = 0;
	s->table.clock = mono_to_wall();
	socktab_begin(&s->table, s->ns, SOCKTAB_ALL, now);
	s->due = now + s->interval;
	int err = proc_listing_begin(&s->listing);
	if (err < 0)
		note_error(s, err);
}

/* Goes on with the listing; true when there is more. */
static bool step(struct proc_source *s, struct event_sink *sink)
{
	uint64_t start = mono_now();
	bool opened = s->listing.fd >= 0;
	int more = opened ? proc_listing_step(&s->listing, &s->table, start + SLICE) : s->err;

	s->spent += mono_now() - start;
	if (more > 0)
		return true;
	note_error(s, more);
	socktab_end(&s->table, more == 0, sink);
	socktab_expire(&s->table, mono_now(), sink);
	put_lost(sink, clock_now(), "proc", s->listing.rejected);
	s->listing.rejected = 0;
	if (s->due < mono_now() + REST_MIN * s->spent)
		s->due = mono_now() + REST_MIN * s->spent;
	return false;
}

static int proc_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct proc_source *s = (struct proc_source *)source;

	(void)now;
	say_source(s, sink);
	if (!s->table.listing.running && mono_now() >= s->due)
		begin(s);
	if (s->table.listing.running && step(s, sink))
		return 1;
	return 0;
}

static void proc_settle(struct source *source, usec_t now, struct event_sink *sink)
{
	struct proc_source *s = (struct proc_source *)source;

	(void)now;
	say_source(s, sink);
	while (s->table.listing.running && step(s, sink))
		;
	begin(s);
	while (step(s, sink))
		;
}

static void proc_free(struct source *source)
{
	struct proc_source *s = (struct proc_source *)source;

	proc_listing_done(&s->listing);
	socktab_done(&s->table);
	free(s);
}

static const struct source_ops proc_ops = {
	.name = "proc",
	.poll = proc_poll,
	.settle = proc_settle,
	.free = proc_free,
};

/* Fails early where /proc/net/tcp cannot be read at all. */
static int probe(struct proc_source *s)
{
	int err = proc_own_netns(&s->ns);

	if (err == 0)
		err = proc_listing_init(&s->listing);
	if (err == 0)
		err = proc_listing_begin(&s->listing);
	return err;
}

struct source *proc_source_new(const struct connections_options *options, const char *note,
	char reason[static SOURCE_REASON_MAX])
{
	usec_t interval = options->interval > 0 ? options->interval : USEC_PER_SEC;
	struct proc_source *s = calloc(1, sizeof *s);
	int err = -ENOMEM;

	if (s) {
		s->source.ops = &proc_ops;
		s->options = *options;
		s->interval = (uint64_t)interval * 1000;
		s->listing.fd = -1;
		text_copy(s->note, sizeof s->note, str_of(note));
		err = probe(s);
		if (err == 0)
			err = socktab_init(&s->table, SOCKTAB_MAX);
	}
	if (err == 0)
		return &s->source;
	snprintf(reason, SOURCE_REASON_MAX, "/proc/net/tcp cannot be read: %s", strerror(-err));
	if (s)
		proc_free(&s->source);
	return NULL;
}
