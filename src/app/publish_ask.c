// SPDX-License-Identifier: MIT
#include "app/publish_ask.h"

#include "action/ways.h"
#include "base/num.h"
#include "base/text.h"
#include "event/json_write.h"
#include "output/answer_text.h"

#include <inttypes.h>
#include <stdio.h>

#define USAGE \
	"not understood; expected ask [ADDRESS|NETWORK|PATH], live on|off, block ADDRESS SECONDS"

/* A question as it is answered: clean. */
struct question {
	struct str text, rest; /* rest: what follows the verb */
	uint64_t token;
};

static void put_answer(struct publish_ask *a, const struct question *q, struct str lines,
	const char *note, bool cut)
{
	struct publish *p = a->publish;
	struct event e = event_make(EVENT_ANSWER, p->o.model->now);

	e.answer.ask = text_clip(q->text, ASK_ECHOED_MAX - 1);
	e.answer.lines = lines.n ? lines : STR_ABSENT;
	e.answer.note = note && note[0] ? str_of(note) : STR_ABSENT;
	e.answer.cut = cut;
	json_put_event(&p->text, &e);
	publish_send(p, FLEET_ANSWER, q->token);
}

static void put_note(struct publish_ask *a, const struct question *q, const char *note)
{
	put_answer(a, q, STR_ABSENT, note, false);
}

/* ask */

static const char *withheld(const struct publish *p)
{
	if (p->head.detail == SET_FULL)
		return NULL;
	return p->head.detail == SET_HASH
		       ? "paths and agents are told by their hashes, requests not at all "
			 "(publish.detail = hash)"
		       : "nothing is told of paths, agents and requests (publish.detail = none)";
}

static bool is_path(struct str text)
{
	return text.p[0] == '/' || text.p[0] == '#' || text.p[0] == '*';
}

static bool read_prefix(struct str text, struct prefix *ret)
{
	if (addr_parse(text, &ret->addr) < 0)
		return prefix_parse(text, ret) == 0;
	ret->bits = ADDR_BITS;
	return true;
}

static void take_ask(struct publish_ask *a, const struct question *q)
{
	struct publish *p = a->publish;
	const char *note = withheld(p);
	struct answer answer = {
		.m = p->o.model, .detect = p->o.detect, .set = &p->set, .head = &p->head};
	struct detail_texts texts;
	struct prefix of;

	publish_renew_head(p, &texts);
	if (!q->rest.n)
		answer_machine(&answer);
	else if (is_path(q->rest) && p->head.detail == SET_NONE)
		put_note(a, q, note);
	else if (is_path(q->rest))
		answer_path(&answer, q->rest);
	else if (!read_prefix(q->rest, &of))
		put_note(a, q, "neither an address, a network nor a path (/...)");
	else
		answer_prefix(&answer, &of);
	p->head.verdict = STR_ABSENT;
	if (answer.n)
		put_answer(a, q, (struct str){answer.lines, answer.n}, note, answer.cut);
}

/* live */

static void take_live(struct publish_ask *a, const struct question *q)
{
	if (str_eq(q->rest, STR_LIT("on")))
		publish_live(a->publish, PUBLISH_FOREVER);
	else if (str_eq(q->rest, STR_LIT("off")))
		publish_live(a->publish, 0);
	else
		put_note(a, q, USAGE);
}

/* block */

static bool read_block(struct str rest, struct addr *ret_ip, uint64_t *ret_seconds)
{
	const char *blank = rest.n ? memchr(rest.p, ' ', rest.n) : NULL;
	struct str ip = {rest.p, blank ? (size_t)(blank - rest.p) : rest.n};

	return blank && addr_parse(ip, ret_ip) == 0 &&
	       num_u64(str_skip(rest, ip.n + 1), ret_seconds) == 0;
}

static void take_block(struct publish_ask *a, const struct question *q)
{
	uint64_t seconds;
	struct addr ip;

	if (!a->publish->o.fleet->allow_block)
		put_note(a, q, "this machine does not allow it: publish.allow_block is off");
	else if (a->publish->o.replaying)
		put_note(a, q, "this is a recording, in which nothing is done");
	else if (!read_block(q->rest, &ip, &seconds))
		put_note(a, q, USAGE);
	else if (!seconds || seconds > BLOCK_SECONDS_MAX)
		put_note(a, q, "a block from afar ends by itself: 1 to 2592000 seconds");
	else if (a->block.stage != PUBLISH_BLOCK_NONE)
		put_note(a, q, "another block is under way: ask again");
	else if (!publish_block_begin(&a->block, &a->blocker, &ip, (uint32_t)seconds))
		put_note(a, q, a->block.why);
	else {
		text_copy(a->block_text, sizeof a->block_text, q->text);
		a->block_token = q->token;
	}
}

static void end_block(struct publish_ask *a)
{
	const struct question q = {.text = str_of(a->block_text), .token = a->block_token};

	if (a->block.stage != PUBLISH_BLOCK_DONE)
		return;
	if (a->block.ok)
		put_answer(a, &q, STR_LIT("blocked"), NULL, false);
	else
		put_note(a, &q, a->block.why);
	publish_block_done(&a->block);
}

static bool poll_block(struct taker *taker, usec_t now)
{
	struct publish_ask *a = (struct publish_ask *)taker;
	const struct publish_options *o = &a->publish->o;

	(void)now;
	bool more = publish_block_poll(&a->block, &a->blocker, o->model, o->detect);
	end_block(a);
	return more;
}

static void take_act(struct taker *taker, const struct event *event)
{
	publish_block_take(&((struct publish_ask *)taker)->block, &event->act);
}

/* All of them. */

static const struct {
	const char *verb;
	void (*take)(struct publish_ask *a, const struct question *q);
} verbs[] = {{"ask", take_ask}, {"live", take_live}, {"block", take_block}};

static bool is_verb(struct question *q, const char *verb)
{
	struct str rest = q->text;

	if (!str_take(&rest, str_of(verb)) || (rest.n && rest.p[0] != ' '))
		return false;
	while (rest.n && rest.p[0] == ' ')
		rest = str_skip(rest, 1);
	q->rest = rest;
	return true;
}

/* What a question costs is bounded; how many there are is, too. */
static bool is_too_many(struct publish_ask *a)
{
	usec_t second = clock_usec(CLOCK_MONOTONIC) / USEC_PER_SEC;

	if (second != a->second)
		a->asked = 0;
	a->second = second;
	return ++a->asked > ASKS_A_SECOND;
}

/* One answer a second says so for all of them: many would push out sets that wait. */
static void refuse(struct publish_ask *a, const struct question *q)
{
	char note[80];

	a->unanswered++;
	if (a->asked != ASKS_A_SECOND + 1)
		return;
	snprintf(note, sizeof note, "too many questions a second; %" PRIu64 " unanswered so far",
		a->unanswered);
	put_note(a, q, note);
}

static struct str trimmed(struct str s)
{
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	while (s.n && strchr(" \t", s.p[0]))
		s = str_skip(s, 1);
	return s;
}

void publish_answer(struct publish_ask *a, struct str question, uint64_t token)
{
	char clean[ASK_MAX];
	struct str text = trimmed(text_clip(question, ASK_MAX));
	struct question q = {
		.text = {clean, text_sanitise(clean, sizeof clean, text)}, .token = token};

	if (is_too_many(a)) {
		refuse(a, &q);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (is_verb(&q, verbs[i].verb)) {
			verbs[i].take(a, &q);
			return;
		}
	put_note(a, &q, USAGE);
}

void publish_answer_long(struct publish_ask *a, struct str begin)
{
	char clean[ASK_ECHOED_MAX];
	const struct question q = {.text = {clean, text_sanitise(clean, sizeof clean, begin)}};

	put_note(a, &q, "a question has at most 4096 bytes");
}

void publish_ask_init(struct publish_ask *a, struct publish *publish)
{
	*a = (struct publish_ask){.taker = {.name = "questions",
					  .kinds = TAKER_KIND(EVENT_ACT),
					  .take = take_act,
					  .poll = poll_block},
		.publish = publish};
}

void publish_ask_done(struct publish_ask *a)
{
	publish_block_done(&a->block);
}
