/* SPDX-License-Identifier: MIT
 *
 * toml: the part of TOML 1.0 that a config file needs: comments, bare and quoted keys, dotted
 * keys, [tables], [[arrays of tables]], basic and literal strings on one line, integers, floats,
 * booleans, and arrays of these over any number of lines. Dates, inline tables and multi-line
 * strings are refused by name.
 *
 * Why not inih: it reads INI. '#' and ';' inside a string, lines over 200 bytes, indented keys
 * and arrays over several lines all come out wrong, silently.
 */
#ifndef NG_BASE_TOML_H
#define NG_BASE_TOML_H

#include "base/str.h"

#include <stdbool.h>

#define TOML_PATH_MAX   128
#define TOML_ARRAYS_MAX 8 /* arrays of tables */
#define TOML_TEXT_MAX   4096
#define TOML_ITEMS_MAX  256

enum toml_type {
	TOML_STRING,
	TOML_NUMBER,
	TOML_BOOL,
	TOML_ARRAY
};

/* A value. text: the string decoded, or the number or boolean as written; borrowed from the
 * parser until the callback returns. */
struct toml_value {
	enum toml_type type;
	struct str text;
	const struct toml_value *items; /* TOML_ARRAY */
	size_t count;
};

const char *toml_type_name(enum toml_type type);

/* Called for each key. path: "table.key". table: which of an array of tables (0, 1, …) it is in.
 * Not 0 stops the parsing, which returns it. */
typedef int toml_fn(void *ctx, int line, const char *path, int table, const struct toml_value *v);

struct toml_error {
	int line;
	char text[160]; /* what is wrong, and what is expected; clean */
};

/* 0, -EINVAL with *ret_error filled, -ENOMEM, or what fn returned. */
int toml_parse(struct str text, toml_fn *fn, void *ctx, struct toml_error *ret_error);

#endif
