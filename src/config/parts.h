/* SPDX-License-Identifier: MIT
 *
 * parts: what the files of src/config share among themselves, and with src/pages.
 */
#ifndef NG_CONFIG_PARTS_H
#define NG_CONFIG_PARTS_H

#include "base/toml.h"
#include "config/option_defs.h"
#include "config/value.h"

#include <stdio.h>

/* One option of all tables, by its number. */
struct option_ref {
	size_t i;
	const struct option_def *def;
	const struct option_table *table; /* NULL: of option_defs[] */
	size_t item;                      /* of an array of tables: which */
};

/* The option of number i, those of option_defs[] first; false: there is none. */
bool option_at(const struct options_state *s, size_t i, struct option_ref *ret);

/* Its key in full, "table.key"; NULL when it has none. */
const char *option_key(const struct option_ref *o, char buf[static TOML_PATH_MAX]);

/* The part of a key before its last dot; "" at the top. It borrows from key. */
struct str option_section(const char *key);

#define OPTION_SECTIONS_MAX 128

/* All sections, each once: the top, "", then in the order of the tables. How many. */
size_t option_sections(const struct options_state *s, struct str ret[static OPTION_SECTIONS_MAX]);

/* It is one of [[section]]. */
bool option_section_is_array(const struct options_state *s, struct str section);

/* Its default as the config file has it: "\"auto\"", "[]", "true". */
void option_print_default(FILE *out, const struct option_def *d);

/* What another room says of it, or NULL. */
const struct option_check *option_check_of(
	const struct options_state *s, const struct option_ref *o);

/* Gives the option a value from `level`, unless a higher level has spoken. A list begins anew at
 * each level and grows within one. 0; -EINVAL with the refusal in words, as value_refusal says; or
 * -ENOMEM, which the refusal names too. */
int options_set(struct options_state *s, const struct option_ref *o, enum option_level level,
	struct str text, char refusal[static OPTION_REFUSAL_MAX]);

/* What config files have set is as if they never had; of an array, in all of its tables. */
void options_forget(struct options_state *s, const struct option_ref *o);

/* Reads a config file and adds it to config_files. 0; -ENOENT, -ENOTDIR or -EACCES when it cannot
 * be reached, which may be an error or not; -EINVAL with s->error filled. */
int options_read_file(struct options_state *s, const char *path);

/* Writes s->error: the file cannot be read. err is a negative errno. Always -EINVAL. */
int options_refuse_file(struct options_state *s, const char *path, int err);

/* Adds to s->warning, in clean text; what does not fit whole is left out. */
__attribute__((format(printf, 2, 3))) void options_warn(
	struct options_state *s, const char *format, ...);

/* Writes s->error, in clean text. Always -EINVAL. */
__attribute__((format(printf, 2, 3))) int options_fail(
	struct options_state *s, const char *format, ...);

#endif
