// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "base/text.h"
#include "console/dialog_text.h"
#include "console/nav.h"
#include "console/panels.h"
#include "tui/line_edit.h"
#include "tui/list.h"

#define LABEL_WIDTH 20

struct dialog {
	struct panel panel;
	struct line_edit lines[DIALOG_FIELDS];
	size_t at; /* the field that has the cursor */
	struct filter_error error;
	bool wrong;
	char text[FILTER_TEXT_MAX];
};

static struct dialog *dialog_of(struct panel *p)
{
	return container_of(p, struct dialog, panel);
}

/* What the fields come to, and whether it is a filter. */
static void write_text(struct dialog *d)
{
	const struct filter_env env = nav_filter_env(d->panel.view);
	struct dialog_values values;
	struct filter f;

	for (int i = 0; i < DIALOG_FIELDS; i++)
		text_copy(values.at[i], sizeof values.at[i],
			(struct str){d->lines[i].text, d->lines[i].n});
	d->wrong = dialog_write(&values, d->text) < 0;
	if (d->wrong)
		text_copy(d->error.text, sizeof d->error.text, STR_LIT("too long for one filter"));
	else
		d->wrong = filter_compile(&f, str_of(d->text), &env, &d->error) < 0;
}

static void dialog_open(struct panel *panel, const struct subject_key *of)
{
	struct dialog *d = dialog_of(panel);
	struct dialog_values values;

	(void)of;
	dialog_read(&values, &panel->view->filter);
	for (int i = 0; i < DIALOG_FIELDS; i++) {
		line_edit_init(&d->lines[i], LINE_EDIT_MAX);
		line_edit_set(&d->lines[i], str_of(values.at[i]));
	}
	d->at = 0;
	write_text(d);
}

static void move(struct dialog *d, size_t by)
{
	d->at = (d->at + by) % DIALOG_FIELDS;
}

/* The text goes into the filter line, to be kept there, as if it had been typed. */
static void accept(struct dialog *d)
{
	struct view *v = d->panel.view;

	if (d->wrong)
		return;
	nav_close(v);
	if (nav_try_narrow(v, str_of(d->text), &d->error) < 0)
		view_refuse(v, "%s", d->error.text);
	else if (d->text[0])
		view_say(v, "filter: %s", d->text);
	else
		view_say(v, "no filter");
}

static void clear(struct dialog *d)
{
	for (int i = 0; i < DIALOG_FIELDS; i++)
		line_edit_set(&d->lines[i], STR_LIT(""));
	write_text(d);
}

static bool dialog_act(struct panel *panel, enum action action)
{
	struct dialog *d = dialog_of(panel);

	switch (action) {
	case ACT_ACCEPT:
		accept(d);
		return true;
	case ACT_CANCEL:
		nav_close(panel->view);
		return true;
	case ACT_COMPLETE:
	case ACT_NEWER:
		move(d, 1);
		return true;
	case ACT_OLDER:
		move(d, DIALOG_FIELDS - 1);
		return true;
	case ACT_ERASE_LINE:
		if (d->lines[d->at].n)
			break;
		clear(d);
		return true;
	default:
		break;
	}
	if (!line_edit_act(&d->lines[d->at], action))
		return false;
	write_text(d);
	return true;
}

static bool dialog_input(struct panel *panel, const struct input *in)
{
	struct dialog *d = dialog_of(panel);

	if (in->kind == INPUT_KEY && in->code == CODE_BACK_TAB)
		move(d, DIALOG_FIELDS - 1);
	else
		line_edit_input(&d->lines[d->at], in);
	write_text(d);
	return true;
}

/* The first field in sight, when there is no room for all. */
static size_t first_shown(const struct dialog *d, int room)
{
	return room > 0 && d->at >= (size_t)room ? d->at - (size_t)room + 1 : 0;
}

static bool dialog_mouse(struct panel *panel, struct area a, const struct input *in)
{
	struct dialog *d = dialog_of(panel);
	int y = in->mouse.y - a.y - 1, room = a.h - 3;
	size_t at = first_shown(d, room) + (size_t)(y > 0 ? y : 0);

	if (in->mouse.button == MOUSE_LEFT && y >= 0 && y < room && at < DIALOG_FIELDS)
		d->at = at;
	return false;
}

/* Returns the cursor's column when the field has it. */
static int draw_field(const struct dialog *d, struct area a, int y, size_t i)
{
	const struct dialog_field *field = &dialog_fields[i];
	const struct line_edit *line = &d->lines[i];
	int cursor = 0, x = LABEL_WIDTH;
	bool here = i == d->at;

	screen_print(a, y, 1, here ? STYLE_BOLD : STYLE_PLAIN, "%s", field->label);
	line_edit_draw(line, a, y, x, a.w - x - 1, STYLE_PLAIN, &cursor);
	if (!line->n)
		screen_print(a, y, x + 1, STYLE_DIM, " %s", field->hint);
	return cursor;
}

static void draw_foot(const struct dialog *d, struct area a)
{
	const struct view *v = d->panel.view;
	char keep[KEY_NAME_MAX], next[KEY_NAME_MAX], clears[KEY_NAME_MAX], close[KEY_NAME_MAX];

	bindings_names(&v->bindings, ACT_ACCEPT, IN_PROMPT, 1, keep, sizeof keep);
	bindings_names(&v->bindings, ACT_COMPLETE, IN_PROMPT, 1, next, sizeof next);
	bindings_names(&v->bindings, ACT_ERASE_LINE, IN_PROMPT, 1, clears, sizeof clears);
	bindings_names(&v->bindings, ACT_CANCEL, IN_PROMPT, 1, close, sizeof close);
	if (d->wrong)
		screen_print(a, 0, 1, STYLE_BAD, "%s", d->error.text);
	else
		screen_print(a, 0, 1, STYLE_BOLD, "/%s", d->text);
	screen_print(a, 1, 0, STYLE_DIM,
		" %s apply  %s next field  %s clear it, again: all  %s cancel", keep, next, clears,
		close);
}

static void dialog_draw(struct panel *panel, struct area a, bool focused)
{
	struct dialog *d = dialog_of(panel);
	int room = a.h - 3, cursor = LABEL_WIDTH, line = 0;
	size_t first = first_shown(d, room);

	(void)focused;
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, " Filter");
	for (size_t i = first; i < DIALOG_FIELDS && (int)(i - first) < room; i++) {
		int x = draw_field(d, a, (int)(i - first) + 1, i);
		if (i == d->at) {
			cursor = x;
			line = (int)(i - first) + 1;
		}
	}
	draw_foot(d, area_rows(a, a.h - 2, 2));
	if (line && cursor < a.w)
		screen_cursor(a.y + line, a.x + cursor);
}

const struct panel_ops dialog_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct dialog),
	.lines = 13,
	.open = dialog_open,
	.input = dialog_input,
	.mouse = dialog_mouse,
	.draw = dialog_draw,
	.act = dialog_act,
};
