// SPDX-License-Identifier: MIT
#include "config/parts.h"
#include "pages/pages.h"
#include "pages/roff.h"
#include "tui/actions.h"

#define TEXT_MAX 1024

static void put_key(
	FILE *out, const struct options_state *s, const struct option_ref *o, const char *name)
{
	const struct option_def *d = o->def;
	char expected[OPTION_EXPECTED_MAX], text[TEXT_MAX];
	size_t n;

	roff_tag(out, name, NULL);
	n = (size_t)snprintf(text, sizeof text, "%s%s; %s.", d->inverted ? "false: " : "", d->help,
		value_expected(d, option_check_of(s, o), expected));
	if (d->fallback && n < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n, " Default: %s.", d->fallback);
	if (d->flag && n < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n, " Flag: --%s.", d->flag);
	if (d->env && n < sizeof text)
		n += (size_t)snprintf(
			text + n, sizeof text - n, " Environment: NETHERGAZE_%s.", d->env);
	if (d->alias && n < sizeof text)
		snprintf(text + n, sizeof text - n, " Also: %s.", d->alias);
	roff_text(out, text);
}

/* Keys of a table that takes any. */
static void put_names(FILE *out, const struct option_table *t)
{
	struct option_name name;
	char tag[128];

	roff_paragraph(out);
	roff_text(out, t->help);
	for (size_t i = 0; t->name_at && t->name_at(t->values, i, &name); i++) {
		enum action action = action_find(name.name);
		snprintf(
			tag, sizeof tag, "%.*s = \"%.*s\"", STR_FMT(name.name), STR_FMT(name.text));
		roff_tag(out, tag, NULL);
		roff_text(out, action == ACT_NONE ? "the default." : actions[action].help);
	}
}

static void put_heading(FILE *out, const struct options_state *s, struct str section)
{
	char title[TOML_PATH_MAX + 8];

	if (section.n)
		snprintf(title, sizeof title,
			option_section_is_array(s, section) ? "[[%.*s]]" : "[%.*s]",
			STR_FMT(section));
	roff_subheading(out, section.n ? title : "Before the first section");
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].about && str_eq(str_of(s->setup.tables[k].section), section))
			roff_text(out, s->setup.tables[k].about);
}

static void put_section(FILE *out, const struct options_state *s, struct str section)
{
	char buf[TOML_PATH_MAX];
	struct option_ref o;

	put_heading(out, s, section);
	for (size_t i = 0; option_at(s, i, &o); i++) {
		const char *key = option_key(&o, buf);
		if (key && str_eq(option_section(key), section))
			put_key(out, s, &o, key + section.n + (section.n > 0));
	}
	for (size_t k = 0; k < s->setup.table_count; k++)
		if (s->setup.tables[k].take && str_eq(str_of(s->setup.tables[k].section), section))
			put_names(out, &s->setup.tables[k]);
}

static void put_files(FILE *out, const struct options_state *s)
{
	char text[TEXT_MAX];

	roff_heading(out, "DESCRIPTION");
	snprintf(text, sizeof text,
		"nethergaze(1) reads its configuration from %s/config.toml, from "
		"%s/conf.d/*.toml in the order of their names, and from "
		"$XDG_CONFIG_HOME/nethergaze/config.toml, ~/.config/nethergaze/config.toml or else "
		"~/.nethergaze.toml. A later file replaces what an earlier one sets, lists and "
		"arrays of tables as a whole. With --config only that file is read. Environment "
		"variables override all files, and flags override these.",
		s->setup.machine_dir, s->setup.machine_dir);
	roff_text(out, text);
	roff_paragraph(out);
	roff_text(out, "The files are TOML, of at most 1 MiB. A key that is unknown, of the wrong "
		       "type, out of range or there twice is an error that names file and line. "
		       "--print-config writes a file with every key and its default, --doctor "
		       "lists the files that were read.");
}

void page_config(FILE *out, const struct options_state *s)
{
	struct str sections[OPTION_SECTIONS_MAX];
	size_t n = option_sections(s, sections);

	roff_title(out, "NETHERGAZE.TOML", "5", "File Formats");
	roff_heading(out, "NAME");
	fputs("nethergaze.toml \\- configuration of nethergaze\n", out);
	put_files(out, s);
	roff_heading(out, "KEYS");
	for (size_t i = 0; i < n; i++)
		put_section(out, s, sections[i]);
	roff_heading(out, "EXAMPLE");
	roff_lines(out, "log_path = [\"/var/log/nginx/*access.log\"]\n"
			"\n"
			"[log]\n"
			"trusted_proxies = [\"192.0.2.0/24\"]\n"
			"\n"
			"[flags.burst]\n"
			"enabled = false");
	roff_heading(out, "SEE ALSO");
	fputs(".BR nethergaze (1)\n", out);
}
