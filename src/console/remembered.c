// SPDX-License-Identifier: MIT
#include "console/remembered.h"

#include "base/file.h"
#include "base/text.h"
#include "base/toml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#define FILE_NAME "console.toml"

const char *const remembered_themes[] = {"auto", "dark", "light", "mono", NULL};
const char *const remembered_tabs[] = {
	"log", "paths", "agents", "statuses", "ports", "hosts", "referers", NULL};
static const char *const kinds[REMEMBERED_KINDS + 1] = {
	"address", "net", "as", "country", "machine", NULL};

struct reading {
	struct remembered *r;
	struct reason *reason;
};

/* The first that is wrong is said, in clean text; the others are left out all the same. */
__attribute__((format(printf, 3, 4))) static void complain(
	struct reading *reading, int line, const char *format, ...)
{
	char what[REASON_MAX], clean[REASON_MAX];
	va_list args;

	if (reading->reason->text[0])
		return;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	struct str said = {clean, text_sanitise(clean, sizeof clean, str_of(what))};
	reason_set(reading->reason, FILE_NAME ":%d: %.*s", line, STR_FMT(said));
}

static bool name_number(const char *const *names, struct str name, unsigned *ret)
{
	for (unsigned i = 0; names[i]; i++)
		if (str_eq(name, str_of(names[i]))) {
			*ret = i;
			return true;
		}
	return false;
}

static void take_switch(
	struct reading *reading, int line, unsigned setting, bool *ret, const struct toml_value *v)
{
	if (v->type != TOML_BOOL) {
		complain(reading, line, "expected true or false");
		return;
	}
	*ret = str_eq(v->text, STR_LIT("true"));
	reading->r->set |= setting;
}

static void take_choice(struct reading *reading, int line, unsigned setting,
	const char *const *names, unsigned *ret, const struct toml_value *v)
{
	struct str shown = text_clip(v->text, 32);

	if (v->type != TOML_STRING || !name_number(names, v->text, ret))
		complain(reading, line, "\"%.*s\" is none of %s, %s, ...", STR_FMT(shown), names[0],
			names[1]);
	else
		reading->r->set |= setting;
}

static bool is_in(const struct layout_choice *choice, const struct column *column)
{
	for (size_t i = 0; i < choice->n; i++)
		if (choice->at[i] == column)
			return true;
	return false;
}

static void take_columns(
	struct reading *reading, int line, struct str kind, const struct toml_value *v)
{
	unsigned by;

	if (!name_number(kinds, kind, &by) || v->type != TOML_ARRAY) {
		complain(reading, line, "expected address, net, as or country, and a list");
		return;
	}
	struct layout_choice *choice = &reading->r->columns[by];
	choice->n = 0;
	for (size_t i = 0; i < v->count && choice->n < LAYOUT_COLUMNS_MAX; i++) {
		const struct column *c = column_find(v->items[i].text);
		struct str shown = text_clip(v->items[i].text, 32);
		if (!c || !c->title || !column_speaks_of(c, (enum group_by)by))
			complain(reading, line, "no column \"%.*s\" here", STR_FMT(shown));
		else if (!is_in(choice, c))
			choice->at[choice->n++] = c;
	}
}

static void take_filter(
	struct reading *reading, int line, struct str name, const struct toml_value *v)
{
	if (v->type != TOML_STRING || !v->text.n || v->text.n >= FILTER_TEXT_MAX ||
		!text_is_clean(v->text) || remembered_save_filter(reading->r, name, v->text) < 0)
		complain(reading, line, "expected a filter of at most %d bytes under a short name",
			FILTER_TEXT_MAX - 1);
}

static int take_key(void *ctx, int line, const char *path, int table, const struct toml_value *v)
{
	struct reading *reading = ctx;
	struct remembered *r = reading->r;
	struct str key = str_of(path);
	unsigned theme = r->theme;

	(void)table;
	if (str_eq(key, STR_LIT("theme")))
		take_choice(reading, line, SETTING_THEME, remembered_themes, &theme, v);
	else if (str_eq(key, STR_LIT("tab")))
		take_choice(reading, line, SETTING_TAB, remembered_tabs, &r->tab, v);
	else if (str_eq(key, STR_LIT("mouse")))
		take_switch(reading, line, SETTING_MOUSE, &r->mouse, v);
	else if (str_eq(key, STR_LIT("private")))
		take_switch(reading, line, SETTING_PRIVATE, &r->show_private, v);
	else if (str_eq(key, STR_LIT("wrap")))
		take_switch(reading, line, SETTING_WRAP, &r->wrap, v);
	else if (str_take(&key, STR_LIT("columns.")))
		take_columns(reading, line, key, v);
	else if (str_take(&key, STR_LIT("filters.")))
		take_filter(reading, line, key, v);
	else
		complain(reading, line, "unknown key \"%.40s\"", path);
	r->theme = (enum theme_choice)theme;
	return 0;
}

void remembered_parse(struct remembered *r, struct str text, struct reason *reason)
{
	struct reading reading = {r, reason};
	struct toml_error error = {0};

	reason->text[0] = '\0';
	int err = toml_parse(text, take_key, &reading, &error);
	if (!err)
		return;
	r->broken = true;
	if (err == -EINVAL)
		reason_set(reason, FILE_NAME ":%d: %s; the file is left as it is", error.line,
			error.text);
	else
		reason_set(reason, FILE_NAME ": %s; the file is left as it is", strerror(-err));
}

/* Clean text in quotes. */
static void print_text(FILE *out, struct str text)
{
	fputc('"', out);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			fputc('\\', out);
		fputc(text.p[i], out);
	}
	fputc('"', out);
}

static void print_columns(const struct layout_choice *choice, const char *kind, FILE *out)
{
	if (!choice->n)
		return;
	fprintf(out, "%s = [", kind);
	for (size_t i = 0; i < choice->n; i++)
		fprintf(out, "%s\"%s\"", i ? ", " : "", choice->at[i]->id);
	fputs("]\n", out);
}

void remembered_print(const struct remembered *r, FILE *out)
{
	fputs("# What was chosen in nethergaze's setup (the key ,). The program writes this file;\n"
	      "# config.toml, beside it, is yours.\n",
		out);
	if (r->set & SETTING_THEME)
		fprintf(out, "theme = \"%s\"\n", remembered_themes[r->theme]);
	if (r->set & SETTING_MOUSE)
		fprintf(out, "mouse = %s\n", r->mouse ? "true" : "false");
	if (r->set & SETTING_PRIVATE)
		fprintf(out, "private = %s\n", r->show_private ? "true" : "false");
	if (r->set & SETTING_WRAP)
		fprintf(out, "wrap = %s\n", r->wrap ? "true" : "false");
	if (r->set & SETTING_TAB)
		fprintf(out, "tab = \"%s\"\n", remembered_tabs[r->tab]);
	fputs("\n[columns]\n", out);
	for (int i = 0; i < REMEMBERED_KINDS; i++)
		print_columns(&r->columns[i], kinds[i], out);
	fputs("\n[filters]\n", out);
	for (size_t i = 0; i < r->filter_count; i++) {
		fprintf(out, "%s = ", r->filters[i].name);
		print_text(out, str_of(r->filters[i].text));
		fputc('\n', out);
	}
}

static bool directory(char path[static PATH_MAX])
{
	return file_own_dir(path, NULL, "XDG_CONFIG_HOME", "~/.config");
}

void remembered_load(struct remembered *r, struct reason *reason)
{
	char *text;
	size_t n;

	*r = (struct remembered){0};
	reason->text[0] = '\0';
	if (!directory(r->path)) {
		r->path[0] = '\0';
		return;
	}
	strcat(r->path, "/" FILE_NAME);
	int err = file_read(r->path, REMEMBERED_MOST, &text, &n);
	if (err == -ENOENT || err == -ENOTDIR)
		return;
	if (err) {
		r->broken = true;
		reason_set(reason, "%.200s: %s", r->path, strerror(-err));
		return;
	}
	remembered_parse(r, (struct str){text, n}, reason);
	free(text);
}

static int write_text(struct str text)
{
	char dir[PATH_MAX];

	if (!directory(dir))
		return -ENOENT;
	int err = file_make_dirs(dir, 0700);
	return err ? err : file_replace(dir, FILE_NAME, text.p, text.n, 0600);
}

int remembered_save(const struct remembered *r, struct reason *reason)
{
	char *p = NULL;
	size_t n = 0;

	if (!r->path[0] || r->broken) {
		reason_set(reason, "not kept: %s",
			r->broken ? FILE_NAME " could not be read, and is left as it is"
				  : "there is no home directory");
		return -EPERM;
	}
	FILE *out = open_memstream(&p, &n);
	if (out)
		remembered_print(r, out);
	int err = out && fclose(out) == 0 ? write_text((struct str){p, n}) : -ENOMEM;
	free(p);
	if (err)
		reason_set(reason, "not kept: %.200s: %s", r->path, strerror(-err));
	return err;
}

static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = (char)(name.p[i] | 0x20);
		if (!(c >= 'a' && c <= 'z') && !(name.p[i] >= '0' && name.p[i] <= '9') &&
			name.p[i] != '-' && name.p[i] != '_')
			return false;
	}
	return name.n > 0 && name.n < SAVED_NAME_MAX;
}

static size_t filter_number(const struct remembered *r, struct str name)
{
	size_t i = 0;

	while (i < r->filter_count && !str_eq(str_of(r->filters[i].name), name))
		i++;
	return i;
}

int remembered_save_filter(struct remembered *r, struct str name, struct str text)
{
	size_t i = filter_number(r, name);

	if (!is_name(name))
		return -EINVAL;
	if (!text.n) {
		if (i < r->filter_count)
			r->filters[i] = r->filters[--r->filter_count];
		return 0;
	}
	if (i == SAVED_FILTERS_MAX)
		return -ENOSPC;
	if (i == r->filter_count)
		r->filter_count++;
	text_copy(r->filters[i].name, sizeof r->filters[i].name, name);
	text_copy(r->filters[i].text, sizeof r->filters[i].text, text);
	return 0;
}

const char *remembered_filter(const struct remembered *r, struct str name)
{
	size_t i = filter_number(r, name);

	return i < r->filter_count ? r->filters[i].text : NULL;
}
