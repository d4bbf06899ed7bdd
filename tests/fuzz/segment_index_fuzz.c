// SPDX-License-Identifier: MIT
/* Any bytes are an index: what is taken of it can be drawn, merged and written, and is the same
 * when it is read again. */
#include "record/outline.h"
#include "record/segment_index.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check(const struct overview *o)
{
	require(o->whole && o->begin > 0 && o->begin <= o->end && o->end < USEC_LIMIT);
	require(o->width > 0 && o->moment_count <= OVERVIEW_MOMENTS);
	for (uint32_t i = 0; i < o->moment_count; i++) {
		require(text_is_clean(str_of(o->moments[i].name)));
		require(!i || o->moments[i - 1].at <= o->moments[i].at);
	}
	overview_between(o, o->begin, o->end);
}

static void read_again(const struct overview *o, const struct segment_print *print)
{
	static struct overview again;
	static char text[SEGMENT_INDEX_MAX];
	struct segment_print same;
	size_t n = segment_index_write(o, print, text);

	require(n < sizeof text);
	require(segment_index_read((struct str){text, n}, &again, &same));
	require(same.size == print->size && same.crc == print->crc);
	require(again.begin == o->begin && again.end == o->end && again.width == o->width);
	require(memcmp(again.parts, o->parts, sizeof o->parts) == 0);
	require(again.moment_count == o->moment_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct overview o;
	static struct outline all;
	struct segment_print print;

	if (!segment_index_read((struct str){(const char *)data, size}, &o, &print))
		return 0;
	check(&o);
	read_again(&o, &print);
	outline_init(&all);
	outline_merge(&all, &o);
	require(all.overview.end == o.end);
	return 0;
}
