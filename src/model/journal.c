// SPDX-License-Identifier: MIT
#include "model/journal.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

#define ENTRY_ALIGN    8u
#define FIRST_POSITION ENTRY_ALIGN /* so that 0 can mean "none" */
#define TEXT_MAX       4096u       /* of one field; the whole entry stays far below the ring */

int journal_init(struct journal *j, size_t cap)
{
	size_t size = 1u << 16;

	while (size < cap)
		size *= 2;
	*j = (struct journal){.ring = malloc(size), .cap = size};
	j->head = j->tail = FIRST_POSITION;
	return j->ring ? 0 : -ENOMEM;
}

void journal_done(struct journal *j)
{
	free(j->ring);
	*j = (struct journal){0};
}

static struct journal_entry *entry_at(const struct journal *j, uint64_t position)
{
	return (struct journal_entry *)(void *)(j->ring + (position & (j->cap - 1)));
}

/* An entry never wraps: where it would, the rest of the ring is left as a hole, marked by a
 * size with nothing else, which only the tail's walk ever meets. */
static void drop_oldest(struct journal *j)
{
	size_t to_edge = j->cap - (j->tail & (j->cap - 1));
	const struct journal_entry *e = entry_at(j, j->tail);

	if (to_edge < sizeof *e || e->size == 0) {
		j->tail += to_edge;
		return;
	}
	j->tail += e->size;
	j->count--;
}

/* Makes the ring hold `size` more bytes at head without a wrap, at the cost of the oldest. */
static void make_room(struct journal *j, size_t size)
{
	size_t to_edge = j->cap - (j->head & (j->cap - 1));
	size_t hole = to_edge < size ? to_edge : 0;

	while (j->head + hole + size - j->tail > j->cap)
		drop_oldest(j);
	if (hole >= sizeof(struct journal_entry))
		entry_at(j, j->head)->size = 0;
	j->head += hole;
	if (j->count == 0)
		j->tail = j->head;
}

static char *append(char *at, struct str s)
{
	if (s.n)
		memcpy(at, s.p, s.n);
	return at + s.n;
}

uint64_t journal_add(struct journal *j, const struct event *event, uint64_t before_host)
{
	const struct event_request *r = &event->request;
	struct str method = text_clip(r->method, TEXT_MAX), path = text_clip(r->path, TEXT_MAX),
		   proto = text_clip(r->proto, TEXT_MAX), referer = text_clip(r->referer, TEXT_MAX),
		   agent = text_clip(r->agent, TEXT_MAX);
	size_t size =
		sizeof(struct journal_entry) + method.n + path.n + proto.n + referer.n + agent.n;

	size = (size + ENTRY_ALIGN - 1) & ~(size_t)(ENTRY_ALIGN - 1);
	make_room(j, size);
	struct journal_entry *e = entry_at(j, j->head);
	*e = (struct journal_entry){
		.before = j->newest,
		.before_host = before_host,
		.ts = r->logged ? r->logged : event->ts,
		.bytes = r->bytes,
		.ip = r->ip,
		.size = (uint32_t)size,
		.status = r->status == ABSENT ? 0 : (uint16_t)r->status,
		.method_n = (uint16_t)method.n,
		.path_n = (uint16_t)path.n,
		.proto_n = (uint16_t)proto.n,
		.referer_n = (uint16_t)referer.n,
		.agent_n = (uint16_t)agent.n,
	};
	append(append(append(append(append(e->text, method), path), proto), referer), agent);
	j->newest = j->head;
	j->head += size;
	j->count++;
	return j->newest;
}

const struct journal_entry *journal_at(const struct journal *j, uint64_t position)
{
	if (position < j->tail || position >= j->head || position == 0)
		return NULL;
	return entry_at(j, position);
}

struct str journal_method(const struct journal_entry *e)
{
	return (struct str){e->text, e->method_n};
}

struct str journal_path(const struct journal_entry *e)
{
	return (struct str){e->text + e->method_n, e->path_n};
}

struct str journal_proto(const struct journal_entry *e)
{
	return (struct str){e->text + e->method_n + e->path_n, e->proto_n};
}

struct str journal_referer(const struct journal_entry *e)
{
	return (struct str){e->text + e->method_n + e->path_n + e->proto_n, e->referer_n};
}

struct str journal_agent(const struct journal_entry *e)
{
	size_t at = (size_t)e->method_n + e->path_n + e->proto_n + e->referer_n;

	return (struct str){e->text + at, e->agent_n};
}
