// SPDX-License-Identifier: MIT
#include "record/inflow.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define CHUNK       (256u << 10)
#define WINDOW_LOG  24           /* zstd: 16 MiB; what is written here has half a MiB */
#define EMPTY_MAX   (1u << 20)   /* bytes in a row that bring nothing */
#define SWELL_FREE  (256u << 20) /* bytes that may come out of anything */
#define SWELL_RATIO 2000         /* beyond: as many for each that went in; gzip cannot do more */

struct unzstd {
	ZSTD_DCtx *ctx;
	unsigned char *in, *out; /* CHUNK bytes each */
	ZSTD_inBuffer unread;    /* of in */
	size_t first, filled;    /* of out: what was not handed out yet */
	uint64_t taken, given;   /* bytes of the file, and of what it holds */
	bool amid;               /* a frame has begun, and not ended */
};

struct inflow {
	int fd;    /* zstd's; zlib has its own; -1 */
	gzFile gz; /* gzip and plain; NULL: zstd */
	struct unzstd z;
	bool ended, damaged;
};

/* RFC 8878, 3.1.1: the magic number of a frame, or of one that is skipped. */
static bool is_zstd(int fd)
{
	unsigned char b[4];

	if (pread(fd, b, sizeof b, 0) != sizeof b)
		return false;
	if (b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18)
		return b[0] >> 4 == 5;
	return b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
}

static bool open_zstd(struct inflow *f)
{
	f->z.ctx = ZSTD_createDCtx();
	f->z.in = malloc(CHUNK);
	f->z.out = malloc(CHUNK);
	return f->z.ctx && f->z.in && f->z.out &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(f->z.ctx, ZSTD_d_windowLogMax, WINDOW_LOG));
}

struct inflow *inflow_new(int fd)
{
	struct inflow *f = calloc(1, sizeof *f);
	bool opened = false;

	if (!f) {
		close(fd);
		return NULL;
	}
	f->fd = fd;
	if (is_zstd(fd)) {
		opened = open_zstd(f);
	} else if ((f->gz = gzdopen(fd, "rb"))) {
		f->fd = -1;
		opened = gzbuffer(f->gz, CHUNK) == 0;
	}
	if (opened)
		return f;
	inflow_free(f);
	return NULL;
}

void inflow_free(struct inflow *f)
{
	if (!f)
		return;
	if (f->gz)
		gzclose_r(f->gz);
	if (f->fd >= 0)
		close(f->fd);
	ZSTD_freeDCtx(f->z.ctx);
	free(f->z.in);
	free(f->z.out);
	free(f);
}

static bool is_swollen(uint64_t taken, uint64_t given)
{
	return given > SWELL_FREE && given / SWELL_RATIO > taken;
}

static void end(struct inflow *f, bool damaged)
{
	f->ended = true;
	f->damaged |= damaged;
}

/* zstd. */

static bool read_chunk(struct inflow *f)
{
	ssize_t n;

	do
		n = read(f->fd, f->z.in, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		end(f, n < 0 || f->z.amid);
		return false;
	}
	f->z.unread = (ZSTD_inBuffer){f->z.in, (size_t)n, 0};
	f->z.taken += (uint64_t)n;
	return true;
}

static void unpack(struct inflow *f)
{
	ZSTD_outBuffer out = {f->z.out, CHUNK, 0};
	size_t left = ZSTD_decompressStream(f->z.ctx, &out, &f->z.unread);

	f->z.first = 0;
	f->z.filled = out.pos;
	f->z.given += out.pos;
	if (ZSTD_isError(left) || is_swollen(f->z.taken, f->z.given))
		end(f, true);
	else
		f->z.amid = left != 0;
}

/* True when there is something to be handed out. */
static bool fill(struct inflow *f)
{
	uint64_t from = f->z.taken;

	while (f->z.first == f->z.filled && !f->ended) {
		/* A full buffer may have left something inside, though all was read. */
		bool more = f->z.unread.pos < f->z.unread.size || f->z.filled == CHUNK;
		if (!more && !read_chunk(f))
			break;
		unpack(f);
		if (!f->z.filled && f->z.taken - from > EMPTY_MAX)
			end(f, true);
	}
	return f->z.first < f->z.filled;
}

static ssize_t line_zstd(struct inflow *f, char *buf, size_t cap)
{
	size_t n = 0;
	bool whole = false;

	while (!whole && n < cap - 1 && fill(f)) {
		const unsigned char *from = f->z.out + f->z.first;
		size_t most = f->z.filled - f->z.first;
		if (most > cap - 1 - n)
			most = cap - 1 - n;
		const unsigned char *newline = memchr(from, '\n', most);
		size_t take = newline ? (size_t)(newline - from) + 1 : most;
		memcpy(buf + n, from, take);
		f->z.first += take;
		n += take;
		whole = newline != NULL;
	}
	return n ? (ssize_t)n : -1;
}

/* gzip, and what is not compressed. */

static ssize_t line_gz(struct inflow *f, char *buf, size_t cap)
{
	z_off_t before = gztell(f->gz);

	if (f->damaged || !gzgets(f->gz, buf, (int)cap))
		return -1;
	z_off_t at = gztell(f->gz), taken = gzoffset(f->gz);
	if (at > 0 && !gzdirect(f->gz))
		f->damaged = is_swollen(taken > 0 ? (uint64_t)taken : 0, (uint64_t)at);
	/* Not strlen(3): a line may hold NULs. */
	return (ssize_t)(at - before);
}

ssize_t inflow_line(struct inflow *f, char *buf, size_t cap)
{
	return f->gz ? line_gz(f, buf, cap) : line_zstd(f, buf, cap);
}

bool inflow_is_at_end(const struct inflow *f)
{
	return f->gz ? gzeof(f->gz) || f->damaged : f->ended && f->z.first == f->z.filled;
}

bool inflow_is_damaged(const struct inflow *f)
{
	int err = Z_OK;

	if (f->gz)
		gzerror(f->gz, &err);
	return f->damaged || (err != Z_OK && err != Z_STREAM_END);
}

bool inflow_is_plain(const struct inflow *f)
{
	return f->gz && gzdirect(f->gz);
}

uint64_t inflow_taken(const struct inflow *f)
{
	z_off_t at = f->gz ? gzoffset(f->gz) : (z_off_t)f->z.taken;

	return at > 0 ? (uint64_t)at : 0;
}

int inflow_rewind(struct inflow *f)
{
	f->ended = f->damaged = false;
	if (f->gz) {
		gzclearerr(f->gz); /* zlib refuses to go back after damage */
		return gzrewind(f->gz) < 0 ? -EIO : 0;
	}
	f->z.unread = (ZSTD_inBuffer){0};
	f->z.first = f->z.filled = 0;
	f->z.taken = f->z.given = 0;
	f->z.amid = false;
	if (ZSTD_isError(ZSTD_DCtx_reset(f->z.ctx, ZSTD_reset_session_only)))
		return -EIO;
	return lseek(f->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}
