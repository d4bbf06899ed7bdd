// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "base/text.h"
#include "config/parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

int options_fail(struct options_state *s, const char *format, ...)
{
	char text[sizeof s->error];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	s->error[text_sanitise(s->error, sizeof s->error - 1, str_of(text))] = '\0';
	return -EINVAL;
}

void options_warn(struct options_state *s, const char *format, ...)
{
	char text[sizeof s->warning], clean[sizeof s->warning];
	size_t n = strlen(s->warning), room = sizeof s->warning - n;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct str shown = {clean, text_sanitise(clean, sizeof clean, str_of(text))};
	int w = snprintf(s->warning + n, room, "%s%.*s", n ? "; " : "", STR_FMT(shown));
	if (w < 0 || (size_t)w >= room)
		s->warning[n] = '\0';
}

bool option_at(const struct options_state *s, size_t i, struct option_ref *ret)
{
	size_t at = i;

	if (at < option_count) {
		*ret = (struct option_ref){i, &option_defs[at], NULL, 0};
		return true;
	}
	at -= option_count;
	for (size_t k = 0; k < s->setup.table_count; k++) {
		const struct option_table *t = &s->setup.tables[k];
		if (at < t->count) {
			*ret = (struct option_ref){i, &t->defs[at], t, 0};
			return true;
		}
		at -= t->count;
	}
	return false;
}

const char *option_key(const struct option_ref *o, char buf[static TOML_PATH_MAX])
{
	if (!o->def->key || !o->table)
		return o->def->key;
	snprintf(buf, TOML_PATH_MAX, "%s.%s", o->table->section, o->def->key);
	return buf;
}

const struct option_check *option_check_of(
	const struct options_state *s, const struct option_ref *o)
{
	char buf[TOML_PATH_MAX];
	const char *key = option_key(o, buf);

	for (size_t i = 0; key && i < s->setup.check_count; i++)
		if (strcmp(s->setup.checks[i].key, key) == 0)
			return &s->setup.checks[i];
	return NULL;
}

/* Where its value lies. */
static void *place_of(struct options_state *s, const struct option_ref *o)
{
	size_t from = o->table ? o->item * o->table->size : 0;

	return (char *)(o->table ? o->table->values : &s->values) + from + o->def->offset;
}

/* Checked, but a higher level may have spoken. */
static int put_value(struct options_state *s, const struct option_ref *o, enum option_level level,
	struct option_value *v)
{
	if (s->set[o->i] > level)
		return 0;
	if (s->set[o->i] < level)
		value_clear(o->def, place_of(s, o));
	return value_store(o->def, place_of(s, o), v);
}

/* Every table of an array. */
static void clear_places(struct options_state *s, const struct option_ref *o)
{
	struct option_ref each = *o;

	each.item = 0;
	do
		value_clear(each.def, place_of(s, &each));
	while (each.table && ++each.item < each.table->tables_max);
}

void options_forget(struct options_state *s, const struct option_ref *o)
{
	const struct option_table *array = o->table && o->table->tables_max ? o->table : NULL;
	struct option_ref other;

	for (size_t i = 0; option_at(s, i, &other); i++) {
		if (array ? other.table != array : i != o->i)
			continue;
		if (s->set[i] == LEVEL_FILE) {
			s->set[i] = LEVEL_DEFAULT;
			clear_places(s, &other);
		}
	}
	if (array) /* also what is no text */
		memset(array->values, 0, array->tables_max * array->size);
}

int options_set(struct options_state *s, const struct option_ref *o, enum option_level level,
	struct str text, char refusal[static OPTION_REFUSAL_MAX])
{
	const struct option_check *check = option_check_of(s, o);
	struct option_value v = {0};
	char why[OPTION_WHY_MAX];

	int err = value_parse(o->def, check, text, &v, why);
	if (!err)
		err = put_value(s, o, level, &v);
	free(v.text);
	if (!err && s->set[o->i] < level)
		s->set[o->i] = level;
	if (err)
		value_refusal(
			o->def, check, text, err == -ENOMEM ? strerror(ENOMEM) : why, refusal);
	return err;
}

static int set_default(struct options_state *s, const struct option_ref *o)
{
	char refusal[OPTION_REFUSAL_MAX], buf[TOML_PATH_MAX];

	if (!o->def->fallback)
		return 0;
	int err = options_set(s, o, LEVEL_DEFAULT, str_of(o->def->fallback), refusal);
	if (err) {
		const char *key = option_key(o, buf);
		options_fail(s, "the default of %s: %s", key ? key : o->def->flag, refusal);
	}
	return err;
}

int options_init(struct options_state *s, const struct options_setup *setup)
{
	size_t count = option_count;
	struct option_ref o;
	int err = 0;

	*s = (struct options_state){0};
	s->values.duration = -1;
	for (size_t k = 0; setup && k < setup->table_count; k++)
		count += setup->tables[k].count;
	if (count > OPTION_COUNT_MAX) {
		options_fail(s, "%zu options; expected at most %d", count, OPTION_COUNT_MAX);
		return -E2BIG;
	}
	if (setup)
		s->setup = *setup;
	for (size_t i = 0; !err && option_at(s, i, &o); i++)
		err = set_default(s, &o);
	return err;
}

void options_done(struct options_state *s)
{
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++)
		clear_places(s, &o);
	for (size_t i = 0; i < s->values.config_files.count; i++)
		free(s->values.config_files.items[i]);
	free(s->values.config_files.items);
	*s = (struct options_state){0};
}

bool options_was_set(const struct options_state *s, const char *flag, enum option_level level)
{
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->flag && strcmp(o.def->flag, flag) == 0)
			return s->set[i] >= level;
	return false;
}

static int check_tables(struct options_state *s)
{
	char why[OPTION_WHY_MAX] = "";

	for (size_t k = 0; k < s->setup.table_count; k++) {
		const struct option_table *t = &s->setup.tables[k];
		if (t->check && t->check(t->values, why) < 0)
			return options_fail(
				s, t->tables_max ? "[[%s]]: %s" : "[%s]: %s", t->section, why);
	}
	return 0;
}

/* A service records, or sends what it sees to where many machines are looked at, or both. */
static int check_daemon(struct options_state *s)
{
	const struct options *v = &s->values;
	size_t n = v->record ? strlen(v->record) : 0;

	if (!v->daemon)
		return 0;
	if (v->record ? !n || v->record[n - 1] != '/' : !options_was_set(s, "publish", LEVEL_FILE))
		return options_fail(s, "--daemon requires --record with a directory, as in "
				       "--record DIR/, or --publish URL");
	if (v->once || v->json || v->report)
		return options_fail(
			s, "--daemon cannot be combined with --once, --json or --report");
	return 0;
}

int options_check(struct options_state *s)
{
	const struct options *v = &s->values;

	const char *replay = v->demo ? "--demo" : "--replay";
	bool replays = v->demo || v->replay;

	if (v->demo && v->replay)
		return options_fail(s, "--demo and --replay cannot be combined");
	if (replays && v->record)
		return options_fail(s, "%s and --record cannot be combined", replay);
	if (replays && (options_was_set(s, "log-path", LEVEL_FLAG) ||
			       options_was_set(s, "source", LEVEL_FLAG)))
		return options_fail(s, "%s cannot be combined with --log-path or --source", replay);
	int err = check_daemon(s);
	if (err)
		return err;
	if (v->btf && access(v->btf, R_OK) < 0)
		return options_fail(s,
			"--btf %s: %s; expected a BTF file, as written by pahole or bpftool",
			v->btf, strerror(errno));
	if (!replays && options_was_set(s, "speed", LEVEL_FLAG))
		return options_fail(s, "--speed requires --replay");
	if (!replays && v->as_recorded)
		return options_fail(s, "--as-recorded requires --replay");
	return check_tables(s);
}
