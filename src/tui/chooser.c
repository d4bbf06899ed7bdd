// SPDX-License-Identifier: MIT
#include "tui/chooser.h"

#include "base/text.h"
#include "tui/fuzzy.h"

#define NAME_WIDTH 22
#define NOTE_PART  4 /* a word in the note counts so many times less than one in the name */

/* Each word may be in the name or in the note; in the note only as it stands. */
static unsigned entry_score(const struct chooser_entry *e, struct str typed)
{
	unsigned score = fuzzy_score(str_of(e->name), typed) * NOTE_PART;

	if (score || !typed.n || !text_contains(str_of(e->note), typed))
		return score;
	return 1;
}

/* Behind all that fit as well: the order of the source is the order among equals. */
static void put(
	struct chooser *c, unsigned scores[static CHOOSER_MAX], size_t number, unsigned score)
{
	size_t at = c->n++;

	for (; at > 0 && scores[at - 1] < score; at--) {
		scores[at] = scores[at - 1];
		c->order[at] = c->order[at - 1];
	}
	scores[at] = score;
	c->order[at] = (uint16_t)number;
}

void chooser_sift(struct chooser *c, const struct chooser_source *source, struct str typed)
{
	unsigned scores[CHOOSER_MAX];
	struct chooser_entry e;

	c->n = 0;
	for (size_t i = 0; i < CHOOSER_MAX && source->at(source->ctx, i, &e); i++) {
		unsigned score = entry_score(&e, typed);
		if (score)
			put(c, scores, i, score);
	}
	list_reset(&c->list);
	list_fit(&c->list, (uint32_t)c->n, c->list.height);
}

bool chooser_chosen(const struct chooser *c, size_t *ret)
{
	if (c->list.rank >= c->n)
		return false;
	*ret = c->order[c->list.rank];
	return true;
}

bool chooser_act(struct chooser *c, enum action action)
{
	if (action == ACT_OLDER)
		action = ACT_UP;
	else if (action == ACT_NEWER)
		action = ACT_DOWN;
	return list_act(&c->list, NULL, action);
}

bool chooser_mouse(struct chooser *c, struct area a, const struct input *in)
{
	return list_mouse(&c->list, NULL, a, in);
}

static void draw_entry(const struct chooser_entry *e, struct area a, int y, unsigned selected)
{
	struct str right = text_cut(str_of(e->right), a.w / 3);
	struct area left = {a.y, a.x, a.h, right.n ? a.w - text_width(right) - 1 : a.w};

	screen_fill(a, y, 0, selected);
	int x = 1 + screen_text(left, y, 1, STYLE_BOLD | selected, str_of(e->name));
	int note = x + 2 > NAME_WIDTH ? x + 2 : NAME_WIDTH;
	if (e->note[0])
		screen_cut(left, y, note, left.w - note, STYLE_PLAIN | selected, str_of(e->note));
	screen_text(a, y, a.w - text_width(right), STYLE_KEY | selected, right);
}

void chooser_draw(struct chooser *c, const struct chooser_source *source, struct area a)
{
	struct list *l = &c->list;

	if (a.h < 1)
		return;
	list_fit(l, (uint32_t)c->n, (uint32_t)a.h);
	for (uint32_t i = l->top; i < list_end(l); i++) {
		struct chooser_entry e = {0};
		if (source->at(source->ctx, c->order[i], &e))
			draw_entry(&e, a, (int)(i - l->top), i == l->rank ? STYLE_SELECTED : 0);
	}
	if (!c->n)
		screen_print(a, 0, 1, STYLE_DIM, "nothing is called so");
}
