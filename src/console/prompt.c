// SPDX-License-Identifier: MIT
#include "console/chosen.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/typing.h"
#include "tui/line_edit.h"

#include "base/container.h"
#include "base/text.h"
#include "model/filter_complete.h"

#include <stdio.h>

#define PAUSE (700 * USEC_PER_MSEC) /* without a key before an error is shown */

struct prompt {
	struct panel panel;
	struct line_edit line;
	char before[FILTER_TEXT_MAX]; /* the filter, to come back to */
	struct filter highlight;      /* what was marked in the log, likewise */
	bool marks;                   /* the line is what to mark, not what to show */
	bool names;                   /* the line is a name to save .draft under */
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

/* "@" and a part of a name: the filters that were saved under such. */
static void offer_saved(struct prompt *p)
{
	const struct remembered *r = &p->panel.view->remembered;
	struct filter_choices *c = &p->choices;
	size_t from = p->line.at;

	while (from > 0 && p->line.text[from - 1] != ' ')
		from--;
	struct str typed = {p->line.text + from, p->line.at - from};
	if (!str_take(&typed, STR_LIT("@")))
		return;
	*c = (struct filter_choices){.from = from, .to = p->line.at};
	for (size_t i = 0; i < r->filter_count && c->n < FILTER_CHOICES_MAX; i++) {
		if (!str_starts(str_of(r->filters[i].name), typed))
			continue;
		c->at[c->n].count = ABSENT;
		snprintf(c->at[c->n++].text, FILTER_CHOICE_MAX, "@%s", r->filters[i].name);
	}
}

static void look_up(struct prompt *p)
{
	const struct filter_env env = nav_filter_env(p->panel.view);

	filter_complete(&p->choices, p->panel.view->m, &env, line_of(p), p->line.at);
	offer_saved(p);
}

static void prompt_open(struct panel *panel, const struct subject_key *of)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	struct str text = str_of(panel->view->filter.text);

	(void)of;
	p->wrong = p->insisted = p->listed = p->marks = p->names = false;
	p->cycle = p->back = 0;
	p->highlight = panel->view->highlight;
	panel->view->said.text[0] = '\0'; /* its place is taken */
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

/* The line with what "@name" stands for in its place; one that is too long then stays. */
static struct str expanded(const struct prompt *p, char buf[static FILTER_TEXT_MAX])
{
	struct str rest = line_of(p);
	size_t n = 0;

	while (rest.n) {
		size_t w = 0;
		while (w < rest.n && rest.p[w] != ' ')
			w++;
		struct str word = {rest.p, w};
		const char *saved =
			w > 1 && word.p[0] == '@'
				? remembered_filter(&p->panel.view->remembered, str_skip(word, 1))
				: NULL;
		struct str text = saved ? str_of(saved) : word;
		if (n + text.n + 2 > FILTER_TEXT_MAX)
			return line_of(p);
		memcpy(buf + n, text.p, text.n);
		n += text.n;
		if (w < rest.n)
			buf[n++] = ' ';
		rest = str_skip(rest, w < rest.n ? w + 1 : w);
	}
	return (struct str){buf, n};
}

static int set(struct prompt *p, struct str text, struct filter_error *ret_error)
{
	struct view *v = p->panel.view;
	const struct filter_env env = nav_filter_env(v);

	return p->marks ? filter_compile(&v->highlight, text, &env, ret_error)
			: nav_set_filter(v, text, ret_error);
}

/* Each change counts at once. While a word is wrong the others hold, or else the last good line. */
static void apply(struct prompt *p)
{
	char buf[LINE_EDIT_MAX], whole[FILTER_TEXT_MAX];
	struct filter_error other;

	if (p->names)
		return;
	p->wrong = set(p, expanded(p, whole), &p->error) < 0;
	p->rest_holds = p->wrong && set(p, rest_of(p, buf), &other) == 0;
	p->insisted = false;
	p->typed = clock_usec(CLOCK_MONOTONIC);
}

static void edited(struct prompt *p)
{
	p->listed = false;
	p->cycle = p->back = 0;
	p->panel.view->said.text[0] = '\0';
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

/* The other of both takes the line; the first is as it was. */
static void switch_marks(struct prompt *p)
{
	struct view *v = p->panel.view;
	struct filter_error error;

	if (p->marks)
		v->highlight = p->highlight;
	else
		nav_set_filter(v, str_of(p->before), &error);
	p->marks = !p->marks;
	if (p->marks && str_eq(line_of(p), str_of(p->before)))
		line_edit_set(&p->line, str_of(p->highlight.text));
	apply(p);
}

/* The line gives way to a name, and comes back. */
static void begin_name(struct prompt *p)
{
	if (p->wrong || !p->line.n) {
		view_refuse(p->panel.view, "there is no filter to save");
		return;
	}
	text_copy(p->draft, sizeof p->draft, line_of(p));
	p->names = true;
	line_edit_set(&p->line, STR_LIT(""));
}

static void end_name(struct prompt *p, bool save)
{
	struct view *v = p->panel.view;

	if (save && !chosen_save_filter(v, line_of(p), str_of(v->filter.text)))
		return;
	p->names = false;
	line_edit_set(&p->line, str_of(p->draft));
	apply(p);
}

static void accept(struct prompt *p)
{
	struct view *v = p->panel.view;

	if (p->names) {
		end_name(p, true);
		return;
	}
	p->insisted = p->wrong;
	if (p->wrong) /* nothing would tell why it does not work */
		return;
	if (p->marks)
		narrowing_remember(&v->narrowing, str_of(v->highlight.text));
	else
		nav_keep_filter(v, str_of(p->before));
	nav_close(v);
}

static void cancel(struct prompt *p)
{
	struct view *v = p->panel.view;
	struct filter_error error;

	if (p->names) {
		end_name(p, false);
		return;
	}
	v->highlight = p->highlight;
	nav_set_filter(v, str_of(p->before), &error);
	nav_close(v);
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
	case ACT_AS_HIGHLIGHT:
		if (!p->names)
			switch_marks(p);
		return true;
	case ACT_SAVE:
		if (!p->names)
			begin_name(p);
		return true;
	case ACT_COMPLETE:
		if (!p->names)
			complete(p);
		return true;
	case ACT_OLDER:
		if (!p->names)
			travel(p, p->back + 1);
		return true;
	case ACT_NEWER:
		if (p->back && !p->names)
			travel(p, p->back - 1);
		return true;
	default:
		return move_or_delete(p, action);
	}
}

static bool prompt_input(struct panel *panel, const struct input *in)
{
	struct prompt *p = container_of(panel, struct prompt, panel);

	if (line_edit_input(&p->line, in))
		edited(p);
	return true; /* nothing that is no text means anything here */
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

static uint64_t sum_of(const struct filter_choices *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n; i++)
		sum += c->at[i].count == ABSENT ? 0 : c->at[i].count;
	return sum;
}

/* "200 61%", of all that are listed. */
static int draw_choice(
	const struct filter_choice *choice, uint64_t sum, struct area a, int x, unsigned style)
{
	int w = screen_text(a, 0, x, style, str_of(choice->text));

	if (choice->count == ABSENT || !sum)
		return w;
	uint64_t share = (choice->count * 100 + sum / 2) / sum;
	return w + screen_print(a, 0, x + w, STYLE_DIM, share ? " %u%%" : " <1%%", (unsigned)share);
}

static void draw_choices(const struct prompt *p, struct area a)
{
	const struct filter_choices *c = &p->choices;
	uint64_t sum = sum_of(c);
	int x = 0;

	if (c->field)
		x += screen_print(a, 0, 0, STYLE_DIM, "%s: ", c->field->names[0]);
	if (c->field && !p->listed)
		x += screen_print(a, 0, x, STYLE_DIM, "%s  ", c->field->takes);
	if (sum)
		x += screen_print(a, 0, x, STYLE_DIM, "now: ");
	for (size_t i = 0; i < c->n && x < a.w; i++)
		x += draw_choice(
			     &c->at[i], sum, a, x, p->cycle == i + 1 ? STYLE_BAR : STYLE_PLAIN) +
		     2;
}

static bool is_saved(const struct prompt *p)
{
	return p->choices.at[0].text[0] == '@';
}

/* The values that there are now, while one is typed; else what the field takes. */
static void draw_help(const struct prompt *p, struct area a)
{
	if (p->panel.view->said.text[0])
		screen_print(a, 0, 0, STYLE_WARN, "%s", p->panel.view->said.text);
	else if (p->names)
		screen_print(a, 0, 0, STYLE_DIM, "letters, digits, - and _; /%s", p->draft);
	else if (p->listed || (p->choices.n && (p->choices.field || is_saved(p))))
		draw_choices(p, a);
	else if (p->choices.field)
		screen_print(a, 0, 0, STYLE_DIM, "%s: %s", p->choices.field->names[0],
			p->choices.field->takes);
	else if (!p->line.n)
		screen_print(a, 0, 0, STYLE_DIM,
			"text  203.0.113.0/24,...  status:4xx  path:/wp  ua~bot  rate>60  -not");
}

static const struct typing *typing_of(const struct prompt *p)
{
	static const struct typing filter = {"/", NULL, NULL}, mark = {"highlight/", NULL, NULL},
				   name = {"save as ", "save", "do not"};

	return p->names ? &name : p->marks ? &mark : &filter;
}

static void prompt_draw(struct panel *panel, struct area a, bool focused)
{
	struct prompt *p = container_of(panel, struct prompt, panel);
	struct area below = area_rows(a, 1, 1);
	int cursor = typing_draw(panel->view, typing_of(p), &p->line, a, 0);

	(void)focused;
	if (!p->listed && !p->names)
		look_up(p);
	if (!p->names && is_error_due(p))
		draw_error(p, below, cursor);
	else
		draw_help(p, below);
	if (a.h > 0 && a.w > 0) /* last: what is drawn moves it */
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
