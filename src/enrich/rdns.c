// SPDX-License-Identifier: MIT
#include "enrich/rdns.h"

#include "base/container.h"
#include "base/text.h"
#include "enrich/local_addrs.h"

#include <stdlib.h>

#define STATUS_EVERY (1 * USEC_PER_SEC)

enum ask_state {
	ASK_FREE,
	ASK_NEW, /* not sent yet */
	ASK_SENT,
	ASK_ENDED, /* to be told */
	ASK_LOST   /* nobody is there to answer */
};

struct ask {
	enum ask_state state;
	uint32_t id;
	struct addr ip;
	uint32_t flags; /* LOOK_NAME_... */
	char name[LOOK_NAME_MAX];
};

struct rdns {
	struct source source;
	struct look_link *link; /* borrowed */
	struct local_addrs own;
	struct ask asks[RDNS_ASKS];
	unsigned used;
	uint32_t last_id;
	uint64_t asked, answered, failed;
	uint64_t reported_asked, reported_ended;
	bool reported, reported_gone;
	usec_t next_status;
};

/* None while nobody is there to ask. */
unsigned rdns_room(const struct source *s)
{
	const struct rdns *r = container_of(s, const struct rdns, source);

	return look_link_gone(r->link) ? 0 : RDNS_ASKS - r->used;
}

static struct ask *find_id(struct rdns *r, uint32_t id)
{
	for (size_t i = 0; i < RDNS_ASKS; i++)
		if (r->asks[i].state == ASK_SENT && r->asks[i].id == id)
			return &r->asks[i];
	return NULL;
}

bool rdns_want(struct source *s, const struct addr *ip)
{
	struct rdns *r = container_of(s, struct rdns, source);
	struct ask *place = NULL;

	if (!rdns_room(s) || !addr_is_global(ip) || local_addrs_has(&r->own, ip, clock_now()))
		return false;
	for (size_t i = 0; i < RDNS_ASKS; i++) {
		struct ask *a = &r->asks[i];
		if (a->state != ASK_FREE && addr_eq(&a->ip, ip))
			return false;
		if (a->state == ASK_FREE)
			place = a;
	}
	if (!place)
		return false;
	*place = (struct ask){.state = ASK_NEW, .ip = *ip};
	r->used++;
	r->asked++;
	return true;
}

/* False: not now. */
static bool send_ask(struct rdns *r, struct ask *a)
{
	union look_message m;

	do
		r->last_id++;
	while (r->last_id == 0 || find_id(r, r->last_id));
	look_begin(&m, LOOK_ASK_NAME);
	m.ask_name.id = r->last_id;
	memcpy(m.ask_name.ip, a->ip.b, sizeof m.ask_name.ip);
	if (look_link_send(r->link, &m) < 0)
		return false;
	a->id = m.ask_name.id;
	a->state = ASK_SENT;
	return true;
}

static enum look_fault take_name(void *ctx, const union look_message *m)
{
	struct ask *a = find_id(ctx, m->name.id);

	if (!a)
		return LOOK_BAD_ID;
	if (memcmp(m->name.ip, a->ip.b, sizeof m->name.ip) != 0)
		return LOOK_BAD_ADDRESS;
	a->flags = m->name.flags;
	a->name[text_sanitise(a->name, sizeof a->name - 1, str_of(m->name.name))] = '\0';
	a->state = ASK_ENDED;
	return LOOK_FINE;
}

static void tell(struct rdns *r, struct ask *a, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_RDNS, now);
	bool answered = a->flags & LOOK_NAME_ANSWERED, confirmed = a->flags & LOOK_NAME_CONFIRMED;

	e.rdns.ip = a->ip;
	e.rdns.confirmed = confirmed;
	if (a->name[0])
		e.rdns.name = str_of(a->name);
	if (a->state == ASK_LOST)
		e.rdns.note = str_of(look_link_gone(r->link));
	else if (!answered || (a->flags & LOOK_NAME_SILENT && !confirmed))
		e.rdns.note = STR_LIT("nobody answered");
	if (!e.rdns.note.p)
		r->answered++;
	else
		r->failed++;
	a->state = ASK_FREE;
	r->used--;
	/* That nobody answered is told, too, or it would be asked again at once. */
	event_put(sink, &e);
}

static void put_status(struct rdns *r, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_ENRICHER, now);
	const char *gone = look_link_gone(r->link);
	uint64_t ended = r->answered + r->failed;

	if (r->reported && r->reported_asked == r->asked && r->reported_ended == ended &&
		r->reported_gone == (gone != NULL))
		return;
	e.enricher.what = STR_LIT("rdns");
	e.enricher.state = gone                        ? STR_LIT("gone")
			   : r->failed && !r->answered ? STR_LIT("silent")
						       : STR_LIT("ready");
	e.enricher.note = str_of(gone);
	e.enricher.asked = r->asked;
	e.enricher.answered = r->answered;
	e.enricher.failed = r->failed;
	e.enricher.waiting = r->used;
	r->reported = true;
	r->reported_asked = r->asked;
	r->reported_ended = ended;
	r->reported_gone = gone != NULL;
	event_put(sink, &e);
}

/* The source. */

static void lose_all(struct rdns *r)
{
	for (size_t i = 0; i < RDNS_ASKS; i++)
		if (r->asks[i].state == ASK_NEW || r->asks[i].state == ASK_SENT)
			r->asks[i].state = ASK_LOST;
}

static int rdns_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct rdns *r = container_of(s, struct rdns, source);

	for (size_t i = 0; i < RDNS_ASKS; i++)
		if (r->asks[i].state == ASK_NEW && !send_ask(r, &r->asks[i]))
			break;
	if (look_link_gone(r->link))
		lose_all(r);
	for (size_t i = 0; i < RDNS_ASKS; i++)
		if (r->asks[i].state == ASK_ENDED || r->asks[i].state == ASK_LOST)
			tell(r, &r->asks[i], now, sink);
	if (now >= r->next_status) {
		put_status(r, now, sink);
		r->next_status = now + STATUS_EVERY;
	}
	return 0;
}

static void rdns_free(struct source *s)
{
	free(container_of(s, struct rdns, source));
}

static const struct source_ops rdns_ops = {
	.name = "rdns",
	.poll = rdns_poll,
	.free = rdns_free,
};

struct source *rdns_new(struct look_link *link)
{
	struct rdns *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->source.ops = &rdns_ops;
	r->link = link;
	look_link_on(link, LOOK_NAME, take_name, r);
	return &r->source;
}
