// SPDX-License-Identifier: MIT
#include "console/footer.h"

#include "console/bar.h"
#include "console/nav.h"

#define WIDE 100 /* columns from which keys stand two columns apart */

/* In the order in which they stand, and what gives way first: the lowest. What is not here stands
 * behind these, in the order of actions[]. */
static const struct {
	enum action action;
	int keep;
} order[] = {
	{ACT_HELP, 100},
	{ACT_BACK, 99},
	{ACT_ACCEPT, 98},
	{ACT_CANCEL, 97},
	{ACT_OPEN, 90},
	{ACT_FOCUS_NEXT, 50},
	{ACT_FILTER, 88},
	{ACT_ONLY, 84},
	{ACT_NOT, 48},
	{ACT_GROUP, 80},
	{ACT_SORT, 78},
	{ACT_FREEZE, 76},
	{ACT_MARK, 44},
	{ACT_SINCE, 42},
	{ACT_COPY, 74},
	{ACT_BLOCK, 72},
	{ACT_REPORT, 46},
	{ACT_RECORD, 38},
	{ACT_DEMO, 36},
	{ACT_INPUTS, 35},
	{ACT_COMMANDS, 34},
};
#define KEEP_OTHERS 30
#define KEEP_QUIT   99

/* "Enter" as a sign, where the font has it. */
static const char *sign_of(const char *key)
{
	static const struct {
		const char *key;
		enum glyph sign;
	} signs[] = {{"Enter", GLYPH_ENTER}, {"Tab", GLYPH_TAB}, {"Space", GLYPH_SPACE}};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		const char *sign = screen_glyph_text(signs[i].sign);
		if (strcmp(key, signs[i].key) == 0 && (unsigned char)sign[0] >= 0x80)
			return sign;
	}
	return key;
}

static void add(struct bar *b, const struct view *v, enum action action, int keep, int gap)
{
	unsigned where = nav_where(v);
	const struct action_info *info = &actions[action];
	char key[KEY_NAME_MAX];

	if (!(info->where & where) || !info->note)
		return;
	bindings_names(&v->bindings, action, where, 1, key, sizeof key);
	if (!key[0])
		return;
	bar_add(b, keep, STYLE_KEY, "%s", sign_of(key));
	bar_gap(b, gap);
	bar_add(b, keep, STYLE_DIM, "%s", info->note);
	bar_gap(b, 1);
	bar_tie(b);
}

static bool is_placed(enum action action)
{
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (order[i].action == action)
			return true;
	return action == ACT_QUIT;
}

void footer_draw(const struct view *v, struct area a)
{
	int gap = a.w >= WIDE ? 2 : 1;
	struct bar b;

	bar_clear(&b);
	if (v->said.text[0]) {
		bar_add(&b, 100, v->said.bad ? STYLE_WARN : STYLE_BOLD, "%s", v->said.text);
		bar_draw(&b, a, 0);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		add(&b, v, order[i].action, order[i].keep, gap);
	for (int i = ACT_NONE + 1; i < ACTIONS; i++)
		if (!is_placed((enum action)i))
			add(&b, v, (enum action)i, KEEP_OTHERS, gap);
	add(&b, v, ACT_QUIT, KEEP_QUIT, gap);
	bar_draw(&b, a, 0);
}
