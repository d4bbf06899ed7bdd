// SPDX-License-Identifier: MIT
#include "record/recorder.h"

#include "event/json_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BATCH_BYTES (256u << 10)

struct recorder {
	struct taker taker; /* first */
	void (*failed)(void *ctx, int err);
	void *ctx;
	gzFile file;
	struct jsonw batch;
	int err; /* of the first failure; nothing is written after it */
};

static bool ends_in_gz(const char *path)
{
	size_t n = strlen(path);

	return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

/* Not a pipe: whoever reads it could stop the program by not reading. Non-blocking, because a FIFO
 * in the file's place would let open(2) wait; a regular file does not mind. */
static int open_target(const struct recorder_options *options)
{
	int how = options->is_new ? O_EXCL : O_TRUNC;
	int fd = open(
		options->path, O_WRONLY | O_CREAT | how | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	struct stat st;

	if (fd < 0)
		return errno == ENXIO ? -EINVAL : -errno;
	if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)))
		return fd;
	close(fd);
	return -EINVAL;
}

static int write_batch(struct recorder *r)
{
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

static void take(struct taker *taker, const struct event *event)
{
	struct recorder *r = (struct recorder *)taker;

	json_put_event(&r->batch, event);
	if (event->kind == EVENT_TICK)
		flush(r);
	else if (r->batch.n >= BATCH_BYTES)
		write_batch(r);
	if (r->err) {
		r->taker.kinds = 0;
		r->failed(r->ctx, r->err);
	}
}

/* Level 1: the writer must keep up with a flood. "T" writes plain text. */
static int open_file(struct recorder *r, const struct recorder_options *options)
{
	int fd = open_target(options);

	if (fd < 0)
		return fd;
	r->file = gzdopen(fd, ends_in_gz(options->path) ? "wb1" : "wbT");
	if (r->file)
		return 0;
	close(fd);
	return -ENOMEM;
}

struct recorder *recorder_new(const struct recorder_options *options, int *ret_err)
{
	struct recorder *r = calloc(1, sizeof *r);

	*ret_err = r ? open_file(r, options) : -ENOMEM;
	if (*ret_err) {
		free(r);
		return NULL;
	}
	r->taker = (struct taker){.name = "recorder", .kinds = TAKER_ALL, .take = take};
	r->failed = options->failed;
	r->ctx = options->ctx;
	return r;
}

struct taker *recorder_taker(struct recorder *r)
{
	return &r->taker;
}

uint64_t recorder_bytes(const struct recorder *r)
{
	z_off_t at = gzoffset(r->file);

	return at > 0 ? (uint64_t)at : 0;
}

int recorder_free(struct recorder *r)
{
	if (!r)
		return 0;
	write_batch(r);
	int closed = gzclose_w(r->file);
	int err = r->err ? r->err : closed == Z_OK ? 0 : -EIO;
	jsonw_done(&r->batch);
	free(r);
	return err;
}
