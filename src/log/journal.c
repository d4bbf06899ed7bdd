// SPDX-License-Identifier: MIT
#include "log/journal.h"

#include "base/container.h"
#include "event/lost.h"
#include "log/feed.h"
#include "log/journal_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SLICE_ENTRIES 2048
#define SLICE_TIME    (3 * USEC_PER_MSEC)
#define SETTLE_SLICES 256
#define LINES_MAX     (2 * (LOG_LINE_MAX + JOURNAL_HEAD_MAX))

struct log_journal {
	struct source source;
	const struct log_journal_options *options; /* borrowed */
	struct journal_reader *reader;
	struct log_feed feed;
	struct log_stream streams[JOURNAL_INPUTS_MAX];
	char *lines; /* that the feed still looks at */
	size_t used;
	int epoll;
	int err; /* of the reader's last look */
	uint64_t lost, turns;
	bool limited[JOURNAL_INPUTS_MAX]; /* it was said of this one that journald limits it */
};

/* Which input has the entry. */

static bool has_match(const struct journal_input *input, const struct journal_record *entry)
{
	for (size_t i = 0; i < input->match_count; i++) {
		const struct journal_match *m = &input->matches[i];
		const struct journal_value *text = &entry->fields[m->field];
		if (str_eq(str_of(m->value), (struct str){text->p, text->n}))
			return true;
	}
	return false;
}

/* journald says as whom a program ran; what came from another machine may lack it. */
static bool is_roots(const struct journal_record *entry)
{
	const struct journal_value *uid = &entry->fields[JOURNAL_UID];

	return uid->n == 0 || (uid->n == 1 && uid->p[0] == '0');
}

static const struct journal_input *input_of(
	const struct log_journal *t, const struct journal_record *entry)
{
	for (size_t i = 0; i < t->options->input_count; i++)
		if (has_match(&t->options->inputs[i], entry))
			return &t->options->inputs[i];
	return NULL;
}

/* Entries. */

static void flush(struct log_journal *t)
{
	log_feed_flush(&t->feed);
	t->used = 0;
}

static void reject_long(struct log_stream *stream, const struct journal_record *entry)
{
	stream->account.lines++;
	stream->account.skipped += entry->message.n;
	log_account_reject(&stream->account, entry->message);
}

static void take_line(
	struct log_journal *t, struct log_stream *stream, const struct journal_record *entry)
{
	if (LINES_MAX - t->used < entry->message.n + JOURNAL_HEAD_MAX)
		flush(t);
	char *p = t->lines + t->used;
	size_t n = journal_record_write(entry, p, LINES_MAX - t->used);
	if (!n)
		return;
	t->used += n;
	log_feed_line(&t->feed, stream, (struct str){p, n});
}

/* What journald has dropped: of an attack's requests, most. */
static void note_limit(struct log_journal *t, const struct journal_input *input)
{
	bool *said = &t->limited[input - t->options->inputs];
	struct event e = event_make(EVENT_NOTE, t->feed.now);
	const struct log_stream *stream = &t->streams[input - t->options->inputs];
	char text[LOG_LABEL_MAX + 128];

	if (*said)
		return;
	*said = true;
	snprintf(text, sizeof text,
		"journald drops messages of %.*s, which logs more than it may: set "
		"LogRateLimitIntervalSec=0 in its unit",
		(int)stream->label_n, stream->label);
	e.note.text = str_of(text);
	event_put(t->feed.sink, &e);
}

static bool take_suppressed(struct log_journal *t, const struct journal_record *entry)
{
	char buf[JOURNAL_FIELD_MAX + JOURNAL_HEAD_MAX];
	struct journal_record unit = {0};
	struct str name;
	uint64_t count;

	if (!journal_record_suppressed(entry, buf, &name, &count))
		return false;
	journal_record_keep(&unit, JOURNAL_UNIT, name);
	const struct journal_input *input = input_of(t, &unit);
	if (!input || (input->from_end && !t->reader->caught_up))
		return true;
	t->reader->lost += count;
	note_limit(t, input);
	return true;
}

static void take_entry(struct log_journal *t, const struct journal_record *entry)
{
	const struct journal_input *input = input_of(t, entry);

	if (take_suppressed(t, entry))
		return;
	if (!input || (input->from_end && !t->reader->caught_up))
		return;
	struct log_stream *stream = &t->streams[input - t->options->inputs];
	if (entry->form == JOURNAL_TOO_LONG || entry->message.n > LOG_LINE_MAX) {
		reject_long(stream, entry);
	} else if (input->only_root && !is_roots(entry)) {
		stream->account.lines++;
		stream->account.ignored++;
	} else if (entry->form != JOURNAL_NOTHING) {
		take_line(t, stream, entry);
	}
}

/* True when there is more at once. */
static bool read_slice(struct log_journal *t)
{
	usec_t end = clock_usec(CLOCK_MONOTONIC) + SLICE_TIME;
	struct journal_record entry;
	int got = 1;

	for (int i = 0; i < SLICE_ENTRIES && got; i++) {
		got = t->reader->ops->next(t->reader, &entry);
		if (got > 0)
			take_entry(t, &entry);
		else if (got < 0 && got != -EBADMSG)
			break;
		if (clock_usec(CLOCK_MONOTONIC) >= end)
			break;
	}
	flush(t);
	if (got < 0 && got != -EBADMSG)
		t->err = got;
	return got > 0 || got == -EBADMSG;
}

/* States. */

static enum log_state state_of(int err)
{
	if (!err)
		return LOG_READING;
	return err == -ENOENT ? LOG_MISSING : err == -EACCES ? LOG_DENIED : LOG_UNREADABLE;
}

static void set_states(struct log_journal *t)
{
	const struct journal_reader *r = t->reader;
	uint64_t turns = r->turns - t->turns;
	/* Between two of journalctl's, or before the first. */
	int err = t->err == -EAGAIN && r->caught_up ? 0 : t->err;

	t->turns = r->turns;
	for (size_t i = 0; i < t->options->input_count; i++) {
		struct log_stream *stream = &t->streams[i];
		stream->account.rotated += turns;
		if (err != -EAGAIN)
			log_stream_set_state(stream, state_of(err), err ? r->why : NULL);
	}
}

static void report(struct log_journal *t, usec_t now, bool all)
{
	set_states(t);
	put_lost(t->feed.sink, now, "journal", t->reader->lost - t->lost);
	t->lost = t->reader->lost;
	for (size_t i = 0; i < t->options->input_count; i++)
		if (log_stream_is_due(&t->streams[i], now, all))
			log_feed_report(&t->feed, &t->streams[i], 0);
}

/* The source. */

static bool read_some(struct log_journal *t, usec_t now)
{
	t->err = t->reader->ops->look(t->reader, now);
	return !t->err && read_slice(t);
}

static int log_journal_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_journal *t = container_of(s, struct log_journal, source);

	log_feed_begin(&t->feed, now, sink);
	bool more = read_some(t, now);
	report(t, now, false);
	return more;
}

static void log_journal_finish(struct source *s, usec_t now, struct event_sink *sink)
{
	struct log_journal *t = container_of(s, struct log_journal, source);

	log_feed_begin(&t->feed, now, sink);
	for (int i = 0; i < SETTLE_SLICES && read_some(t, now); i++)
		;
	report(t, now, true);
}

static void log_journal_refresh(struct source *s)
{
	container_of(s, struct log_journal, source)->reader->due = true;
}

static int log_journal_fd(const struct source *s)
{
	return container_of(s, const struct log_journal, source)->epoll;
}

static bool log_journal_is_pending(const struct source *s)
{
	const struct log_journal *t = container_of(s, const struct log_journal, source);

	return t->reader->from_start && !t->reader->caught_up && (!t->err || t->err == -EAGAIN);
}

static void log_journal_free(struct source *s)
{
	struct log_journal *t = container_of(s, struct log_journal, source);

	if (t->reader)
		t->reader->ops->free(t->reader);
	for (size_t i = 0; i < t->options->input_count; i++)
		log_stream_done(&t->streams[i]);
	if (t->epoll >= 0)
		close(t->epoll);
	free(t->lines);
	free(t);
}

static const struct source_ops ops = {
	.name = "journal",
	.poll = log_journal_poll,
	.finish = log_journal_finish,
	.refresh = log_journal_refresh,
	.fd = log_journal_fd,
	.is_pending = log_journal_is_pending,
	.free = log_journal_free,
};

static int begin(struct log_journal *t)
{
	const struct log_journal_options *o = t->options;
	bool from_start = false;

	t->lines = malloc(LINES_MAX);
	t->reader = o->lib ? journal_read_new(o) : journal_pipe_new(o);
	if (!t->lines || !t->reader)
		return -ENOMEM;
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll < 0)
		return -errno;
	for (size_t i = 0; i < o->input_count; i++) {
		int err = log_stream_init(&t->streams[i], o->inputs[i].label);
		if (err)
			return err;
		t->streams[i].format = o->inputs[i].format;
		from_start |= o->from_start && !o->inputs[i].from_end;
	}
	t->feed.trusted = o->trusted;
	t->feed.others = o->others;
	t->feed.other_count = o->other_count;
	t->reader->epoll = t->epoll;
	t->reader->from_start = from_start;
	t->reader->account = &t->streams[0].account;
	return 0;
}

struct source *log_journal_new(const struct log_journal_options *options, int *ret_err)
{
	struct log_journal *t = calloc(1, sizeof *t);

	*ret_err = -ENOMEM;
	if (!t)
		return NULL;
	t->source.ops = &ops;
	t->options = options;
	t->epoll = -1;
	*ret_err = begin(t);
	if (*ret_err) {
		log_journal_free(&t->source);
		return NULL;
	}
	/* Now, not at the first poll: what is written after the start is new. */
	t->err = t->reader->ops->look(t->reader, clock_now());
	return &t->source;
}

void log_journal_change(struct source *s, struct log_format *const *others, size_t other_count)
{
	struct log_journal *t = container_of(s, struct log_journal, source);

	for (size_t i = 0; i < t->options->input_count; i++) {
		t->streams[i].hint = NULL;
		t->streams[i].vain = 0;
	}
	t->feed.others = others;
	t->feed.other_count = other_count;
}

void log_journal_set_ask(struct source *s, journal_ask_fn *ask, void *ctx)
{
	struct log_journal *t = container_of(s, struct log_journal, source);

	if (!t->options->lib)
		journal_pipe_ask(t->reader, ask, ctx);
}
