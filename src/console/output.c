// SPDX-License-Identifier: MIT
#include "console/output.h"

#include "base/container.h"
#include "base/text.h"
#include "console/nav.h"
#include "console/page.h"
#include "console/panels.h"
#include "tui/clipboard.h"

#include <stdio.h>
#include <stdlib.h>

#define LABEL_MAX   64
#define COMMAND_MAX 512
#define SAY_MAX     192
#define TAB         8

struct output_panel {
	struct page_panel page; /* first */
	uint32_t id;            /* 0: there was none yet */
	char title[LABEL_MAX], command[COMMAND_MAX], result[SAY_MAX], hint[SAY_MAX];
	bool runs, bad, cut;
	char *text; /* clean lines, each with its newline; owned */
	size_t n;
};

static struct output_panel *output_of(struct panel *p)
{
	return container_of(p, struct output_panel, page.panel);
}

static struct output_panel *of_view(const struct view *v)
{
	return output_of(v->panels[PANEL_OUTPUT]);
}

static void forget_text(struct output_panel *o)
{
	free(o->text);
	o->text = NULL;
	o->n = 0;
}

static void output_done(struct panel *panel)
{
	forget_text(output_of(panel));
}

/* The text. */

struct cleaner {
	char *to;
	size_t n, cap, line; /* line: where the last one begins */
	uint32_t lines;
};

static void clean_piece(struct cleaner *c, struct str piece)
{
	c->n += text_sanitise(c->to + c->n, c->cap - c->n, piece);
}

/* Tabs are for the terminal; here they are blanks. */
static void clean_tab(struct cleaner *c)
{
	do
		clean_piece(c, STR_LIT(" "));
	while (c->n < c->cap && (c->n - c->line) % TAB);
}

static struct str take_until(struct str *rest, char end)
{
	const char *at = rest->n ? memchr(rest->p, end, rest->n) : NULL;
	struct str taken = {rest->p, at ? (size_t)(at - rest->p) : rest->n};

	*rest = str_skip(*rest, taken.n + (at ? 1 : 0));
	return taken;
}

static void clean_line(struct cleaner *c, struct str line)
{
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	c->line = c->n;
	while (line.n) {
		size_t before = line.n;
		struct str piece = take_until(&line, '\t');
		clean_piece(c, piece);
		if (before > piece.n)
			clean_tab(c);
	}
	if (c->n < c->cap)
		c->to[c->n++] = '\n';
	c->lines++;
}

/* False when not all of it has room. */
static bool clean_text(struct output_panel *o, struct str raw)
{
	struct cleaner c = {.cap = OUTPUT_TEXT_MAX};

	c.to = o->text = malloc(OUTPUT_TEXT_MAX);
	if (!c.to)
		return raw.n == 0;
	while (raw.n && c.n < c.cap && c.lines < OUTPUT_LINES_MAX)
		clean_line(&c, take_until(&raw, '\n'));
	o->n = c.n;
	char *fitted = realloc(o->text, c.n ? c.n : 1);
	if (fitted)
		o->text = fitted;
	return raw.n == 0 && c.n < c.cap;
}

/* The page. */

uint32_t output_begin(struct view *v, const char *title, const char *command)
{
	struct output_panel *o = of_view(v);

	forget_text(o);
	o->id = o->id == UINT32_MAX ? 1 : o->id + 1;
	o->runs = true;
	o->bad = o->cut = false;
	o->result[0] = o->hint[0] = '\0';
	text_copy(o->title, sizeof o->title, str_of(title));
	text_copy(o->command, sizeof o->command, str_of(command));
	nav_open(v, PANEL_OUTPUT, NULL);
	v->changed = true;
	return o->id;
}

static bool is_open(const struct view *v)
{
	for (size_t i = 0; i < v->depth; i++)
		if (v->stack[i] == PANEL_OUTPUT)
			return true;
	return false;
}

void output_end(struct view *v, uint32_t id, const struct console_output *output)
{
	struct output_panel *o = of_view(v);

	if (o->id != id || !is_open(v))
		(output->bad ? view_refuse : view_say)(
			v, "%s: %s", o->id == id ? o->title : "a hook", output->result);
	v->changed = true;
	if (o->id != id)
		return;
	o->runs = false;
	o->bad = output->bad;
	o->cut = !clean_text(o, output->text) || output->cut;
	text_copy(o->result, sizeof o->result, str_of(output->result));
	text_copy(o->hint, sizeof o->hint, str_of(output->hint ? output->hint : ""));
}

bool output_reopen(struct view *v)
{
	if (!of_view(v)->id)
		return false;
	nav_open(v, PANEL_OUTPUT, NULL);
	return true;
}

static void output_draw(struct panel *panel, struct area a, bool focused)
{
	const struct output_panel *o = output_of(panel);
	struct page p = page_begin(panel, a, o->title);

	(void)focused;
	page_print(&p, 2, STYLE_BOLD, "$ %s", o->command);
	if (o->runs)
		page_print(&p, 0, STYLE_DIM, "is running");
	else
		page_print(&p, 0, o->bad ? STYLE_BAD : STYLE_DIM, "%s", o->result);
	if (o->hint[0])
		page_print(&p, 0, STYLE_WARN, "%s", o->hint);
	if (o->cut)
		page_print(&p, 0, STYLE_WARN, "it wrote more than is shown here");
	if (o->n) {
		page_print(&p, 0, STYLE_PLAIN, " ");
		page_print_text(&p, (struct str){o->text, o->n});
	} else if (!o->runs) {
		page_print(&p, 0, STYLE_DIM, "it wrote nothing");
	}
	page_end(&p);
}

static void copy(struct panel *panel)
{
	const struct output_panel *o = output_of(panel);
	char said[CLIPBOARD_SAID_MAX];

	if (!o->n) {
		view_refuse(panel->view, "there is nothing to copy");
		return;
	}
	clipboard_copy((struct str){o->text, o->n}, said);
	view_say(panel->view, "%s", said);
}

static bool output_act(struct panel *panel, enum action action)
{
	if (action != ACT_COPY)
		return page_act(panel, action);
	copy(panel);
	return true;
}

const struct panel_ops output_panel = {
	.title = "Output",
	.where = IN_PAGE | IN_TEXT,
	.size = sizeof(struct output_panel),
	.done = output_done,
	.open = page_open,
	.draw = output_draw,
	.act = output_act,
	.search = page_search,
	.mouse = page_mouse,
};
