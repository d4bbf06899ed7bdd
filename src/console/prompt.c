// SPDX-License-Identifier: MIT
#include "console/line_edit.h"
#include "console/nav.h"
#include "console/panels.h"

#include "base/container.h"
#include "base/text.h"

struct prompt {
	struct panel panel;
	struct line_edit line;
	char before[FILTER_TEXT_MAX]; /* the filter, to come back to */
	const char *error;            /* static text; NULL: the line is a filter */
};

static void prompt_open(struct panel *panel, const struct addr *ip)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	struct str text = str_of(panel->view->filter.text);

	(void)ip;
	p->error = NULL;
	text_copy(p->before, sizeof p->before, text);
	line_edit_init(&p->line, sizeof p->before);
	line_edit_set(&p->line, text);
}

/* Each change counts at once. While the text is no filter the last one that was stays. */
static void apply(struct prompt *p)
{
	p->error = NULL;
	nav_set_filter(p->panel.view, (struct str){p->line.text, p->line.n}, &p->error);
}

static bool prompt_act(struct panel *panel, enum action action)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	size_t n = p->line.n;

	switch (action) {
	case ACT_ACCEPT: /* not while it is wrong: nothing would tell why it does not work */
		if (!p->error)
			nav_close(panel->view);
		return true;
	case ACT_CANCEL:
		line_edit_set(&p->line, str_of(p->before));
		apply(p);
		nav_close(panel->view);
		return true;
	default:
		if (!line_edit_act(&p->line, action))
			return false;
		if (p->line.n != n)
			apply(p);
		return true;
	}
}

static bool prompt_input(struct panel *panel, const struct input *in)
{
	struct prompt *p = container_of(panel, struct prompt, panel);

	if (in->kind == INPUT_PASTE)
		line_edit_paste(&p->line, in->paste);
	else if (in->kind != INPUT_KEY || !line_edit_type(&p->line, in->code))
		return true; /* nothing that is no text means anything here */
	apply(p);
	return true;
}

static void prompt_draw(struct panel *panel, struct area a, bool focused)
{
	const struct prompt *p = container_of(panel, const struct prompt, panel);
	const struct view *v = panel->view;
	int cursor, x = screen_print(a, 0, 0, STYLE_BOLD, "/");

	(void)focused;
	x += line_edit_draw(&p->line, a, 0, x, a.w - x - 1, STYLE_PLAIN, &cursor) + 2;
	if (p->error)
		x += screen_print(a, 0, x, STYLE_BAD, "%s", p->error) + 2;
	else if (!p->line.n)
		x += screen_print(a, 0, x, STYLE_DIM,
			     "text  203.0.113.0/24  status:4xx  state:SYN_RECV  !not") +
		     2;
	for (int i = 0; i < ACTIONS; i++) {
		char key[KEY_NAME_MAX];
		if (!(actions[i].where & IN_PROMPT) || !actions[i].note)
			continue;
		bindings_names(&v->bindings, (enum action)i, IN_PROMPT, 1, key, sizeof key);
		if (key[0])
			x += screen_print(a, 0, x, STYLE_DIM, "%s %s", key, actions[i].note) + 2;
	}
	if (a.h > 0 && a.w > 0)
		screen_cursor(a.y, a.x + (cursor < a.w ? cursor : a.w - 1));
}

const struct panel_ops prompt_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct prompt),
	.lines = 1,
	.open = prompt_open,
	.input = prompt_input,
	.draw = prompt_draw,
	.act = prompt_act,
};
