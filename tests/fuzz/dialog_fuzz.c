// SPDX-License-Identifier: MIT
/* Any bytes are a filter that is taken apart into the dialog's fields and put together again, and
 * what somebody types into these. Taken apart, it says the same as before: it compiles, and a
 * second time nothing changes any more. */
#include "base/text.h"
#include "console/dialog_text.h"
#include "detect/flag_defs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct filter_env env = {
	.flag_at = flag_name_at, .utc_offset = 3600, .has_mark = true};

static void require(int holds)
{
	if (!holds)
		abort();
}

static void take_apart(const struct filter *f)
{
	struct dialog_values values, again;
	char text[FILTER_TEXT_MAX], twice[FILTER_TEXT_MAX];
	struct filter_error error;
	struct filter second;

	dialog_read(&values, f);
	if (dialog_write(&values, text) < 0)
		return; /* "a" of a field takes fewer bytes than "field:a" */
	require(filter_compile(&second, str_of(text), &env, &error) == 0);
	require(second.count == f->count && second.item_count == f->item_count);
	dialog_read(&again, &second);
	require(memcmp(&values, &again, sizeof values) == 0);
	require(dialog_write(&again, twice) == 0 && strcmp(text, twice) == 0);
}

/* A line for each field. */
static void type(struct str bytes)
{
	struct dialog_values values = {0};
	char text[FILTER_TEXT_MAX] = "x";

	for (int i = 0; i < DIALOG_FIELDS && bytes.n; i++) {
		const char *end = memchr(bytes.p, '\n', bytes.n);
		size_t n = end ? (size_t)(end - bytes.p) : bytes.n;
		text_copy(values.at[i], sizeof values.at[i], (struct str){bytes.p, n});
		bytes = str_skip(bytes, n + !!end);
	}
	int err = dialog_write(&values, text);
	require(memchr(text, '\0', sizeof text) != NULL);
	require(err == 0 || strcmp(text, "x") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct filter_error error;
	struct filter f;

	if (filter_compile(&f, text, &env, &error) == 0)
		take_apart(&f);
	type(text);
	return 0;
}
