// SPDX-License-Identifier: MIT
#include "console/opening.h"

#include "console/copying.h"
#include "console/hook_list.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/picker.h"

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

static void open_panel(struct view *v, enum panel_id panel, enum action action)
{
	struct subject_key key;

	nav_open(v, panel, nav_selected(v, &key) ? &key : NULL);
	if (action == ACT_HIGHLIGHT)
		prompt_panel.act(v->panels[PANEL_PROMPT], ACT_AS_HIGHLIGHT);
}

bool opening_act(struct view *v, enum action action)
{
	size_t i = 0;

	while (i < ARRAY_LEN(opens) && opens[i].action != action)
		i++;
	if (i == ARRAY_LEN(opens))
		return false;
	if (opens[i].picking)
		return picker_open(v, opens[i].picking);
	open_panel(v, opens[i].panel, action);
	return true;
}
