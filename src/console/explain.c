// SPDX-License-Identifier: MIT
#include "console/explain.h"

#include "console/nav.h"

/* Why it does nothing here, where the action's own help does not tell. "%s" is none of these. */
static const struct {
	enum action action;
	const char *why;
} reasons[] = {
	{ACT_BLOCK, "no address, network or finding is under the cursor to block"},
	{ACT_HOOK, "no hook has this key; hooks are programs of your own, [[actions.hooks]] in the "
		   "config"},
	{ACT_FILTER_SAVED, "no filter is saved; in the filter line, save saves one under a name"},
	{ACT_COPY_MENU, "nothing is under the cursor to copy"},
	{ACT_FINDING_NEXT, "there is no finding to go to"},
	{ACT_FINDING_BACK, "there is no finding to go to"},
	{ACT_GO_LEFT, "closes a group, where rows are groups"},
	{ACT_GO_RIGHT, "opens a group, where rows are groups"},
	{ACT_STEP, "steps through a replay, and this is none"},
	{ACT_SLOWER, "slows a replay down, and this is none"},
	{ACT_FASTER, "speeds a replay up, and this is none"},
	{ACT_TIME_GO, "goes to a time of the log or of a replay, and there is none here"},
	{ACT_TIME_BACK, "goes back in the log or in a replay, and there is none here"},
	{ACT_TIME_ON, "goes on in the log or in a replay, and there is none here"},
	{ACT_SINCE, "compares with a mark, and there is nothing to compare with"},
	{ACT_MATCH_NEXT, "goes to the next match: search or highlight something first"},
	{ACT_MATCH_BACK, "goes to the previous match: search or highlight something first"},
	{ACT_DEMO, "plays an incident while there is nothing else to show; so does --demo"},
	{ACT_RECORD, "there is nothing to record here"},
	{ACT_WRAP, "there are no long requests here"},
	{ACT_ASK, "asks a machine of a fleet, and nothing is under the cursor to ask about"},
	{ACT_LOG_OF, "no row is under the cursor whose log could be shown"},
};

void explain(struct view *v, enum action action)
{
	const char *why = NULL;
	char key[KEY_NAME_MAX];

	bindings_names(&v->bindings, action, nav_where(v), 1, key, sizeof key);
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].action == action)
			why = reasons[i].why;
	if (action == ACT_HOOK) /* one of nine keys */
		key[0] = '\0';
	if (why)
		view_refuse(v, "%s%s%s", key, key[0] ? ": " : "", why);
	else
		view_refuse(v, "%s%s%s: not here", key, key[0] ? ": " : "", actions[action].help);
}

void explain_key(struct view *v, uint32_t code)
{
	char key[KEY_NAME_MAX], help[KEY_NAME_MAX];

	key_name(code, key);
	bindings_names(&v->bindings, ACT_HELP, nav_where(v), 1, help, sizeof help);
	view_refuse(v, "%s does nothing here%s%s%s", key, help[0] ? "; " : "", help,
		help[0] ? " lists the keys" : "");
}
