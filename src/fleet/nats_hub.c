// SPDX-License-Identifier: MIT
/* A hub: what machines publish, from the stream where there is one, and as it comes where there is
 * none; and its questions to them.
 *
 * The stream is read by a consumer of our own making, which knows nothing that we do not: it ends
 * with us, and each connection makes another, which begins behind the last message that was read.
 * What does not follow on what was read before is not taken, and another consumer reads it again
 * (NATS ADR-17 calls that an ordered consumer). The server sends no more than we have asked for by
 * its flow control, which is answered when the console has taken what came before. */
#include "base/jsonw.h"
#include "base/num.h"
#include "base/text.h"
#include "fleet/nats_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API_MS       3000
#define HEARTBEAT_US (5 * USEC_PER_SEC)
#define SILENCE_US   (3 * HEARTBEAT_US)  /* of a consumer: it is no more */
#define AGAIN_US     (15 * USEC_PER_SEC) /* to the next look for a stream */
#define GONE_US      (60 * USEC_PER_SEC) /* then the server forgets a consumer that nobody reads */
#define ASKS         64
#define ASK_US       (5 * USEC_PER_SEC)
#define LOOKS        32
#define BLAMED       256
#define ALWAYS_HEARD 2 /* subscriptions: answers, and sets between two that are kept */
#define NS_PER_USEC  1000

struct asked {
	uint64_t token;
	usec_t at; /* 0: none */
	char machine[FLEET_NAME_MAX];
	char text[FLEET_ASK_MAX + 1];
};

/* A machine of which something was not taken. */
struct blamed {
	char name[FLEET_NAME_MAX];
	uint64_t refused, told;
};

struct hub {
	bool reads;      /* from the stream */
	bool past;       /* what comes is of the past still */
	uint32_t reader; /* the generation of its subscription */
	natsSubscription *sub;
	uint64_t last;    /* in the stream; 0: nothing has been read */
	uint64_t follows; /* how many the consumer has sent */
	usec_t heard, tried;
	struct asked asks[ASKS];
	bool looks; /* at all machines */
	char looks_at[LOOKS][FLEET_NAME_MAX];
	usec_t looked;
	struct blamed blamed[BLAMED];
	struct jsonw record;
};

static int init(struct nats *n)
{
	n->state = calloc(1, sizeof(struct hub));
	return n->state ? 0 : -ENOMEM;
}

/* What is not taken. */

static void blame(struct nats *n, struct str name)
{
	struct hub *h = n->state;

	n->account.refused++;
	for (size_t i = 0; i < BLAMED && name.n; i++) {
		struct blamed *b = &h->blamed[i];
		if (b->name[0] && !str_eq(str_of(b->name), name))
			continue;
		text_copy(b->name, sizeof b->name, name);
		b->refused++;
		return;
	}
}

static void tell_blamed(struct nats *n)
{
	struct hub *h = n->state;
	char text[32];

	for (size_t i = 0; i < BLAMED && h->blamed[i].name[0]; i++) {
		struct blamed *b = &h->blamed[i];
		if (b->refused == b->told)
			continue;
		snprintf(text, sizeof text, "refused=%" PRIu64, b->refused);
		if (!nats_tell(n, &(struct fleet_message){.what = FLEET_ACCOUNT,
					  .machine = str_of(b->name),
					  .text = str_of(text)}))
			return;
		b->told = b->refused;
	}
}

/* A message of a machine. False: the pair is full. */
static bool tell_message(struct nats *n, const natsMsg *msg, usec_t at)
{
	struct str token, text = nats_data(msg);
	char name[FLEET_NAME_MAX];
	size_t name_n = 0;

	enum fleet_what what = nats_subject_read(str_of(natsMsg_GetSubject(msg)), &token);
	if (!what || !nats_name(token, name, &name_n)) {
		n->account.refused++;
		return true;
	}
	if (!text.n || text.n > FLEET_TEXT_MAX) {
		blame(n, (struct str){name, name_n});
		return true;
	}
	bool told = nats_tell(
		n, &(struct fleet_message){
			   .what = what, .at = at, .machine = {name, name_n}, .text = text});
	n->account.sent += told;
	n->account.bytes += told ? text.n : 0;
	return told;
}

/* The stream. */

static void stop_reading(struct nats *n)
{
	struct hub *h = n->state;

	natsSubscription_Destroy(h->sub);
	h->sub = NULL;
	h->reads = false;
}

/* Where to begin: behind what was read; or where the operator wants; or with the last of each. */
static void begin_where(const struct nats *n, jsConsumerConfig *config)
{
	const struct hub *h = n->state;

	if (h->last) {
		config->DeliverPolicy = js_DeliverByStartSequence;
		config->OptStartSeq = h->last + 1;
	} else if (n->options->since) {
		config->DeliverPolicy = js_DeliverByStartTime;
		config->OptStartTime =
			(clock_usec(CLOCK_REALTIME) - n->options->since) * NS_PER_USEC;
	} else {
		config->DeliverPolicy = js_DeliverLastPerSubject;
		config->FilterSubject = "ng.>";
	}
}

static natsStatus hear_reader(struct nats *n, char subject[static 96])
{
	struct hub *h = n->state;

	h->reader++;
	snprintf(subject, 96, "%s-%" PRIu32, n->inbox, h->reader);
	natsStatus s = natsConnection_Subscribe(
		&h->sub, n->nc, subject, box_on_message, box_closure(BOX_STREAM, h->reader));
	/* The box has the bounds. */
	return s == NATS_OK ? natsSubscription_SetPendingLimits(h->sub, -1, -1) : s;
}

/* One that was made anew begins its numbers anew. */
static natsStatus look_at_stream(struct hub *h, jsCtx *js, jsErrCode *ret_code)
{
	jsStreamInfo *info = NULL;
	natsStatus s = js_GetStreamInfo(&info, js, NATS_STREAM, NULL, ret_code);

	if (s == NATS_OK && info->State.LastSeq < h->last)
		h->last = 0;
	jsStreamInfo_Destroy(info);
	return s;
}

static natsStatus make_consumer(struct nats *n, jsCtx *js, jsErrCode *ret_code)
{
	struct hub *h = n->state;
	jsConsumerConfig config;
	jsConsumerInfo *info = NULL;
	char subject[96];

	jsConsumerConfig_Init(&config);
	begin_where(n, &config);
	config.AckPolicy = js_AckNone;
	config.MaxDeliver = 1;
	config.FlowControl = true;
	config.Heartbeat = HEARTBEAT_US * NS_PER_USEC;
	config.InactiveThreshold = GONE_US * NS_PER_USEC;
	config.MemoryStorage = true;
	config.DeliverSubject = subject;
	natsStatus s = hear_reader(n, subject);
	if (s == NATS_OK)
		s = js_AddConsumer(&info, js, NATS_STREAM, &config, NULL, ret_code);
	if (s == NATS_OK)
		h->past = info->NumPending > 0 || info->Delivered.Consumer > 0;
	jsConsumerInfo_Destroy(info);
	return s;
}

static void say_why_not(struct nats *n, natsStatus s, jsErrCode code)
{
	char why[FLEET_WHY_MAX];

	if (s == NATS_NOT_FOUND || code == JSStreamNotFoundErr)
		snprintf(why, sizeof why,
			"no past: the server has no stream (nethergaze hub-setup)");
	else if (s == NATS_NO_RESPONDERS || code == JSNotEnabledErr ||
		 code == JSNotEnabledForAccountErr)
		snprintf(why, sizeof why, "no past: the server has no JetStream");
	else
		snprintf(why, sizeof why, "no past: %.120s", nats_words(s));
	nats_say_less(n, why);
}

/* Without a stream, as it comes. */
static void hear_plainly(struct nats *n)
{
	if (n->sub_count > ALWAYS_HEARD)
		return;
	natsStatus s = nats_hear(n, "ng.*.summary", BOX_PLAIN);
	if (s == NATS_OK)
		s = nats_hear(n, "ng.*.flag", BOX_PLAIN);
	if (s != NATS_OK)
		nats_say_less(n, nats_words(s));
}

static void stop_hearing_plainly(struct nats *n)
{
	while (n->sub_count > ALWAYS_HEARD)
		natsSubscription_Destroy(n->subs[--n->sub_count]);
}

/* Makes a consumer; where none can be, the machines are heard themselves. */
static void read_stream(struct nats *n, usec_t now)
{
	struct hub *h = n->state;
	jsOptions options;
	jsErrCode code = 0;
	jsCtx *js = NULL;

	stop_reading(n);
	h->tried = h->heard = now;
	h->follows = 0;
	jsOptions_Init(&options);
	options.Wait = API_MS;
	natsStatus s = natsConnection_JetStream(&js, n->nc, &options);
	if (s == NATS_OK)
		s = look_at_stream(h, js, &code);
	if (s == NATS_OK)
		s = make_consumer(n, js, &code);
	jsCtx_Destroy(js);
	h->reads = s == NATS_OK;
	if (h->reads) {
		nats_say_less(n, "");
		stop_hearing_plainly(n);
		return;
	}
	say_why_not(n, s, code);
	stop_reading(n);
	hear_plainly(n);
}

/* "$JS.ACK.STREAM.CONSUMER.TIMES.SEQ.NUMBER.TIME.PENDING", where the domain and others may come
 * between (NATS ADR-15). */
struct place {
	uint64_t seq, number, time, pending;
};

static bool read_place(const char *reply, struct place *ret_place)
{
	struct str parts[16], rest = str_of(reply);
	uint64_t *const values[] = {
		&ret_place->seq, &ret_place->number, &ret_place->time, &ret_place->pending};
	size_t count = 0;

	while (count < ARRAY_LEN(parts)) {
		const char *dot = rest.n ? memchr(rest.p, '.', rest.n) : NULL;
		parts[count++] = (struct str){rest.p, dot ? (size_t)(dot - rest.p) : rest.n};
		if (!dot)
			break;
		rest = str_skip(rest, (size_t)(dot + 1 - rest.p));
	}
	/* 9 of them; with a domain and an account's hash in front, and one more behind, 11 or 12 */
	size_t first = count == 9 ? 5 : 7;
	if (count != 9 && count != 11 && count != 12)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (num_u64(parts[first + i], values[i]) < 0)
			return false;
	return true;
}

/* Heartbeats, and flow control, which are answered once all before them is taken. */
static void take_status(struct nats *n, natsMsg *msg, usec_t now)
{
	struct hub *h = n->state;
	const char *reply = natsMsg_GetReply(msg), *stalled = NULL, *last = NULL;
	uint64_t number;

	if (reply && reply[0])
		natsConnection_Publish(n->nc, reply, NULL, 0);
	if (natsMsgHeader_Get(msg, "Nats-Consumer-Stalled", &stalled) == NATS_OK && stalled[0])
		natsConnection_Publish(n->nc, stalled, NULL, 0);
	/* The end of what it has sent has not come. */
	if (natsMsgHeader_Get(msg, "Nats-Last-Consumer", &last) == NATS_OK &&
		num_u64(str_of(last), &number) == 0 && number != h->follows)
		read_stream(n, now);
}

static bool take_of_stream(struct nats *n, const struct box_item *item, usec_t now)
{
	struct hub *h = n->state;
	const char *status = NULL, *reply = natsMsg_GetReply(item->msg);
	struct place place;

	if (!h->reads || item->generation != h->reader)
		return true;
	h->heard = now;
	if (natsMsgHeader_Get(item->msg, "Status", &status) == NATS_OK) {
		take_status(n, item->msg, now);
		return true;
	}
	if (!reply || !read_place(reply, &place)) {
		n->account.refused++;
		return true;
	}
	if (place.number != h->follows + 1) {
		read_stream(n, now);
		return true;
	}
	usec_t at = h->past ? (usec_t)(place.time / NS_PER_USEC) : 0;
	if (place.seq > h->last && !tell_message(n, item->msg, at < USEC_LIMIT ? at : 0))
		return false;
	h->follows++;
	h->past &= place.pending > 0;
	if (place.seq > h->last)
		h->last = place.seq;
	return true;
}

/* Questions. */

static bool tell_answer(struct nats *n, const struct asked *a, struct str text)
{
	return nats_tell(n, &(struct fleet_message){.what = FLEET_ANSWER,
				    .token = a->token,
				    .machine = str_of(a->machine),
				    .text = text});
}

/* An answer of ours: that there is none. */
static bool tell_none(struct nats *n, const struct asked *a, const char *note)
{
	struct hub *h = n->state;
	struct jsonw *w = &h->record;

	jsonw_clear(w);
	jsonw_open(w, '{');
	jsonw_key(w, "t");
	jsonw_str(w, STR_LIT("answer"));
	jsonw_key(w, "ask");
	jsonw_str(w, str_of(a->text));
	jsonw_key(w, "note");
	jsonw_str(w, str_of(note));
	jsonw_close(w, '}');
	return w->failed || tell_answer(n, a, (struct str){w->p, w->n});
}

/* The answer to the one in place i comes to this subject: an old one goes to nobody. */
static void reply_of(const struct nats *n, size_t i, uint64_t token, char reply[static 128])
{
	snprintf(reply, 128, "%s.%zu.%" PRIu64, n->inbox, i, token);
}

static natsStatus send_question(struct nats *n, size_t i, struct str text)
{
	const struct asked *a = &((struct hub *)n->state)->asks[i];
	char token[NATS_TOKEN_MAX], subject[NATS_SUBJECT_MAX], reply[128];

	nats_token(token, str_of(a->machine));
	snprintf(subject, sizeof subject, "ng.%s.ask", token);
	reply_of(n, i, a->token, reply);
	return natsConnection_PublishRequest(n->nc, subject, reply, text.p, (int)text.n);
}

static void ask(struct nats *n, const struct fleet_message *m, usec_t now)
{
	struct hub *h = n->state;
	struct asked a = {.token = m->token, .at = now};
	size_t i = 0;

	text_copy(a.machine, sizeof a.machine, m->machine);
	a.text[text_sanitise(a.text, sizeof a.text - 1, m->text)] = '\0';
	while (i < ASKS && h->asks[i].at)
		i++;
	if (i == ASKS || !n->nc) {
		tell_none(n, &a, n->nc ? "too many questions wait" : "there is no connection");
		return;
	}
	h->asks[i] = a;
	natsStatus s = send_question(n, i, m->text);
	if (s == NATS_OK)
		return;
	tell_none(n, &a, natsStatus_GetText(s));
	h->asks[i].at = 0;
}

/* Whose answer it is, by its subject; NULL: nobody waits for it. */
static struct asked *asked_of(const struct nats *n, const char *subject)
{
	struct hub *h = n->state;
	char reply[128];

	for (size_t i = 0; i < ASKS; i++) {
		reply_of(n, i, h->asks[i].token, reply);
		if (h->asks[i].at && strcmp(reply, subject) == 0)
			return &h->asks[i];
	}
	return NULL;
}

static bool take_answer(struct nats *n, natsMsg *msg)
{
	struct asked *a = asked_of(n, natsMsg_GetSubject(msg));
	struct str text = nats_data(msg);
	bool told = true;

	if (!a)
		return true;
	if (natsMsg_IsNoResponders(msg))
		told = tell_none(n, a, "it is not connected to the server");
	else if (text.n && text.n <= FLEET_TEXT_MAX)
		told = tell_answer(n, a, text);
	else
		blame(n, str_of(a->machine));
	if (told)
		a->at = 0;
	return told;
}

static void forget_old_questions(struct nats *n, usec_t now)
{
	struct hub *h = n->state;

	for (size_t i = 0; i < ASKS; i++)
		if (h->asks[i].at && now - h->asks[i].at > ASK_US &&
			tell_none(n, &h->asks[i], "it has not answered"))
			h->asks[i].at = 0;
}

/* That somebody looks. */

static void say_looks(struct nats *n, usec_t now)
{
	struct hub *h = n->state;
	char subject[NATS_SUBJECT_MAX], token[NATS_TOKEN_MAX], seconds[8];

	h->looked = now;
	snprintf(seconds, sizeof seconds, "%d", NATS_LOOK_FOR);
	if (h->looks)
		natsConnection_PublishString(n->nc, "ng.live", seconds);
	for (size_t i = 0; i < LOOKS; i++) {
		if (!h->looks_at[i][0])
			continue;
		nats_token(token, str_of(h->looks_at[i]));
		snprintf(subject, sizeof subject, "ng.%s.look", token);
		natsConnection_PublishString(n->nc, subject, seconds);
	}
}

/* Beyond LOOKS machines, the others are not looked at every second: nobody can. */
static void look(struct nats *n, const struct fleet_message *m, usec_t now)
{
	struct hub *h = n->state;
	bool on = str_eq(m->text, STR_LIT("on"));
	char(*room)[FLEET_NAME_MAX] = NULL;

	if (!m->machine.n)
		h->looks = on;
	for (size_t i = 0; i < LOOKS && m->machine.n; i++) {
		if (str_eq(str_of(h->looks_at[i]), m->machine))
			h->looks_at[i][0] = '\0';
		if (!h->looks_at[i][0] && !room)
			room = &h->looks_at[i];
	}
	if (on && room)
		text_copy(*room, sizeof *room, m->machine);
	if (on && n->nc)
		say_looks(n, now);
}

/* The role. */

static natsStatus begin(struct nats *n, usec_t now)
{
	char answers[80];

	snprintf(answers, sizeof answers, "%s.*.*", n->inbox);
	natsStatus s = nats_hear(n, answers, BOX_ANSWER);
	if (s == NATS_OK)
		s = nats_hear(n, "ng.*.live", BOX_PLAIN);
	if (s == NATS_OK)
		read_stream(n, now);
	say_looks(n, now);
	return s;
}

static void end(struct nats *n)
{
	stop_reading(n);
}

static bool may_take(const struct nats *n)
{
	(void)n;
	return true;
}

static void take(struct nats *n, const struct fleet_message *m, usec_t now)
{
	if (m->what == FLEET_ASK)
		ask(n, m, now);
	else if (m->what == FLEET_LIVE)
		look(n, m, now);
}

static bool give(struct nats *n, const struct box_item *item, usec_t now)
{
	if (item->kind == BOX_STREAM)
		return take_of_stream(n, item, now);
	if (item->generation != n->generation)
		return true;
	if (item->kind == BOX_ANSWER)
		return take_answer(n, item->msg);
	/* Sets that are kept come by the stream once there is one. */
	return tell_message(n, item->msg, 0);
}

static void tick(struct nats *n, usec_t now)
{
	struct hub *h = n->state;

	forget_old_questions(n, now);
	tell_blamed(n);
	if (!n->nc)
		return;
	if (now - h->looked >= NATS_LOOK_EVERY)
		say_looks(n, now);
	if (h->reads ? now - h->heard > SILENCE_US : now - h->tried > AGAIN_US)
		read_stream(n, now);
}

const struct nats_role nats_hub = {.init = init,
	.begin = begin,
	.end = end,
	.may_take = may_take,
	.take = take,
	.give = give,
	.tick = tick};
