// SPDX-License-Identifier: MIT
#include "enrich/gunzip.h"

#include "base/file.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#define PIECE (64u << 10)

bool gunzip_is_packed(int fd)
{
	unsigned char magic[2];

	return pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1f &&
	       magic[1] == 0x8b;
}

/* Unpacks what stands in z's input. 1: the end was met; 0: it wants more; or a negative errno. */
static int unpack(z_stream *z, int to, uint64_t *left)
{
	static unsigned char out[PIECE];
	int got;

	do {
		z->next_out = out;
		z->avail_out = sizeof out;
		got = inflate(z, Z_NO_FLUSH);
		if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
			return got == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
		size_t n = sizeof out - z->avail_out;
		if (n > *left)
			return -EFBIG;
		*left -= n;
		int err = file_write_all(to, out, n);
		if (err)
			return err;
	} while (got == Z_OK && (z->avail_in || !z->avail_out));
	return got == Z_STREAM_END;
}

/* One gzip member; what may follow it is left alone. */
static int unpack_all(z_stream *z, int from, int to, uint64_t most, gunzip_fn *fn, void *ctx)
{
	static unsigned char in[PIECE];
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(from, in, sizeof in, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += n;
		z->next_in = in;
		z->avail_in = (uInt)n;
		int got = unpack(z, to, &most);
		if (got)
			return got < 0 ? got : 0;
		if (fn && !fn(ctx, (uint64_t)at))
			return -ECANCELED;
	}
}

int gunzip(int from, int to, uint64_t most, gunzip_fn *fn, void *ctx)
{
	z_stream z = {0};

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) /* 16: gzip's wrapping, with its checksum */
		return -ENOMEM;
	int err = unpack_all(&z, from, to, most, fn, ctx);
	inflateEnd(&z);
	return err;
}
