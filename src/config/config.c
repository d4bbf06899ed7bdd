// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "base/file.h"
#include "base/nearest.h"
#include "config/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define CONFIG_MAX      (1u << 20)
#define CONFIG_PATIENCE 30000 /* ms without a byte, or an end, of a pipe */

/* Reading a text. */

struct reading {
	struct options_state *s;
	const char *file;
	int seen[OPTION_COUNT_MAX];    /* the last table with it, counted from 1; 0: none */
	char *names[OPTION_NAMES_MAX]; /* keys of tables that take any; owned */
	size_t name_count;
};

__attribute__((format(printf, 3, 4))) static int fail_at(
	struct reading *r, int line, const char *format, ...)
{
	char what[sizeof r->s->error];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	return line ? options_fail(r->s, "%s:%d: %s", r->file, line, what)
		    : options_fail(r->s, "%s: %s", r->file, what);
}

static bool type_fits(const struct option_def *d, const struct toml_value *v)
{
	switch (d->type) {
	case OPTION_SWITCH:
		return v->type == TOML_BOOL;
	case OPTION_DURATION:
	case OPTION_BYTES:
		return v->type == TOML_NUMBER || v->type == TOML_STRING;
	case OPTION_UINT:
	case OPTION_NUMBER:
	case OPTION_SPEED:
		return v->type == TOML_NUMBER;
	case OPTION_CHOICE:
	case OPTION_ENUM:
	case OPTION_TEXT:
		return v->type == TOML_STRING;
	case OPTION_TEXTS:
	case OPTION_NETS:
		return v->type == TOML_STRING || v->type == TOML_ARRAY;
	}
	return false;
}

static bool has_key(const struct option_ref *o, const char *path)
{
	char buf[TOML_PATH_MAX];
	const char *key = option_key(o, buf), *alias = o->def->alias;

	return (key && strcmp(key, path) == 0) || (alias && strcmp(alias, path) == 0);
}

/* The keys of a table, and which is nearest to one that does not exist. */
struct key_list {
	char text[256];
	size_t n;
	struct nearest near;
};

static void list_key(struct key_list *l, const char *key)
{
	size_t room = sizeof l->text - l->n;
	int w = snprintf(l->text + l->n, room, "%s%s", l->n ? ", " : "", key);

	nearest_offer(&l->near, str_of(key));
	if (w < 0 || (size_t)w >= room)
		l->text[l->n] = '\0'; /* whole keys only */
	else
		l->n += (size_t)w;
}

/* The names that tables of this section are known to take. */
static void list_names(const struct options_state *s, struct str section, struct key_list *l)
{
	char key[TOML_PATH_MAX];
	struct option_name name;

	for (size_t k = 0; k < s->setup.table_count; k++) {
		const struct option_table *t = &s->setup.tables[k];
		if (!t->name_at || !str_eq(str_of(t->section), section))
			continue;
		for (size_t i = 0; t->name_at(t->values, i, &name); i++) {
			snprintf(
				key, sizeof key, "%.*s.%.*s", STR_FMT(section), STR_FMT(name.name));
			list_key(l, key);
		}
	}
}

/* Lists the keys of the table that path names, or the top-level ones: likely what was meant. */
static void list_siblings(const struct options_state *s, const char *path, struct key_list *l)
{
	const char *dot = strrchr(path, '.');
	size_t table = dot ? (size_t)(dot - path) + 1 : 0;
	char buf[TOML_PATH_MAX];
	struct option_ref o;

	for (int pass = 0; pass < 2 && l->n == 0; pass++, table = 0) {
		for (size_t i = 0; option_at(s, i, &o); i++) {
			const char *k = option_key(&o, buf);
			if (k && strncmp(k, path, table) == 0 && !strchr(k + table, '.'))
				list_key(l, k);
		}
		if (table)
			list_names(s, (struct str){path, table - 1}, l);
	}
}

static int unknown_key(struct reading *r, int line, const char *path)
{
	struct key_list known = {0};
	const struct nearest *near = &known.near;
	char buf[TOML_PATH_MAX];
	struct option_ref o;

	nearest_init(&known.near, str_of(path));
	list_siblings(r->s, path, &known);
	for (size_t i = 0; option_at(r->s, i, &o); i++)
		nearest_offer(&known.near, str_of(option_key(&o, buf)));
	return fail_at(r, line,
		"unknown key \"%s\"; expected one of %s (nethergaze --print-config lists "
		"all)%s%s%s",
		path, known.text, near->name[0] ? "; did you mean " : "", near->name,
		near->name[0] ? "?" : "");
}

/* The i-th of a value's strings, where a scalar is its only one. */
static const struct toml_value *item_at(const struct toml_value *v, size_t i)
{
	if (v->type != TOML_ARRAY)
		return i == 0 ? v : NULL;
	return i < v->count ? &v->items[i] : NULL;
}

static int set_value(struct reading *r, int line, const struct option_ref *o, const char *path,
	const struct toml_value *v)
{
	const struct option_check *check = option_check_of(r->s, o);
	char buf[OPTION_EXPECTED_MAX], refusal[OPTION_REFUSAL_MAX];
	const struct toml_value *item;

	if (!type_fits(o->def, v))
		return fail_at(r, line, "%s is %s; expected %s", path, toml_type_name(v->type),
			value_expected(o->def, check, buf));
	for (size_t i = 0; (item = item_at(v, i)); i++) {
		if (v->type == TOML_ARRAY && item->type != TOML_STRING)
			return fail_at(r, line, "%s holds %s; expected %s", path,
				toml_type_name(item->type), value_expected(o->def, check, buf));
		if (options_set(r->s, o, LEVEL_FILE, item->text, refusal) < 0)
			return fail_at(r, line, "%s: %s", path, refusal);
	}
	return 0;
}

/* Tables that take any key. */

/* The table that path is a key of, and the key; NULL: there is none. */
static const struct option_table *find_taker(
	const struct options_state *s, const char *path, struct str *ret_name)
{
	for (size_t k = 0; k < s->setup.table_count; k++) {
		const struct option_table *t = &s->setup.tables[k];
		size_t n = strlen(t->section);
		if (!t->take || strncmp(path, t->section, n) != 0 || path[n] != '.' ||
			strchr(path + n + 1, '.'))
			continue;
		*ret_name = str_of(path + n + 1);
		return t;
	}
	return NULL;
}

static int remember_name(struct reading *r, int line, const char *path)
{
	for (size_t i = 0; i < r->name_count; i++)
		if (strcmp(r->names[i], path) == 0)
			return fail_at(r, line, "duplicate key %s", path);
	if (r->name_count == OPTION_NAMES_MAX)
		return fail_at(
			r, line, "%s: too many names; expected at most %d", path, OPTION_NAMES_MAX);
	char *copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	r->names[r->name_count++] = copy;
	return 0;
}

static int take_text(struct reading *r, int line, const char *path, const struct option_table *t,
	struct str name, struct str text)
{
	int shown = text.n > 60 ? 60 : (int)text.n, err;
	char why[OPTION_WHY_MAX] = "";

	err = t->take(t->values, name, text, why);
	if (err == -ENOENT)
		return unknown_key(r, line, path);
	if (err == -EINVAL)
		return fail_at(r, line, "%s: \"%.*s\" is not valid%s%s", path, shown, text.p,
			why[0] ? ": " : "", why);
	return err;
}

static int take_name(struct reading *r, int line, const char *path, const struct option_table *t,
	struct str name, const struct toml_value *v)
{
	const char *expected = t->takes_lists ? "a string or an array of strings" : "a string";
	const struct toml_value *item;

	int err = remember_name(r, line, path);
	if (!err && v->type == TOML_ARRAY && !t->takes_lists)
		err = fail_at(r, line, "%s is an array; expected %s", path, expected);
	for (size_t i = 0; !err && (item = item_at(v, i)); i++) {
		if (item->type != TOML_STRING)
			return fail_at(r, line, "%s %s %s; expected %s", path,
				v->type == TOML_ARRAY ? "holds" : "is", toml_type_name(item->type),
				expected);
		err = take_text(r, line, path, t, name, item->text);
	}
	return err;
}

/* What an earlier file has set goes as a whole: a list with all its items, an array with all its
 * tables. */
static void replace_earlier(struct reading *r, const struct option_ref *o)
{
	bool is_array = o->table && o->table->tables_max;
	bool is_new = !r->seen[o->i];
	struct option_ref other;

	for (size_t i = 0; is_array && is_new && option_at(r->s, i, &other); i++)
		is_new = other.table != o->table || !r->seen[i];
	if (is_new)
		options_forget(r->s, o);
}

/* table: of an array of tables, which. */
static int take_option(struct reading *r, int line, struct option_ref *o, const char *path,
	int table, const struct toml_value *v)
{
	size_t most = o->table ? o->table->tables_max : 0;

	replace_earlier(r, o);
	if (r->seen[o->i] && (!most || r->seen[o->i] == table + 1))
		return fail_at(r, line, "duplicate key %s", path);
	if (most && (size_t)table >= most)
		return fail_at(
			r, line, "too many [[%s]]; expected at most %zu", o->table->section, most);
	r->seen[o->i] = table + 1;
	o->item = most ? (size_t)table : 0;
	return set_value(r, line, o, path, v);
}

static int take_key(void *ctx, int line, const char *path, int table, const struct toml_value *v)
{
	const struct option_table *taker;
	struct reading *r = ctx;
	struct option_ref o;
	struct str name;

	for (size_t i = 0; option_at(r->s, i, &o); i++)
		if (has_key(&o, path))
			return take_option(r, line, &o, path, table, v);
	taker = find_taker(r->s, path, &name);
	return taker ? take_name(r, line, path, taker, name, v) : unknown_key(r, line, path);
}

int options_read_text(struct options_state *s, const char *file, struct str text)
{
	struct reading r = {.s = s, .file = file};
	struct toml_error error = {0};

	int err = toml_parse(text, take_key, &r, &error);
	for (size_t i = 0; i < r.name_count; i++)
		free(r.names[i]);
	if (err == -EINVAL && !s->error[0])
		return fail_at(&r, error.line, "%s", error.text);
	if (err == -ENOMEM)
		return fail_at(&r, 0, "%s", strerror(ENOMEM));
	return err;
}

/* A whole file. */

int options_refuse_file(struct options_state *s, const char *path, int err)
{
	return options_fail(s,
		"%s: %s; expected a readable config file of at most 1 MiB, or a pipe that ends",
		path, strerror(-err));
}

/* A pipe, a FIFO or a terminal only if the user has named it: none may hang a start unasked. */
static int slurp(const char *path, bool named, char **ret_text, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	int err = file_read_open(fd, CONFIG_MAX, ret_text, ret_n);
	if (err == -EINVAL && named)
		err = file_read_stream(fd, CONFIG_MAX, CONFIG_PATIENCE, ret_text, ret_n);
	close(fd);
	return err;
}

int options_read_file(struct options_state *s, const char *path)
{
	struct text_list *read = &s->values.config_files;
	struct reading r = {.s = s, .file = path};
	char *text = NULL;
	size_t n = 0;

	int err = slurp(path, s->values.config && path == s->values.config, &text, &n);
	if (err == -ENOENT || err == -ENOTDIR || err == -EACCES)
		return err;
	if (err)
		return options_refuse_file(s, path, err);
	char **items = realloc(read->items, (read->count + 1) * sizeof *items);
	if (items)
		read->items = items;
	char *copy = items ? strdup(path) : NULL;
	if (copy)
		items[read->count++] = copy;
	err = copy ? options_read_text(s, path, (struct str){text, n})
		   : fail_at(&r, 0, "%s", strerror(ENOMEM));
	free(text);
	return err;
}
