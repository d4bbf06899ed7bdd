// SPDX-License-Identifier: MIT
#include "record/recorder.h"

#include "base/container.h"
#include "base/file.h"
#include "event/json_write.h"
#include "record/outflow.h"
#include "record/outline.h"
#include "record/segment_index.h"
#include "record/segments.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_SIZE_PART 8
#define FURTHER_PART  4
#define BATCH_BYTES   (256u << 10) /* at most, and a part of what a file may have */

struct recorder {
	struct taker taker;              /* first */
	struct event_sink sink;          /* of what a file begins with */
	struct recorder_options options; /* but for its path */
	enum compression compression;
	size_t batch_bytes;
	struct segments *segments;
	struct outflow *file;
	usec_t begun;            /* the first event of this one; 0: none yet */
	struct outline *outline; /* of it; NULL: it gets no index */
	uint64_t before;         /* bytes of the files before */
	uint64_t begins;         /* bytes of this one that `begun` has put */
	struct jsonw batch;
	int err; /* of the first failure; nothing is written after it */
};

static int write_batch(struct recorder *r)
{
	if (!r->err && r->batch.failed)
		r->err = -ENOMEM;
	if (!r->err)
		r->err = outflow_write(r->file, r->batch.p, r->batch.n);
	jsonw_clear(&r->batch);
	return r->err;
}

static int flush(struct recorder *r)
{
	if (write_batch(r) == 0)
		r->err = outflow_flush(r->file);
	return r->err;
}

/* Files. */

static uint64_t bytes_of(const struct recorder *r)
{
	return r->file ? outflow_bytes(r->file) : 0;
}

static int close_file(struct recorder *r)
{
	int err = outflow_close(r->file);

	r->file = NULL;
	return err;
}

static int use_file(struct recorder *r, int fd)
{
	if (fd < 0)
		return fd;
	struct outflow *file = outflow_new(fd, r->compression);
	if (!file)
		return -ENOMEM;
	r->before += bytes_of(r);
	int err = close_file(r);
	r->file = file;
	r->begins = 0;
	r->begun = 0;
	if (r->outline)
		outline_init(r->outline);
	return err;
}

/* Beside the file that was finished last. Nothing depends on it. */
static void write_index(struct recorder *r)
{
	struct segment_print print;
	int fd = segments_last(r->segments);
	char *text = malloc(SEGMENT_INDEX_MAX);
	bool known =
		text && fd >= 0 && r->outline->overview.begin && segment_print_of(fd, &print) == 0;
	int index = known ? segments_beside(r->segments, SEGMENT_INDEX_ENDING) : -1;

	if (index >= 0) {
		size_t n = segment_index_write(&r->outline->overview, &print, text);
		file_write_all(index, text, n);
		close(index);
	}
	if (fd >= 0)
		close(fd);
	free(text);
}

static void put_begun(struct event_sink *sink, const struct event *event)
{
	struct recorder *r = container_of(sink, struct recorder, sink);

	json_put_event(&r->batch, event);
	if (r->batch.n >= r->batch_bytes)
		write_batch(r);
}

/* Flushed, to know how much it begins with. */
static void put_beginning(struct recorder *r)
{
	r->options.begun(r->options.ctx, &r->sink);
	flush(r);
	r->begins = bytes_of(r);
}

/* The old file is whole when the new one begins. */
static void begin_next(struct recorder *r)
{
	r->before += bytes_of(r);
	r->err = close_file(r);
	int fd = segments_next(r->segments);
	if (!r->err && fd >= 0 && r->outline)
		write_index(r);
	if (r->err && fd >= 0)
		close(fd);
	else if (!r->err)
		r->err = use_file(r, fd);
	if (!r->err)
		put_beginning(r);
}

static void fail(struct recorder *r)
{
	r->taker.kinds = 0;
	r->options.failed(r->options.ctx, r->err);
}

/* What it begins with may be larger than all of it may be: each file would be nothing else. */
static bool is_full(const struct recorder *r, usec_t now)
{
	uint64_t most = r->options.max_size, bytes = bytes_of(r);

	if (r->options.max_span && now - r->begun >= r->options.max_span)
		return true;
	return most && bytes >= most && bytes - r->begins >= most / FURTHER_PART;
}

static void take(struct taker *taker, const struct event *event)
{
	struct recorder *r = (struct recorder *)taker;
	bool tick = event->kind == EVENT_TICK;

	if (r->err)
		return;
	if (!r->begun)
		r->begun = event->ts;
	if (r->outline)
		outline_take(r->outline, event);
	json_put_event(&r->batch, event);
	if (tick)
		flush(r);
	else if (r->batch.n >= r->batch_bytes)
		write_batch(r);
	else
		return;
	if (!r->err && is_full(r, event->ts))
		begin_next(r);
	if (r->err)
		fail(r);
}

int recorder_reopen(struct recorder *r)
{
	if (r->err)
		return r->err;
	if (flush(r) == 0) {
		int fd = segments_reopen(r->segments);
		if (fd < 0)
			return fd;
		r->err = use_file(r, fd);
	}
	if (!r->err)
		put_beginning(r);
	if (r->err)
		fail(r);
	return r->err;
}

int recorder_rotate(struct recorder *r)
{
	if (r->err)
		return r->err;
	if (flush(r) == 0)
		begin_next(r);
	if (r->err)
		fail(r);
	return r->err;
}

bool recorder_moved(const struct recorder *r)
{
	return segments_moved(r->segments);
}

int recorder_error(const struct recorder *r)
{
	return r->err;
}

/* Its whole life. */

static int open_first(struct recorder *r, const struct recorder_options *options)
{
	int err;

	r->segments = segments_new(options->path, options->files, &err);
	if (!r->segments)
		return err;
	if (options->indexed && !(r->outline = calloc(1, sizeof *r->outline)))
		return -ENOMEM;
	err = use_file(r, segments_open(r->segments));
	if (!err && options->late)
		put_beginning(r);
	return err ? err : r->err;
}

struct recorder *recorder_new(const struct recorder_options *options, int *ret_err)
{
	struct recorder *r = calloc(1, sizeof *r);

	*ret_err = -ENOMEM;
	if (!r)
		return NULL;
	r->taker = (struct taker){.name = "recorder", .kinds = TAKER_ALL, .take = take};
	r->sink.put = put_begun;
	r->options = *options;
	r->options.path = NULL;
	r->batch_bytes = BATCH_BYTES;
	if (options->max_size && options->max_size / MAX_SIZE_PART < BATCH_BYTES)
		r->batch_bytes = (size_t)options->max_size / MAX_SIZE_PART;
	r->compression = compression_of(options->path);
	*ret_err = open_first(r, options);
	if (*ret_err) {
		recorder_free(r);
		return NULL;
	}
	return r;
}

struct taker *recorder_taker(struct recorder *r)
{
	return &r->taker;
}

uint64_t recorder_bytes(const struct recorder *r)
{
	return r->before + bytes_of(r);
}

uint64_t recorder_deleted(const struct recorder *r)
{
	return segments_deleted(r->segments);
}

int recorder_free(struct recorder *r)
{
	if (!r)
		return 0;
	if (r->file)
		write_batch(r);
	bool whole = r->file && r->outline;
	int closed = close_file(r);
	int err = r->err ? r->err : closed;
	if (whole && !err && segments_finish(r->segments) == 0)
		write_index(r);
	segments_free(r->segments);
	jsonw_done(&r->batch);
	free(r->outline);
	free(r);
	return err;
}
