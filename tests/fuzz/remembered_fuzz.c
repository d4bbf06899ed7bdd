// SPDX-License-Identifier: MIT
/* Any bytes are console.toml. What was taken of it is written so that it reads as the same again,
 * without a complaint; what is said of the rest can be shown. */
#include "base/text.h"
#include "console/remembered.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check(const struct remembered *r, const struct reason *reason)
{
	require(r->filter_count <= SAVED_FILTERS_MAX && r->theme < 4 && r->tab < 7);
	require(text_is_clean(str_of(reason->text)));
	for (size_t i = 0; i < REMEMBERED_KINDS; i++)
		require(r->columns[i].n <= LAYOUT_COLUMNS_MAX);
	for (size_t i = 0; i < r->filter_count; i++) {
		const struct saved_filter *f = &r->filters[i];
		require(f->name[0] && f->text[0] && text_is_clean(str_of(f->text)));
		require(remembered_filter(r, str_of(f->name)) == f->text);
	}
}

static struct str print(const struct remembered *r)
{
	char *p = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&p, &n);

	require(out != NULL);
	remembered_print(r, out);
	require(fclose(out) == 0);
	return (struct str){p, n};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct remembered first, second;
	struct reason reason;

	first = second = (struct remembered){0};
	remembered_parse(&first, (struct str){(const char *)data, size}, &reason);
	check(&first, &reason);
	struct str written = print(&first);
	require(written.n <= REMEMBERED_MOST);
	remembered_parse(&second, written, &reason);
	require(!reason.text[0] && !second.broken);
	struct str again = print(&second);
	require(str_eq(written, again));
	free((char *)written.p);
	free((char *)again.p);
	return 0;
}
