// SPDX-License-Identifier: MIT
#include "console/picker.h"

#include "base/container.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/typing.h"

struct picker {
	struct panel panel;
	const struct picking *what;
	struct chooser chooser;
	struct line_edit line;
};

static struct picker *picker_of(struct panel *p)
{
	return container_of(p, struct picker, panel);
}

static bool entry_at(void *ctx, size_t i, struct chooser_entry *ret)
{
	struct picker *p = ctx;

	*ret = (struct chooser_entry){0};
	return p->what && p->what->at(p->panel.view, i, ret);
}

static struct chooser_source source_of(struct picker *p)
{
	return (struct chooser_source){p, entry_at};
}

static void sift(struct picker *p)
{
	struct chooser_source source = source_of(p);

	chooser_sift(&p->chooser, &source, (struct str){p->line.text, p->line.n});
}

bool picker_open(struct view *v, const struct picking *what)
{
	struct chooser_entry first;

	if (!what->at(v, 0, &first))
		return false;
	picker_of(v->panels[PANEL_PICKER])->what = what;
	nav_open(v, PANEL_PICKER, NULL);
	return true;
}

static void opened(struct panel *panel, const struct subject_key *of)
{
	struct picker *p = picker_of(panel);

	(void)of;
	line_edit_init(&p->line, CHOOSER_NAME_MAX);
	sift(p);
}

static void choose(struct picker *p)
{
	size_t i;

	if (!chooser_chosen(&p->chooser, &i))
		return;
	nav_close(p->panel.view);
	p->what->choose(p->panel.view, i);
}

static bool picker_act(struct panel *panel, enum action action)
{
	struct picker *p = picker_of(panel);

	if (action == ACT_ACCEPT || action == ACT_COMPLETE)
		choose(p);
	else if (action == ACT_CANCEL)
		nav_close(panel->view);
	else if (line_edit_act(&p->line, action))
		sift(p);
	else
		return chooser_act(&p->chooser, action);
	return true;
}

static bool picker_input(struct panel *panel, const struct input *in)
{
	struct picker *p = picker_of(panel);

	if (line_edit_input(&p->line, in))
		sift(p);
	return true;
}

static bool picker_mouse(struct panel *panel, struct area a, const struct input *in)
{
	struct picker *p = picker_of(panel);

	if (chooser_mouse(&p->chooser, area_rows(a, 1, a.h - 2), in))
		choose(p);
	return true;
}

static void picker_draw(struct panel *panel, struct area a, bool focused)
{
	struct picker *p = picker_of(panel);
	struct chooser_source source = source_of(p);
	static const struct typing typing = {"> ", "choose", "close"};

	(void)focused;
	if (a.h > 2) {
		screen_fill(a, 0, 0, STYLE_BAR);
		screen_print(a, 0, 0, STYLE_BAR, " %s", p->what->title);
		chooser_draw(&p->chooser, &source, area_rows(a, 1, a.h - 2));
	}
	typing_draw(panel->view, &typing, &p->line, a, a.h - 1);
}

const struct panel_ops picker_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct picker),
	.lines = 12,
	.open = opened,
	.input = picker_input,
	.mouse = picker_mouse,
	.draw = picker_draw,
	.act = picker_act,
};
