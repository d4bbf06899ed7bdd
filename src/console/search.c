// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "console/nav.h"
#include "console/page.h"
#include "console/panels.h"
#include "console/typing.h"

struct search {
	struct panel panel;
	struct line_edit line;
};

static struct search *search_of(struct panel *p)
{
	return container_of(p, struct search, panel);
}

/* Each letter counts at once. */
static void look(struct search *s)
{
	struct panel *body = nav_body(s->panel.view);

	if (body->ops->search)
		body->ops->search(body, (struct str){s->line.text, s->line.n});
}

static void search_open(struct panel *panel, const struct subject_key *of)
{
	(void)of;
	line_edit_init(&search_of(panel)->line, PAGE_SEARCH_MAX);
}

static bool search_act(struct panel *panel, enum action action)
{
	struct search *s = search_of(panel);

	if (action == ACT_CANCEL) {
		line_edit_set(&s->line, STR_LIT(""));
		look(s);
	}
	if (action == ACT_CANCEL || action == ACT_ACCEPT)
		nav_close(panel->view);
	else if (line_edit_act(&s->line, action))
		look(s);
	return true;
}

static bool search_input(struct panel *panel, const struct input *in)
{
	struct search *s = search_of(panel);

	if (line_edit_input(&s->line, in))
		look(s);
	return true;
}

static void search_draw(struct panel *panel, struct area a, bool focused)
{
	static const struct typing typing = {"search/", "then n and N", "forget it"};

	(void)focused;
	typing_draw(panel->view, &typing, &search_of(panel)->line, a, 0);
}

const struct panel_ops search_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct search),
	.lines = 1,
	.open = search_open,
	.input = search_input,
	.draw = search_draw,
	.act = search_act,
};
