// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "console/chosen.h"
#include "console/nav.h"
#include "console/panels.h"
#include "tui/list.h"

#include <stdio.h>

#define LABEL_WIDTH 34
#define VALUE_MAX   32

struct setup {
	struct panel panel;
	struct list list;
	enum group_by by; /* whose columns are shown */
};

static struct setup *setup_of(struct panel *p)
{
	return container_of(p, struct setup, panel);
}

static void theme_text(const struct setup *s, char buf[static VALUE_MAX])
{
	const struct remembered *r = &s->panel.view->remembered;

	snprintf(buf, VALUE_MAX, "%s", remembered_themes[r->theme]);
}

static int turned(int at, int by, int count)
{
	return (at + by + count) % count;
}

static void turn_theme(struct setup *s, int by)
{
	struct view *v = s->panel.view;
	int count = 1; /* there is one at least */

	while (remembered_themes[count])
		count++;
	chosen_theme(v, (enum theme_choice)turned((int)v->remembered.theme, by, count));
}

static void yes_or_no(char buf[static VALUE_MAX], bool on)
{
	snprintf(buf, VALUE_MAX, "%s", on ? "yes" : "no");
}

static void mouse_text(const struct setup *s, char buf[static VALUE_MAX])
{
	yes_or_no(buf, s->panel.view->mouse);
}

static void turn_mouse(struct setup *s, int by)
{
	(void)by;
	chosen_mouse(s->panel.view, !s->panel.view->mouse);
}

static void private_text(const struct setup *s, char buf[static VALUE_MAX])
{
	yes_or_no(buf, s->panel.view->show_private);
}

static void turn_private(struct setup *s, int by)
{
	(void)by;
	chosen_private(s->panel.view, !s->panel.view->show_private);
}

static void wrap_text(const struct setup *s, char buf[static VALUE_MAX])
{
	yes_or_no(buf, s->panel.view->wrap);
}

static void turn_wrap(struct setup *s, int by)
{
	(void)by;
	chosen_wrap(s->panel.view, !s->panel.view->wrap);
}

static void tab_text(const struct setup *s, char buf[static VALUE_MAX])
{
	snprintf(buf, VALUE_MAX, "%s", remembered_tabs[s->panel.view->remembered.tab]);
}

static void turn_tab(struct setup *s, int by)
{
	struct view *v = s->panel.view;

	chosen_tab(v, (enum tab)turned((int)v->remembered.tab, by, TABS));
}

static void kind_text(const struct setup *s, char buf[static VALUE_MAX])
{
	static const char *const names[] = {
		"addresses", "networks", "systems", "countries", "machines"};
	const struct layout_choice *choice = &s->panel.view->remembered.columns[s->by];

	snprintf(buf, VALUE_MAX, "%s%s", names[s->by], choice->n ? "" : ", as they come");
}

static void turn_kind(struct setup *s, int by)
{
	s->by = (enum group_by)turned((int)s->by, by, REMEMBERED_KINDS);
}

static void reset_text(const struct setup *s, char buf[static VALUE_MAX])
{
	(void)s;
	buf[0] = '\0';
}

static void reset(struct setup *s, int by)
{
	const struct layout_choice none = {0};

	(void)by;
	chosen_columns(s->panel.view, s->by, &none);
}

/* The first lines; below them stand the columns. */
static const struct {
	const char *label;
	void (*text)(const struct setup *s, char buf[static VALUE_MAX]);
	void (*turn)(struct setup *s, int by); /* to the next value, or with -1 the one before */
} settings[] = {
	{"Theme", theme_text, turn_theme},
	{"Mouse", mouse_text, turn_mouse},
	{"Private addresses are shown", private_text, turn_private},
	{"Long requests on several lines", wrap_text, turn_wrap},
	{"Below the rows, at the start", tab_text, turn_tab},
	{"Columns of", kind_text, turn_kind},
	{"All columns again, as they come", reset_text, reset},
};

/* Who it is, and its letter, are there in any case. */
static bool may_go(const struct column *c, enum group_by by)
{
	return c->title && column_speaks_of(c, by) && !column_is_trouble(c) && c->keep != UINT8_MAX;
}

static const struct column *offered(const struct setup *s, size_t i)
{
	for (size_t k = 0; k < column_count; k++)
		if (may_go(&columns[k], s->by) && i-- == 0)
			return &columns[k];
	return NULL;
}

static size_t place_of(const struct layout_choice *choice, const struct column *c)
{
	size_t i = 0;

	while (i < choice->n && choice->at[i] != c)
		i++;
	return i;
}

/* The i-th column: the chosen ones in their order, then the others. */
static const struct column *column_at(const struct setup *s, size_t i)
{
	const struct layout_choice *choice = &s->panel.view->remembered.columns[s->by];
	const struct column *c;

	if (i < choice->n)
		return choice->at[i];
	i -= choice->n;
	for (size_t k = 0; (c = offered(s, k)); k++)
		if (place_of(choice, c) == choice->n && i-- == 0)
			return c;
	return NULL;
}

/* As they come all are shown; whoever changes one chooses them all. */
static struct layout_choice choice_of(const struct setup *s)
{
	struct layout_choice choice = s->panel.view->remembered.columns[s->by];
	const struct column *c;

	if (choice.n)
		return choice;
	for (size_t i = 0; (c = offered(s, i)) && choice.n < LAYOUT_COLUMNS_MAX; i++)
		choice.at[choice.n++] = c;
	return choice;
}

static void toggle_column(struct setup *s, const struct column *c)
{
	struct layout_choice choice = choice_of(s);
	size_t at = place_of(&choice, c);

	if (at == choice.n && choice.n < LAYOUT_COLUMNS_MAX)
		choice.at[choice.n++] = c;
	else if (at < choice.n && choice.n > 1) {
		memmove(&choice.at[at], &choice.at[at + 1],
			(choice.n - at - 1) * sizeof choice.at[0]);
		choice.n--;
	}
	chosen_columns(s->panel.view, s->by, &choice);
}

/* The cursor stays on it. */
static void move_column(struct setup *s, const struct column *c, int by)
{
	struct layout_choice choice = choice_of(s);
	size_t at = place_of(&choice, c);

	if (at == choice.n || (by < 0 ? at == 0 : at + 1 == choice.n))
		return;
	size_t to = by < 0 ? at - 1 : at + 1;
	choice.at[at] = choice.at[to];
	choice.at[to] = c;
	chosen_columns(s->panel.view, s->by, &choice);
	list_move(&s->list, NULL, by);
}

static void turn(struct setup *s, int by, bool chosen)
{
	size_t row = s->list.rank;

	if (row < ARRAY_LEN(settings)) {
		settings[row].turn(s, by);
		return;
	}
	const struct column *c = column_at(s, row - ARRAY_LEN(settings));
	if (c && chosen)
		toggle_column(s, c);
	else if (c)
		move_column(s, c, by);
}

static uint32_t rows_of(const struct setup *s)
{
	size_t n = 0;

	while (column_at(s, n))
		n++;
	return (uint32_t)(ARRAY_LEN(settings) + n);
}

static void setup_open(struct panel *panel, const struct subject_key *of)
{
	struct setup *s = setup_of(panel);

	(void)of;
	s->by = panel->view->rows_by;
	list_reset(&s->list);
	list_fit(&s->list, rows_of(s), 1); /* keys may come before the first frame */
}

static bool setup_act(struct panel *panel, enum action action)
{
	struct setup *s = setup_of(panel);

	switch (action) {
	case ACT_ACCEPT:
		turn(s, 1, true);
		return true;
	case ACT_GO_LEFT:
		turn(s, -1, false);
		return true;
	case ACT_GO_RIGHT:
		turn(s, 1, false);
		return true;
	case ACT_CANCEL:
		nav_close(panel->view);
		return true;
	default:
		return list_act(&s->list, NULL, action);
	}
}

static bool setup_mouse(struct panel *panel, struct area a, const struct input *in)
{
	struct setup *s = setup_of(panel);

	if (list_mouse(&s->list, NULL, area_rows(a, 1, a.h - 2), in))
		turn(s, 1, true);
	return false;
}

static void draw_setting(const struct setup *s, struct area a, int y, size_t i, unsigned selected)
{
	char value[VALUE_MAX];

	settings[i].text(s, value);
	screen_print(a, y, 1, STYLE_PLAIN | selected, "%s", settings[i].label);
	if (value[0])
		screen_print(a, y, LABEL_WIDTH, STYLE_BOLD | selected, "%s", value);
}

static void draw_column(const struct setup *s, struct area a, int y, size_t i, unsigned selected)
{
	const struct layout_choice *choice = &s->panel.view->remembered.columns[s->by];
	const struct column *c = column_at(s, i);

	if (!c)
		return;
	bool on = !choice->n || i < choice->n;
	unsigned style = (on ? STYLE_PLAIN : STYLE_DIM) | selected;
	int x = 3 + screen_print(a, y, 3, style, "[%c] %s", on ? 'x' : ' ', column_title(c, s->by));
	screen_print(a, y, x + 2 > 24 ? x + 2 : 24, style, "%s", c->help);
}

static void draw_foot(const struct view *v, struct area a)
{
	char change[KEY_NAME_MAX], left[KEY_NAME_MAX], right[KEY_NAME_MAX], close[KEY_NAME_MAX];

	bindings_names(&v->bindings, ACT_ACCEPT, IN_MENU, 1, change, sizeof change);
	bindings_names(&v->bindings, ACT_GO_LEFT, IN_MENU, 1, left, sizeof left);
	bindings_names(&v->bindings, ACT_GO_RIGHT, IN_MENU, 1, right, sizeof right);
	bindings_names(&v->bindings, ACT_CANCEL, IN_MENU, 1, close, sizeof close);
	if (v->said.text[0])
		screen_print(a, 0, 0, v->said.bad ? STYLE_WARN : STYLE_BOLD, "%s", v->said.text);
	else
		screen_print(a, 0, 0, STYLE_DIM,
			"%s change, show or hide  %s %s change; of a column: move  %s close",
			change, left, right, close);
}

static void setup_draw(struct panel *panel, struct area a, bool focused)
{
	struct setup *s = setup_of(panel);
	struct area rows = area_rows(a, 1, a.h - 2);
	const struct remembered *r = &panel->view->remembered;

	(void)focused;
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, " Setup, kept in %s", r->path[0] ? r->path : "no file");
	list_fit(&s->list, rows_of(s), rows.h > 0 ? (uint32_t)rows.h : 1);
	for (uint32_t i = s->list.top; i < list_end(&s->list); i++) {
		int y = (int)(i - s->list.top);
		unsigned selected = i == s->list.rank ? STYLE_SELECTED : 0;
		screen_fill(rows, y, 0, selected);
		if (i < ARRAY_LEN(settings))
			draw_setting(s, rows, y, i, selected);
		else
			draw_column(s, rows, y, i - ARRAY_LEN(settings), selected);
	}
	draw_foot(panel->view, area_rows(a, a.h - 1, 1));
}

const struct panel_ops setup_panel = {
	.where = IN_MENU,
	.size = sizeof(struct setup),
	.lines = 14,
	.open = setup_open,
	.mouse = setup_mouse,
	.draw = setup_draw,
	.act = setup_act,
};
