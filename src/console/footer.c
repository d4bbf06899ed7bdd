// SPDX-License-Identifier: MIT
#include "console/footer.h"

#include "console/nav.h"
#include "console/seat.h"
#include "tui/bar.h"

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
	{ACT_BLOCK_RUN, 96},
	{ACT_BLOCK_WRITE, 94},
	{ACT_OPEN, 90},
	{ACT_FOCUS_NEXT, 50},
	{ACT_ASK, 89},
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
/* What comes first in a replay; two keys for there and back. */
static const struct {
	enum action action, back;
	const char *note;
	int keep;
} of_replays[] = {
	{ACT_FREEZE, ACT_NONE, "pause", 94},
	{ACT_TIME_BACK, ACT_TIME_ON, "10 s", 92},
	{ACT_FINDING_BACK, ACT_FINDING_NEXT, "finding", 93},
	{ACT_STEP, ACT_NONE, "step", 86},
	{ACT_SLOWER, ACT_FASTER, "speed", 89},
	{ACT_TIME_GO, ACT_NONE, "time", 91},
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

static void add_keys(
	struct bar *b, const char *key, const char *back, const char *note, int keep, int gap)
{
	if (!key[0])
		return;
	bar_add(b, keep, STYLE_KEY, "%s%s%s", sign_of(key), back[0] ? " " : "", back);
	bar_gap(b, gap);
	bar_add(b, keep, STYLE_DIM, "%s", note);
	bar_gap(b, 1);
	bar_tie(b);
}

/* A click on the pieces that were added since does the action. */
static void tag_from(struct bar *b, size_t before, enum action action)
{
	for (size_t i = before; i < b->n; i++)
		b->at[i].tag = (int)action;
}

static void add(struct bar *b, const struct view *v, enum action action, int keep, int gap)
{
	unsigned where = nav_where(v);
	const struct action_info *info = &actions[action];
	char key[KEY_NAME_MAX];

	if (!(info->where & where) || !info->note || (action == ACT_ASK && !seat_fleet(v)))
		return;
	bindings_names(&v->bindings, action, where, 1, key, sizeof key);
	size_t before = b->n;
	add_keys(
		b, key, "", action == ACT_FREEZE && v->frozen_at ? "go on" : info->note, keep, gap);
	tag_from(b, before, action);
}

/* Where the replay has the keys. */
static void add_of_replays(struct bar *b, const struct view *v, int gap)
{
	unsigned where = nav_where(v);

	for (size_t i = 0; i < ARRAY_LEN(of_replays); i++) {
		char key[KEY_NAME_MAX] = "", back[KEY_NAME_MAX] = "";
		bindings_names(&v->bindings, of_replays[i].action, where, 1, key, sizeof key);
		if (of_replays[i].back)
			bindings_names(
				&v->bindings, of_replays[i].back, where, 1, back, sizeof back);
		size_t before = b->n;
		add_keys(b, key, back, of_replays[i].note, of_replays[i].keep, gap);
		tag_from(b, before, of_replays[i].action);
	}
}

static bool is_of_replays(const struct view *v, enum action action)
{
	for (size_t i = 0; i < ARRAY_LEN(of_replays) && v->replaying; i++)
		if (of_replays[i].action == action)
			return true;
	return false;
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
	if (v->replaying)
		add_of_replays(&b, v, gap);
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (!is_of_replays(v, order[i].action))
			add(&b, v, order[i].action, order[i].keep, gap);
	for (int i = ACT_NONE + 1; i < ACTIONS; i++)
		if (!is_placed((enum action)i))
			add(&b, v, (enum action)i, KEEP_OTHERS, gap);
	add(&b, v, ACT_QUIT, KEEP_QUIT, gap);
	bar_draw(&b, a, 0);
	spots_add_bar(v->spots, &b, a, 0);
}
