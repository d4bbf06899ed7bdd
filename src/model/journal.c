// SPDX-License-Identifier: MIT
#include "model/journal.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#define ENTRY_ALIGN    8u
#define FIRST_POSITION ENTRY_ALIGN /* so that 0 can mean "none" */
#define TEXT_MAX       4096u       /* of one field */
#define SEGMENT        (64u << 10) /* an entry never crosses from one into the next */

_Static_assert(sizeof(struct journal_entry) + 5 * TEXT_MAX < SEGMENT, "every entry fits");

int journal_init(struct journal *j, size_t cap)
{
	size_t size = 2 * SEGMENT;

	while (size < cap)
		size *= 2;
	*j = (struct journal){.cap = size, .head = FIRST_POSITION, .tail = FIRST_POSITION};
	j->counts = calloc(size / SEGMENT, sizeof *j->counts);
	void *ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ring != MAP_FAILED)
		j->ring = ring;
	if (!j->ring || !j->counts) {
		journal_done(j);
		return -ENOMEM;
	}
	madvise(ring, size, MADV_HUGEPAGE); /* only a wish */
	return 0;
}

void journal_done(struct journal *j)
{
	if (j->ring)
		munmap(j->ring, j->cap);
	free(j->counts);
	*j = (struct journal){0};
}

static struct journal_entry *entry_at(const struct journal *j, uint64_t position)
{
	return (struct journal_entry *)(void *)(j->ring + (position & (j->cap - 1)));
}

static uint32_t *segment_count(const struct journal *j)
{
	return &j->counts[(j->head & (j->cap - 1)) / SEGMENT];
}

/* Moves head to where `size` bytes lie in one segment. Entering a segment forgets what it held
 * a whole ring ago. */
static void make_room(struct journal *j, size_t size)
{
	size_t used = j->head % SEGMENT;

	if (used + size > SEGMENT)
		j->head += SEGMENT - used;
	if (j->head % SEGMENT != 0)
		return;
	j->count -= *segment_count(j);
	*segment_count(j) = 0;
	if (j->head + SEGMENT > j->cap + j->tail)
		j->tail = j->head + SEGMENT - j->cap;
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
	j->count++;
	++*segment_count(j);
	j->head += size;
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
