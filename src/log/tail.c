// SPDX-License-Identifier: MIT
#include "log/tail.h"

#include "base/container.h"
#include "log/feed.h"
#include "log/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define POLL_BYTES  (1u << 20) /* a poll's most: two milliseconds or so */
#define SETTLE_PIPE (4u << 20) /* a pipe has no end to settle at */
#define SETTLES_MAX 1024       /* with few descriptors, a part of the logs is read each time */

struct log_tail {
	struct source source;
	struct log_set set;
	struct log_feed feed;
	uint64_t left_out; /* of what the configuration names, there was no room for so many */
	uint64_t followed, not_followed; /* as they were told */
	usec_t told_at;
};

static void take_rest(void *context, struct log_file *f)
{
	struct log_tail *t = context;
	struct str line;

	if (log_file_rest(f, &line) && line.n <= LOG_LINE_MAX)
		log_feed_line(&t->feed, &f->name->stream, line);
	log_feed_flush(&t->feed);
}

/* stdin's end, or an error, after which the next scan tries again from where we were. */
static void end_file(struct log_tail *t, struct log_file *f, int err)
{
	if (err == -EPIPE) {
		take_rest(t, f);
		log_feed_end(&t->feed, &f->name->stream);
	} else {
		log_stream_set_state(&f->name->stream, LOG_UNREADABLE, strerror(-err));
	}
	if (f->name->file == f)
		f->name->start_at = f->place.offset - (off_t)(f->end - f->start);
	log_set_touch(&t->set, f->name);
	log_set_close(&t->set, f);
}

/* Reads a slice. Returns its size; the file stays ready while there is more. */
static size_t read_file(struct log_tail *t, struct log_file *f, size_t budget, usec_t now)
{
	struct str line;

	if (f->may_be_copy && log_set_is_copy(&t->set, f, now))
		return 0;
	ssize_t n = log_file_fill(f, budget);
	log_set_idle(&t->set, f);
	if (f->busy || (f->is_pipe && n > 0))
		log_set_ready(&t->set, f);
	log_set_was_read(&t->set, f, now);
	log_set_touch(&t->set, f->name);
	if (n > 0) {
		f->active = now;
		while (log_file_line(f, &line))
			log_feed_line(&t->feed, &f->name->stream, line);
		log_feed_flush(&t->feed);
		log_set_hold(&t->set, f);
		return (size_t)n;
	}
	if (f->unwatched)
		log_set_watch(&t->set, f);
	if (n == 0)
		log_set_hold(&t->set, f);
	else
		end_file(t, f, (int)n);
	return 0;
}

/* Gives each file that is ready now its share; those that have more come again behind them. */
static bool read_files(struct log_tail *t, usec_t now)
{
	const struct log_file *last = t->set.ready.last;
	size_t budget = POLL_BYTES;
	bool is_last = last == NULL;

	while (budget > 0 && !is_last && t->set.ready.first) {
		struct log_file *f = t->set.ready.first;
		is_last = f == last;
		budget -= read_file(t, f, budget, now);
	}
	return t->set.ready.first;
}

static void report(struct log_tail *t, usec_t now, bool all)
{
	struct log_name *next;

	for (struct log_name *name = log_set_take_touched(&t->set); name; name = next) {
		next = name->next_touched;
		if (log_stream_is_due(&name->stream, now, all))
			log_feed_report(&t->feed, &name->stream, log_set_lag(&t->set, name));
		if (!log_stream_is_reported(&name->stream))
			log_set_touch(&t->set, name);
	}
}

/* How many logs are followed is told when some are not, or no longer. */
static void tell_count(struct log_tail *t, usec_t now, bool all)
{
	struct event e = event_make(EVENT_LOGS, now);
	usec_t since = now - t->told_at;

	if (!all && since >= 0 && since < USEC_PER_SEC)
		return;
	t->told_at = now;
	log_set_count(&t->set, &e.logs.followed, &e.logs.not_followed);
	e.logs.not_followed += t->left_out;
	if (e.logs.not_followed == t->not_followed)
		return;
	t->followed = e.logs.followed;
	t->not_followed = e.logs.not_followed;
	event_put(t->feed.sink, &e);
}

/* Pipes are asked each time: nothing reports what comes between a look and the next. */
static void ask_pipes(struct log_tail *t)
{
	for (struct log_file *f = t->set.pipes.first; f; f = f->links[QUEUE_PIPES].next)
		log_set_ready(&t->set, f);
}

static bool has_ended(const struct log_tail *t)
{
	return t->set.only_stdin && t->set.file_count == 0;
}

static int log_tail_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_tail *t = container_of(s, struct log_tail, source);

	log_feed_begin(&t->feed, now, sink);
	log_set_read_events(&t->set, now);
	log_set_step(&t->set, now);
	ask_pipes(t);
	bool more = read_files(t, now);
	log_set_expire(&t->set, now, take_rest, t);
	bool ended = has_ended(t);
	report(t, now, ended);
	tell_count(t, now, ended);
	return ended ? -EPIPE : more || !t->set.scanned;
}

/* Up to where the file ends now: a busy server must not keep us here. */
static void settle_file(struct log_tail *t, struct log_file *f, usec_t now)
{
	struct stat st = {0};
	off_t left = SETTLE_PIPE, offset = f->place.offset;
	size_t files = t->set.file_count, n = 1;

	if (!f->is_pipe && fstat(f->fd, &st) == 0)
		left = st.st_size > offset ? st.st_size - offset : st.st_size + 1;
	for (; left > 0 && n > 0 && t->set.file_count == files; left -= (off_t)n)
		n = read_file(t, f, left < POLL_BYTES ? (size_t)left : POLL_BYTES, now);
	/* What has come meanwhile is for later, if there is a later. */
	if (t->set.file_count == files)
		log_set_idle(&t->set, f);
}

static void settle_files(struct log_tail *t, usec_t now)
{
	for (uint32_t i = t->set.file_count; i-- > 0;)
		if (i < t->set.file_count)
			settle_file(t, t->set.files[i], now);
}

static void log_tail_finish(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_tail *t = container_of(s, struct log_tail, source);
	uint64_t opens;
	int rounds = 0;

	log_feed_begin(&t->feed, now, sink);
	log_set_read_events(&t->set, now);
	do {
		opens = t->set.work.opens;
		if (rounds)
			log_set_look(&t->set, now);
		else
			log_set_scan(&t->set, now);
		settle_files(t, now);
	} while (
		t->set.waiting && (!rounds || t->set.work.opens > opens) && ++rounds < SETTLES_MAX);
	report(t, now, true);
	tell_count(t, now, true);
}

static void log_tail_refresh(struct source *s)
{
	struct log_set *set = &container_of(s, struct log_tail, source)->set;

	set->pass_due = set->match_due = true;
	set->match_after = 0;
}

static int log_tail_fd(const struct source *s)
{
	return container_of(s, const struct log_tail, source)->set.epoll;
}

static bool log_tail_is_pending(const struct source *s)
{
	const struct log_set *set = &container_of(s, const struct log_tail, source)->set;

	return set->from_start && set->input;
}

static void log_tail_free(struct source *s)
{
	struct log_tail *t = container_of(s, struct log_tail, source);

	log_set_done(&t->set);
	free(t);
}

static const struct source_ops log_tail_ops = {
	.name = "logs",
	.poll = log_tail_poll,
	.finish = log_tail_finish,
	.refresh = log_tail_refresh,
	.fd = log_tail_fd,
	.is_pending = log_tail_is_pending,
	.free = log_tail_free,
};

struct source *log_tail_new(const struct log_tail_options *options, int *ret_err)
{
	struct log_tail *t = calloc(1, sizeof *t);
	int err = t ? log_set_init(&t->set, options) : -ENOMEM;

	if (err) {
		if (t)
			log_set_done(&t->set);
		free(t);
		*ret_err = err;
		return NULL;
	}
	t->source.ops = &log_tail_ops;
	t->feed.trusted = options->trusted;
	t->feed.others = options->others;
	t->feed.other_count = options->other_count;
	t->left_out = options->left_out;
	/* Now, not at the first poll: what is written after the start is new. */
	log_set_scan(&t->set, 0);
	return &t->source;
}

int log_tail_change(struct source *tail, const struct log_tail_options *options)
{
	struct log_tail *t = container_of(tail, struct log_tail, source);
	int err = log_set_change(&t->set, options);

	if (err)
		return err;
	t->feed.others = options->others;
	t->feed.other_count = options->other_count;
	t->left_out = options->left_out;
	return 0;
}

const struct log_work *log_tail_work(const struct source *s)
{
	return &container_of(s, const struct log_tail, source)->set.work;
}
