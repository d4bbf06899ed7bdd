// SPDX-License-Identifier: MIT
#include "record/replay.h"

#include "event/json_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define LINE_MAX_BYTES (512u << 10)
#define BATCH          2048       /* records a poll */
#define POLL_BYTES     (1u << 20) /* and bytes: records may be long, or be none at all */

struct replay {
	struct source source;
	gzFile file; /* reads plain files too */
	struct record_reader *reader;
	char *line;
	double speed;
	usec_t duration;
	usec_t first_ts, last_ts; /* recorded times: of the first event, of the latest */
	usec_t began, polled;     /* wall clock of the first poll, of the latest */
	struct event next;        /* read, and not yet due */
	bool have_next, ended;
	bool cut;      /* in the middle of an over-long line */
	size_t budget; /* bytes that this poll may still read */
	uint64_t bad;  /* records that could not be read and are not yet told */
};

/* Reads one line into r->line, or a piece of an over-long one. Returns its length, 0 when there is
 * nothing to parse, -1 at the end. */
static int read_line(struct replay *r)
{
	z_off_t before = gztell(r->file);

	if (!gzgets(r->file, r->line, (int)LINE_MAX_BYTES))
		return -1;
	/* Not strlen(3): a line may hold NULs. */
	size_t n = (size_t)(gztell(r->file) - before);
	bool newline = n && r->line[n - 1] == '\n', was_cut = r->cut;
	r->budget -= n < r->budget ? n : r->budget;
	/* The last line may be cut off: the writer was killed. */
	r->cut = !newline && !gzeof(r->file);
	if (r->cut || was_cut) {
		r->bad += !r->cut;
		return 0;
	}
	return (int)(n - newline);
}

/* Makes r->next the next event of the file. False at the end, and when the budget is spent. */
static bool read_next(struct replay *r)
{
	const char *error;
	int n;

	while (r->budget > 0 && (n = read_line(r)) >= 0) {
		if (n == 0)
			continue;
		int got =
			record_read(r->reader, (struct str){r->line, (size_t)n}, &r->next, &error);
		if (got < 0)
			r->bad++;
		if (got > 0)
			return r->have_next = true;
	}
	if (r->budget == 0)
		return false;
	/* A damaged or cut gzip stream ends early: what is gone must not go unsaid. */
	int err = 0;
	gzerror(r->file, &err);
	if (r->cut || (err != Z_OK && err != Z_STREAM_END))
		r->bad++;
	r->ended = true;
	return false;
}

static bool is_due(const struct replay *r, usec_t now)
{
	double passed = (double)(r->next.ts - r->first_ts);

	return r->speed <= 0 || passed <= (double)(now - r->began) * r->speed;
}

static void tell_bad(struct replay *r, struct event_sink *sink)
{
	struct event e = event_make(EVENT_LOST, r->last_ts);

	if (!r->bad)
		return;
	e.lost.what = STR_LIT("recording");
	e.lost.n = r->bad;
	r->bad = 0;
	event_put(sink, &e);
}

/* The pace is kept when the clock is set back. Forward, nothing tells that from a pause. */
static void take_clock(struct replay *r, usec_t now)
{
	if (!r->began)
		r->began = now;
	else if (now < r->polled)
		r->began -= r->polled - now;
	r->polled = now;
	r->budget = POLL_BYTES;
}

static int replay_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct replay *r = (struct replay *)s;
	bool due = true;

	take_clock(r, now);
	for (int i = 0; i < BATCH && !r->ended; i++) {
		if (!r->have_next && !read_next(r))
			break;
		if (!r->first_ts)
			r->first_ts = r->next.ts;
		if (r->duration && r->next.ts - r->first_ts > r->duration) {
			r->ended = true;
			break;
		}
		due = is_due(r, now);
		if (!due)
			break;
		r->have_next = false;
		r->last_ts = r->next.ts;
		event_put(sink, &r->next);
	}
	tell_bad(r, sink);
	return r->ended ? -EPIPE : due;
}

static void replay_free(struct source *s)
{
	struct replay *r = (struct replay *)s;

	if (r->file)
		gzclose_r(r->file);
	record_reader_free(r->reader);
	free(r->line);
	free(r);
}

static const struct source_ops replay_ops = {
	.name = "replay",
	.poll = replay_poll,
	.free = replay_free,
};

/* The first line tells a recording from any other file, before anything is shown. */
static int check_first(struct replay *r, char reason[static SOURCE_REASON_MAX])
{
	int n = read_line(r);
	const char *error = n < 0 ? "the file is empty" : "not a JSON object";

	if (n > 0 &&
		record_read(r->reader, (struct str){r->line, (size_t)n}, &r->next, &error) > 0) {
		r->have_next = true;
		return 0;
	}
	snprintf(reason, SOURCE_REASON_MAX,
		"line 1 is no record of a recording (%s); expected NDJSON as written by --record",
		error);
	return -EINVAL;
}

/* Only a file can be read without waiting for somebody; opening a FIFO would wait at once. */
static const char *open_file(struct replay *r, const char *path)
{
	struct stat st = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *wrong = NULL;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st) < 0)
		wrong = strerror(errno);
	else if (S_ISDIR(st.st_mode))
		wrong = strerror(EISDIR);
	else if (!S_ISREG(st.st_mode))
		wrong = "not a file; expected one, as written by --record";
	else if (!(r->file = gzdopen(fd, "rb")))
		wrong = strerror(ENOMEM);
	if (wrong)
		close(fd);
	return wrong;
}

struct source *replay_new(
	const struct replay_options *options, char reason[static SOURCE_REASON_MAX])
{
	struct replay *r = calloc(1, sizeof *r);

	if (!r)
		goto no_memory;
	r->source.ops = &replay_ops;
	r->speed = options->speed;
	r->duration = options->duration;
	r->reader = record_reader_new();
	r->line = malloc(LINE_MAX_BYTES);
	if (!r->reader || !r->line)
		goto no_memory;
	const char *wrong = open_file(r, options->path);
	if (wrong) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", wrong);
		goto fail;
	}
	gzbuffer(r->file, 1u << 18);
	if (check_first(r, reason) < 0)
		goto fail;
	return &r->source;

no_memory:
	snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
fail:
	if (r)
		replay_free(&r->source);
	return NULL;
}
