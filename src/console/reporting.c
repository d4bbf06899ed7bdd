// SPDX-License-Identifier: MIT
#include "console/reporting.h"

#include "console/nav.h"

static void write_abuse(struct view *v)
{
	struct command command = {.kind = COMMAND_ABUSE};
	struct subject_key key;

	if (!nav_selected(v, &key) || !key.prefix.bits) {
		view_refuse(v, "no address or network is under the cursor to write about");
		return;
	}
	command.net = key.prefix;
	commands_put(&v->commands, command);
}

bool reporting_act(struct view *v, enum action action)
{
	if (action == ACT_REPORT)
		commands_put(&v->commands, (struct command){.kind = COMMAND_REPORT});
	else if (action == ACT_ABUSE)
		write_abuse(v);
	else
		return false;
	return true;
}
