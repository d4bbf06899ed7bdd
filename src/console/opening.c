// SPDX-License-Identifier: MIT
#include "console/opening.h"

#include "console/answer.h"
#include "console/copying.h"
#include "console/hook_list.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/picker.h"
#include "console/seat.h"

/* Panels that an action opens, or the picker with something to pick. */
static const struct {
	enum action action;
	enum panel_id panel;
	const struct picking *picking;
} opens[] = {
	{ACT_HELP, PANEL_HELP, NULL},
	{ACT_INPUTS, PANEL_INPUTS, NULL},
	{ACT_FILTER, PANEL_PROMPT, NULL},
	{ACT_HIGHLIGHT, PANEL_PROMPT, NULL},
	{ACT_FILTER_DIALOG, PANEL_DIALOG, NULL},
	{ACT_SEARCH, PANEL_SEARCH, NULL},
	{ACT_SINCE, PANEL_SINCE, NULL},
	{ACT_BLOCK, PANEL_BLOCK, NULL},
	{ACT_BLOCKS, PANEL_BLOCKS, NULL},
	{ACT_SETUP, PANEL_SETUP, NULL},
	{ACT_COMMANDS, PANEL_COMMANDS, NULL},
	{ACT_TIME_GO, PANEL_TIME, NULL},
	{ACT_COPY_MENU, PANEL_PICKER, &copy_picking},
	{ACT_SORT_PICK, PANEL_PICKER, &sort_picking},
	{ACT_FILTER_SAVED, PANEL_PICKER, &saved_picking},
	{ACT_HOOK, PANEL_PICKER, &hook_picking},
};

/* Whoever looks at a fleet sits at none of its machines: what is blocked, is blocked there. */
static bool refuse_block(struct view *v, const struct subject_key *key)
{
	const struct member *m = seat_fleet(v) ? key ? answer_whom(v, key) : seat_member(v) : NULL;

	if (!seat_fleet(v))
		return false;
	if (m)
		view_refuse(v, "nothing is blocked from a hub: on %s, nethergaze, and b there",
			m->name);
	else
		view_refuse(v,
			"nothing is blocked from a hub: on the machine, nethergaze, and b there");
	return true;
}

static void open_panel(struct view *v, enum panel_id panel, enum action action)
{
	struct subject_key key;

	if (panel == PANEL_BLOCK && refuse_block(v, nav_selected(v, &key) ? &key : NULL))
		return;
	nav_open(v, panel, nav_selected(v, &key) ? &key : NULL);
	if (action == ACT_HIGHLIGHT)
		prompt_panel.act(v->panels[PANEL_PROMPT], ACT_AS_HIGHLIGHT);
}

/* A machine is entered, as if one sat there. */
static void enter(struct view *v, const struct subject_key *key)
{
	const struct member *member = seat_named(v, key);

	if (member)
		seat_enter(v, member);
}

static void open_selected(struct view *v)
{
	struct subject_key key;

	if (nav_selected(v, &key) && key.by == GROUP_MACHINE)
		enter(v, &key);
	else if (nav_selected(v, &key))
		nav_open(v, PANEL_DETAIL, &key);
	else
		view_refuse(v, "nothing is under the cursor to open");
}

static void look_up_selected(struct view *v)
{
	struct command command = {.kind = COMMAND_LOOKUP};
	struct subject_key key;

	if (!nav_selected(v, &key) || !key.prefix.bits) {
		view_refuse(v, "no address is under the cursor to look up");
		return;
	}
	command.ip = key.prefix.addr;
	commands_put(&v->commands, command);
	if (v->frozen_at)
		view_say(v, "asked; what comes of it is seen when the picture goes on");
	if (nav_is_main(v))
		nav_open(v, PANEL_DETAIL, &key);
}

/* What opens for whatever is under the cursor. */
static const struct {
	enum action action;
	void (*open)(struct view *v);
} on_rows[] = {
	{ACT_OPEN, open_selected},
	{ACT_WHOIS, look_up_selected},
	{ACT_ASK, answer_ask_selected},
};

static bool open_on_row(struct view *v, enum action action)
{
	for (size_t i = 0; i < ARRAY_LEN(on_rows); i++)
		if (on_rows[i].action == action) {
			on_rows[i].open(v);
			return true;
		}
	return false;
}

bool opening_act(struct view *v, enum action action)
{
	size_t i = 0;

	if (open_on_row(v, action))
		return true;

	while (i < ARRAY_LEN(opens) && opens[i].action != action)
		i++;
	if (i == ARRAY_LEN(opens))
		return false;
	if (opens[i].picking)
		return picker_open(v, opens[i].picking);
	open_panel(v, opens[i].panel, action);
	return true;
}
