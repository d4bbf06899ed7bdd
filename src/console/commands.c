// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "base/text.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/typing.h"
#include "console/words.h"

#include <stdio.h>

#define PAST_MAX 8 /* lines that were run, to be found again */

struct commands_panel {
	struct panel panel;
	struct chooser chooser;
	struct line_edit line;
	unsigned where; /* the places that are looked at: what can be done there */
	char past[PAST_MAX][LINE_EDIT_MAX]; /* the latest first, each once */
	size_t past_n;
};

static struct commands_panel *commands_of(struct panel *p)
{
	return container_of(p, struct commands_panel, panel);
}

static struct str line_of(const struct commands_panel *c)
{
	return (struct str){c->line.text, c->line.n};
}

/* The i-th action that the view below knows. */
static enum action action_at(const struct commands_panel *c, size_t i)
{
	for (int a = ACT_NONE + 1; a < ACTIONS; a++)
		if (actions[a].where & c->where && a != ACT_COMMANDS && i-- == 0)
			return (enum action)a;
	return ACT_NONE;
}

/* What stands at one place of the list: what was run before, then all that can be done; behind a
 * command that takes a value, its values. */
struct entry {
	enum {
		ENTRY_NONE,
		ENTRY_VALUE, /* of the word that is typed */
		ENTRY_PAST,
		ENTRY_WORD,
		ENTRY_ACTION
	} kind;
	size_t i; /* among the values, the lines that were run, the words */
	enum action action;
};

static struct entry entry_of(const struct commands_panel *c, size_t i)
{
	struct str value;

	if (word_of(line_of(c), &value))
		return (struct entry){.kind = ENTRY_VALUE, .i = i};
	if (i < c->past_n)
		return (struct entry){.kind = ENTRY_PAST, .i = i};
	i -= c->past_n;
	if (i < command_word_count)
		return (struct entry){.kind = ENTRY_WORD, .i = i};
	enum action action = action_at(c, i - command_word_count);
	return (struct entry){.kind = action ? ENTRY_ACTION : ENTRY_NONE, .action = action};
}

/* The entry under the cursor. */
static struct entry chosen_entry(const struct commands_panel *c)
{
	size_t i;

	return chooser_chosen(&c->chooser, &i) ? entry_of(c, i)
					       : (struct entry){.kind = ENTRY_NONE};
}

static void put_action(const struct commands_panel *c, enum action a, struct chooser_entry *ret)
{
	snprintf(ret->name, sizeof ret->name, "%s", actions[a].name);
	snprintf(ret->note, sizeof ret->note, "%s", actions[a].help);
	bindings_names(&c->panel.view->bindings, a, c->where, 3, ret->right, sizeof ret->right);
}

static void put_word(const struct word *w, struct chooser_entry *ret)
{
	snprintf(ret->name, sizeof ret->name, "%s%s%s", w->name, w->takes ? " " : "",
		w->takes ? w->takes : "");
	snprintf(ret->note, sizeof ret->note, "%s", w->help);
}

static bool put_value(const struct commands_panel *c, size_t i, struct chooser_entry *ret)
{
	struct str value;
	const struct word *word = word_of(line_of(c), &value);

	return word->at && word->at(c->panel.view, i, ret);
}

static bool put_entry(const struct commands_panel *c, struct entry e, struct chooser_entry *ret)
{
	*ret = (struct chooser_entry){0};
	switch (e.kind) {
	case ENTRY_VALUE:
		return put_value(c, e.i, ret);
	case ENTRY_PAST:
		text_copy(ret->name, sizeof ret->name, str_of(c->past[e.i]));
		snprintf(ret->right, sizeof ret->right, "before");
		return true;
	case ENTRY_WORD:
		put_word(&command_words[e.i], ret);
		return true;
	case ENTRY_ACTION:
		put_action(c, e.action, ret);
		return true;
	case ENTRY_NONE:
		break;
	}
	return false;
}

static bool entry_at(void *ctx, size_t i, struct chooser_entry *ret)
{
	const struct commands_panel *c = ctx;

	return put_entry(c, entry_of(c, i), ret);
}

static struct chooser_source source_of(struct commands_panel *c)
{
	return (struct chooser_source){c, entry_at};
}

static void sift(struct commands_panel *c)
{
	struct chooser_source source = source_of(c);
	struct str value;

	chooser_sift(&c->chooser, &source, word_of(line_of(c), &value) ? value : line_of(c));
}

static void opened(struct panel *panel, const struct subject_key *of)
{
	struct commands_panel *c = commands_of(panel);
	struct view *v = panel->view;

	(void)of;
	/* What lay on top before this, whose keys and actions these are. */
	c->where = v->depth > 1 ? v->panels[v->stack[v->depth - 2]]->ops->where
				: v->panels[v->focus]->ops->where;
	line_edit_init(&c->line, LINE_EDIT_MAX);
	sift(c);
}

static void remember(struct commands_panel *c, struct str line)
{
	size_t at = 0;

	while (at < c->past_n && !str_eq(str_of(c->past[at]), line))
		at++;
	if (at == c->past_n && c->past_n < PAST_MAX)
		c->past_n++;
	if (at == PAST_MAX)
		at--;
	memmove(c->past[1], c->past[0], at * sizeof c->past[0]);
	text_copy(c->past[0], sizeof c->past[0], line);
}

static void set_line(struct commands_panel *c, struct str text)
{
	line_edit_set(&c->line, text);
	sift(c);
}

/* Behind a command: the value under the cursor takes the place of what is typed of it. */
static void complete_value(struct commands_panel *c, const struct word *word, const char *value)
{
	char line[LINE_EDIT_MAX];

	snprintf(line, sizeof line, "%s %s", word->name, value);
	set_line(c, str_of(line));
}

static void run_word(struct commands_panel *c, const struct word *word, struct str value)
{
	struct view *v = c->panel.view;
	char line[LINE_EDIT_MAX], held[LINE_EDIT_MAX - 32];

	text_copy(held, sizeof held, value);
	snprintf(line, sizeof line, "%s%s%s", word->name, held[0] ? " " : "", held);
	nav_close(v);
	if (word->run(v, str_of(held)) && word->takes)
		remember(c, str_of(line));
}

static void run_value(struct commands_panel *c, const struct word *word, struct str value)
{
	struct chooser_entry e;

	if (put_entry(c, chosen_entry(c), &e))
		value = str_of(e.name);
	run_word(c, word, value);
}

/* A line that was run is taken up again as it is. */
static void run_past(struct commands_panel *c, size_t i)
{
	char line[LINE_EDIT_MAX];
	struct str value;

	text_copy(line, sizeof line, str_of(c->past[i]));
	const struct word *word = word_of(str_of(line), &value);
	enum action action = action_find(str_of(line));
	if (word) {
		run_word(c, word, value);
	} else {
		nav_close(c->panel.view);
		nav_ask(c->panel.view, action);
	}
}

static void run_action(struct commands_panel *c, enum action action)
{
	remember(c, str_of(actions[action].name));
	nav_close(c->panel.view);
	nav_ask(c->panel.view, action);
}

static void run(struct commands_panel *c)
{
	struct str value;
	const struct word *word = word_of(line_of(c), &value);
	struct entry e = chosen_entry(c);

	if (word)
		run_value(c, word, value);
	else if (e.kind == ENTRY_PAST)
		run_past(c, e.i);
	else if (e.kind == ENTRY_ACTION)
		run_action(c, e.action);
	else if (e.kind == ENTRY_NONE)
		view_refuse(c->panel.view, "there is no such command; Esc closes this");
	else if (command_words[e.i].takes)
		complete_value(c, &command_words[e.i], "");
	else
		run_word(c, &command_words[e.i], STR_ABSENT);
}

static void complete(struct commands_panel *c)
{
	struct chooser_entry shown;
	struct str value;
	const struct word *word = word_of(line_of(c), &value);
	struct entry e = chosen_entry(c);

	if (!put_entry(c, e, &shown))
		return;
	if (word)
		complete_value(c, word, shown.name);
	else if (e.kind == ENTRY_WORD)
		complete_value(c, &command_words[e.i], "");
	else
		set_line(c, str_of(shown.name));
}

static bool commands_act(struct panel *panel, enum action action)
{
	struct commands_panel *c = commands_of(panel);

	if (action == ACT_ACCEPT)
		run(c);
	else if (action == ACT_CANCEL)
		nav_close(panel->view);
	else if (action == ACT_COMPLETE)
		complete(c);
	else if (line_edit_act(&c->line, action))
		sift(c);
	else
		return chooser_act(&c->chooser, action);
	return true;
}

static bool commands_input(struct panel *panel, const struct input *in)
{
	struct commands_panel *c = commands_of(panel);

	if (line_edit_input(&c->line, in))
		sift(c);
	return true;
}

static bool commands_mouse(struct panel *panel, struct area a, const struct input *in)
{
	struct commands_panel *c = commands_of(panel);

	if (chooser_mouse(&c->chooser, area_rows(a, 1, a.h - 2), in))
		run(c);
	return true;
}

static void commands_draw(struct panel *panel, struct area a, bool focused)
{
	static const struct typing typing = {":", "do it", "close"};
	struct commands_panel *c = commands_of(panel);
	struct chooser_source source = source_of(c);
	struct area list = area_rows(a, 1, a.h - 2);
	struct str value;

	(void)focused;
	const struct word *word = word_of(line_of(c), &value);
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, " Commands");
	if (word && !word->at)
		screen_print(
			list, 0, 1, STYLE_DIM, "%s %s: %s", word->name, word->takes, word->help);
	else
		chooser_draw(&c->chooser, &source, list);
	typing_draw(panel->view, &typing, &c->line, a, a.h - 1);
}

const struct panel_ops commands_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct commands_panel),
	.lines = 12,
	.open = opened,
	.input = commands_input,
	.mouse = commands_mouse,
	.draw = commands_draw,
	.act = commands_act,
};
