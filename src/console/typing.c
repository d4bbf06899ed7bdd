// SPDX-License-Identifier: MIT
#include "console/typing.h"

static int draw_key(
	const struct view *v, struct area a, int y, int x, enum action action, const char *word)
{
	char key[KEY_NAME_MAX];

	bindings_names(&v->bindings, action, IN_PROMPT, 1, key, sizeof key);
	if (!key[0])
		return x;
	x += screen_print(a, y, x, STYLE_KEY, "%s", key) + 1;
	return x + screen_print(a, y, x, STYLE_DIM, "%s", word) + 2;
}

static void draw_keys(const struct view *v, const struct typing *t, struct area a, int y, int x)
{
	if (t->accept) {
		x = draw_key(v, a, y, x, ACT_ACCEPT, t->accept);
		draw_key(v, a, y, x, ACT_CANCEL, t->cancel);
		return;
	}
	for (int i = 0; i < ACTIONS; i++)
		if (actions[i].where & IN_PROMPT && actions[i].note)
			x = draw_key(v, a, y, x, (enum action)i, actions[i].note);
}

int typing_draw(const struct view *v, const struct typing *t, const struct line_edit *e,
	struct area a, int y)
{
	int cursor, x = screen_print(a, y, 0, STYLE_BOLD, "%s", t->sign);

	x += line_edit_draw(e, a, y, x, a.w - x - 1, STYLE_PLAIN, &cursor) + 2;
	draw_keys(v, t, a, y, x);
	if (y < a.h && a.w > 0)
		screen_cursor(a.y + y, a.x + (cursor < a.w ? cursor : a.w - 1));
	return cursor;
}
