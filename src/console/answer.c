// SPDX-License-Identifier: MIT
#include "console/answer.h"

#include "base/container.h"
#include "base/text.h"
#include "console/nav.h"
#include "console/page.h"
#include "console/panels.h"
#include "console/seat.h"
#include "model/fleet.h"
#include "tui/clipboard.h"

#include <stdio.h>
#include <stdlib.h>

struct answer_panel {
	struct page_panel page; /* first */
	uint32_t member;        /* its number; 0: nothing was asked yet */
	char name[FLEET_NAME_MAX], question[COMMAND_ASK_MAX], note[256];
	usec_t until;       /* by CLOCK_MONOTONIC: it waits; 0: it does not */
	bool answered, cut; /* cut: there was more, there or for us */
	char *text;         /* clean lines; owned */
	size_t n;
};

static struct answer_panel *answer_of(struct panel *p)
{
	return container_of(p, struct answer_panel, page.panel);
}

static void forget_text(struct answer_panel *a)
{
	free(a->text);
	a->text = NULL;
	a->n = 0;
}

static void answer_done(struct panel *p)
{
	forget_text(answer_of(p));
}

void answer_ask(struct view *v, const struct member *member, const char *question)
{
	struct answer_panel *a = answer_of(v->panels[PANEL_ANSWER]);
	struct command command = {.kind = COMMAND_ASK, .ask.member = member->number};

	forget_text(a);
	a->member = member->number;
	a->answered = a->cut = false;
	a->note[0] = '\0';
	a->until = clock_usec(CLOCK_MONOTONIC) + ANSWER_PATIENCE * USEC_PER_SEC;
	text_copy(a->name, sizeof a->name, str_of(member->name));
	text_copy(a->question, sizeof a->question, str_of(question));
	text_copy(command.ask.text, sizeof command.ask.text, str_of(question));
	commands_put(&v->commands, command);
	nav_open(v, PANEL_ANSWER, NULL);
	v->changed = true;
}

const struct member *answer_whom(const struct view *v, const struct subject_key *key)
{
	const struct fleet *f = seat_fleet(v);
	const struct member *heaviest = seat_member(v);
	const struct panel *p = nav_body(v);
	uint32_t under = p->ops->machine ? p->ops->machine(p) : 0;
	uint64_t most = 0;

	if (!f || under)
		return f ? fleet_member(f, under) : NULL;
	if (key->by == GROUP_MACHINE)
		return seat_named(v, key);
	if (heaviest)
		return heaviest;
	shares_for_each(f, seat_shares(v->m, key), s)
	{
		const struct member *member = share_member(f, s);
		if (member->state != MEMBER_UP || (heaviest && seat_weight(s) <= most))
			continue;
		heaviest = member;
		most = seat_weight(s);
	}
	return heaviest;
}

/* What is asked about the row: "ask 203.0.113.9"; of a machine, about itself. False: no machine
 * knows such a row by that name. */
static bool question_of(const struct subject_key *key, char buf[static COMMAND_ASK_MAX])
{
	char text[PREFIX_TEXT_MAX];

	if (key->by == GROUP_MACHINE) {
		strcpy(buf, "ask");
		return true;
	}
	if (key->by == GROUP_NONE)
		addr_format(&key->prefix.addr, text);
	else if (key->by == GROUP_NET)
		prefix_format(&key->prefix, text);
	else
		return false;
	snprintf(buf, COMMAND_ASK_MAX, "ask %s", text);
	return true;
}

void answer_ask_selected(struct view *v)
{
	char question[COMMAND_ASK_MAX];
	struct subject_key key;

	if (!seat_fleet(v))
		view_refuse(v,
			"asks a machine of a fleet, and this is one machine: Enter opens the "
			"row");
	else if (v->replaying)
		view_refuse(v, "a recording answers no questions");
	else if (!nav_selected(v, &key) || !question_of(&key, question))
		view_refuse(v, "no address or network is under the cursor to ask about");
	else {
		const struct member *member = answer_whom(v, &key);
		if (!member)
			view_refuse(v, "no machine that is up has told of it");
		else
			answer_ask(v, member, question);
	}
}

void answer_take(struct view *v, uint32_t member, const struct event_answer *answer)
{
	struct answer_panel *a = answer_of(v->panels[PANEL_ANSWER]);
	struct str text = text_clip(answer->lines, ANSWER_TEXT_MAX);

	if (!member || a->member != member || a->answered ||
		!str_eq(answer->ask, str_of(a->question)))
		return;
	forget_text(a);
	a->answered = true;
	a->until = 0;
	a->text = text.n ? malloc(text.n) : NULL;
	if (a->text) {
		memcpy(a->text, text.p, text.n);
		a->n = text.n;
	}
	a->cut = answer->cut || a->n < answer->lines.n;
	text_copy(a->note, sizeof a->note, answer->note);
	v->changed = true;
}

static usec_t answer_work(struct panel *p, usec_t now)
{
	struct answer_panel *a = answer_of(p);

	if (a->until && now >= a->until) {
		a->until = 0;
		p->view->changed = true;
	}
	return a->until;
}

static void answer_draw(struct panel *p, struct area area, bool focused)
{
	const struct answer_panel *a = answer_of(p);
	char title[FLEET_NAME_MAX + COMMAND_ASK_MAX + 8];

	(void)focused;
	snprintf(title, sizeof title, "%s: %s", a->name, a->question);
	struct page page = page_begin(p, area, title);
	if (a->until)
		page_print(&page, 0, STYLE_DIM, "asking %s %s", a->name,
			screen_glyph_text(GLYPH_MORE));
	else if (!a->answered)
		page_print(&page, 0, STYLE_BAD,
			"%s has not answered within %d s. Its answer is shown if it still comes; "
			"a asks again.",
			a->name, ANSWER_PATIENCE);
	if (a->note[0])
		page_print(&page, 0, STYLE_WARN, "%s", a->note);
	if (a->cut)
		page_print(&page, 0, STYLE_WARN, "%s has more of it than is shown here", a->name);
	if (a->n && (a->note[0] || a->cut))
		page_print(&page, 0, STYLE_PLAIN, " ");
	if (a->n)
		page_print_text(&page, (struct str){a->text, a->n});
	else if (a->answered && !a->note[0])
		page_print(&page, 0, STYLE_DIM, "%s knows nothing of it", a->name);
	page_end(&page);
}

static void copy(struct panel *p)
{
	const struct answer_panel *a = answer_of(p);
	char said[CLIPBOARD_SAID_MAX];

	if (!a->n) {
		view_refuse(p->view, "there is nothing to copy");
		return;
	}
	clipboard_copy((struct str){a->text, a->n}, said);
	view_say(p->view, "%s", said);
}

/* The same question once more. */
static void again(struct panel *p)
{
	struct answer_panel *a = answer_of(p);
	const struct member *member = fleet_member(seat_fleet(p->view), a->member);
	char question[COMMAND_ASK_MAX];

	text_copy(question, sizeof question, str_of(a->question));
	if (member)
		answer_ask(p->view, member, question);
}

static bool answer_act(struct panel *p, enum action action)
{
	switch (action) {
	case ACT_COPY:
		copy(p);
		return true;
	case ACT_ASK:
		again(p);
		return true;
	default:
		return page_act(p, action);
	}
}

const struct panel_ops answer_panel = {
	.title = "Answer",
	.where = IN_PAGE | IN_TEXT,
	.size = sizeof(struct answer_panel),
	.done = answer_done,
	.open = page_open,
	.work = answer_work,
	.draw = answer_draw,
	.act = answer_act,
	.search = page_search,
	.mouse = page_mouse,
};
