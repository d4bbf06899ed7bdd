// SPDX-License-Identifier: MIT
#include "console/words.h"

#include "base/text.h"
#include "console/chosen.h"
#include "console/hook_list.h"
#include "console/nav.h"
#include "console/output.h"
#include "console/picker.h"
#include "console/seat.h"

#include <stdio.h>

#define VALUES_MAX 160 /* bytes of a value that is shown in a message */

static bool is_sortable(const struct view *v, const struct column *c, enum group_by by)
{
	return c->title && column_is_sortable(c, v->m, by);
}

static const struct column *sortable(const struct view *v, size_t i)
{
	enum group_by by = v->rows_by;

	for (size_t k = 0; k < column_count; k++)
		if (is_sortable(v, &columns[k], by) && i-- == 0)
			return &columns[k];
	return NULL;
}

static bool sort_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	const struct column *c = sortable(v, i);

	if (!c)
		return false;
	snprintf(ret->name, sizeof ret->name, "%s", c->id);
	snprintf(ret->note, sizeof ret->note, "%s: %s", column_title(c, v->rows_by), c->help);
	snprintf(ret->right, sizeof ret->right, "%s", c == v->rows_sort ? "now" : "");
	return true;
}

static void sort_choose(struct view *v, size_t i)
{
	v->asking.sort = sortable(v, i);
}

const struct picking sort_picking = {"Sort by", sort_at, sort_choose};

static bool run_sort(struct view *v, struct str value)
{
	const struct column *c = column_find(value);
	struct str shown = text_clip(value, VALUES_MAX);

	if (!c || !is_sortable(v, c, v->rows_by)) {
		view_refuse(v, "no column \"%.*s\" to sort by here", STR_FMT(shown));
		return false;
	}
	v->asking.sort = c;
	return true;
}

static const struct {
	const char *name, *note;
	enum group_by by;
} groups[] = {
	{"address", "each address for itself", GROUP_NONE},
	{"net", "by /24 and /48", GROUP_NET},
	{"as", "by autonomous system", GROUP_AS},
	{"country", "by country", GROUP_COUNTRY},
	{"machine", "each machine of a fleet, at a hub", GROUP_MACHINE},
};

static bool group_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	(void)v;
	if (i >= ARRAY_LEN(groups))
		return false;
	snprintf(ret->name, sizeof ret->name, "%s", groups[i].name);
	snprintf(ret->note, sizeof ret->note, "%s", groups[i].note);
	return true;
}

static bool run_group(struct view *v, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (str_eq(value, str_of(groups[i].name)) && seat_groups(v, groups[i].by)) {
			v->asking.group = true;
			v->asking.by = groups[i].by;
			return true;
		}
	view_refuse(v, "rows are grouped by address, net, as or country; at a hub by machine");
	return false;
}

static void refuse_filter(struct view *v, const struct filter_error *error, struct str text)
{
	char complaint[FILTER_COMPLAINT_MAX];
	size_t n = filter_complaint(error, text, complaint);

	view_refuse(v, "%.*s", (int)n, complaint);
}

/* "@name" is a filter that was saved. */
static bool run_filter(struct view *v, struct str value)
{
	struct filter_error error;
	const char *saved = value.n && value.p[0] == '@'
				    ? remembered_filter(&v->remembered, str_skip(value, 1))
				    : NULL;

	if (nav_try_narrow(v, saved ? str_of(saved) : value, &error) == 0)
		return true;
	refuse_filter(v, &error, value);
	return false;
}

static bool run_highlight(struct view *v, struct str value)
{
	struct filter_error error;
	struct filter_env env = nav_filter_env(v);

	if (filter_compile(&v->highlight, value, &env, &error) == 0)
		return true;
	refuse_filter(v, &error, value);
	return false;
}

static bool saved_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	const struct remembered *r = &v->remembered;

	if (i >= r->filter_count)
		return false;
	snprintf(ret->name, sizeof ret->name, "%s", r->filters[i].name);
	snprintf(ret->note, sizeof ret->note, "%s", r->filters[i].text);
	return true;
}

static void saved_choose(struct view *v, size_t i)
{
	run_filter(v, str_of(v->remembered.filters[i].text));
}

const struct picking saved_picking = {"Saved filters", saved_at, saved_choose};

static bool run_saved(struct view *v, struct str value)
{
	const char *text = remembered_filter(&v->remembered, value);

	if (text)
		return run_filter(v, str_of(text));
	view_refuse(v, "no filter is saved under that name");
	return false;
}

static bool run_save(struct view *v, struct str value)
{
	if (v->filter.count)
		return chosen_save_filter(v, value, str_of(v->filter.text));
	view_refuse(v, "there is no filter to save");
	return false;
}

static bool run_forget(struct view *v, struct str value)
{
	if (remembered_filter(&v->remembered, value))
		return chosen_save_filter(v, value, STR_ABSENT);
	view_refuse(v, "no filter is saved under that name");
	return false;
}

static bool theme_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	static const char *const notes[] = {"as the terminal's background is",
		"for a dark background", "for a light background", "without colours"};

	(void)v;
	if (i >= ARRAY_LEN(notes))
		return false;
	snprintf(ret->name, sizeof ret->name, "%s", remembered_themes[i]);
	snprintf(ret->note, sizeof ret->note, "%s", notes[i]);
	return true;
}

static bool run_theme(struct view *v, struct str value)
{
	for (int i = 0; remembered_themes[i]; i++)
		if (str_eq(value, str_of(remembered_themes[i]))) {
			chosen_theme(v, (enum theme_choice)i);
			return true;
		}
	view_refuse(v, "themes are auto, dark, light and mono");
	return false;
}

/* Ids with blanks or commas between them. */
static struct str next_id(struct str *rest)
{
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == ','))
		*rest = str_skip(*rest, 1);
	struct str id = {rest->p, 0};
	while (id.n < rest->n && id.p[id.n] != ' ' && id.p[id.n] != ',')
		id.n++;
	*rest = str_skip(*rest, id.n);
	return id;
}

static bool run_columns(struct view *v, struct str value)
{
	enum group_by by = v->rows_by;
	struct layout_choice choice = {0};

	for (struct str id; (id = next_id(&value)).n;) {
		const struct column *c = column_find(id);
		struct str shown = text_clip(id, VALUES_MAX);
		if (!c || !c->title || !column_speaks_of(c, by) || choice.n == LAYOUT_COLUMNS_MAX) {
			view_refuse(v, "no column \"%.*s\" of such rows", STR_FMT(shown));
			return false;
		}
		choice.at[choice.n++] = c;
	}
	chosen_columns(v, by, &choice);
	return true;
}

/* The panel for a time knows what a time is. */
static bool run_time(struct view *v, struct str value)
{
	struct panel *p = v->panels[PANEL_TIME];
	struct input in = {.kind = INPUT_PASTE, .paste = value};

	if (!p || !p->ops->input) {
		view_refuse(v, "there is no time to go to");
		return false;
	}
	nav_open(v, PANEL_TIME, NULL);
	p->ops->act(p, ACT_ERASE_LINE);
	p->ops->input(p, &in);
	p->ops->act(p, ACT_ACCEPT);
	return true;
}

static bool hook_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	return hook_picking.at(v, i, ret);
}

static bool run_hook(struct view *v, struct str value)
{
	for (size_t i = 0; i < v->hook_count; i++)
		if (str_eq(value, str_of(v->hooks[i].label))) {
			hook_ask(v, i);
			return true;
		}
	view_refuse(v, "no hook has that name");
	return false;
}

static bool run_output(struct view *v, struct str value)
{
	(void)value;
	if (output_reopen(v))
		return true;
	view_refuse(v, "no program was run from here");
	return false;
}

static bool run_quit(struct view *v, struct str value)
{
	(void)value;
	nav_ask(v, ACT_QUIT);
	return true;
}

const struct word command_words[] = {
	{"sort", "COLUMN", "sort by a column", sort_at, run_sort},
	{"group", "KIND", "what a row is: address, net, as, country, machine", group_at, run_group},
	{"filter", "FILTER", "show only what matches; nothing: everything", NULL, run_filter},
	{"highlight", "FILTER", "mark in the log what matches; nothing: nothing", NULL,
		run_highlight},
	{"saved", "NAME", "take up a filter that was saved", saved_at, run_saved},
	{"save", "NAME", "save the present filter", NULL, run_save},
	{"forget", "NAME", "forget a saved filter", saved_at, run_forget},
	{"columns", "ID ...", "the columns of such rows, in their order; none: as they come", NULL,
		run_columns},
	{"theme", "NAME", "the colours", theme_at, run_theme},
	{"hook", "NAME", "run a hook on what is under the cursor", hook_at, run_hook},
	{"output", NULL, "what the last program wrote that was run from here", NULL, run_output},
	{"t", "TIME", "go to a time", NULL, run_time},
	{"q", NULL, "quit", NULL, run_quit},
};

const size_t command_word_count = ARRAY_LEN(command_words);

const struct word *word_of(struct str line, struct str *ret_value)
{
	for (size_t i = 0; i < command_word_count; i++) {
		struct str rest = line;
		if (!command_words[i].takes || !str_take(&rest, str_of(command_words[i].name)) ||
			!rest.n || rest.p[0] != ' ')
			continue;
		while (rest.n && rest.p[0] == ' ')
			rest = str_skip(rest, 1);
		*ret_value = rest;
		return &command_words[i];
	}
	return NULL;
}
