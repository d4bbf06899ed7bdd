// SPDX-License-Identifier: MIT
#include "console/line_edit.h"
#include "console/nav.h"
#include "console/panels.h"

#include "base/container.h"
#include "base/text.h"
#include "model/filter_complete.h"

#include <stdio.h>

#define PAUSE (700 * USEC_PER_MSEC) /* without a key before an error is shown */

struct prompt {
	struct panel panel;
	struct line_edit line;
	char before[FILTER_TEXT_MAX]; /* the filter, to come back to */
	bool wrong;                   /* the line is no filter */
	bool rest_holds;              /* without the word that is wrong it is one, and holds */
	bool insisted;                /* Enter was pressed on it all the same */
	struct filter_error error;
	usec_t typed; /* when, by CLOCK_MONOTONIC */

	struct filter_choices choices;
	bool listed;  /* Tab was pressed, and they are in sight */
	size_t cycle; /* which of them stands in the line, from 1; 0: none */

	size_t back;                 /* how far in the past, from 1; 0: in the line being typed */
	char draft[FILTER_TEXT_MAX]; /* that line, while it is elsewhere */
};

static struct str line_of(const struct prompt *p)
{
	return (struct str){p->line.text, p->line.n};
}

static void look_up(struct prompt *p)
{
	const struct filter_env env = nav_filter_env(p->panel.view);

	filter_complete(&p->choices, p->panel.view->m, &env, line_of(p), p->line.at);
}

static void prompt_open(struct panel *panel, const struct subject_key *of)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	struct str text = str_of(panel->view->filter.text);

	(void)of;
	p->wrong = p->insisted = p->listed = false;
	p->cycle = p->back = 0;
	text_copy(p->before, sizeof p->before, text);
	line_edit_init(&p->line, sizeof p->before);
	line_edit_set(&p->line, text);
}

/* The line without the word that is wrong. */
static struct str rest_of(const struct prompt *p, char buf[static LINE_EDIT_MAX])
{
	struct str line = line_of(p);
	size_t from = p->error.at < line.n ? p->error.at : line.n, to = from;

	while (from > 0 && line.p[from - 1] != ' ')
		from--;
	while (from > 0 && line.p[from - 1] == ' ')
		from--;
	while (to < line.n && line.p[to] == ' ')
		to++;
	while (to < line.n && line.p[to] != ' ')
		to++;
	int n = snprintf(
		buf, LINE_EDIT_MAX, "%.*s%.*s", (int)from, line.p, (int)(line.n - to), line.p + to);
	return (struct str){buf, (size_t)n};
}

/* Each change counts at once. While a word is wrong the others hold, or else the last good line. */
static void apply(struct prompt *p)
{
	struct view *v = p->panel.view;
	char buf[LINE_EDIT_MAX];
	struct filter_error other;

	p->wrong = nav_set_filter(v, line_of(p), &p->error) < 0;
	p->rest_holds = p->wrong && nav_set_filter(v, rest_of(p, buf), &other) == 0;
	p->insisted = false;
	p->typed = clock_usec(CLOCK_MONOTONIC);
}

static void edited(struct prompt *p)
{
	p->listed = false;
	p->cycle = p->back = 0;
	apply(p);
}

/* Puts text in the place of what is completed. */
static void put_in(struct prompt *p, struct str text)
{
	struct filter_choices *c = &p->choices;
	struct str line = line_of(p);
	char whole[LINE_EDIT_MAX];

	if (line.n - (c->to - c->from) + text.n >= p->line.cap)
		return;
	int n = snprintf(whole, sizeof whole, "%.*s%.*s%.*s", (int)c->from, line.p, STR_FMT(text),
		(int)(line.n - c->to), line.p + c->to);
	line_edit_set(&p->line, (struct str){whole, (size_t)n});
	p->line.at = c->from + text.n;
	c->to = p->line.at;
	apply(p);
}

/* First as far as all choices agree, then one after the other. */
static void complete(struct prompt *p)
{
	struct filter_choices *c = &p->choices;

	if (!p->listed)
		look_up(p);
	size_t common = filter_choices_common(c);
	if (!p->listed && c->n && (common > c->to - c->from || c->n == 1)) {
		put_in(p, (struct str){c->at[0].text, common});
		p->listed = c->n > 1;
	} else if (!p->listed) {
		p->listed = c->n > 0;
	} else {
		p->cycle = p->cycle % c->n + 1;
		put_in(p, str_of(c->at[p->cycle - 1].text));
	}
}

static void travel(struct prompt *p, size_t back)
{
	const struct narrowing *past = &p->panel.view->narrowing;
	const char *text = back ? narrowing_past(past, back - 1) : p->draft;

	if (!text)
		return;
	if (!p->back)
		text_copy(p->draft, sizeof p->draft, line_of(p));
	line_edit_set(&p->line, str_of(text));
	edited(p);
	p->back = back;
}

static void accept(struct prompt *p)
{
	struct view *v = p->panel.view;

	p->insisted = p->wrong;
	if (p->wrong) /* nothing would tell why it does not work */
		return;
	nav_keep_filter(v, str_of(p->before));
	nav_close(v);
}

static void cancel(struct prompt *p)
{
	line_edit_set(&p->line, str_of(p->before));
	apply(p);
	nav_close(p->panel.view);
}

static bool move_or_delete(struct prompt *p, enum action action)
{
	size_t n = p->line.n;

	if (!line_edit_act(&p->line, action))
		return false;
	p->listed = false;
	p->cycle = 0;
	if (p->line.n != n)
		edited(p);
	return true;
}

static bool prompt_act(struct panel *panel, enum action action)
{
	struct prompt *p = container_of(panel, struct prompt, panel);

	switch (action) {
	case ACT_ACCEPT:
		accept(p);
		return true;
	case ACT_CANCEL:
		cancel(p);
		return true;
	case ACT_COMPLETE:
		complete(p);
		return true;
	case ACT_OLDER:
		travel(p, p->back + 1);
		return true;
	case ACT_NEWER:
		if (p->back)
			travel(p, p->back - 1);
		return true;
	default:
		return move_or_delete(p, action);
	}
}

static bool prompt_input(struct panel *panel, const struct input *in)
{
	struct prompt *p = container_of(panel, struct prompt, panel);

	if (in->kind == INPUT_PASTE)
		line_edit_paste(&p->line, in->paste);
	else if (in->kind != INPUT_KEY || !line_edit_type(&p->line, in->code))
		return true; /* nothing that is no text means anything here */
	edited(p);
	return true;
}

/* What is wrong is a value that there are ways to go on with. */
static bool is_unfinished(const struct prompt *p)
{
	return p->choices.field && p->choices.n && p->error.at == p->choices.from;
}

/* True when it is time; else the console is asked to look again then. */
static bool is_error_due(const struct prompt *p)
{
	if (!p->wrong || (!p->insisted && (p->listed || is_unfinished(p))))
		return false;
	if (p->insisted || clock_usec(CLOCK_MONOTONIC) >= p->typed + PAUSE)
		return true;
	p->panel.view->wake_at = p->typed + PAUSE;
	return false;
}

/* The column of a byte of the line, when the cursor stands at one. */
static int column_of(const struct prompt *p, size_t byte, int cursor)
{
	const struct line_edit *e = &p->line;

	if (byte > e->n)
		byte = e->n;
	if (byte <= e->at)
		return cursor - text_width((struct str){e->text + byte, e->at - byte});
	return cursor + text_width((struct str){e->text + e->at, byte - e->at});
}

/* Under the word, or before the mark where there is no room behind it. */
static void draw_error(const struct prompt *p, struct area a, int cursor)
{
	const char *holds = !p->panel.view->filter.count ? ""
			    : p->rest_holds              ? "; the rest holds"
							 : "; the last good one holds";
	int width = text_width(str_of(p->error.text)) + 2;
	int x = column_of(p, p->error.at, cursor);

	x = x < 0 ? 0 : x;
	if (x + width + (int)strlen(holds) > a.w)
		holds = "";
	if (x + width > a.w && x >= width)
		screen_print(a, 0, x + 1 - width, STYLE_BAD, "%s ^", p->error.text);
	else
		screen_print(
			a, 0, x + width > a.w ? 0 : x, STYLE_BAD, "^ %s%s", p->error.text, holds);
}

static void draw_choices(const struct prompt *p, struct area a)
{
	const struct filter_choices *c = &p->choices;
	int x = 0;

	if (c->field)
		x += screen_print(a, 0, 0, STYLE_DIM, "%s: ", c->field->names[0]);
	for (size_t i = 0; i < c->n && x < a.w; i++) {
		const struct filter_choice *choice = &c->at[i];
		unsigned style = p->cycle == i + 1 ? STYLE_BAR : STYLE_PLAIN;
		char count[8] = "";
		x += screen_text(a, 0, x, style, str_of(choice->text));
		if (choice->count != ABSENT && text_count(count, choice->count))
			x += screen_print(a, 0, x, STYLE_DIM, " %s", count);
		x += 2;
	}
}

/* The values that there are now, while one is typed; else what the field takes. */
static void draw_help(const struct prompt *p, struct area a)
{
	if (p->listed || (p->choices.field && p->choices.n))
		draw_choices(p, a);
	else if (p->choices.field)
		screen_print(a, 0, 0, STYLE_DIM, "%s: %s", p->choices.field->names[0],
			p->choices.field->takes);
	else if (!p->line.n)
		screen_print(a, 0, 0, STYLE_DIM,
			"text  203.0.113.0/24,...  status:4xx  path:/wp  ua~bot  rate>60  -not");
}

static void draw_keys(const struct view *v, struct area a, int x)
{
	for (int i = 0; i < ACTIONS; i++) {
		char key[KEY_NAME_MAX];
		if (!(actions[i].where & IN_PROMPT) || !actions[i].note)
			continue;
		bindings_names(&v->bindings, (enum action)i, IN_PROMPT, 1, key, sizeof key);
		if (key[0])
			x += screen_print(a, 0, x, STYLE_DIM, "%s %s", key, actions[i].note) + 2;
	}
}

static void prompt_draw(struct panel *panel, struct area a, bool focused)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	struct area below = area_rows(a, 1, 1);
	int cursor, x = screen_print(a, 0, 0, STYLE_BOLD, "/");

	(void)focused;
	x += line_edit_draw(&p->line, a, 0, x, a.w - x - 1, STYLE_PLAIN, &cursor) + 2;
	draw_keys(panel->view, a, x);
	if (!p->listed)
		look_up(p);
	if (is_error_due(p))
		draw_error(p, below, cursor);
	else
		draw_help(p, below);
	if (a.h > 0 && a.w > 0)
		screen_cursor(a.y, a.x + (cursor < a.w ? cursor : a.w - 1));
}

const struct panel_ops prompt_panel = {
	.where = IN_PROMPT,
	.size = sizeof(struct prompt),
	.lines = 2,
	.open = prompt_open,
	.input = prompt_input,
	.draw = prompt_draw,
	.act = prompt_act,
};
