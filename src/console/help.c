// SPDX-License-Identifier: MIT
#include "console/page.h"
#include "console/panels.h"

#include <stdio.h>
#include <string.h>

#define NAMES_WIDTH 16
#define LETTERS_MAX 256

/* Each stands before the first of its actions. */
static const struct {
	enum action first;
	const char *title;
} groups[] = {
	{ACT_HELP, "Keys: where one is"},
	{ACT_FILTER, "Keys: what is shown"},
	{ACT_GROUP, "Keys: groups and order"},
	{ACT_FREEZE, "Keys: time"},
	{ACT_TAB_NEXT, "Keys: the lower part, the log"},
	{ACT_COPY, "Keys: what is done with a row"},
	{ACT_PRIVATE, "Keys: settings and the rest"},
	{ACT_UP, "Keys: moving"},
	{ACT_ACCEPT, "Keys: while a line is typed, or something is chosen"},
};

/* The places whose keys an action's line names: those of views, else those of a line. */
static unsigned where_of(enum action a)
{
	return actions[a].where & IN_VIEWS ? IN_VIEWS | IN_MENU : IN_PROMPT | IN_MENU;
}

static void print_action(struct page *p, const struct bindings *b, enum action a)
{
	char names[64];

	bindings_names(b, a, where_of(a), 9, names, sizeof names);
	if (names[0])
		page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s%s", NAMES_WIDTH, names,
			strlen(names) < NAMES_WIDTH ? "" : " ", actions[a].help);
}

static void print_hooks(struct page *p, const struct view *v)
{
	for (size_t i = 0; i < v->hook_count; i++) {
		char key[KEY_NAME_MAX] = "";
		if (v->hooks[i].code)
			key_name(v->hooks[i].code, key);
		page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s: %s", NAMES_WIDTH, key,
			v->hooks[i].label, v->hooks[i].command);
	}
}

static void print_keys(struct page *p, const struct view *v)
{
	size_t group = 0;

	for (int i = ACT_NONE + 1; i < ACTIONS; i++) {
		if (group < ARRAY_LEN(groups) && groups[group].first == (enum action)i)
			page_print(p, 0, STYLE_BOLD, "%s", groups[group++].title);
		print_action(p, &v->bindings, (enum action)i);
		if (i == ACT_HOOK)
			print_hooks(p, v);
	}
}

static void print_columns(struct page *p)
{
	page_print(p, 0, STYLE_BOLD, "Columns");
	for (size_t i = 0; i < column_count; i++)
		if (columns[i].title && columns[i].scope != FOR_GROUPS)
			page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH,
				columns[i].title, columns[i].help);
}

static void print_line(struct page *p, const char *left, const char *right)
{
	page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, left, right);
}

/* "half_open" is another name of "half": the first is enough here. */
static void print_filters(struct page *p)
{
	char name[64];

	page_print(p, 0, STYLE_BOLD, "Filters");
	print_line(p, "status:4xx,5xx",
		"the field is one of these; words of one field too, "
		"words of several fields all hold");
	print_line(p, "path=/login", "is this and nothing else");
	print_line(p, "ua~bot*1", "has the text; * is any text, ^ and $ are both ends");
	print_line(p, "rate>60", "> < >= <= of numbers: 5k, 1M, 5%, 30s");
	print_line(p, "-net:10.0.0.0/8", "all but these; so does !");
	print_line(p, "\"a b\"", "text with blanks, anywhere in a line or a row");
	print_line(p, "@name", "a filter that was saved");
	for (size_t i = 0; i < filter_field_count; i++) {
		const struct filter_field *f = &filter_fields[i];
		snprintf(name, sizeof name, "%s%s", f->names[0],
			f->kind == FILTER_NUMBER ? ">" : ":");
		page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s; takes %s", NAMES_WIDTH, name,
			f->help, f->takes);
	}
}

static void print_letter(struct page *p, char letter)
{
	char names[512] = "";
	size_t n = 0;

	for (int i = 0; i < FLAGS; i++) {
		int w = flag_defs[i].letter == letter && n < sizeof names
				? snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "",
					  flag_defs[i].name)
				: 0;
		n += (size_t)w;
	}
	page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*c%s", NAMES_WIDTH, letter, names);
}

static void print_letters(struct page *p)
{
	bool seen[LETTERS_MAX] = {false};

	page_print(p, 0, STYLE_BOLD, "Letters before rows: what they are judged to be");
	for (int i = 0; i < FLAGS; i++) {
		unsigned char letter = (unsigned char)flag_defs[i].letter;
		if (letter && !seen[letter])
			print_letter(p, (char)letter);
		seen[letter] = true;
	}
}

static void print_colours(struct page *p)
{
	page_print(p, 0, STYLE_BOLD, "Colours");
	page_print(p, NAMES_WIDTH, STYLE_BAD,
		"red             F and H, 5xx, half-open or many connections and next to no "
		"request, what is lost");
	page_print(p, NAMES_WIDTH, STYLE_WARN,
		"yellow          X B A P E, 4xx, half-open connections, suspicious: many requests, "
		"odd paths, a scanner");
	page_print(p, NAMES_WIDTH, STYLE_INFO, "blue            C, 3xx, graphs");
	page_print(p, NAMES_WIDTH, STYLE_DIM,
		"dim             2xx, zeros, times; a row whose connections all closed within the "
		"last ten seconds");
	page_print(p, NAMES_WIDTH, STYLE_PLAIN,
		"Half-open sources may be spoofed. "
		"\"No requests\" means that none were logged.");
}

static void help_draw(struct panel *panel, struct area a, bool focused)
{
	struct page p = page_begin(panel, a, help_panel.title);

	(void)focused;
	print_keys(&p, panel->view);
	print_columns(&p);
	print_filters(&p);
	print_letters(&p);
	print_colours(&p);
	page_end(&p);
}

const struct panel_ops help_panel = {
	.title = "Help",
	.where = IN_PAGE,
	.size = sizeof(struct page_panel),
	.open = page_open,
	.search = page_search,
	.mouse = page_mouse,
	.draw = help_draw,
	.act = page_act,
};
