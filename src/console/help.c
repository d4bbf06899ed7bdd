// SPDX-License-Identifier: MIT
#include "console/page.h"
#include "console/panels.h"

#include <stdio.h>

#define NAMES_WIDTH 14

/* What is done while typing explains itself on the spot. */
static void print_keys(struct page *p, const struct bindings *b)
{
	char names[64];

	for (int i = ACT_NONE + 1; i < ACTIONS; i++) {
		if (!(actions[i].where & IN_VIEWS))
			continue;
		bindings_names(b, (enum action)i, IN_VIEWS, 9, names, sizeof names);
		if (names[0])
			page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, names,
				actions[i].help);
	}
}

static void print_columns(struct page *p)
{
	for (size_t i = 0; i < column_count; i++)
		if (columns[i].title && columns[i].scope != FOR_GROUPS)
			page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH,
				columns[i].title, columns[i].help);
}

/* "half_open" is another name of "half": the first is enough here. */
static void print_filters(struct page *p)
{
	page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, "f:a,b  f=a",
		"the field is one of these; is nothing else");
	page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, "f~a*b  f>1",
		"a pattern: * any text, ^ $ both ends; > < >= <= of numbers");
	page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, "-word \"a b\"",
		"all but these; text with blanks");
	for (size_t i = 0; i < filter_field_count; i++)
		page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH,
			filter_fields[i].names[0], filter_fields[i].help);
}

static void help_draw(struct panel *panel, struct area a, bool focused)
{
	struct page p = page_begin(panel, a, help_panel.title);

	(void)focused;
	page_print(&p, 0, STYLE_BOLD, "Keys");
	print_keys(&p, &panel->view->bindings);
	page_print(&p, 0, STYLE_BOLD, "Columns");
	print_columns(&p);
	page_print(&p, 0, STYLE_BOLD, "Filters");
	print_filters(&p);
	page_print(&p, 0, STYLE_BOLD, "Rows");
	page_print(&p, NAMES_WIDTH, STYLE_BAD,
		"bold red      half-open or many connections, and next to no request logged");
	page_print(&p, NAMES_WIDTH, STYLE_WARN,
		"yellow        half-open connections, or suspicious: many requests, odd paths, a "
		"scanner");
	page_print(&p, NAMES_WIDTH, STYLE_DIM,
		"dim           every connection closed within the last ten seconds");
	page_print(&p, NAMES_WIDTH, STYLE_PLAIN,
		"Half-open sources may be spoofed. "
		"\"No requests\" means that none were logged.");
	page_end(&p);
}

const struct panel_ops help_panel = {
	.title = "Help",
	.where = IN_PAGE,
	.size = sizeof(struct page_panel),
	.open = page_open,
	.draw = help_draw,
	.act = page_act,
};
