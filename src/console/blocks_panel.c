// SPDX-License-Identifier: MIT
/*
 * What is blocked on this machine, by whom, since when and until when; what was put there from here
 * can be undone. And below, what nethergaze itself has done in this run.
 */
#include "console/nav.h"
#include "console/panels.h"
#include "tui/sheet.h"

#include "base/container.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define BLOCKS_SHOWN 200
#define ACTS_SHOWN   20
#define WHEN_MAX     16

/* One thing that keeps a prefix out, by value: the table changes under it. */
struct shown {
	struct prefix net;
	struct blocker by;
};

struct blocks_panel {
	struct panel panel;
	struct list rows, lines;
	struct shown at[BLOCKS_SHOWN]; /* ours first, the newest of them first */
	uint32_t n, ours, left_out;    /* ours: all of them, also those left out */
	uint64_t version;              /* of the model that they were taken from */
	bool taken, asked;
	struct prefix asked_net;
};

static struct blocks_panel *blocks_of(struct panel *p)
{
	return container_of(p, struct blocks_panel, panel);
}

static void gather(struct blocks_panel *b, const struct blocks *all, bool ours)
{
	for (const struct block *k = blocks_last(all); k; k = blocks_previous(all, k))
		for (uint32_t i = 0; i < k->n; i++) {
			if (k->by[i].ours != ours)
				continue;
			b->ours += ours;
			if (b->n < BLOCKS_SHOWN)
				b->at[b->n++] = (struct shown){k->item.prefix, k->by[i]};
			else
				b->left_out++;
		}
}

/* What another machine's recording blocks is shown; what goes on is what can be undone. */
static void take(struct blocks_panel *b)
{
	const struct model *m = b->panel.view->live;

	if (b->taken && b->version == m->version)
		return;
	b->taken = true;
	b->version = m->version;
	b->n = b->left_out = b->ours = 0;
	gather(b, &m->blocks, true);
	gather(b, &m->blocks, false);
}

static void blocks_open(struct panel *panel, const struct subject_key *of)
{
	struct blocks_panel *b = blocks_of(panel);

	(void)of;
	list_reset(&b->rows);
	list_reset(&b->lines);
	b->asked = b->taken = false;
	take(b);
	list_fit(&b->rows, b->n, 1); /* keys may come before the first frame */
}

static void blocks_forget(struct panel *panel)
{
	blocks_of(panel)->taken = false;
}

static size_t name_of(const struct prefix *p, char buf[static PREFIX_TEXT_MAX])
{
	return p->bits == ADDR_BITS ? addr_format(&p->addr, buf) : prefix_format(p, buf);
}

/* "03:12", on another day "28 Nov". */
static void when_text(char buf[static WHEN_MAX], usec_t at, usec_t now)
{
	time_t seconds[2] = {(time_t)(at / USEC_PER_SEC), (time_t)(now / USEC_PER_SEC)};
	struct tm then, today;

	buf[0] = '\0';
	if (!at || !localtime_r(&seconds[0], &then) || !localtime_r(&seconds[1], &today))
		return;
	bool same = then.tm_yday == today.tm_yday && then.tm_year == today.tm_year;
	strftime(buf, WHEN_MAX, same ? "%H:%M" : "%e %b", &then);
}

static void write_block(struct sheet *s, const struct shown *k, usec_t now)
{
	char name[PREFIX_TEXT_MAX], since[WHEN_MAX], until[WHEN_MAX], packets[8], text[320];
	unsigned selected;
	int y = sheet_row(s, &selected), n = 0;

	name_of(&k->net, name);
	when_text(since, k->by.since, now);
	when_text(until, k->by.until, now);
	n = snprintf(text, sizeof text, "%-20s %s%s%s%s", name, k->by.way, k->by.by[0] ? " " : "",
		k->by.by, k->by.ours ? " (from here)" : "");
	if (since[0])
		n += snprintf(text + n, sizeof text - (size_t)n, "  since %s", since);
	n += snprintf(text + n, sizeof text - (size_t)n, "  %s%s", until[0] ? "until " : "",
		until[0]     ? until
		: k->by.ours ? "until undone"
			     : "");
	if (k->by.packets != ABSENT) {
		text_count(packets, k->by.packets);
		snprintf(text + n, sizeof text - (size_t)n, "  %s %s", packets,
			k->by.packets == 1 ? "packet" : "packets");
	}
	sheet_cut(s, y, 1, (k->by.ours ? STYLE_BOLD : STYLE_PLAIN) | selected, str_of(text));
}

static void write_blocks(struct sheet *s, const struct blocks_panel *b)
{
	usec_t now = b->panel.view->live->now;
	uint64_t dropped = b->panel.view->live->blocks.dropped;
	char text[96];

	for (uint32_t i = 0; i < b->n; i++)
		write_block(s, &b->at[i], now);
	if (!b->n)
		sheet_label(s, STYLE_DIM, " nothing that is known of is blocked");
	if (b->left_out + dropped) {
		snprintf(text, sizeof text, " and %" PRIu64 " more", b->left_out + dropped);
		sheet_label(s, STYLE_DIM, text);
	}
}

static void write_act(struct sheet *s, const struct act *act, usec_t now)
{
	char when[WHEN_MAX], text[ACT_WHAT_MAX + ACT_WHO_MAX + ACT_RESULT_MAX + WHEN_MAX + 16];

	when_text(when, act->ts, now);
	snprintf(text, sizeof text, "%s %s%s%s%s%s", when, act->what, act->who[0] ? " " : "",
		act->who, act->result[0] ? ": " : "", act->result);
	int y = sheet_line(s);
	sheet_wrap(s, y, 1, 7, act->ok ? STYLE_PLAIN : STYLE_WARN, 0, str_of(text));
}

static void write_acts(struct sheet *s, const struct model *m)
{
	uint32_t n = acts_kept(&m->acts);

	sheet_heading(s, " Done in this run");
	if (!n)
		sheet_label(s, STYLE_DIM, " nothing");
	for (uint32_t i = 0; i < n && i < ACTS_SHOWN; i++)
		write_act(s, acts_latest(&m->acts, i), m->now);
}

static void write_all(struct sheet *s, const struct blocks_panel *b)
{
	write_blocks(s, b);
	write_acts(s, b->panel.view->live);
}

static void draw_question(const struct blocks_panel *b, struct area a)
{
	char name[PREFIX_TEXT_MAX];

	name_of(&b->asked_net, name);
	screen_fill(a, 0, 0, STYLE_FILL_WARN);
	screen_print(a, 0, 1, STYLE_FILL_WARN,
		"%s will be let in again. Enter: do it. Any other key: no.", name);
}

static void blocks_draw(struct panel *panel, struct area a, bool focused)
{
	struct blocks_panel *b = blocks_of(panel);
	struct area text = area_rows(a, 1, a.h - 1 - b->asked);

	(void)focused;
	take(b);
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, " Blocked here: %u, of these %u from here",
		b->n + b->left_out, b->ours);
	struct sheet s = sheet_begin(text, &b->rows, &b->lines);
	do
		write_all(&s, b);
	while (!sheet_measured(&s));
	write_all(&s, b);
	if (b->asked)
		draw_question(b, area_rows(a, a.h - 1, 1));
}

static const struct shown *selected(const struct blocks_panel *b)
{
	return b->rows.rank < b->n ? &b->at[b->rows.rank] : NULL;
}

/* Only what nft holds in our own table can be undone from here. */
static void ask(struct blocks_panel *b)
{
	struct view *v = b->panel.view;
	const struct shown *k = selected(b);

	if (!k)
		view_refuse(v, "nothing is blocked here");
	else if (v->runs_nothing)
		view_refuse(v, "nothing is run: %s", v->runs_nothing);
	else if (!k->by.ours || way_find(str_of(k->by.way)) != WAY_NFT)
		view_refuse(v, "it was not blocked from here, but by %s %s", k->by.way, k->by.by);
	else {
		b->asked = true;
		b->asked_net = k->net;
	}
}

static void answer(struct blocks_panel *b)
{
	struct command c = {.kind = COMMAND_UNBLOCK, .block = {.count = 1, .way = WAY_NFT}};

	c.block.prefixes[0] = b->asked_net;
	commands_put(&b->panel.view->commands, c);
}

static bool blocks_act(struct panel *panel, enum action action)
{
	struct blocks_panel *b = blocks_of(panel);

	take(b);
	if (b->asked) {
		if (action == ACT_BLOCK_YES)
			answer(b);
		b->asked = false;
		return action != ACT_REDRAW && action != ACT_HELP;
	}
	if (action == ACT_BLOCK_RUN) {
		ask(b);
		return true;
	}
	if (action == ACT_BLOCK_YES) {
		nav_ask(panel->view, ACT_OPEN);
		return true;
	}
	return list_act(&b->rows, NULL, action);
}

static bool blocks_input(struct panel *panel, const struct input *in)
{
	(void)in;
	blocks_of(panel)->asked = false;
	return false;
}

static bool blocks_selected(struct panel *panel, struct subject_key *ret)
{
	struct blocks_panel *b = blocks_of(panel);

	take(b);
	const struct shown *k = selected(b);
	if (!k)
		return false;
	*ret = subject_key_of_prefix(&k->net);
	return subject_find(panel->view->m, ret) != POOL_NONE;
}

const struct panel_ops blocks_panel = {
	.where = IN_BLOCK,
	.size = sizeof(struct blocks_panel),
	.open = blocks_open,
	.forget = blocks_forget,
	.input = blocks_input,
	.selected = blocks_selected,
	.draw = blocks_draw,
	.act = blocks_act,
};
