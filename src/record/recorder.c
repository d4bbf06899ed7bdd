// SPDX-License-Identifier: MIT
#include "record/recorder.h"

#include "base/container.h"
#include "event/json_write.h"
#include "record/segments.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define MAX_SIZE_PART 8
#define FURTHER_PART  4
#define BATCH_BYTES   (256u << 10) /* at most, and a part of what a file may have */

struct recorder {
	struct taker taker;              /* first */
	struct event_sink sink;          /* of what a file begins with */
	struct recorder_options options; /* but for its path */
	bool compressed;
	size_t batch_bytes;
	struct segments *segments;
	gzFile file;
	uint64_t before; /* bytes of the files before */
	uint64_t begins; /* bytes of this one that `begun` has put */
	struct jsonw batch;
	int err; /* of the first failure; nothing is written after it */
};

static bool ends_in_gz(const char *path)
{
	size_t n = strlen(path);

	return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

static int write_batch(struct recorder *r)
{
	errno = 0;
	if (!r->err && r->batch.failed)
		r->err = -ENOMEM;
	if (!r->err && r->batch.n && gzwrite(r->file, r->batch.p, (unsigned)r->batch.n) == 0)
		r->err = errno ? -errno : -EIO;
	jsonw_clear(&r->batch);
	return r->err;
}

static int flush(struct recorder *r)
{
	if (write_batch(r) == 0 && gzflush(r->file, Z_SYNC_FLUSH) != Z_OK)
		r->err = errno ? -errno : -EIO;
	return r->err;
}

/* Files. */

static uint64_t bytes_of(gzFile file)
{
	z_off_t at = file ? gzoffset(file) : 0;

	return at > 0 ? (uint64_t)at : 0;
}

static int close_file(struct recorder *r)
{
	if (!r->file)
		return 0;
	errno = 0;
	int closed = gzclose_w(r->file);
	int err = closed == Z_OK ? 0 : errno ? -errno : -EIO;
	r->file = NULL;
	return err;
}

/* Level 1: the writer must keep up with a flood. "T" writes plain text. */
static int use_file(struct recorder *r, int fd)
{
	if (fd < 0)
		return fd;
	gzFile file = gzdopen(fd, r->compressed ? "wb1" : "wbT");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	r->before += bytes_of(r->file);
	int err = close_file(r);
	r->file = file;
	r->begins = 0;
	return err;
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
	r->begins = bytes_of(r->file);
}

/* The old file is whole when the new one begins. */
static void begin_next(struct recorder *r)
{
	r->err = use_file(r, segments_next(r->segments));
	if (!r->err)
		put_beginning(r);
}

/* What it begins with may be larger than all of it may be: each file would be nothing else. */
static bool is_full(const struct recorder *r)
{
	uint64_t most = r->options.max_size, bytes = bytes_of(r->file);

	return most && bytes >= most && bytes - r->begins >= most / FURTHER_PART;
}

static void take(struct taker *taker, const struct event *event)
{
	struct recorder *r = (struct recorder *)taker;
	bool tick = event->kind == EVENT_TICK;

	if (r->err)
		return;
	json_put_event(&r->batch, event);
	if (tick)
		flush(r);
	else if (r->batch.n >= r->batch_bytes)
		write_batch(r);
	else
		return;
	if (!r->err && is_full(r))
		begin_next(r);
	if (r->err) {
		r->taker.kinds = 0;
		r->options.failed(r->options.ctx, r->err);
	}
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
	if (r->err) {
		r->taker.kinds = 0;
		r->options.failed(r->options.ctx, r->err);
	}
	return r->err;
}

/* Its whole life. */

static int open_first(struct recorder *r, const struct recorder_options *options)
{
	int err;

	r->segments = segments_new(options->path, options->files, &err);
	return r->segments ? use_file(r, segments_open(r->segments)) : err;
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
	r->compressed = ends_in_gz(options->path);
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
	return r->before + bytes_of(r->file);
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
	int closed = close_file(r);
	int err = r->err ? r->err : closed;
	segments_free(r->segments);
	jsonw_done(&r->batch);
	free(r);
	return err;
}
