// SPDX-License-Identifier: MIT
#include "base/num.h"
#include "base/text.h"
#include "fleet/nats_parts.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_MS      500
#define WAIT_MIN     (USEC_PER_SEC / 2) /* to the next try to connect, with as much by chance */
#define WAIT_MAX     (30 * USEC_PER_SEC)
#define TAKES_A_GO   64
#define BOX_MIN      (8u << 20)
#define COMPLAINT_US (60 * USEC_PER_SEC) /* then it is no longer said */

/* How a connection comes about: on a thread, as it waits for resolvers and servers. */
struct making {
	const struct engine_options *options;
	uint32_t generation;
	bool busy;
	usec_t wait, next; /* CLOCK_MONOTONIC */
};

struct running {
	struct nats nats;
	struct making making;
	int box;
	usec_t ticked, complained;
	char packet[FLEET_PACKET_MAX];
};

/* The role's helpers. */

natsStatus nats_hear(struct nats *n, const char *subject, enum box_kind kind)
{
	if (n->sub_count == NATS_SUBS_MAX)
		return NATS_INSUFFICIENT_BUFFER;
	natsSubscription **sub = &n->subs[n->sub_count];
	natsStatus s = natsConnection_Subscribe(
		sub, n->nc, subject, box_on_message, box_closure(kind, n->generation));
	if (s == NATS_OK)
		n->sub_count++;
	return s;
}

bool nats_tell(struct nats *n, const struct fleet_message *m)
{
	int err = fleet_send(n->options->fd, m);

	n->blocked |= err == -EAGAIN;
	n->over |= err == -EPIPE;
	n->account.refused += err == -EMSGSIZE;
	return err != -EAGAIN;
}

void nats_say_less(struct nats *n, const char *less)
{
	if (strcmp(n->less, less) == 0)
		return;
	snprintf(n->less, sizeof n->less, "%s", less);
	n->must_say = true;
}

uint64_t nats_last_number(const natsMsg *msg)
{
	const char *subject = natsMsg_GetSubject(msg), *dot = strrchr(subject, '.');
	uint64_t number = 0;

	return dot && num_u64(str_of(dot + 1), &number) == 0 ? number : 0;
}

/* The connection. */

static void *connect_it(void *arg)
{
	const struct making *m = arg;
	struct box_item news = {.kind = BOX_CONNECTED, .generation = m->generation};
	natsStatus s = nats_link(m->options, m->generation, &news.nc, news.text);

	if (s != NATS_OK)
		news.kind = BOX_FAILED;
	news.refused = s == NATS_CONNECTION_AUTH_FAILED || s == NATS_NOT_PERMITTED;
	nats_ReleaseThreadMemory();
	box_put_news(&news);
	return NULL;
}

/* Many machines lose one server at once: each comes back when chance says. */
static usec_t vary(usec_t wait)
{
	uint16_t chance = 0;

	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = UINT16_MAX / 2;
	return wait + wait * chance / UINT16_MAX;
}

static void wait_more(struct making *m)
{
	m->next = clock_usec(CLOCK_MONOTONIC) + vary(m->wait);
	m->wait = m->wait * 2 < WAIT_MAX ? m->wait * 2 : WAIT_MAX;
}

static void begin_connecting(struct running *r)
{
	struct making *m = &r->making;
	pthread_t thread;

	m->generation = ++r->nats.generation;
	m->busy = pthread_create(&thread, NULL, connect_it, m) == 0;
	if (m->busy)
		pthread_detach(thread);
	else
		wait_more(m);
}

static void set_why(struct nats *n, const char *what, const char *text)
{
	snprintf(n->why, sizeof n->why, "%s%s%s", what, text[0] ? ": " : "", text);
	n->must_say = true;
}

static void disconnect(struct nats *n)
{
	n->role->end(n);
	for (size_t i = 0; i < n->sub_count; i++)
		natsSubscription_Destroy(n->subs[i]);
	n->sub_count = 0;
	natsConnection_Destroy(n->nc);
	n->nc = NULL;
}

static void take_connection(struct running *r, const struct box_item *item, usec_t now)
{
	struct nats *n = &r->nats;
	natsInbox *inbox = NULL;

	r->making.busy = false;
	n->nc = item->nc;
	natsStatus s = natsInbox_Create(&inbox);
	if (s == NATS_OK)
		snprintf(n->inbox, sizeof n->inbox, "%s", inbox);
	natsInbox_Destroy(inbox);
	n->less[0] = n->said[0] = '\0';
	if (s == NATS_OK)
		s = n->role->begin(n, now);
	set_why(n, "", "");
	if (s == NATS_OK) {
		r->making.wait = WAIT_MIN;
		return;
	}
	set_why(n, "the server is there, but", nats_words(s));
	disconnect(n);
	wait_more(&r->making);
}

static bool is_refusal(const char *text)
{
	return text_contains(str_of(text), STR_LIT("authoriz")) ||
	       text_contains(str_of(text), STR_LIT("authentication"));
}

static void take_closing(struct running *r, const struct box_item *item)
{
	struct nats *n = &r->nats;
	bool refused = is_refusal(item->text);

	if (item->generation != n->generation || !n->nc)
		return;
	disconnect(n);
	/* That it is closed is no more than we say ourselves. */
	bool says = strcmp(item->text, natsStatus_GetText(NATS_CONNECTION_CLOSED)) != 0;
	set_why(n, refused ? "the server refuses us" : "the connection is lost",
		says ? item->text : "");
	wait_more(&r->making);
}

static void take_failure(struct running *r, const struct box_item *item)
{
	set_why(&r->nats,
		item->refused || is_refusal(item->text) ? "the server refuses us"
							: "cannot connect",
		item->text);
	r->making.busy = false;
	wait_more(&r->making);
}

/* What libnats complains of: a permission that is missing, messages that were too many. */
static void take_complaint(struct running *r, const struct box_item *item, usec_t now)
{
	struct nats *n = &r->nats;

	if (item->generation != n->generation || strcmp(n->said, item->text) == 0)
		return;
	snprintf(n->said, sizeof n->said, "%s", item->text);
	r->complained = now;
	n->must_say = true;
}

/* False: it is to come again. */
static bool take_item(struct running *r, const struct box_item *item, usec_t now)
{
	switch (item->kind) {
	case BOX_CONNECTED:
		take_connection(r, item, now);
		return true;
	case BOX_FAILED:
		take_failure(r, item);
		return true;
	case BOX_CLOSED:
		take_closing(r, item);
		return true;
	case BOX_WRONG:
		take_complaint(r, item, now);
		return true;
	default:
		return r->nats.role->give(&r->nats, item, now);
	}
}

static void take_items(struct running *r, usec_t now)
{
	struct box_item *item;

	for (int i = 0; i < TAKES_A_GO && !r->nats.blocked; i++) {
		item = box_peek();
		if (!item || !take_item(r, item, now))
			return;
		box_next();
	}
}

/* The console. */

static void take_messages(struct running *r, usec_t now)
{
	struct nats *n = &r->nats;
	struct fleet_message m;

	for (int i = 0; i < TAKES_A_GO && !n->over && n->role->may_take(n); i++) {
		int got = fleet_receive(n->options->fd, r->packet, &m);
		if (got == 0)
			return;
		n->over |= got < 0;
		if (got > 0)
			n->role->take(n, &m, now);
	}
}

static void say_state(struct nats *n)
{
	char text[3 * FLEET_WHY_MAX];

	snprintf(text, sizeof text, "%s%s%s", n->nc ? n->less : n->why,
		n->nc && n->less[0] && n->said[0] ? "; " : "", n->nc ? n->said : "");
	n->must_say = engine_say(n->options->fd, n->nc != NULL, text) == -EAGAIN;
}

static void say_account(struct nats *n)
{
	uint64_t dropped, refused;

	box_account(&dropped, &refused);
	n->account.dropped += dropped;
	n->account.refused += refused;
	if (memcmp(&n->account, &n->told, sizeof n->told) == 0)
		return;
	if (engine_say_account(n->options->fd, &n->account) == 0)
		n->told = n->account;
}

static void tick(struct running *r, usec_t now)
{
	struct nats *n = &r->nats;

	r->ticked = now;
	if (!n->nc && !r->making.busy && clock_usec(CLOCK_MONOTONIC) >= r->making.next)
		begin_connecting(r);
	if (n->said[0] && now - r->complained > COMPLAINT_US) {
		n->said[0] = '\0';
		n->must_say = true;
	}
	n->role->tick(n, now);
	say_account(n);
}

static void take_signals(struct nats *n)
{
	struct signalfd_siginfo info;

	while (read(n->options->signals, &info, sizeof info) == sizeof info)
		n->over |= info.ssi_signo == SIGTERM;
}

static void wait_for_something(struct running *r)
{
	struct nats *n = &r->nats;
	struct pollfd polled[] = {
		{.fd = n->options->fd,
			.events = (short)((n->role->may_take(n) ? POLLIN : 0) |
					  (n->blocked ? POLLOUT : 0))},
		{.fd = n->options->signals, .events = POLLIN},
		{.fd = n->blocked ? -1 : r->box, .events = POLLIN},
	};

	poll(polled, ARRAY_LEN(polled), TICK_MS);
	if (polled[0].revents & POLLOUT)
		n->blocked = false;
	n->over |= (polled[0].revents & (POLLHUP | POLLERR)) != 0;
}

static void work(struct running *r)
{
	while (!r->nats.over) {
		wait_for_something(r);
		usec_t now = clock_usec(CLOCK_MONOTONIC);
		take_signals(&r->nats);
		take_items(r, now);
		take_messages(r, now);
		if (now - r->ticked >= TICK_MS * USEC_PER_MSEC)
			tick(r, now);
		if (r->nats.must_say)
			say_state(&r->nats);
	}
}

/* As the process ends, nothing is closed: libnats' threads would be waited for. */
static int run(const struct engine_options *o)
{
	static struct running running;
	struct running *r = &running;

	r->nats.options = o;
	r->nats.role = o->hub ? &nats_hub : &nats_publisher;
	r->making = (struct making){.options = o, .wait = WAIT_MIN};
	r->box = box_init(o->queue > BOX_MIN ? o->queue : BOX_MIN);
	if (r->box < 0 || r->nats.role->init(&r->nats) || nats_Open(-1) != NATS_OK)
		return EXIT_FAILURE;
	set_why(&r->nats, "it is being called", "");
	begin_connecting(r);
	work(r);
	return EXIT_SUCCESS;
}

static const char *missing(void)
{
	return NULL;
}

const struct carrier_engine nats_engine = {.schemes = {"nats://", "tls://"},
	.hubs = true,
	.check = nats_check,
	.missing = missing,
	.run = run};
