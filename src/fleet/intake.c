// SPDX-License-Identifier: MIT
#include "fleet/intake.h"

#include "base/hash.h"
#include "base/index.h"
#include "base/pool.h"
#include "base/text.h"
#include "event/json_read.h"
#include "fleet/bounds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define QUIET_MIN  (5 * USEC_PER_SEC) /* a set each second may be late */
#define OVER_RESTS (2 * USEC_PER_SEC) /* without too much, and the patience begins anew */
#define TURN       2                  /* weighs as much as two sets in their order */
#define FLIPS_MAX  (2 * TURN)
#define WHY_MAX    160

/* What one sender's record is a member's word of. */
enum listening {
	LISTENS,
	REFUSES_PACE,   /* it says too much, or nothing that can be read: until `until` */
	REFUSES_TWIN,   /* two say it; until they have not for so long */
	REFUSES_SCHEMA, /* until it speaks another */
	REFUSES_CARRIER /* whoever carries it said so */
};

struct sender {
	char name[FLEET_NAME_MAX];
	uint8_t state;     /* enum member_state */
	uint8_t listening; /* enum listening */
	uint8_t flips;     /* how often two sequences of sets took turns, lately */
	uint32_t parts;    /* of the set, that are still to come */
	uint32_t bad;      /* lines that were none, lately */
	uint64_t said;     /* hash of why, with the state */
	uint64_t seq;      /* of the last set; 0: none, or its sender begins anew */
	uint64_t other;    /* where another sequence stood, when this one took its turn */
	usec_t stamp;      /* of the last set, by the member's clock */
	usec_t ahead;      /* of that */
	usec_t every;
	usec_t last;      /* when it was heard of; 0: never */
	usec_t lost;      /* since when it is; 0: it is not */
	usec_t until;     /* when it is listened to again */
	usec_t lines_due; /* until when lines, bytes are paid for */
	usec_t bytes_due;
	usec_t over_since, over_last;
};

struct intake {
	struct record_reader *reader;
	struct pool senders; /* by number - 1 */
	struct index by_name;
	struct intake_account account;
	struct bounds_scratch scratch;
};

/* One line, with all that it is taken with. */
struct taking {
	struct intake *i;
	struct sender *s;
	uint32_t member;
	usec_t when;
	struct event_sink *sink;
};

struct intake *intake_new(void)
{
	struct intake *i = calloc(1, sizeof *i);

	if (!i)
		return NULL;
	i->reader = record_reader_new();
	if (i->reader && pool_init(&i->senders, sizeof(struct sender), EVENT_MACHINES_MAX) == 0)
		return i;
	intake_free(i);
	return NULL;
}

void intake_free(struct intake *i)
{
	if (!i)
		return;
	record_reader_free(i->reader);
	pool_done(&i->senders);
	index_done(&i->by_name);
	free(i);
}

const struct intake_account *intake_account(const struct intake *i)
{
	return &i->account;
}

/* Members. */

static struct sender *sender_of(const struct intake *i, uint32_t member)
{
	return member && pool_is_live(&i->senders, member - 1) ? pool_at(&i->senders, member - 1)
							       : NULL;
}

static uint32_t add(struct intake *i, struct str name, uint64_t hash)
{
	uint32_t id = pool_get(&i->senders);

	if (id == POOL_NONE || index_add(&i->by_name, hash, id) < 0) {
		if (id != POOL_NONE)
			pool_put(&i->senders, id);
		i->account.too_many++;
		return 0;
	}
	struct sender *s = pool_at(&i->senders, id);
	text_copy(s->name, sizeof s->name, name);
	s->every = BOUNDS_EVERY_DEFAULT;
	return id + 1;
}

uint32_t intake_member(struct intake *i, struct str name)
{
	char buf[FLEET_NAME_MAX];
	struct str clean = {buf, text_sanitise(buf, sizeof buf - 1, name)};
	uint64_t hash = hash_bytes(clean.p, clean.n);

	if (!clean.n)
		return 0;
	index_for_each_match (&i->by_name, hash, id)
		if (str_eq(str_of(((struct sender *)pool_at(&i->senders, id))->name), clean))
			return id + 1;
	return add(i, clean, hash);
}

const char *intake_name(const struct intake *i, uint32_t member)
{
	const struct sender *s = sender_of(i, member);

	return s ? s->name : "";
}

enum member_state intake_state_of(const struct intake *i, uint32_t member)
{
	const struct sender *s = sender_of(i, member);

	return s ? (enum member_state)s->state : MEMBER_NONE;
}

bool intake_awaits(const struct intake *i, uint32_t member)
{
	const struct sender *s = sender_of(i, member);

	return s && (s->state == MEMBER_NONE || s->state == MEMBER_WAITED || s->parts);
}

usec_t intake_refused_until(const struct intake *i, uint32_t member, usec_t now)
{
	const struct sender *s = sender_of(i, member);

	return s && s->listening == REFUSES_PACE && now < s->until ? s->until : 0;
}

/* How it stands with them. */

static void say(const struct taking *t, enum member_state state, const char *why)
{
	struct sender *s = t->s;
	struct event e = event_make(EVENT_MACHINE, t->when);
	uint64_t said = hash_two(state, why[0] ? hash_bytes(why, strlen(why)) : 0);

	if (s->state == state && s->said == said)
		return;
	if (state == MEMBER_LOST && !s->lost)
		s->lost = s->last ? s->last : t->when;
	s->state = (uint8_t)state;
	s->said = said;
	e.machine = t->member;
	e.machine_said.name = str_of(s->name);
	e.machine_said.state = (uint8_t)state;
	e.machine_said.note = why[0] ? str_of(why) : STR_ABSENT;
	event_put(t->sink, &e);
}

static void refuse(const struct taking *t, enum listening how, const char *why)
{
	t->s->listening = (uint8_t)how;
	t->s->until = t->when + INTAKE_REFUSAL;
	t->s->parts = 0;
	say(t, MEMBER_REFUSED, why);
}

/* Its first set has come: it is there again, and for how long it was not. */
static void say_up(const struct taking *t)
{
	struct sender *s = t->s;
	char why[WHY_MAX] = "", span[16];

	bool was_up = s->state == MEMBER_UP;
	usec_t before = s->last;
	s->last = t->when;
	if (was_up)
		return;
	if (s->lost && before && t->when - s->lost >= USEC_PER_SEC) {
		size_t n = text_span(span, (uint64_t)((t->when - s->lost) / USEC_PER_SEC));
		snprintf(why, sizeof why, "back after %.*s", (int)n, span);
	}
	s->lost = 0;
	say(t, MEMBER_UP, why);
}

void intake_state(struct intake *i, uint32_t member, enum member_state state, struct str why,
	usec_t now, struct event_sink *sink)
{
	struct sender *s = sender_of(i, member);
	const struct taking t = {i, s, member, now, sink};
	char clean[WHY_MAX];

	if (!s || state == MEMBER_NONE || state == MEMBER_UP)
		return;
	clean[text_sanitise(clean, sizeof clean - 1, why)] = '\0';
	if (state == MEMBER_REFUSED)
		refuse(&t, REFUSES_CARRIER, clean);
	else if (s->listening == REFUSES_PACE && now < s->until)
		; /* why it is refused says more than that it is gone */
	else if (state == MEMBER_LOST || s->state == MEMBER_NONE)
		say(&t, state, clean);
	if (state != MEMBER_WAITED)
		return;
	s->seq = s->other = 0;
	s->parts = s->flips = 0;
	if (s->listening != REFUSES_PACE)
		s->listening = LISTENS;
}

static bool is_quiet(const struct sender *s, usec_t now)
{
	usec_t patience = INTAKE_QUIET * s->every;

	return s->last && now - s->last > (patience > QUIET_MIN ? patience : QUIET_MIN);
}

void intake_tick(struct intake *i, usec_t now, struct str why, struct event_sink *sink)
{
	char text[WHY_MAX] = "nothing is heard of it";

	if (why.n)
		text[text_sanitise(text, sizeof text - 1, why)] = '\0';
	for (uint32_t id = 0; id < i->senders.made; id++) {
		struct sender *s = pool_at(&i->senders, id);
		const struct taking t = {i, s, id + 1, now, sink};
		bool refused = s->state == MEMBER_REFUSED && s->listening == REFUSES_PACE &&
			       now >= s->until;
		if ((s->state == MEMBER_UP || s->state == MEMBER_WAITED || refused) &&
			is_quiet(s, now))
			say(&t, MEMBER_LOST, text);
	}
}

/* Its pace. Each line and each byte is paid for with time; nobody saves more than a burst. */

static usec_t from(usec_t due, usec_t now)
{
	usec_t earliest = now - INTAKE_BURST;

	return due > earliest ? due : earliest;
}

static bool affords(struct sender *s, size_t bytes, usec_t now)
{
	usec_t lines = from(s->lines_due, now) + USEC_PER_SEC / INTAKE_LINES_A_SECOND;
	usec_t of_bytes =
		from(s->bytes_due, now) + (usec_t)bytes * USEC_PER_SEC / INTAKE_BYTES_A_SECOND;

	if (lines > now || of_bytes > now)
		return false;
	s->lines_due = lines;
	s->bytes_due = of_bytes;
	return true;
}

/* One that goes on and on is not listened to for a while. */
static void pass_over(const struct taking *t)
{
	struct sender *s = t->s;

	t->i->account.over++;
	if (s->listening == REFUSES_PACE)
		return;
	if (!s->over_since || t->when - s->over_last > OVER_RESTS)
		s->over_since = t->when;
	s->over_last = t->when;
	if (t->when - s->over_since < INTAKE_PATIENCE)
		return;
	s->over_since = 0;
	refuse(t, REFUSES_PACE, "it says far more than a machine has to say");
}

static void count_bad(const struct taking *t)
{
	char why[WHY_MAX];

	t->i->account.refused++;
	if (++t->s->bad < INTAKE_BAD_MAX || t->s->listening == REFUSES_PACE)
		return;
	t->s->bad = 0;
	snprintf(why, sizeof why, "%d lines of it were not what a machine says", INTAKE_BAD_MAX);
	refuse(t, REFUSES_PACE, why);
}

/* Sets. */

enum order {
	ORDER_NEXT,
	ORDER_AGAIN, /* the one that came last */
	ORDER_MIXED  /* two senders take turns */
};

static bool follows(uint64_t seq, uint64_t before)
{
	return before && seq > before && seq - before <= 3;
}

/* Numbers that go back are of a sender that was started again, once; two take turns. */
static enum order order_of(struct intake *i, struct sender *s, uint64_t seq, usec_t stamp)
{
	if (s->seq && seq == s->seq && stamp == s->stamp)
		return ORDER_AGAIN;
	bool back = s->seq && seq <= s->seq;
	bool turn = seq != s->seq + 1 && (follows(seq, s->other) || (seq == s->seq && back));
	if (turn && s->flips < FLIPS_MAX)
		s->flips += TURN;
	else if (!turn && !back && s->flips && seq - s->seq <= 3)
		s->flips--;
	if (s->seq && !back && !turn)
		i->account.missed += seq - s->seq - 1;
	if (back || turn)
		s->other = s->seq;
	s->seq = seq;
	s->stamp = stamp;
	return s->flips >= FLIPS_MAX ? ORDER_MIXED : ORDER_NEXT;
}

static bool speaks_ours(const struct taking *t, const struct event_machine *m)
{
	struct str version = m->version.p ? text_clip(m->version, 24) : STR_LIT("of another age");
	char why[WHY_MAX], theirs[24] = "none";

	if (m->fleet_schema == FLEET_SCHEMA)
		return true;
	if (m->fleet_schema != ABSENT)
		snprintf(theirs, sizeof theirs, "%" PRIu64, m->fleet_schema);
	snprintf(why, sizeof why,
		"nethergaze %.*s there sends sets of schema %s; " NG_VERSION " here reads %d",
		STR_FMT(version), theirs, FLEET_SCHEMA);
	refuse(t, REFUSES_SCHEMA, why);
	return false;
}

static bool comes_from_one(const struct taking *t, const struct event *e)
{
	char why[WHY_MAX];
	enum order order = order_of(t->i, t->s, e->machine_said.seq, e->ts);

	t->i->account.again += order == ORDER_AGAIN;
	if (order == ORDER_MIXED) {
		snprintf(why, sizeof why, "two machines call themselves %s", t->s->name);
		refuse(t, REFUSES_TWIN, why);
		t->s->flips = FLIPS_MAX - 1; /* the next turn says so again */
		return false;
	}
	return order == ORDER_NEXT && !(t->s->listening == REFUSES_TWIN && t->when < t->s->until);
}

static bool take_machine(const struct taking *t, struct event *e)
{
	struct event_machine *m = &e->machine_said;
	struct sender *s = t->s;
	usec_t ahead = e->ts - t->when;

	t->i->account.cut += s->parts > 0;
	s->parts = 0;
	if (!speaks_ours(t, m) || !comes_from_one(t, e))
		return false;
	s->listening = LISTENS;
	s->bad /= 2;
	s->parts = (uint32_t)m->parts;
	s->every = (usec_t)m->every_us;
	s->ahead = ahead;
	m->name = str_of(s->name);
	m->ahead_us = ahead > 0 ? bounds_count((uint64_t)ahead) : 0;
	m->behind_us = ahead < 0 ? bounds_count((uint64_t)-ahead) : 0;
	return true;
}

static bool take_part(const struct taking *t, struct event *e)
{
	(void)e;
	if (t->s->listening != LISTENS || !t->s->parts) {
		t->i->account.refused++;
		return false;
	}
	t->s->parts--;
	return true;
}

/* A sender that begins. Its number and its clock may be others; nothing of it is put, for it is not
 * this run that starts. */
static bool take_start(const struct taking *t, struct event *e)
{
	char why[WHY_MAX];

	t->s->seq = t->s->other = 0;
	if (e->start.schema <= EVENT_SCHEMA)
		return false;
	snprintf(why, sizeof why,
		"nethergaze %.*s there writes records of schema %" PRIu32 "; " NG_VERSION
		" here reads %d",
		STR_FMT(text_clip(e->start.version, 24)), e->start.schema, EVENT_SCHEMA);
	refuse(t, REFUSES_CARRIER, why);
	return false;
}

/* A flag can be heard before the first set: of a stream, the last of each subject comes. */
static bool take_word(const struct taking *t, struct event *e)
{
	(void)e;
	if (t->s->listening != LISTENS)
		return false;
	if (t->s->state == MEMBER_NONE) {
		t->s->last = t->when;
		say(t, MEMBER_WAITED, "");
	}
	return true;
}

/* What a member may say. */
static bool (*const takes[EVENT_KINDS])(const struct taking *t, struct event *e) = {
	[EVENT_START] = take_start,
	[EVENT_MACHINE] = take_machine,
	[EVENT_SHARE] = take_part,
	[EVENT_HERD] = take_part,
	[EVENT_FLAG] = take_word,
	[EVENT_VERDICT] = take_word,
	[EVENT_ANSWER] = take_word,
};

static void take_record(const struct taking *t, struct event *e)
{
	/* Its clock is measured by its sets; the rest is put right by that. */
	usec_t ahead = e->kind == EVENT_MACHINE ? 0 : t->s->ahead;
	usec_t stamp = e->ts;

	e->ts = t->when;
	bool fine = takes[e->kind] && bounds_apply(e, ahead, &t->i->scratch);
	if (!fine) {
		count_bad(t);
		return;
	}
	e->ts = stamp;
	if (t->s->listening == REFUSES_CARRIER || !takes[e->kind](t, e))
		return;
	e->ts = t->when;
	e->machine = t->member;
	event_put(t->sink, e);
	if (e->kind == EVENT_MACHINE)
		say_up(t);
}

static void take_line(const struct taking *t, struct str line)
{
	struct event e;
	const char *error;

	t->i->account.lines++;
	if (intake_refused_until(t->i, t->member, t->when) || !affords(t->s, line.n, t->when)) {
		pass_over(t);
		return;
	}
	int got = line.n > INTAKE_LINE_MAX ? -1 : record_read(t->i->reader, line, &e, &error);
	if (got < 0)
		count_bad(t);
	else if (got > 0)
		take_record(t, &e);
}

void intake_take(struct intake *i, uint32_t member, struct str text, usec_t now, usec_t at,
	struct event_sink *sink)
{
	const struct taking t = {
		i, sender_of(i, member), member, at > 0 && at < now ? at : now, sink};

	while (t.s && text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = {text.p, end ? (size_t)(end - text.p) : text.n};
		text = str_skip(text, line.n + (end ? 1 : 0));
		if (line.n)
			take_line(&t, line);
	}
}
