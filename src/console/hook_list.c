// SPDX-License-Identifier: MIT
#include "console/hook_list.h"

#include "console/nav.h"

#include <stdio.h>

void hook_ask(struct view *v, size_t i)
{
	struct command command = {.kind = COMMAND_HOOK};
	struct subject_key key;

	command.hook.index = i;
	if (nav_selected(v, &key) && key.prefix.bits && !addr_is_unset(&key.prefix.addr)) {
		command.hook.on_row = true;
		command.hook.prefix = key.prefix;
	}
	commands_put(&v->commands, command);
}

bool hook_ask_by_key(struct view *v, uint32_t code)
{
	for (size_t i = 0; i < v->hook_count; i++)
		if (v->hooks[i].code == code) {
			hook_ask(v, i);
			return true;
		}
	return false;
}

static bool hook_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	char key[KEY_NAME_MAX] = "";

	if (i >= v->hook_count)
		return false;
	if (v->hooks[i].code)
		key_name(v->hooks[i].code, key);
	snprintf(ret->name, sizeof ret->name, "%s", v->hooks[i].label);
	snprintf(ret->note, sizeof ret->note, "%s", v->hooks[i].command);
	snprintf(ret->right, sizeof ret->right, "%s", key);
	return true;
}

const struct picking hook_picking = {"Hooks", hook_at, hook_ask};
