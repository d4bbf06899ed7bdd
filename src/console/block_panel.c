// SPDX-License-Identifier: MIT
/*
 * The block preview: what blocking whoever is under the cursor would stop, whom it would hurt, why
 * it is refused, and the command that does it with the one that undoes it. What is judged is what
 * goes on, also over a frozen picture.
 */
#include "console/block_parts.h"

#include "base/container.h"
#include "console/nav.h"
#include "console/panels.h"
#include "tui/clipboard.h"

#include <stdio.h>

#define MINUTE 60u
#define HOUR   (60 * MINUTE)

const struct block_span block_spans[BLOCK_SPANS] = {
	{10 * MINUTE, "10 min"},
	{HOUR, "1 h"},
	{24 * HOUR, "1 d"},
	{7 * 24 * HOUR, "7 d"},
	{0, "until undone"},
};

#define SPAN_FIRST 1 /* long enough to find out what it was */

static struct block_panel *block_of(struct panel *p)
{
	return container_of(p, struct block_panel, panel);
}

bool block_offers(const struct block_panel *b, enum way way)
{
	const struct way_state *ways = b->panel.view->ways;

	return !ways || ways[way].there;
}

/* A network that is only refused by firewalls is not when the web server does it. */
static bool counts(const struct block_panel *b, const struct blast_refusal *r)
{
	enum refusal_weight weight = refusals[r->id].weight;

	/* A recording that is older than the guards; nothing is run over one anyhow. */
	if (r->id == REFUSAL_UNTOLD && b->panel.view->replaying)
		return false;
	return weight == REFUSAL_NEVER || (weight == REFUSAL_WEB && !block_ways[b->way].web) ||
	       (weight == REFUSAL_TWICE && !b->allowed);
}

const struct blast_refusal *block_refused(const struct block_panel *b)
{
	const struct blast_refusal *worst = NULL;

	for (uint32_t i = 0; i < b->blast.refused_count; i++) {
		const struct blast_refusal *r = &b->blast.refused[i];
		if (counts(b, r) && (!worst || refusals[r->id].weight == REFUSAL_NEVER) &&
			(!worst || refusals[worst->id].weight != REFUSAL_NEVER))
			worst = r;
	}
	return worst;
}

/* The command, anew. */
static void make_text(struct block_panel *b)
{
	const struct blast *blast = &b->blast;

	b->want = (struct command_block){
		.count = blast->count, .seconds = block_spans[b->span].seconds, .way = b->way};
	memcpy(b->want.prefixes, blast->prefixes, blast->count * sizeof blast->prefixes[0]);
	b->why[0] = '\0';
	if (b->way >= WAYS || !blast->count) {
		b->err = -1;
		snprintf(b->why, sizeof b->why, "%s",
			b->way >= WAYS ? "none of the ways that are known here is installed"
				       : "there is no network to name");
	} else if (!block_planned_make(
			   &b->planned, b->panel.view->live, &b->want, b->panel.view->jails)) {
		b->err = -1;
		snprintf(b->why, sizeof b->why, "too much of it is blocked already");
	} else {
		b->err = block_text(&b->planned.plan, &b->text, b->why);
	}
}

static void step(struct block_panel *b)
{
	const struct view *v = b->panel.view;

	blast_step(&b->blast, v->live, v->live_detect);
	make_text(b);
}

static void begin(struct block_panel *b)
{
	const struct block_scope *s = &b->targets.at[b->scope];

	blast_begin(&b->blast, s->prefixes, b->targets.n ? s->count : 0);
	b->blast.too_many |= s->total > s->count;
}

/* With other networks what was asked is no longer. */
static void choose_scope(struct block_panel *b, uint32_t scope)
{
	b->scope = scope;
	b->allowed = false;
	begin(b);
	step(b);
}

/* The panel that this one was opened over. */
static struct panel *below(const struct view *v)
{
	for (size_t i = v->depth; i-- > 0;)
		if (v->stack[i] != PANEL_BLOCK && v->panels[v->stack[i]]->ops->lines == 0)
			return v->panels[v->stack[i]];
	return v->panels[v->focus];
}

static enum way first_way(const struct view *v)
{
	return v->ways ? ways_best(v->ways) : WAY_NFT;
}

static void block_open(struct panel *panel, const struct subject_key *of)
{
	struct block_panel *b = block_of(panel);
	struct view *v = panel->view;
	struct panel *under = below(v);

	block_targets_of(&b->targets, v, of, under->ops->flag ? under->ops->flag(under) : NULL);
	b->asked = ASKED_NOTHING;
	b->span = SPAN_FIRST;
	b->way = first_way(v);
	list_reset(&b->rows);
	list_reset(&b->lines);
	if (!b->targets.n) {
		nav_close(v);
		view_refuse(v, "no address, network or finding is under the cursor to block");
		return;
	}
	choose_scope(b, b->targets.first);
}

static void block_forget(struct panel *panel)
{
	begin(block_of(panel));
}

static bool is_open(const struct view *v)
{
	for (size_t i = 0; i < v->depth; i++)
		if (v->stack[i] == PANEL_BLOCK)
			return true;
	return false;
}

static usec_t block_work(struct panel *panel, usec_t now)
{
	struct block_panel *b = block_of(panel);
	const struct view *v = panel->view;

	if (!is_open(v))
		return 0;
	bool known = b->blast.is_known;
	bool done = blast_step(&b->blast, v->live, v->live_detect);
	panel->view->changed |= b->blast.is_known != known;
	return done ? 0 : now;
}

static uint32_t turned(uint32_t at, uint32_t count, bool back)
{
	return (at + (back ? count - 1 : 1)) % count;
}

static void turn_way(struct block_panel *b, bool back)
{
	for (int i = 0; i < WAYS; i++) {
		b->way = b->way >= WAYS ? WAY_NFT : (enum way)turned(b->way, WAYS, back);
		if (block_offers(b, b->way))
			return;
	}
	b->way = WAYS;
}

static void turn(struct block_panel *b, bool back)
{
	if (b->rows.rank == FIELD_SCOPE)
		choose_scope(b, turned(b->scope, b->targets.n, back));
	else if (b->rows.rank == FIELD_FOR)
		b->span = turned(b->span, BLOCK_SPANS, back);
	else
		turn_way(b, back);
	make_text(b);
}

/* What is refused is said, and what is asked twice is asked. True: it may be done now. */
static bool may(struct block_panel *b, enum block_asked what)
{
	struct view *v = b->panel.view;
	char why[BLAST_WHY_MAX];

	step(b);
	const struct blast_refusal *r = block_refused(b);
	if (r && refusals[r->id].weight == REFUSAL_TWICE) {
		b->asked = what;
		return false;
	}
	if (r) {
		blast_why(&b->blast, r, why);
		view_refuse(v, "refused: %s", why);
		return false;
	}
	if (b->err < 0) {
		view_refuse(
			v, "%s: %s", b->way < WAYS ? block_ways[b->way].name : "no way", b->why);
		return false;
	}
	if (!b->blast.is_known) {
		view_refuse(v, "not yet: whom it would hurt is being looked at");
		return false;
	}
	return true;
}

static void copy(struct block_panel *b)
{
	char said[CLIPBOARD_SAID_MAX];

	clipboard_copy(str_of(b->text.command), said);
	view_say(b->panel.view, "%s", said);
}

static void order(struct block_panel *b, enum command_kind kind)
{
	commands_put(&b->panel.view->commands, (struct command){.kind = kind, .block = b->want});
}

/* What the key is for is known to be impossible before anything is asked. */
static bool can_run(struct block_panel *b)
{
	struct view *v = b->panel.view;

	if (v->runs_nothing)
		view_refuse(v, "nothing is run: %s", v->runs_nothing);
	else if (b->way >= WAYS || !block_ways[b->way].ours)
		view_refuse(v, "only nft is run from here; c copies the command of %s",
			b->way < WAYS ? block_ways[b->way].name : "another way");
	else
		return true;
	return false;
}

static void want(struct block_panel *b, enum block_asked what)
{
	bool runs = what == ASKED_RUN_AT_ALL || what == ASKED_RUN;

	b->asked = ASKED_NOTHING;
	if ((runs && !can_run(b)) || !may(b, what))
		return;
	if (what == ASKED_COPY)
		copy(b);
	else if (what == ASKED_WRITE)
		order(b, COMMAND_BLOCK_WRITE);
	else if (what == ASKED_RUN_AT_ALL)
		b->asked = ASKED_RUN;
	else
		order(b, COMMAND_BLOCK);
}

/* Enter after a question. Whether it may be run is judged once more. */
static void answer(struct block_panel *b)
{
	if (b->asked != ASKED_RUN)
		b->allowed = true;
	want(b, b->asked);
}

static bool act_asked(struct block_panel *b, enum action action)
{
	if (action == ACT_BLOCK_YES)
		answer(b);
	else
		b->asked = ASKED_NOTHING;
	/* Whoever leaves has said no as well. */
	return action != ACT_REDRAW && action != ACT_HELP;
}

static bool block_act(struct panel *panel, enum action action)
{
	struct block_panel *b = block_of(panel);

	if (b->asked)
		return act_asked(b, action);
	switch (action) {
	case ACT_GO_LEFT:
	case ACT_GO_RIGHT:
		turn(b, action == ACT_GO_LEFT);
		return true;
	case ACT_COPY:
		want(b, ASKED_COPY);
		return true;
	case ACT_BLOCK_WRITE:
		want(b, ASKED_WRITE);
		return true;
	case ACT_BLOCK_RUN:
		want(b, ASKED_RUN_AT_ALL);
		return true;
	case ACT_BLOCK_YES:
		view_refuse(panel->view, "left and right change what the cursor is on");
		return true;
	default:
		return list_act(&b->rows, NULL, action);
	}
}

/* Any other key is no. */
static bool block_input(struct panel *panel, const struct input *in)
{
	struct block_panel *b = block_of(panel);

	(void)in;
	b->asked = ASKED_NOTHING;
	return false;
}

static bool block_command(struct panel *panel, struct str *ret_command, struct str *ret_undo)
{
	struct block_panel *b = block_of(panel);

	step(b);
	if (!b->blast.is_known || block_refused(b) || b->err < 0)
		return false;
	*ret_command = str_of(b->text.command);
	*ret_undo = str_of(b->text.undo);
	return true;
}

static void draw_question(const struct block_panel *b, struct area a)
{
	char question[BLOCK_QUESTION_MAX];

	block_question(b, question);
	for (int y = 0; y < a.h; y++)
		screen_fill(a, y, 0, STYLE_FILL_WARN);
	struct sheet s = sheet_still(a);
	sheet_wrap(&s, sheet_line(&s), 1, 1, STYLE_FILL_WARN, 0, str_of(question));
}

static void block_draw(struct panel *panel, struct area a, bool focused)
{
	struct block_panel *b = block_of(panel);
	int asks = b->asked ? (a.w < 80 ? 4 : 3) : 0;

	(void)focused;
	step(b);
	block_title(b, a);
	struct sheet s = sheet_begin(area_rows(a, 1, a.h - 1 - asks), &b->rows, &b->lines);
	do
		block_write(&s, b);
	while (!sheet_measured(&s));
	block_write(&s, b);
	if (asks)
		draw_question(b, area_rows(a, a.h - asks, asks));
}

static bool block_mouse(struct panel *panel, struct area a, const struct input *in)
{
	struct block_panel *b = block_of(panel);
	enum mouse_button button = in->mouse.button;

	(void)a;
	if (button == MOUSE_WHEEL_UP || button == MOUSE_WHEEL_DOWN)
		list_move(&b->rows, NULL, button == MOUSE_WHEEL_UP ? -1 : 1);
	return false;
}

const struct panel_ops block_panel = {
	.where = IN_BLOCK,
	.size = sizeof(struct block_panel),
	.open = block_open,
	.forget = block_forget,
	.input = block_input,
	.command = block_command,
	.mouse = block_mouse,
	.work = block_work,
	.draw = block_draw,
	.act = block_act,
};
