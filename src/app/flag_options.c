// SPDX-License-Identifier: MIT
#include "app/flag_options.h"

#include <stdio.h>

#define ENTRIES   (1 + FLAG_THRESHOLDS)
#define TEXT_MAX  32
#define HELP_MAX  128
#define ABOUT_MAX 512
#define MOST      999999 /* of a threshold, which no count in a window exceeds for long */

static struct values {
	struct flag_settings settings;
	bool enabled[FLAGS];
} values;

/* What the entries of a flag's table point to. */
static struct texts {
	char section[TEXT_MAX], enabled_help[HELP_MAX], about[ABOUT_MAX];
	char fallback[FLAG_THRESHOLDS][TEXT_MAX];
} texts[FLAGS];

static struct option_def defs[FLAGS][ENTRIES];
static struct option_table tables[FLAGS];

static size_t list_scopes(uint8_t scopes, char *buf, size_t cap)
{
	size_t n = 0;

	for (int i = 1; i < SCOPES; i++) /* 0 has no name */
		if (scopes & 1u << i)
			n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? ", " : "",
				enum_name(&flag_scopes, (unsigned)i));
	return n;
}

/* "SYN flood. Scope: machine; severity 3. Wrong if: …" */
static void describe(const struct flag_def *f, char about[static ABOUT_MAX])
{
	char scopes[64] = "";

	list_scopes(f->scopes, scopes, sizeof scopes);
	snprintf(about, ABOUT_MAX, "%s. Scope: %s; severity: %u. Wrong if: %s.", f->verdict, scopes,
		f->severity, f->disproof);
	if (about[0] >= 'a' && about[0] <= 'z')
		about[0] = (char)(about[0] - 0x20);
}

static size_t add_thresholds(
	enum flag_id id, struct texts *t, struct option_def *at, const struct flag_threshold *from)
{
	size_t n = 0;

	for (; n < FLAG_THRESHOLDS && from[n].key; n++) {
		snprintf(t->fallback[n], TEXT_MAX, "%g", from[n].on);
		at[n] = (struct option_def){.key = from[n].key,
			.type = OPTION_NUMBER,
			.max = MOST,
			.fallback = t->fallback[n],
			.offset = offsetof(struct values, settings.of[0].on[0]) +
				  id * sizeof values.settings.of[0] + n * sizeof(double),
			.help = from[n].help};
	}
	return n;
}

static void make_table(enum flag_id id)
{
	const struct flag_def *f = &flag_defs[id];
	struct texts *t = &texts[id];

	snprintf(t->section, sizeof t->section, "flags.%s", f->name);
	snprintf(t->enabled_help, sizeof t->enabled_help, "look for %s", f->name);
	describe(f, t->about);
	defs[id][0] = (struct option_def){.key = "enabled",
		.type = OPTION_SWITCH,
		.fallback = "true",
		.offset = offsetof(struct values, enabled) + id * sizeof(bool),
		.help = t->enabled_help};
	tables[id] = (struct option_table){.section = t->section,
		.defs = defs[id],
		.count = 1 + add_thresholds(id, t, defs[id] + 1, f->thresholds),
		.values = &values,
		.about = t->about};
}

const struct option_table *flag_option_tables(void)
{
	for (int i = 0; i < FLAGS; i++)
		make_table((enum flag_id)i);
	return tables;
}

const struct flag_settings *flag_options_set(const struct options_state *options)
{
	bool ours = false;

	for (size_t k = 0; k < options->setup.table_count; k++)
		ours |= options->setup.tables[k].values == &values;
	if (!ours)
		return NULL;
	for (int i = 0; i < FLAGS; i++)
		values.settings.of[i].disabled = !values.enabled[i];
	return &values.settings;
}
