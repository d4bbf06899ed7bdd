// SPDX-License-Identifier: MIT
#include "record/recording.h"

#include "event/json_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define LINE_MAX_BYTES (512u << 10)
#define TAIL_BYTES     (64u << 10) /* of a plain file, to find its last event in */

/* Reads one line into r->line, or a piece of an over-long one. Returns its length, 0 when there is
 * nothing to parse, -1 at the end. */
static int read_line(struct recording *r, size_t *budget)
{
	z_off_t before = gztell(r->file);

	if (!gzgets(r->file, r->line, (int)LINE_MAX_BYTES))
		return -1;
	/* Not strlen(3): a line may hold NULs. */
	size_t n = (size_t)(gztell(r->file) - before);
	bool newline = n && r->line[n - 1] == '\n', was_cut = r->cut;
	*budget -= n < *budget ? n : *budget;
	/* The last line may be cut off: the writer was killed. */
	r->cut = !newline && !gzeof(r->file);
	if (r->cut || was_cut) {
		r->bad += !r->cut;
		return 0;
	}
	return (int)(n - newline);
}

int recording_parse(struct recording *r, struct str line, struct event *ret_event)
{
	const char *error;

	return record_read(r->reader, line, ret_event, &error);
}

int recording_next_line(struct recording *r, size_t *budget, struct str *ret_line)
{
	int n;

	while (*budget > 0 && (n = read_line(r, budget)) >= 0) {
		if (n == 0)
			continue;
		*ret_line = (struct str){r->line, (size_t)n};
		return 1;
	}
	if (*budget == 0)
		return 0;
	/* A damaged or cut gzip stream ends early: what is gone must not go unsaid. */
	int err = 0;
	gzerror(r->file, &err);
	r->bad += r->cut || (err != Z_OK && err != Z_STREAM_END);
	return -EPIPE;
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
	z_off_t at = gzoffset(r->file);

	return at > 0 ? (uint64_t)at : 0;
}

int recording_rewind(struct recording *r)
{
	gzclearerr(r->file); /* zlib refuses to go back after damage */
	r->cut = false;
	r->bad = 0;
	return gzrewind(r->file) < 0 ? -EIO : 0;
}

/* The first line tells a recording from any other file, before anything is shown. */
static int check_first(struct recording *r, char reason[static SOURCE_REASON_MAX])
{
	const char *error = "the file is empty";
	size_t budget = LINE_MAX_BYTES;
	struct event first;
	int n = read_line(r, &budget);

	if (n >= 0)
		error = "not a JSON object";
	if (n > 0 && record_read(r->reader, (struct str){r->line, (size_t)n}, &first, &error) > 0) {
		r->begin = first.ts;
		return recording_rewind(r);
	}
	snprintf(reason, SOURCE_REASON_MAX,
		"line 1 is not a record of a recording (%s); expected NDJSON as written by "
		"--record",
		error);
	return -EINVAL;
}

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

static void learn_end(struct recording *r, int fd, off_t size)
{
	off_t from = size > (off_t)TAIL_BYTES ? size - (off_t)TAIL_BYTES : 0;

	if (!gzdirect(r->file))
		return;
	ssize_t n = pread(fd, r->line, TAIL_BYTES, from);
	if (n > 0)
		r->end = find_end(r, (size_t)n, from == 0);
}

/* Only a file can be read without waiting for somebody; opening a FIFO would wait at once. */
static int open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static const char *take_file(struct recording *r, int fd)
{
	struct stat st = {0};
	const char *wrong = NULL;

	if (fd < 0)
		return strerror(-fd);
	if (fstat(fd, &st) < 0)
		wrong = strerror(errno);
	else if (S_ISDIR(st.st_mode))
		wrong = strerror(EISDIR);
	else if (!S_ISREG(st.st_mode))
		wrong = "not a regular file";
	else if (!(r->file = gzdopen(fd, "rb")))
		wrong = strerror(ENOMEM);
	if (wrong) {
		close(fd);
		return wrong;
	}
	gzbuffer(r->file, 1u << 18);
	r->size = (uint64_t)st.st_size;
	learn_end(r, fd, st.st_size);
	return NULL;
}

int recording_init(struct recording *r, const char *path, int (*open)(void),
	char reason[static SOURCE_REASON_MAX])
{
	*r = (struct recording){.reader = record_reader_new(), .line = malloc(LINE_MAX_BYTES)};
	if (!r->reader || !r->line) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	const char *wrong = take_file(r, open ? open() : open_path(path));
	if (!wrong)
		return check_first(r, reason);
	snprintf(reason, SOURCE_REASON_MAX, "%s", wrong);
	return -EINVAL;
}

void recording_done(struct recording *r)
{
	if (r->file)
		gzclose_r(r->file);
	record_reader_free(r->reader);
	free(r->line);
	*r = (struct recording){0};
}
