// SPDX-License-Identifier: MIT
#include "source/replay.h"

#include "source/record_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define LINE_MAX_BYTES (512u << 10)
#define BATCH          2048 /* records a poll */

struct replay {
	struct source source;
	gzFile file; /* reads plain files too */
	struct record_reader *reader;
	char *line;
	double speed;
	usec_t duration;
	usec_t first_ts, last_ts; /* recorded times: of the first event, of the latest */
	usec_t began;             /* wall clock of the first poll */
	struct event next;        /* read, and not yet due */
	bool have_next, ended;
	uint64_t bad; /* records that could not be read and are not yet told */
};

/* Reads one line into r->line. Returns its length, 0 for an over-long one (passed over and
 * counted), -1 at the end. */
static int read_line(struct replay *r)
{
	bool cut = false;

	for (;;) {
		if (!gzgets(r->file, r->line, (int)LINE_MAX_BYTES))
			return -1;
		size_t n = strlen(r->line);
		if (n && r->line[n - 1] == '\n') {
			if (cut)
				r->bad++;
			return cut ? 0 : (int)n - 1;
		}
		if (gzeof(r->file)) /* the last line, cut off when the writer was killed */
			return cut ? -1 : (int)n;
		cut = true;
	}
}

/* Makes r->next the next event of the file. False at the end. */
static bool read_next(struct replay *r)
{
	const char *error;
	int n;

	while ((n = read_line(r)) >= 0) {
		if (n == 0)
			continue;
		int got =
			record_read(r->reader, (struct str){r->line, (size_t)n}, &r->next, &error);
		if (got < 0)
			r->bad++;
		if (got > 0)
			return r->have_next = true;
	}
	/* A damaged or cut gzip stream ends early: what is gone must not go unsaid. */
	int err = 0;
	gzerror(r->file, &err);
	if (err != Z_OK && err != Z_STREAM_END)
		r->bad++;
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

static int replay_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct replay *r = (struct replay *)s;

	if (!r->began)
		r->began = now;
	for (int i = 0; i < BATCH && !r->ended; i++) {
		if (!r->have_next && !read_next(r))
			r->ended = true;
		if (r->ended)
			break;
		if (!r->first_ts)
			r->first_ts = r->next.ts;
		if (r->duration && r->next.ts - r->first_ts > r->duration) {
			r->ended = true;
			break;
		}
		if (!is_due(r, now)) {
			tell_bad(r, sink);
			return 0;
		}
		r->have_next = false;
		r->last_ts = r->next.ts;
		event_put(sink, &r->next);
	}
	tell_bad(r, sink);
	return r->ended ? -EPIPE : 1;
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
	const char *error = "the file is empty";
	int n = read_line(r);

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
	errno = 0;
	r->file = gzopen(options->path, "rbe");
	if (!r->file) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(errno ? errno : ENOMEM));
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
