// SPDX-License-Identifier: MIT
/* Any bytes are a config file: as TOML by itself, and as one that sets options. */
#include "base/text.h"
#include "app/option_setup.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_text(const struct toml_value *v)
{
	require(v->type == TOML_STRING || v->type == TOML_NUMBER || v->type == TOML_BOOL);
	require(v->type != TOML_STRING || v->text.n <= TOML_TEXT_MAX);
	require(v->text.n == 0 || !memchr(v->text.p, '\0', v->text.n));
}

static int take(void *ctx, int line, const char *path, int table, const struct toml_value *v)
{
	int *last = ctx;

	require(line >= *last && table >= 0);
	*last = line;
	require(path[0] && strlen(path) < TOML_PATH_MAX && text_is_clean(str_of(path)));
	if (v->type != TOML_ARRAY)
		check_text(v);
	for (size_t i = 0; v->type == TOML_ARRAY && i < v->count; i++)
		check_text(&v->items[i]);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct toml_error error = {0};
	struct options_state options;
	int last = 1, err = toml_parse(text, take, &last, &error);

	require(err == 0 || (err == -EINVAL && error.line >= 1 && error.text[0]));
	options_init(&options, option_setup());
	err = options_read_text(&options, "fuzz", text);
	require((err == 0) == !options.error[0]);
	options_done(&options);
	return 0;
}
