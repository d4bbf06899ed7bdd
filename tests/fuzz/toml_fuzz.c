// SPDX-License-Identifier: MIT
/* Any bytes are a config file: as TOML by itself, and as one that sets options. */
#include "app/option_setup.h"
#include "base/text.h"
#include "base/toml.h"
#include "config/duration.h"
#include "config/options.h"

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

/* A table that takes any key, as [keys] and [filters] do. */
static int take_name(
	void *values, struct str name, struct str text, char why[static OPTION_WHY_MAX])
{
	(void)values;
	why[0] = '\0';
	require(name.n && !memchr(name.p, '.', name.n) && text_is_clean(name));
	if (str_starts(name, STR_LIT("no")))
		return -ENOENT;
	return text.n > 8 ? -EINVAL : 0;
}

static void set_options(struct str text)
{
	const struct option_table tables[] = {
		{.section = "keys", .take = take_name, .takes_lists = true},
		{.section = "filters", .take = take_name},
	};
	struct options_setup setup = *option_setup();
	struct options_state options;

	setup.tables = tables;
	setup.table_count = ARRAY_LEN(tables);
	require(options_init(&options, &setup) == 0);
	int err = options_read_text(&options, "fuzz", text);
	require((err == 0) == !options.error[0]);
	require(text_is_clean(str_of(options.error)));
	options_done(&options);
}

static void read_duration(struct str text)
{
	char buf[DURATION_TEXT_MAX];
	usec_t v = -1;

	int err = duration_parse(text, &v);
	require(err == 0 || v == -1);
	require(err != 0 || (v >= 0 && v < USEC_LIMIT && duration_text(v, buf)[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct toml_error error = {0};
	int last = 1, err = toml_parse(text, take, &last, &error);

	require(err == 0 || (err == -EINVAL && error.line >= 1 && error.text[0]));
	require(text_is_clean(str_of(error.text)));
	set_options(text);
	read_duration(text);
	return 0;
}
