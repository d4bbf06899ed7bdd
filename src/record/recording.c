// SPDX-License-Identifier: MIT
#include "record/recording.h"

#include "event/json_read.h"
#include "record/inflow.h"
#include "record/segment_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES (512u << 10)
#define TAIL_BYTES     (64u << 10)  /* of a plain file, to find its last event in */
#define GAP_MOST       USEC_PER_SEC /* between files that follow each other */

/* Reads one line into r->line, or a piece of an over-long one. Returns its length, 0 when there is
 * nothing to parse, -1 at the end. */
static int read_line(struct recording *r, size_t *budget)
{
	ssize_t got = inflow_line(r->in, r->line, LINE_MAX_BYTES);

	if (got < 0)
		return -1;
	size_t n = (size_t)got;
	bool newline = n && r->line[n - 1] == '\n', was_cut = r->cut;
	*budget -= n < *budget ? n : *budget;
	/* The last line may be cut off: the writer was killed. */
	r->cut = !newline && !inflow_is_at_end(r->in);
	if (r->cut || was_cut) {
		r->bad += !r->cut;
		return 0;
	}
	return (int)(n - newline);
}

int recording_parse(struct recording *r, struct str line, struct event *ret_event)
{
	const char *error;
	int got = record_read(r->reader, line, ret_event, &error);

	if (got > 0 && ret_event->ts > r->last)
		r->last = ret_event->ts;
	return got;
}

/* Files. */

static bool is_series(const struct recording *r)
{
	return r->series.dir >= 0;
}

/* The first line tells a recording from any other file, before anything is shown. */
static int read_start(struct recording *r, struct recording_start *ret, const char **ret_error)
{
	size_t budget = LINE_MAX_BYTES;
	struct event e;
	int n = read_line(r, &budget);

	*ret_error = n >= 0                     ? "not a JSON object"
		     : inflow_is_damaged(r->in) ? "its compression is damaged"
						: "the file is empty";
	if (n <= 0 || record_read(r->reader, (struct str){r->line, (size_t)n}, &e, ret_error) <= 0)
		return -EINVAL;
	*ret = (struct recording_start){e.ts, ABSENT, ABSENT};
	if (e.kind == EVENT_START) {
		ret->seed = e.start.seed;
		ret->picture = e.start.picture;
	}
	return inflow_rewind(r->in);
}

static int use_file(struct recording *r, int fd)
{
	inflow_free(r->in);
	r->in = inflow_new(fd);
	r->cut = false;
	r->last = 0;
	r->skip = 0;
	return r->in ? 0 : -ENOMEM;
}

static int open_file(struct recording *r, size_t i)
{
	const char *error;
	int fd = series_open(&r->series, i, "");

	r->at = i;
	int err = fd < 0 ? fd : use_file(r, fd);
	return err ? err : read_start(r, &r->start, &error);
}

static bool follows(
	const struct recording_start *s, const struct recording_start *before, usec_t last)
{
	return s->seed != ABSENT && s->seed == before->seed && s->picture != ABSENT &&
	       s->at >= last && s->at - last <= GAP_MOST;
}

/* False: there is none, or none that can still be read. */
static bool next_file(struct recording *r)
{
	const struct recording_start before = r->start;
	usec_t last = r->last;
	bool missed = false;

	while (is_series(r) && r->at + 1 < r->series.n) {
		if (open_file(r, r->at + 1) == 0) {
			if (!missed && follows(&r->start, &before, last))
				r->skip = r->start.picture + 1;
			else
				r->anew = true;
			return true;
		}
		r->bad++;
		missed = true;
	}
	return false;
}

/* Of those that nobody reads whole. */
static void note_time(struct recording *r, struct str line)
{
	enum event_kind kind;
	usec_t at;

	if (is_series(r) && record_peek(line, &kind, &at) && at > r->last)
		r->last = at;
}

int recording_next_line(struct recording *r, size_t *budget, struct str *ret_line)
{
	while (*budget > 0) {
		int n = read_line(r, budget);
		if (n > 0 && r->skip > 0) {
			r->skip--;
		} else if (n > 0) {
			*ret_line = (struct str){r->line, (size_t)n};
			note_time(r, *ret_line);
			return 1;
		} else if (n < 0) {
			/* A damaged or cut stream ends early: what is gone must not go unsaid. */
			r->bad += r->cut || r->skip > 0 || inflow_is_damaged(r->in);
			if (!next_file(r))
				return -EPIPE;
		}
	}
	return 0;
}

int recording_next(struct recording *r, size_t *budget, struct event *ret_event)
{
	struct str line;
	int got;

	while ((got = recording_next_line(r, budget, &line)) > 0) {
		int parsed = recording_parse(r, line, ret_event);
		if (parsed > 0)
			return 1;
		r->bad += parsed < 0;
	}
	return got;
}

uint64_t recording_read(const struct recording *r)
{
	uint64_t before = 0;

	for (size_t i = 0; i < r->at && i < r->series.n; i++)
		before += r->series.files[i].size;
	return before + (r->in ? inflow_taken(r->in) : 0);
}

/* The end. */

/* Looks for the last event from the end of the file; the line may be cut off, or no event. A line
 * whose beginning is not among the bytes is none. */
static usec_t find_end(struct recording *r, size_t n, bool whole)
{
	struct event last;

	for (size_t to = n, from; to > 0; to = from - 1) {
		for (from = to; from > 0 && r->line[from - 1] != '\n';)
			from--;
		if (from == 0 && !whole)
			return 0;
		if (to > from &&
			recording_parse(r, (struct str){r->line + from, to - from}, &last) > 0)
			return last.ts;
		if (from == 0)
			return 0;
	}
	return 0;
}

static usec_t end_of_plain(struct recording *r, int fd)
{
	struct stat st;

	if (!inflow_is_plain(r->in) || fstat(fd, &st) < 0)
		return 0;
	off_t from = st.st_size > (off_t)TAIL_BYTES ? st.st_size - (off_t)TAIL_BYTES : 0;
	ssize_t n = pread(fd, r->line, TAIL_BYTES, from);
	return n > 0 ? find_end(r, (size_t)n, from == 0) : 0;
}

/* Opening. */

/* Only a file can be read without waiting for somebody; opening a FIFO would wait at once. */
static int open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static int refuse(char reason[static SOURCE_REASON_MAX], int err, const char *wrong)
{
	snprintf(reason, SOURCE_REASON_MAX, "%s", wrong);
	return err;
}

static int take_file(struct recording *r, int fd, char reason[static SOURCE_REASON_MAX])
{
	const char *error;
	int again = fcntl(fd, F_DUPFD_CLOEXEC, 0), err = use_file(r, fd);

	if (err || again < 0) {
		if (again >= 0)
			close(again);
		return refuse(reason, -ENOMEM, strerror(err ? ENOMEM : EMFILE));
	}
	struct stat st;
	r->size = fstat(again, &st) == 0 ? (uint64_t)st.st_size : 0;
	err = read_start(r, &r->start, &error);
	if (!err)
		r->end = end_of_plain(r, again);
	close(again);
	r->begin = r->start.at;
	if (err)
		snprintf(reason, SOURCE_REASON_MAX,
			"line 1 is not a record of a recording (%s); expected NDJSON as written by "
			"--record",
			error);
	return err;
}

/* The end of the last one: of a file that is not compressed, or as its index says. */
static usec_t end_of_series(struct recording *r)
{
	int fd = series_open(&r->series, r->series.n - 1, "");
	struct overview *o = malloc(sizeof *o);
	usec_t end = 0;

	if (fd >= 0 && o && recording_overview(r, o))
		end = o->end;
	else if (fd >= 0)
		end = end_of_plain(r, fd);
	if (fd >= 0)
		close(fd);
	free(o);
	return end;
}

static int take_series(struct recording *r, int dir, char reason[static SOURCE_REASON_MAX])
{
	int err = series_list(&r->series, dir);

	if (err)
		return refuse(reason, err, strerror(-err));
	for (size_t i = 0; i < r->series.n; i++) {
		struct series_file *f = &r->series.files[i];
		if (open_file(r, i) == 0)
			f->begin = r->start.at;
		else
			r->bad += series_is_meant(f);
	}
	series_sort(&r->series);
	if (!r->series.n)
		return refuse(reason, -EINVAL,
			"no file of this directory is a recording; expected NDJSON as written by "
			"--record");
	if (open_file(r, r->series.n - 1) == 0)
		r->end = end_of_series(r);
	for (size_t i = 0; i < r->series.n; i++)
		r->size += r->series.files[i].size;
	r->begin = r->series.files[0].begin;
	err = open_file(r, 0);
	return err ? refuse(reason, err, strerror(-err)) : 0;
}

static int take(struct recording *r, int fd, char reason[static SOURCE_REASON_MAX])
{
	struct stat st;

	if (fd < 0)
		return refuse(reason, -EINVAL, strerror(-fd));
	int err = fstat(fd, &st) < 0 ? -errno : 0;
	if (!err && S_ISDIR(st.st_mode))
		return take_series(r, fd, reason);
	if (!err && S_ISREG(st.st_mode))
		return take_file(r, fd, reason);
	close(fd);
	return refuse(reason, -EINVAL, err ? strerror(-err) : "not a regular file");
}

int recording_init(struct recording *r, const char *path, int (*open)(void),
	char reason[static SOURCE_REASON_MAX])
{
	*r = (struct recording){.reader = record_reader_new(),
		.line = malloc(LINE_MAX_BYTES),
		.series = {.dir = -1}};
	if (!r->reader || !r->line)
		return refuse(reason, -ENOMEM, strerror(ENOMEM));
	int err = take(r, open ? open() : open_path(path), reason);
	return err && err != -ENOMEM ? -EINVAL : err;
}

void recording_done(struct recording *r)
{
	inflow_free(r->in);
	record_reader_free(r->reader);
	free(r->line);
	series_done(&r->series);
	*r = (struct recording){.series = {.dir = -1}};
}

/* Going elsewhere. */

int recording_go(struct recording *r, usec_t at)
{
	r->bad = 0;
	r->anew = false;
	if (is_series(r))
		return open_file(r, series_find(&r->series, at));
	r->cut = false;
	return inflow_rewind(r->in);
}

usec_t recording_begin_of(const struct recording *r, usec_t at)
{
	return is_series(r) ? r->series.files[series_find(&r->series, at)].begin : r->begin;
}

/* One file on, the reading goes on where it is. */
bool recording_is_far(const struct recording *r, usec_t at)
{
	return is_series(r) && series_find(&r->series, at) > r->at + 1;
}

bool recording_overview(const struct recording *r, struct overview *ret)
{
	if (!is_series(r))
		return false;
	int fd = series_open(&r->series, r->at, "");
	int index = series_open(&r->series, r->at, SEGMENT_INDEX_ENDING);
	bool good = fd >= 0 && index >= 0 && segment_index_of(index, fd, r->start.at, ret);

	/* One that reaches into the next file is of no use. */
	if (good && r->at + 1 < r->series.n)
		good = ret->end <= r->series.files[r->at + 1].begin + GAP_MOST;
	if (fd >= 0)
		close(fd);
	if (index >= 0)
		close(index);
	return good;
}

bool recording_skip(struct recording *r, usec_t end)
{
	r->last = end;
	return next_file(r);
}
