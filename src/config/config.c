// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/parts.h"
#include "config/value.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_MAX (1u << 20)

/* Reading a text. */

struct reading {
	struct options_state *s;
	const char *file;
	bool seen[OPTION_COUNT_MAX];
};

__attribute__((format(printf, 3, 4))) static int fail_at(
	struct reading *r, int line, const char *format, ...)
{
	char *at = r->s->error;
	size_t cap = sizeof r->s->error;
	va_list args;

	int n = line ? snprintf(at, cap, "%s:%d: ", r->file, line)
		     : snprintf(at, cap, "%s: ", r->file);
	if (n < 0 || (size_t)n >= cap)
		return -EINVAL;
	va_start(args, format);
	vsnprintf(at + n, cap - (size_t)n, format, args);
	va_end(args);
	return -EINVAL;
}

static bool type_fits(const struct option_def *d, const struct toml_value *v)
{
	switch (d->type) {
	case OPTION_SWITCH:
		return v->type == TOML_BOOL;
	case OPTION_SECS:
	case OPTION_UINT:
	case OPTION_SPEED:
		return v->type == TOML_NUMBER;
	case OPTION_CHOICE:
	case OPTION_FORMAT:
	case OPTION_TEXT:
		return v->type == TOML_STRING;
	case OPTION_TEXTS:
	case OPTION_NETS:
		return v->type == TOML_STRING || v->type == TOML_ARRAY;
	}
	return false;
}

static bool has_key(const struct option_def *d, const char *path)
{
	return (d->key && strcmp(d->key, path) == 0) || (d->alias && strcmp(d->alias, path) == 0);
}

/* Lists the keys of the table that path names, or the top-level ones: likely what was meant. */
static void list_siblings(const char *path, char *buf, size_t cap)
{
	const char *dot = strrchr(path, '.');
	size_t table = dot ? (size_t)(dot - path) + 1 : 0, n = 0;

	buf[0] = '\0';
	for (int pass = 0; pass < 2 && n == 0; pass++, table = 0) {
		for (size_t i = 0; i < option_count; i++) {
			const char *k = option_defs[i].key;
			if (!k || strncmp(k, path, table) != 0 || strchr(k + table, '.'))
				continue;
			int w = snprintf(buf + n, cap - n, "%s%s", n ? ", " : "", k);
			if (w < 0 || (size_t)w >= cap - n)
				return;
			n += (size_t)w;
		}
	}
}

static int unknown_key(struct reading *r, int line, const char *path)
{
	char known[256];

	list_siblings(path, known, sizeof known);
	return fail_at(r, line,
		"unknown key \"%s\"; expected one of %s (nethergaze --print-config "
		"lists all)",
		path, known);
}

static int set_value(
	struct reading *r, int line, size_t i, const char *path, const struct toml_value *v)
{
	const struct option_def *d = &option_defs[i];
	char buf[OPTION_EXPECTED_MAX], refusal[OPTION_REFUSAL_MAX];

	if (!type_fits(d, v))
		return fail_at(r, line, "%s is %s; expected %s", path, toml_type_name(v->type),
			value_expected(d, buf));
	size_t count = v->type == TOML_ARRAY ? v->count : 1;
	for (size_t k = 0; k < count; k++) {
		const struct toml_value *item = v->type == TOML_ARRAY ? &v->items[k] : v;
		if (v->type == TOML_ARRAY && item->type != TOML_STRING)
			return fail_at(r, line, "%s holds %s; expected %s", path,
				toml_type_name(item->type), value_expected(d, buf));
		if (options_set(r->s, i, LEVEL_FILE, item->text) < 0) {
			value_refusal(d, item->text, refusal);
			return fail_at(r, line, "%s: %s", path, refusal);
		}
	}
	return 0;
}

static int take_key(void *ctx, int line, const char *path, int table, const struct toml_value *v)
{
	struct reading *r = ctx;
	bool repeats = strncmp(path, "actions.hooks.", 14) == 0;

	(void)table;
	for (size_t i = 0; i < option_count; i++) {
		if (!has_key(&option_defs[i], path))
			continue;
		if (r->seen[i] && !repeats)
			return fail_at(r, line, "%s is set a second time; expected it once", path);
		r->seen[i] = true;
		return set_value(r, line, i, path, v);
	}
	return unknown_key(r, line, path);
}

int options_read_text(struct options_state *s, const char *file, struct str text)
{
	struct reading r = {.s = s, .file = file};
	struct toml_error error = {0};

	int err = toml_parse(text, take_key, &r, &error);
	if (err == -EINVAL && !s->error[0])
		return fail_at(&r, error.line, "%s", error.text);
	if (err == -ENOMEM)
		return fail_at(&r, 0, "%s", strerror(ENOMEM));
	return err;
}

/* Finding the file. */

/* Reads a whole regular file. 0 or a negative errno. */
static int slurp(const char *path, char **ret_text, size_t *ret_n)
{
	struct stat st;
	/* Non-blocking: a FIFO in its place must not hang the start. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (st.st_size > CONFIG_MAX)
		err = -EFBIG;
	char *text = err ? NULL : malloc((size_t)st.st_size + 1);
	if (!err && !text)
		err = -ENOMEM;
	size_t n = 0;
	while (!err && n < (size_t)st.st_size) {
		ssize_t got = read(fd, text + n, (size_t)st.st_size - n);
		if (got <= 0) {
			err = got < 0 ? -errno : 0;
			break;
		}
		n += (size_t)got;
	}
	close(fd);
	if (err) {
		free(text);
		return err;
	}
	*ret_text = text;
	*ret_n = n;
	return 0;
}

static int read_file(struct options_state *s, const char *path, bool must_exist)
{
	struct reading r = {.s = s, .file = path};
	char *text = NULL;
	size_t n = 0;

	int err = slurp(path, &text, &n);
	/* Of the usual places, a home that this user may not enter (sudo, setpriv) is none. */
	if ((err == -ENOENT || err == -ENOTDIR || err == -EACCES) && !must_exist)
		return -ENOENT;
	if (err)
		return fail_at(&r, 0, "%s; expected a readable config file of at most 1 MiB",
			strerror(-err));
	err = options_read_text(s, path, (struct str){text, n});
	free(text);
	return err;
}

int options_read_config(struct options_state *s)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
	char path[PATH_MAX];

	if (s->values.config)
		return read_file(s, s->values.config, true);
	if (xdg && xdg[0] == '/')
		snprintf(path, sizeof path, "%s/nethergaze/config.toml", xdg);
	else if (home && home[0])
		snprintf(path, sizeof path, "%s/.config/nethergaze/config.toml", home);
	else
		return 0;
	int err = read_file(s, path, false);
	if (err != -ENOENT || !home || !home[0])
		return err == -ENOENT ? 0 : err;
	snprintf(path, sizeof path, "%s/.nethergaze.toml", home);
	err = read_file(s, path, false);
	return err == -ENOENT ? 0 : err;
}

/* Printing. */

static void print_value(FILE *out, const struct option_def *d)
{
	bool quoted =
		d->type == OPTION_TEXT || d->type == OPTION_CHOICE || d->type == OPTION_FORMAT;

	if (d->type == OPTION_TEXTS || d->type == OPTION_NETS)
		fprintf(out, d->fallback ? "[\"%s\"]" : "[]", d->fallback);
	else if (quoted)
		fprintf(out, "\"%s\"", d->fallback ? d->fallback : "");
	else
		fputs(d->fallback ? d->fallback : "false", out);
}

/* Keys without a table come first, then each table once, in the order of the option table. */
static void print_table(FILE *out, struct str table)
{
	char buf[OPTION_EXPECTED_MAX];

	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		const char *dot = d->key ? strrchr(d->key, '.') : NULL;
		struct str in = {d->key, dot ? (size_t)(dot - d->key) : 0};
		if (!d->key || !str_eq(in, table))
			continue;
		fprintf(out, "# %s; %s", d->help, value_expected(d, buf));
		if (d->env)
			fprintf(out, "; NETHERGAZE_%s", d->env);
		fprintf(out, "%s\n# %s = ", d->reserved ? "; no effect in this version" : "",
			dot ? dot + 1 : d->key);
		print_value(out, d);
		fputs("\n\n", out);
	}
}

void options_print_config(FILE *out)
{
	struct str done[OPTION_COUNT_MAX];
	size_t n = 0;

	fputs("# nethergaze configuration: every key with its default.\n\n", out);
	print_table(out, STR_LIT(""));
	for (size_t i = 0; i < option_count; i++) {
		const char *key = option_defs[i].key, *dot = key ? strrchr(key, '.') : NULL;
		if (!dot)
			continue;
		struct str table = {key, (size_t)(dot - key)};
		bool seen = false;
		for (size_t k = 0; k < n; k++)
			seen |= str_eq(done[k], table);
		if (seen)
			continue;
		done[n++] = table;
		bool many = str_eq(table, STR_LIT("actions.hooks"));
		fprintf(out, many ? "# [[%.*s]]\n" : "[%.*s]\n", STR_FMT(table));
		print_table(out, table);
	}
}
