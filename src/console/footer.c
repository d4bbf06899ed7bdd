// SPDX-License-Identifier: MIT
#include "console/footer.h"

#include "console/bar.h"
#include "console/nav.h"

void footer_draw(const struct view *v, struct area a)
{
	unsigned where = nav_where(v);
	struct bar b;

	bar_clear(&b);
	for (int i = 0; i < ACTIONS; i++) {
		char key[KEY_NAME_MAX];
		if (!(actions[i].where & where) || !actions[i].note)
			continue;
		bindings_names(&v->bindings, (enum action)i, where, 1, key, sizeof key);
		if (key[0])
			bar_add(&b, ACTIONS - i, STYLE_DIM, "%s %s", key, actions[i].note);
	}
	bar_draw(&b, a, 0);
}
