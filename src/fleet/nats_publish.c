// SPDX-License-Identifier: MIT
/* A machine that publishes. What is to be kept is in the window until it is acknowledged; while the
 * window is full, or there is no connection, nothing more is taken from the console, whose queue is
 * bounded. */
#include "base/num.h"
#include "base/text.h"
#include "fleet/nats_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW        32
#define ACK_US        (5 * USEC_PER_SEC) /* then it is sent again */
#define TRIES         2
#define PROBE_US      (30 * USEC_PER_SEC) /* to ask again whether something is kept */
#define ACK_MAX       4096                /* bytes of what a server acknowledges */
#define ASKS          32
#define ASK_US        (30 * USEC_PER_SEC)
#define NOTHING_KEPT  "nothing is kept: the server has no stream for it (nethergaze hub-setup)"
#define NOT_ANSWERING "nothing is kept: the server acknowledges nothing"

/* Something that is to be kept. */
struct flight {
	uint64_t number; /* 0: none */
	enum fleet_what what;
	unsigned tries;
	usec_t sent;
	char *text; /* owned */
	size_t n;
};

/* A question that the console has. */
struct asking {
	uint64_t token; /* 0: none */
	usec_t asked;
	char reply[128];
};

struct publisher {
	char token[NATS_TOKEN_MAX];
	uint64_t run; /* begins the numbers by which the stream knows a message */
	struct flight window[WINDOW];
	unsigned flying;
	uint64_t last_number, last_token;
	bool keeps;       /* what is published is acknowledged, as far as is known */
	usec_t probed;    /* when that was tried last */
	usec_t kept;      /* when a set went out that is to be kept */
	usec_t looked_at; /* somebody looks until then */
	bool told;        /* the console that somebody does */
	struct asking asks[ASKS];
};

static int init(struct nats *n)
{
	struct publisher *p = calloc(1, sizeof *p);

	n->state = p;
	if (!p)
		return -ENOMEM;
	nats_token(p->token, str_of(n->options->name));
	p->run = (uint64_t)clock_usec(CLOCK_REALTIME);
	return 0;
}

static void subject_of(
	const struct publisher *p, const char *what, char subject[static NATS_SUBJECT_MAX])
{
	snprintf(subject, NATS_SUBJECT_MAX, "ng.%s.%s", p->token, what);
}

/* What is kept. */

static void forget(struct publisher *p, struct flight *f)
{
	free(f->text);
	*f = (struct flight){0};
	p->flying--;
}

static void count_sent(struct nats *n, size_t bytes)
{
	n->account.sent++;
	n->account.bytes += bytes;
}

/* reply: where it is acknowledged; NULL: it need not be. */
static natsStatus publish(
	struct nats *n, const char *subject, const char *reply, uint64_t number, struct str text)
{
	const struct publisher *p = n->state;
	char id[FLEET_NAME_MAX * 3 + 48];
	natsMsg *msg = NULL;

	natsStatus s = natsMsg_Create(&msg, subject, reply, text.p, (int)text.n);
	snprintf(id, sizeof id, "%s-%" PRIx64 "-%" PRIu64, p->token, p->run, number);
	if (s == NATS_OK && number)
		s = natsMsgHeader_Set(msg, "Nats-Msg-Id", id);
	if (s == NATS_OK)
		s = natsConnection_PublishMsg(n->nc, msg);
	natsMsg_Destroy(msg);
	return s;
}

static natsStatus fly(struct nats *n, struct flight *f, usec_t now)
{
	char subject[NATS_SUBJECT_MAX], reply[96];

	subject_of(n->state, f->what == FLEET_FLAG ? "flag" : "summary", subject);
	snprintf(reply, sizeof reply, "%s.%" PRIu64, n->inbox, f->number);
	f->sent = now;
	f->tries++;
	return publish(n, subject, reply, f->number, (struct str){f->text, f->n});
}

/* The server takes no message that long. */
static void count_refused(struct nats *n, const char *why)
{
	n->account.refused++;
	nats_say_less(n, why);
}

static void send_to_be_kept(struct nats *n, const struct fleet_message *m, usec_t now)
{
	struct publisher *p = n->state;
	struct flight *f = p->window;

	while (f->number)
		f++; /* may_take has seen that there is room */
	char *text = malloc(m->text.n + 1);
	if (!text) {
		n->account.dropped++;
		return;
	}
	memcpy(text, m->text.p, m->text.n);
	*f = (struct flight){
		.number = ++p->last_number, .what = m->what, .text = text, .n = m->text.n};
	p->flying++;
	natsStatus s = fly(n, f, now);
	if (s == NATS_MAX_PAYLOAD) {
		forget(p, f);
		count_refused(n, "the server takes no messages as long as these");
	}
}

static void send_plainly(struct nats *n, const char *what, struct str text)
{
	char subject[NATS_SUBJECT_MAX];

	subject_of(n->state, what, subject);
	natsStatus s = publish(n, subject, NULL, 0, text);
	if (s == NATS_OK)
		count_sent(n, text.n);
	else if (s == NATS_MAX_PAYLOAD)
		count_refused(n, "the server takes no messages as long as these");
	else
		n->account.dropped++;
}

/* While somebody looks, one set in each interval is kept. */
static void send_summary(struct nats *n, const struct fleet_message *m, usec_t now)
{
	struct publisher *p = n->state;
	usec_t slack = n->options->interval / 10;

	if (p->looked_at > now && now - p->kept < n->options->interval - slack) {
		send_plainly(n, "live", m->text);
		return;
	}
	p->kept = now;
	if (p->keeps || now - p->probed >= PROBE_US) {
		p->probed = now;
		send_to_be_kept(n, m, now);
	} else {
		send_plainly(n, "summary", m->text);
	}
}

/* Acknowledged. */

/* What is wrong, of {"error":{"code":…,"description":"…"}}; false: it is kept. */
static bool read_refusal(struct str ack, char why[static FLEET_WHY_MAX])
{
	struct json_tokener *t = json_tokener_new_ex(8);
	struct json_object *error = NULL, *words = NULL;
	struct json_object *o =
		t && ack.n <= ACK_MAX ? json_tokener_parse_ex(t, ack.p, (int)ack.n) : NULL;
	bool kept = json_object_is_type(o, json_type_object) &&
		    !json_object_object_get_ex(o, "error", &error) &&
		    json_object_object_get_ex(o, "stream", NULL);

	json_object_object_get_ex(error, "description", &words);
	if (!kept)
		snprintf(why, FLEET_WHY_MAX, "the stream does not take it: %.100s",
			words ? json_object_get_string(words) : "it does not say why");
	json_object_put(o);
	if (t)
		json_tokener_free(t);
	return !kept;
}

static void is_not_kept(struct nats *n, const char *why)
{
	struct publisher *p = n->state;

	p->keeps = false;
	nats_say_less(n, why);
}

static void take_ack(struct nats *n, natsMsg *msg)
{
	struct publisher *p = n->state;
	uint64_t number = nats_last_number(msg);
	struct flight *f = NULL;
	char why[FLEET_WHY_MAX];

	for (size_t i = 0; i < WINDOW && number && !f; i++)
		if (p->window[i].number == number)
			f = &p->window[i];
	if (!f)
		return; /* acknowledged twice */
	if (natsMsg_IsNoResponders(msg)) {
		count_sent(n, f->n);
		is_not_kept(n, NOTHING_KEPT);
	} else if (read_refusal(nats_data(msg), why)) {
		count_refused(n, why);
	} else {
		count_sent(n, f->n);
		p->keeps = true;
		nats_say_less(n, "");
	}
	forget(p, f);
}

static void look_after(struct nats *n, struct flight *f, usec_t now)
{
	if (!f->number || now - f->sent < ACK_US)
		return;
	if (f->tries < TRIES) {
		fly(n, f, now);
		return;
	}
	/* It has gone out, to whoever listens. */
	count_sent(n, f->n);
	is_not_kept(n, NOT_ANSWERING);
	forget(n->state, f);
}

/* Questions. */

static bool is_question(struct str text)
{
	return text.n && text.n <= FLEET_ASK_MAX && text_is_clean(text);
}

static struct asking *room_to_ask(struct publisher *p, usec_t now)
{
	for (size_t i = 0; i < ASKS; i++)
		if (!p->asks[i].token || now - p->asks[i].asked > ASK_US)
			return &p->asks[i];
	return NULL;
}

static bool take_question(struct nats *n, const natsMsg *msg, usec_t now)
{
	struct publisher *p = n->state;
	const char *reply = natsMsg_GetReply(msg);
	struct asking *a = room_to_ask(p, now);

	if (!reply || !reply[0] || strlen(reply) >= sizeof a->reply || !a ||
		!is_question(nats_data(msg))) {
		n->account.refused++;
		return true;
	}
	*a = (struct asking){.token = ++p->last_token, .asked = now};
	snprintf(a->reply, sizeof a->reply, "%s", reply);
	bool told =
		nats_tell(n, &(struct fleet_message){
				     .what = FLEET_ASK, .token = a->token, .text = nats_data(msg)});
	if (!told)
		a->token = 0; /* it comes again */
	return told;
}

static void answer(struct nats *n, const struct fleet_message *m)
{
	struct publisher *p = n->state;

	for (size_t i = 0; i < ASKS; i++) {
		struct asking *a = &p->asks[i];
		if (!m->token || a->token != m->token)
			continue;
		natsStatus s = natsConnection_Publish(n->nc, a->reply, m->text.p, (int)m->text.n);
		n->account.refused += s == NATS_MAX_PAYLOAD;
		a->token = 0;
		return;
	}
}

/* Who looks. */

static void take_look(struct nats *n, const natsMsg *msg, usec_t now)
{
	struct publisher *p = n->state;
	uint64_t seconds;

	if (num_u64(nats_data(msg), &seconds) < 0 || seconds > NATS_LOOK_MAX) {
		n->account.refused++;
		return;
	}
	usec_t until = now + (usec_t)seconds * USEC_PER_SEC;
	if (until > p->looked_at)
		p->looked_at = until;
}

static void tell_looks(struct nats *n, usec_t now)
{
	struct publisher *p = n->state;
	bool looks = p->looked_at > now;

	if (looks != p->told && nats_tell(n, &(struct fleet_message){.what = FLEET_LIVE,
						     .text = str_of(looks ? "on" : "off")}))
		p->told = looks;
}

/* The role. */

static natsStatus begin(struct nats *n, usec_t now)
{
	struct publisher *p = n->state;
	char subject[NATS_SUBJECT_MAX], acks[80];

	p->keeps = true;
	snprintf(acks, sizeof acks, "%s.*", n->inbox);
	natsStatus s = nats_hear(n, acks, BOX_ACK);
	subject_of(p, "ask", subject);
	if (s == NATS_OK)
		s = nats_hear(n, subject, BOX_ASK);
	subject_of(p, "look", subject);
	if (s == NATS_OK)
		s = nats_hear(n, subject, BOX_LOOK);
	if (s == NATS_OK)
		s = nats_hear(n, "ng.live", BOX_LOOK);
	for (size_t i = 0; i < WINDOW && s == NATS_OK; i++)
		if (p->window[i].number)
			s = fly(n, &p->window[i], now);
	return s;
}

/* What is in the window goes out again. */
static void end(struct nats *n)
{
	struct publisher *p = n->state;

	for (size_t i = 0; i < WINDOW; i++)
		p->window[i].tries = 0;
}

static bool may_take(const struct nats *n)
{
	const struct publisher *p = n->state;

	return n->nc && p->flying < WINDOW;
}

static void take(struct nats *n, const struct fleet_message *m, usec_t now)
{
	struct publisher *p = n->state;

	if (m->what == FLEET_SUMMARY)
		send_summary(n, m, now);
	else if (m->what == FLEET_FLAG && p->keeps)
		send_to_be_kept(n, m, now);
	else if (m->what == FLEET_FLAG)
		send_plainly(n, "flag", m->text);
	else if (m->what == FLEET_ANSWER)
		answer(n, m);
}

static bool give(struct nats *n, const struct box_item *item, usec_t now)
{
	if (item->generation != n->generation)
		return true;
	if (item->kind == BOX_ASK)
		return take_question(n, item->msg, now);
	if (item->kind == BOX_ACK)
		take_ack(n, item->msg);
	else if (item->kind == BOX_LOOK)
		take_look(n, item->msg, now);
	tell_looks(n, now);
	return true;
}

static void tick(struct nats *n, usec_t now)
{
	struct publisher *p = n->state;

	for (size_t i = 0; i < WINDOW && n->nc; i++)
		look_after(n, &p->window[i], now);
	tell_looks(n, now);
}

const struct nats_role nats_publisher = {.init = init,
	.begin = begin,
	.end = end,
	.may_take = may_take,
	.take = take,
	.give = give,
	.tick = tick};
