// SPDX-License-Identifier: MIT
/* Any bytes are what was downloaded packed. What comes of it is no more than is asked for. */
#include "enrich/gunzip.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST (1u << 20)

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int from = memfd_create("from", MFD_CLOEXEC), to = memfd_create("to", MFD_CLOEXEC);
	struct stat st;

	require(from >= 0 && to >= 0);
	require(write(from, data, size) == (ssize_t)size);
	int err = gunzip(from, to, MOST, NULL, NULL);
	require(err == 0 || err == -EBADMSG || err == -EFBIG);
	require(fstat(to, &st) == 0 && st.st_size <= (off_t)MOST);
	require(err != 0 || gunzip_is_packed(from));
	close(from);
	close(to);
	return 0;
}
