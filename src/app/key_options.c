// SPDX-License-Identifier: MIT
#include "app/key_options.h"

#include <errno.h>
#include <stdio.h>

#define KEYS_TEXT_MAX 64

_Static_assert(OPTION_WHY_MAX >= BINDING_REASON_MAX, "a reason fits");

static struct bindings bindings;

static int take_keys(
	void *values, struct str name, struct str text, char why[static OPTION_WHY_MAX])
{
	enum action action = action_find(name);

	return action == ACT_NONE ? -ENOENT : bindings_set(values, action, text, why);
}

/* The defaults, whatever has been set: it is they that --print-config shows. */
static bool action_at(const void *values, size_t i, struct option_name *ret)
{
	static char text[KEYS_TEXT_MAX];
	enum action action = (enum action)(i + 1);
	struct bindings defaults;

	(void)values;
	if (i + 1 >= ACTIONS)
		return false;
	bindings_reset(&defaults);
	bindings_names(&defaults, action, IN_ALL, BINDINGS_MAX, text, sizeof text);
	*ret = (struct option_name){str_of(actions[action].name), str_of(text)};
	return true;
}

struct option_table key_option_table(void)
{
	bindings_reset(&bindings);
	return (struct option_table){.section = "keys",
		.values = &bindings,
		.take = take_keys,
		.name_at = action_at,
		.help = "the keys that do it, with blanks between them: a character, F1 to F12, "
			"ctrl-x, Space, PgUp, ...; \"none\": no key",
		.about = "Which keys do what. A key that is bound here does nothing else where "
			 "the action is known."};
}

int key_options_add(uint32_t code, enum action action, enum action *ret_taken)
{
	enum action taken = bindings_find(&bindings, code, actions[action].where);

	if (taken == action)
		return 0;
	if (taken == ACT_NONE)
		return bindings_add(&bindings, code, action);
	*ret_taken = taken;
	return -EEXIST;
}

const struct bindings *key_options_set(void)
{
	return &bindings;
}
