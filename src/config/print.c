// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/parts.h"

void option_print_default(FILE *out, const struct option_def *d)
{
	bool quoted = d->type == OPTION_TEXT || d->type == OPTION_CHOICE ||
		      d->type == OPTION_ENUM || d->type == OPTION_DURATION ||
		      d->type == OPTION_BYTES;

	if (d->type == OPTION_TEXTS || d->type == OPTION_NETS)
		fprintf(out, d->fallback ? "[\"%s\"]" : "[]", d->fallback);
	else if (quoted)
		fprintf(out, "\"%s\"", d->fallback ? d->fallback : "");
	else
		fputs(d->fallback ? d->fallback : "false", out);
}

static void print_option(
	FILE *out, const struct options_state *s, const struct option_ref *o, const char *name)
{
	const struct option_def *d = o->def;
	char buf[OPTION_EXPECTED_MAX];

	fprintf(out, "# %s%s; %s", d->inverted ? "false: " : "", d->help,
		value_expected(d, option_check_of(s, o), buf));
	if (d->env)
		fprintf(out, "; NETHERGAZE_%s", d->env);
	fprintf(out, "\n# %s = ", name);
	option_print_default(out, d);
	fputs("\n\n", out);
}

struct str option_section(const char *key)
{
	const char *dot = strrchr(key, '.');

	return (struct str){key, dot ? (size_t)(dot - key) : 0};
}

static void print_names(FILE *out, const struct option_table *t)
{
	struct option_name name;

	fprintf(out, "# %s\n", t->help);
	for (size_t i = 0; t->name_at && t->name_at(t->values, i, &name); i++)
		fprintf(out, "# %.*s = \"%.*s\"\n", STR_FMT(name.name), STR_FMT(name.text));
	fputc('\n', out);
}

static void print_about(FILE *out, const struct options_state *s, struct str section)
{
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].about && str_eq(str_of(s->setup.tables[k].section), section))
			fprintf(out, "# %s\n\n", s->setup.tables[k].about);
}

bool option_section_is_array(const struct options_state *s, struct str section)
{
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].tables_max &&
			str_eq(str_of(s->setup.tables[k].section), section))
			return true;
	return false;
}

static void print_section(FILE *out, const struct options_state *s, struct str section)
{
	char buf[TOML_PATH_MAX];
	struct option_ref o;

	if (section.n)
		/* An empty table of an array would be one. */
		fprintf(out, option_section_is_array(s, section) ? "# [[%.*s]]\n" : "[%.*s]\n",
			STR_FMT(section));
	print_about(out, s, section);
	for (size_t i = 0; option_at(s, i, &o); i++) {
		const char *key = option_key(&o, buf);
		if (key && str_eq(option_section(key), section))
			print_option(out, s, &o, key + section.n + (section.n > 0));
	}
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].take && str_eq(str_of(s->setup.tables[k].section), section))
			print_names(out, &s->setup.tables[k]);
}

/* Adds a section once. */
static size_t add_section(struct str *sections, size_t n, struct str section)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(sections[i], section))
			return n;
	if (n < OPTION_SECTIONS_MAX)
		sections[n++] = section;
	return n;
}

size_t option_sections(const struct options_state *s, struct str ret[static OPTION_SECTIONS_MAX])
{
	struct option_ref o;
	size_t n = add_section(ret, 0, STR_LIT(""));

	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->key)
			n = add_section(ret, n,
				o.table ? str_of(o.table->section) : option_section(o.def->key));
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].take)
			n = add_section(ret, n, str_of(s->setup.tables[k].section));
	return n;
}

void options_print_config(const struct options_state *s, FILE *out)
{
	struct str sections[OPTION_SECTIONS_MAX];
	size_t n = option_sections(s, sections);

	fputs("# nethergaze configuration: every key with its default.\n\n", out);
	for (size_t i = 0; i < n; i++)
		print_section(out, s, sections[i]);
}
