// SPDX-License-Identifier: MIT
#include "fleet/otlp_gzip.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* with gzip's header: zlib.h, deflateInit2 */

int otlp_gzip(struct str body, char **ret_p, size_t *ret_n)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)body.p, .avail_in = (uInt)body.n};

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	size_t cap = deflateBound(&z, body.n);
	char *p = malloc(cap);
	z.next_out = (Bytef *)p;
	z.avail_out = (uInt)cap;
	int result = p ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
	size_t n = z.total_out;
	deflateEnd(&z);
	if (result != Z_STREAM_END) {
		free(p);
		return -ENOMEM;
	}
	*ret_p = p;
	*ret_n = n;
	return 0;
}
