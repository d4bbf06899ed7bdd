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

_Static_assert(
	sizeof(struct journal_entry) + sizeof(struct addr) + JOURNAL_TEXTS * TEXT_MAX < SEGMENT,
	"every entry fits");

int journal_init(struct journal *j, size_t cap, uint64_t most)
{
	size_t size = 2 * SEGMENT;

	while (size < cap)
		size *= 2;
	*j = (struct journal){
		.cap = size, .head = FIRST_POSITION, .tail = FIRST_POSITION, .most = most};
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

/* What was never written to is not touched either: the head says how far the first round has come.
 */
int journal_copy(struct journal *to, const struct journal *from)
{
	size_t written = from->head < from->cap ? (size_t)from->head : from->cap;
	int err = journal_init(to, from->cap, from->most);

	if (err)
		return err;
	memcpy(to->ring, from->ring, written);
	memcpy(to->counts, from->counts, from->cap / SEGMENT * sizeof *to->counts);
	to->head = from->head;
	to->tail = from->tail;
	to->newest = from->newest;
	to->count = from->count;
	return 0;
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

	if (used + size > SEGMENT) { /* what stands there from a ring ago must not look like one */
		entry_at(j, j->head)->before = 0;
		j->head += SEGMENT - used;
	}
	if (j->head % SEGMENT != 0)
		return;
	j->count -= *segment_count(j);
	*segment_count(j) = 0;
	if (j->head + SEGMENT > j->cap + j->tail)
		j->tail = j->head + SEGMENT - j->cap;
}

/* What an entry holds behind its head. */
struct texts {
	struct str via, at[JOURNAL_TEXTS];
};

/* Written out and inlined, here and below: an entry is added for every line of every log, and loops
 * over texts of which most are empty take a third more. */
_Static_assert(JOURNAL_TEXTS == 7, "each text is sized, appended and told of");

static inline size_t texts_size(const struct texts *t)
{
	return t->via.n + t->at[0].n + t->at[1].n + t->at[2].n + t->at[3].n + t->at[4].n +
	       t->at[5].n + t->at[6].n;
}

static inline char *append(char *at, struct str s)
{
	if (s.n)
		memcpy(at, s.p, s.n);
	return at + s.n;
}

static inline void append_all(char *at, const struct texts *t)
{
	at = append(append(append(at, t->via), t->at[0]), t->at[1]);
	at = append(append(append(at, t->at[2]), t->at[3]), t->at[4]);
	append(append(at, t->at[5]), t->at[6]);
}

/* What servers added to a list stands at its end. */
static struct str clip_claims(struct str s)
{
	size_t skip = s.n > TEXT_MAX ? s.n - TEXT_MAX : 0;

	while (skip && skip < s.n && ((unsigned char)s.p[skip] & 0xc0) == 0x80)
		skip++;
	return (struct str){skip ? s.p + skip : s.p, s.n - skip};
}

static inline __attribute__((always_inline)) struct texts texts_of_request(
	const struct event_request *r)
{
	const struct addr *peer = request_peer(r);

	return (struct texts){
		.via = {(const char *)peer, peer ? sizeof *peer : 0},
		.at =
			{
				[JOURNAL_METHOD] = text_clip(request_verb(r), TEXT_MAX),
				[JOURNAL_PATH] = text_clip(r->path, TEXT_MAX),
				[JOURNAL_PROTO] = text_clip(r->proto, TEXT_MAX),
				[JOURNAL_REFERER] = text_clip(r->referer, TEXT_MAX),
				[JOURNAL_AGENT] = text_clip(r->agent, TEXT_MAX),
				[JOURNAL_CLAIMS] = clip_claims(r->claims),
				[JOURNAL_VHOST] = text_clip(r->vhost, TEXT_MAX),
			},
	};
}

static struct texts texts_of_auth(const struct event_auth *a)
{
	return (struct texts){.at = {
				      [JOURNAL_METHOD] = text_clip(a->method, TEXT_MAX),
				      [JOURNAL_PATH] = text_clip(a->user, TEXT_MAX),
			      }};
}

/* Writes the next entry: its texts, and what entries of all kinds have. */
static inline __attribute__((always_inline)) struct journal_entry *add(
	struct journal *j, const struct event *event, const struct texts *t, uint64_t before_host)
{
	size_t size = sizeof(struct journal_entry) + texts_size(t);

	size = (size + ENTRY_ALIGN - 1) & ~(size_t)(ENTRY_ALIGN - 1);
	make_room(j, size);
	struct journal_entry *e = entry_at(j, j->head);
	*e = (struct journal_entry){
		.before = j->newest,
		.before_host = before_host,
		.kind = (uint8_t)event->kind,
		.via_n = (uint8_t)t->via.n,
		.text_n = {(uint16_t)t->at[0].n, (uint16_t)t->at[1].n, (uint16_t)t->at[2].n,
			(uint16_t)t->at[3].n, (uint16_t)t->at[4].n, (uint16_t)t->at[5].n,
			(uint16_t)t->at[6].n},
	};
	append_all(e->text, t);
	j->newest = j->head;
	j->count++;
	++*segment_count(j);
	j->head += size;
	return e;
}

static void forget_oldest(struct journal *j)
{
	uint64_t oldest = journal_oldest(j), next = journal_after(j, oldest);

	j->counts[(oldest & (j->cap - 1)) / SEGMENT]--;
	j->count--;
	j->tail = next ? next : j->head;
}

uint64_t journal_add(
	struct journal *j, const struct event *event, uint16_t log, uint64_t before_host)
{
	const struct event_request *r = &event->request;
	const struct event_auth *a = &event->auth;
	struct journal_entry *e;

	if (event->kind == EVENT_AUTH) {
		struct texts t = texts_of_auth(a);
		e = add(j, event, &t, before_host);
		e->ts = a->logged ? a->logged : event->ts;
		e->times = a->times > 1 ? a->times : ABSENT;
		e->ip = a->ip;
		e->outcome = a->outcome;
	} else {
		struct texts t = texts_of_request(r);
		e = add(j, event, &t, before_host);
		e->ts = r->logged ? r->logged : event->ts;
		e->bytes = r->bytes;
		e->ip = *request_address(r);
		e->status = r->status == ABSENT ? 0 : (uint16_t)r->status;
		e->cut = r->cut;
	}
	e->log = log;
	while (j->most && j->count > j->most)
		forget_oldest(j);
	return j->newest;
}

const struct journal_entry *journal_at(const struct journal *j, uint64_t position)
{
	if (position < j->tail || position >= j->head || position == 0)
		return NULL;
	return entry_at(j, position);
}

uint64_t journal_oldest(const struct journal *j)
{
	uint64_t position = j->tail < FIRST_POSITION ? FIRST_POSITION : j->tail;

	return position < j->head ? position : 0;
}

static size_t size_of(const struct journal_entry *e)
{
	size_t size = sizeof *e + e->via_n;

	for (size_t i = 0; i < JOURNAL_TEXTS; i++)
		size += e->text_n[i];
	return (size + ENTRY_ALIGN - 1) & ~(size_t)(ENTRY_ALIGN - 1);
}

/* Behind the last one of a segment there is nothing, or room that was too small. */
uint64_t journal_after(const struct journal *j, uint64_t position)
{
	const struct journal_entry *e = journal_at(j, position);

	if (!e || position == j->newest)
		return 0;
	uint64_t next = position + size_of(e);
	if (next % SEGMENT == 0 || entry_at(j, next)->before == position)
		return next;
	return next + SEGMENT - next % SEGMENT;
}

bool journal_via(const struct journal_entry *e, struct addr *ret_peer)
{
	if (e->via_n)
		memcpy(ret_peer, e->text, sizeof *ret_peer);
	return e->via_n;
}

struct str journal_text(const struct journal_entry *e, enum journal_text which)
{
	size_t at = e->via_n;

	for (size_t i = 0; i < which; i++)
		at += e->text_n[i];
	return (struct str){e->text + at, e->text_n[which]};
}
