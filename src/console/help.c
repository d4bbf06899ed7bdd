// SPDX-License-Identifier: MIT
#include "console/page.h"

#include <stdio.h>

#define NAMES_WIDTH 14

static void print_keys(struct page *p)
{
	char names[64];

	for (size_t i = 0; i < key_count; i++) {
		const struct key *k = &keys[i];
		if (!k->help)
			continue;
		keys_names(k->action, k->where, names, sizeof names);
		page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH, names, k->help);
	}
}

static void print_columns(struct page *p)
{
	for (size_t i = 0; i < column_count; i++)
		if (columns[i].title)
			page_print(p, NAMES_WIDTH, STYLE_PLAIN, "%-*s%s", NAMES_WIDTH,
				columns[i].title, columns[i].help);
}

static void help_draw(struct console *c, struct area a, bool focused)
{
	struct page p = page_begin(c, a, help_panel.title);

	(void)focused;
	page_print(&p, 0, STYLE_BOLD, "Keys");
	print_keys(&p);
	page_print(&p, 0, STYLE_BOLD, "Columns");
	print_columns(&p);
	page_print(&p, 0, STYLE_BOLD, "Rows");
	page_print(&p, NAMES_WIDTH, STYLE_BAD,
		"bold red      half-open or many connections, and next to no request logged");
	page_print(&p, NAMES_WIDTH, STYLE_WARN,
		"yellow        half-open connections, or more than 60 requests a minute");
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
	.draw = help_draw,
	.act = page_act,
};
