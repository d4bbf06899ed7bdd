// SPDX-License-Identifier: MIT
#include "record/outflow.h"

#include "base/file.h"
#include "base/str.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define LEVEL 1

struct outflow {
	int fd;         /* zstd's; zlib has its own; -1 */
	gzFile gz;      /* gzip and plain; NULL: zstd */
	ZSTD_CCtx *ctx; /* zstd */
	unsigned char *out;
	size_t room;
	uint64_t bytes; /* zstd: that were written */
};

static bool ends_in(struct str name, struct str end)
{
	return name.n > end.n && str_eq(str_skip(name, name.n - end.n), end);
}

enum compression compression_of(const char *name)
{
	if (ends_in(str_of(name), STR_LIT(".gz")))
		return COMPRESSION_GZIP;
	return ends_in(str_of(name), STR_LIT(".zst")) ? COMPRESSION_ZSTD : COMPRESSION_NONE;
}

const char *compression_ending(enum compression how)
{
	static const char *const endings[] = {[COMPRESSION_NONE] = ".ndjson",
		[COMPRESSION_GZIP] = ".ndjson.gz",
		[COMPRESSION_ZSTD] = ".ndjson.zst"};

	return endings[how];
}

static bool open_zstd(struct outflow *f)
{
	f->ctx = ZSTD_createCCtx();
	f->room = ZSTD_CStreamOutSize();
	f->out = malloc(f->room);
	return f->ctx && f->out &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(f->ctx, ZSTD_c_compressionLevel, LEVEL)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(f->ctx, ZSTD_c_checksumFlag, 1));
}

static void drop(struct outflow *f)
{
	if (f->fd >= 0)
		close(f->fd);
	ZSTD_freeCCtx(f->ctx);
	free(f->out);
	free(f);
}

/* "T" writes plain text. */
struct outflow *outflow_new(int fd, enum compression how)
{
	struct outflow *f = calloc(1, sizeof *f);

	if (!f) {
		close(fd);
		return NULL;
	}
	f->fd = fd;
	if (how == COMPRESSION_ZSTD && open_zstd(f))
		return f;
	if (how != COMPRESSION_ZSTD &&
		(f->gz = gzdopen(fd, how == COMPRESSION_GZIP ? "wb1" : "wbT"))) {
		f->fd = -1;
		return f;
	}
	drop(f);
	return NULL;
}

static int put_zstd(struct outflow *f, const void *p, size_t n, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = {p, n, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {f->out, f->room, 0};
		left = ZSTD_compressStream2(f->ctx, &out, &in, how);
		if (ZSTD_isError(left))
			return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation ? -ENOMEM
										       : -EIO;
		int err = file_write_all(f->fd, f->out, out.pos);
		if (err)
			return err;
		f->bytes += out.pos;
	} while (how == ZSTD_e_continue ? in.pos < in.size : left != 0);
	return 0;
}

int outflow_write(struct outflow *f, const void *p, size_t n)
{
	if (!n)
		return 0;
	if (!f->gz)
		return put_zstd(f, p, n, ZSTD_e_continue);
	errno = 0;
	if (gzwrite(f->gz, p, (unsigned)n) > 0)
		return 0;
	return errno ? -errno : -EIO;
}

int outflow_flush(struct outflow *f)
{
	if (!f->gz)
		return put_zstd(f, NULL, 0, ZSTD_e_flush);
	errno = 0;
	if (gzflush(f->gz, Z_SYNC_FLUSH) == Z_OK)
		return 0;
	return errno ? -errno : -EIO;
}

uint64_t outflow_bytes(const struct outflow *f)
{
	z_off_t at = f->gz ? gzoffset(f->gz) : 0;

	return f->gz ? at > 0 ? (uint64_t)at : 0 : f->bytes;
}

int outflow_close(struct outflow *f)
{
	int err = 0;

	if (!f)
		return 0;
	if (f->gz) {
		errno = 0;
		if (gzclose_w(f->gz) != Z_OK)
			err = errno ? -errno : -EIO;
	} else {
		err = put_zstd(f, NULL, 0, ZSTD_e_end);
		if (close(f->fd) < 0 && !err)
			err = -errno;
		f->fd = -1;
	}
	drop(f);
	return err;
}
