// SPDX-License-Identifier: MIT
#include "console/chosen.h"

#include "console/nav.h"

#include <errno.h>

/* True when it has been kept. */
static bool keep(struct view *v, unsigned setting)
{
	struct reason reason;

	v->remembered.set |= setting;
	v->changed = true;
	if (remembered_save(&v->remembered, &reason) == 0)
		return true;
	view_refuse(v, "%s", reason.text);
	return false;
}

void chosen_load(struct view *v, unsigned given)
{
	struct remembered *r = &v->remembered;
	struct reason reason;

	remembered_load(r, &reason);
	if (reason.text[0])
		view_refuse(v, "%s", reason.text);
	unsigned counts = r->set & ~given;
	if (counts & SETTING_THEME)
		screen_theme(r->theme);
	if (counts & SETTING_PRIVATE)
		v->show_private = r->show_private;
	if (counts & SETTING_MOUSE)
		v->mouse = r->mouse;
	if (counts & SETTING_TAB)
		v->tab = (enum tab)r->tab;
	if (counts & SETTING_WRAP)
		v->wrap = r->wrap;
}

void chosen_theme(struct view *v, enum theme_choice theme)
{
	screen_theme(theme);
	v->remembered.theme = theme;
	keep(v, SETTING_THEME);
}

void chosen_mouse_now(struct view *v, bool on)
{
	v->mouse = on;
	screen_mouse(on);
	if (on)
		view_say(v, "the mouse is on: with Shift held, the terminal selects text as ever");
	else
		view_say(v, "the mouse is off: the terminal selects text");
}

void chosen_mouse(struct view *v, bool on)
{
	chosen_mouse_now(v, on);
	v->remembered.mouse = on;
	keep(v, SETTING_MOUSE);
}

void chosen_private(struct view *v, bool show)
{
	nav_show_private(v, show);
	v->remembered.show_private = show;
	keep(v, SETTING_PRIVATE);
}

void chosen_wrap(struct view *v, bool wrapped)
{
	v->wrap = v->remembered.wrap = wrapped;
	keep(v, SETTING_WRAP);
}

void chosen_tab(struct view *v, enum tab tab)
{
	nav_tab(v, tab);
	v->remembered.tab = tab;
	keep(v, SETTING_TAB);
}

void chosen_columns(struct view *v, enum group_by by, const struct layout_choice *choice)
{
	v->remembered.columns[by] = *choice;
	keep(v, 0);
}

bool chosen_save_filter(struct view *v, struct str name, struct str text)
{
	int err = remembered_save_filter(&v->remembered, name, text);

	if (err == -EINVAL)
		view_refuse(v, "a name is 1 to %d letters, digits, - or _", SAVED_NAME_MAX - 1);
	else if (err)
		view_refuse(v, "%d filters are saved already", SAVED_FILTERS_MAX);
	if (err || !keep(v, 0))
		return !err;
	view_say(v, text.n ? "saved: @%.*s in the filter line brings it back" : "forgotten: @%.*s",
		STR_FMT(name));
	return true;
}
