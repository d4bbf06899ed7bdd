// SPDX-License-Identifier: MIT
#include "fleet/nats_box.h"

#include "base/clock.h"
#include "base/hash.h"
#include "fleet/nats_subject.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BUDGETS     4096
#define BUDGET_MAX  (2 * FLEET_TEXT_MAX) /* bytes of a machine in a second */
#define SMALL_BYTES (1u << 20)           /* beyond the cap, for what is none of machines' sets */

/* Guarded by its lock, but for fd. */
static struct {
	pthread_mutex_t lock;
	int fd;
	struct box_item *first, **end;
	uint64_t bytes, cap, dropped, refused;
	/* What machines said in this second, by a hash of their names: one that says too much
	 * takes no room from others. */
	uint32_t said[BUDGETS];
	usec_t second;
} box = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .end = &box.first};

static uint64_t size_of(const struct box_item *i)
{
	return sizeof *i + (i->msg ? (uint64_t)natsMsg_GetDataLength(i->msg) : 0);
}

static void item_free(struct box_item *i)
{
	natsMsg_Destroy(i->msg);
	free(i);
}

/* Takes *at out. */
static struct box_item *unlink_at(struct box_item **at)
{
	struct box_item *i = *at;

	*at = i->next;
	if (!i->next)
		box.end = at;
	box.bytes -= size_of(i);
	return i;
}

static bool drop_oldest(void)
{
	/* The first may be at work. */
	struct box_item **at = box.first ? &box.first->next : &box.first;

	while (*at && (*at)->kind != BOX_PLAIN)
		at = &(*at)->next;
	if (!*at)
		return false;
	item_free(unlink_at(at));
	box.dropped++;
	return true;
}

static bool is_within_budget(const struct box_item *i)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);
	struct str token;

	if (i->kind != BOX_PLAIN || !nats_subject_read(str_of(natsMsg_GetSubject(i->msg)), &token))
		return true;
	if (now - box.second >= USEC_PER_SEC) {
		memset(box.said, 0, sizeof box.said);
		box.second = now;
	}
	uint32_t *said = &box.said[hash_bytes(token.p, token.n) % BUDGETS];
	*said += (uint32_t)natsMsg_GetDataLength(i->msg);
	return *said <= BUDGET_MAX;
}

static bool make_room(const struct box_item *i)
{
	bool is_set = i->kind == BOX_PLAIN || i->kind == BOX_STREAM;
	uint64_t cap = box.cap + (is_set ? 0 : SMALL_BYTES);

	if (!i->msg)
		return true; /* news: of one connection at a time */
	while (box.bytes + size_of(i) > cap)
		if (i->kind == BOX_STREAM || !drop_oldest())
			return false;
	return true;
}

static void put(struct box_item *i)
{
	uint64_t one = 1;

	pthread_mutex_lock(&box.lock);
	bool refused = !is_within_budget(i), fits = !refused && make_room(i);
	box.refused += refused;
	box.dropped += !refused && !fits && i->kind != BOX_STREAM;
	if (fits) {
		box.bytes += size_of(i);
		*box.end = i;
		box.end = &i->next;
	}
	pthread_mutex_unlock(&box.lock);
	if (!fits)
		item_free(i);
	else if (write(box.fd, &one, sizeof one) < 0)
		return; /* it is as full as can be, and readable then */
}

void box_put_message(enum box_kind kind, uint32_t generation, natsMsg *msg)
{
	struct box_item *i = calloc(1, sizeof *i);

	if (!i) {
		natsMsg_Destroy(msg);
		pthread_mutex_lock(&box.lock);
		box.dropped++;
		pthread_mutex_unlock(&box.lock);
		return;
	}
	i->kind = kind;
	i->generation = generation;
	i->msg = msg;
	put(i);
}

void box_put_news(const struct box_item *news)
{
	struct box_item *i = malloc(sizeof *i);

	if (!i)
		return;
	*i = *news;
	i->next = NULL;
	i->msg = NULL;
	put(i);
}

void *box_closure(enum box_kind kind, uint32_t generation)
{
	return (void *)((uintptr_t)generation * BOX_KINDS + (uintptr_t)kind);
}

void box_on_message(natsConnection *nc, natsSubscription *sub, natsMsg *msg, void *closure)
{
	uintptr_t number = (uintptr_t)closure;

	(void)nc;
	(void)sub;
	box_put_message((enum box_kind)(number % BOX_KINDS), (uint32_t)(number / BOX_KINDS), msg);
}

struct box_item *box_peek(void)
{
	uint64_t count;

	pthread_mutex_lock(&box.lock);
	struct box_item *i = box.first;
	if (!i && read(box.fd, &count, sizeof count) < 0)
		i = NULL; /* it was not readable either */
	pthread_mutex_unlock(&box.lock);
	return i;
}

void box_next(void)
{
	pthread_mutex_lock(&box.lock);
	struct box_item *i = box.first ? unlink_at(&box.first) : NULL;
	pthread_mutex_unlock(&box.lock);
	if (i)
		item_free(i);
}

void box_account(uint64_t *ret_dropped, uint64_t *ret_refused)
{
	pthread_mutex_lock(&box.lock);
	*ret_dropped = box.dropped;
	*ret_refused = box.refused;
	box.dropped = box.refused = 0;
	pthread_mutex_unlock(&box.lock);
}

int box_init(uint64_t cap)
{
	box.cap = cap;
	box.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return box.fd < 0 ? -errno : box.fd;
}
