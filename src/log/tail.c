// SPDX-License-Identifier: MIT
#include "log/tail.h"

#include "base/container.h"
#include "log/feed.h"
#include "log/set.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#define POLL_BYTES    (1u << 20) /* a poll's most: two milliseconds or so */
#define SETTLE_PIPE   (4u << 20) /* a pipe has no end to settle at */
#define SCAN_INTERVAL USEC_PER_SEC

struct log_tail {
	struct source source;
	struct log_set set;
	struct log_feed feed;
	usec_t rescan, scanned_at;
	bool scan_due;
	size_t turn; /* which file is read first */
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
	if (!f->detached)
		f->name->start_at = f->offset - (off_t)(f->end - f->start);
	log_set_close(&t->set, f);
}

/* Reads a slice. Returns its size; f->ready says whether there is more. */
static size_t read_file(struct log_tail *t, struct log_file *f, size_t budget, usec_t now)
{
	ssize_t n = log_file_fill(f, budget);
	struct str line;

	f->ready = f->busy || (f->is_pipe && n > 0);
	if (n > 0) {
		f->active = now;
		while (log_file_line(f, &line))
			log_feed_line(&t->feed, &f->name->stream, line);
		log_feed_flush(&t->feed);
		return (size_t)n;
	}
	if (f->unwatched)
		log_set_watch(&t->set, f);
	if (n == 0)
		log_file_trim(f);
	else
		end_file(t, f, (int)n);
	return 0;
}

/* Gives each file its share, the first turn going round. */
static bool read_files(struct log_tail *t, usec_t now)
{
	size_t budget = POLL_BYTES, count = t->set.file_count;
	bool more = false;

	for (size_t i = 0; i < count && budget > 0 && t->set.file_count > 0; i++) {
		struct log_file *f = t->set.files[(t->turn + i) % t->set.file_count];
		if (f->ready)
			budget -= read_file(t, f, budget, now);
	}
	t->turn++;
	for (size_t i = 0; i < t->set.file_count && !more; i++)
		more = t->set.files[i]->ready;
	return more;
}

static void report(struct log_tail *t, usec_t now, bool all)
{
	for (size_t i = 0; i < t->set.name_count; i++) {
		struct log_name *name = t->set.names[i];
		if (log_stream_is_due(&name->stream, now, all))
			log_feed_report(&t->feed, &name->stream, log_set_lag(&t->set, name));
	}
}

static void on_watch(struct log_tail *t, const struct inotify_event *event)
{
	if (event->mask & (IN_MOVED_FROM | IN_MOVED_TO) && event->len > 0)
		log_set_renamed(&t->set, event);
	if (!(event->mask & IN_MODIFY) &&
		(event->len == 0 || log_set_concerns(&t->set, event->name)))
		t->scan_due = true;
	for (size_t i = 0; i < t->set.file_count; i++)
		if (t->set.files[i]->wd == event->wd)
			t->set.files[i]->ready = true;
}

static void read_watches(struct log_tail *t)
{
	_Alignas(struct inotify_event) char buf[16384];
	ssize_t n = read(t->set.inotify, buf, sizeof buf);

	for (char *p = buf; n > 0 && p < buf + n;) {
		const struct inotify_event *event = (const struct inotify_event *)(void *)p;
		on_watch(t, event);
		p += sizeof *event + event->len;
	}
}

static void scan_if_due(struct log_tail *t, usec_t now)
{
	usec_t since = now - t->scanned_at;

	/* The wall clock may have been set back. */
	if (!t->scan_due && since >= 0 && since < t->rescan)
		return;
	t->scanned_at = now;
	log_set_scan(&t->set, now);
	/* Something was renamed, or reports were lost: any of them may have grown. */
	for (size_t i = 0; i < t->set.file_count && t->scan_due; i++)
		t->set.files[i]->ready = true;
	t->scan_due = false;
}

/* What the kernel does not report: on a network file system others write, and where there are no
 * more watches to be had everything goes unreported. */
static void look_if_due(struct log_tail *t, usec_t now)
{
	for (size_t i = 0; i < t->set.file_count; i++) {
		struct log_file *f = t->set.files[i];
		usec_t since = now - f->looked;
		f->ready |= f->is_pipe;
		if (since >= 0 && since < f->name->interval)
			continue;
		f->looked = now;
		f->ready = true;
	}
}

static bool has_ended(const struct log_tail *t)
{
	for (size_t i = 0; i < t->set.input_count; i++)
		if (strcmp(t->set.inputs[i].path, "-") != 0)
			return false;
	return t->set.input_count > 0 && t->set.file_count == 0;
}

static int log_tail_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_tail *t = container_of(s, struct log_tail, source);

	log_feed_begin(&t->feed, now, sink);
	read_watches(t);
	scan_if_due(t, now);
	look_if_due(t, now);
	bool more = read_files(t, now);
	log_set_expire(&t->set, now, take_rest, t);
	bool ended = has_ended(t);
	report(t, now, ended);
	return ended ? -EPIPE : more;
}

/* Up to where the file ends now: a busy server must not keep us here. */
static void settle_file(struct log_tail *t, struct log_file *f, usec_t now)
{
	struct stat st = {0};
	off_t left = SETTLE_PIPE;
	size_t files = t->set.file_count, n = 1;

	if (!f->is_pipe && fstat(f->fd, &st) == 0)
		left = st.st_size > f->offset ? st.st_size - f->offset : st.st_size + 1;
	for (; left > 0 && n > 0 && t->set.file_count == files; left -= (off_t)n)
		n = read_file(t, f, left < POLL_BYTES ? (size_t)left : POLL_BYTES, now);
}

static void log_tail_finish(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_tail *t = container_of(s, struct log_tail, source);

	log_feed_begin(&t->feed, now, sink);
	log_set_scan(&t->set, now);
	for (size_t i = t->set.file_count; i-- > 0;)
		settle_file(t, t->set.files[i], now);
	report(t, now, true);
}

static void log_tail_refresh(struct source *s)
{
	container_of(s, struct log_tail, source)->scan_due = true;
}

static int log_tail_fd(const struct source *s)
{
	return container_of(s, const struct log_tail, source)->set.epoll;
}

static bool log_tail_is_pending(const struct source *s)
{
	const struct log_tail *t = container_of(s, const struct log_tail, source);

	for (size_t i = 0; i < t->set.file_count && t->set.from_start; i++)
		if (t->set.files[i]->is_stdin)
			return true;
	return false;
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
	t->rescan = options->rescan > 0 ? options->rescan : SCAN_INTERVAL;
	/* Now, not at the first poll: what is written after the start is new. */
	log_set_scan(&t->set, 0);
	t->scanned_at = 0;
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
	t->scan_due = true;
	return 0;
}
