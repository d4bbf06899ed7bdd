// SPDX-License-Identifier: MIT
#include "record/flight.h"

#include "record/pack.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#define BLOCK_BYTES (64u << 10)
#define EPOCHS      5  /* in a span */
#define EPOCHS_MAX  32 /* as memory may have them begin earlier */
#define LARGE       4  /* the part of the memory that an epoch's events may fill */
#define LEVEL       1  /* it must keep up with a flood */

struct block {
	struct block *next;
	unsigned char *bytes;
	size_t size, raw; /* as it is; as it was packed: the same until it is compressed */
	uint64_t epoch;   /* its number */
	bool picture;
};

struct epoch {
	usec_t begun;
	size_t events; /* bytes of its blocks, but for the picture */
};

struct flight {
	struct flight_options options;
	struct epoch epochs[EPOCHS_MAX]; /* by number, modulo */
	uint64_t oldest, next;           /* numbers of those that are kept: oldest..next-1 */
	struct block *first, *last;      /* of all epochs */
	struct block *loose;             /* the oldest that was not compressed; NULL: all were */
	size_t size;                     /* of all blocks */
	struct flight_lost lost;

	unsigned char *open; /* what becomes the next block */
	size_t filled, room;
	struct pack_state packing; /* points into it */
	bool in_picture;           /* what is put belongs to one */
	z_stream packer;

	bool reading;
	struct block *unread; /* the oldest; NULL: the one that comes next will be it */
	uint64_t read_from;   /* the first epoch that is read */
	int err;              /* why it cannot be read on */
};

static bool is_empty(const struct flight *f)
{
	return f->oldest == f->next;
}

static struct epoch *epoch_at(struct flight *f, uint64_t number)
{
	return &f->epochs[number % EPOCHS_MAX];
}

/* Forgetting. */

static void drop_first_block(struct flight *f)
{
	struct block *b = f->first;

	if (f->loose == b)
		f->loose = b->next;
	if (f->unread == b) {
		f->unread = NULL;
		f->err = -EOVERFLOW;
	}
	f->size -= b->size;
	f->first = b->next;
	if (!f->first)
		f->last = NULL;
	free(b->bytes);
	free(b);
}

static void drop_oldest(struct flight *f)
{
	while (f->first && f->first->epoch == f->oldest)
		drop_first_block(f);
	f->oldest++;
}

/* Nothing is kept any more until an epoch begins. */
static void forget(struct flight *f, int why)
{
	while (!is_empty(f))
		drop_oldest(f);
	f->filled = 0;
	pack_begin(&f->packing);
	if (f->reading)
		f->err = why;
}

static void keep_bounds(struct flight *f)
{
	size_t most = f->reading ? 2 * f->options.memory : f->options.memory;

	while (f->size > most && f->next - f->oldest > 1)
		drop_oldest(f);
	if (f->size > most) {
		f->lost.too_large++;
		forget(f, -EOVERFLOW);
	}
}

/* What is not whole leads nowhere. */
static void refuse(struct flight *f)
{
	f->lost.refused++;
	forget(f, -ENOMEM);
}

/* Keeping. */

static void append(struct flight *f, struct block *b)
{
	if (f->last)
		f->last->next = b;
	else
		f->first = b;
	f->last = b;
	f->size += b->size;
	if (!b->picture)
		epoch_at(f, b->epoch)->events += b->size;
	if (!f->loose)
		f->loose = b;
	if (f->reading && !f->unread)
		f->unread = b;
}

static void close_block(struct flight *f)
{
	if (!f->filled)
		return;
	struct block *b = calloc(1, sizeof *b);
	unsigned char *bytes = b ? malloc(f->filled) : NULL;
	if (!bytes) {
		free(b);
		refuse(f);
		return;
	}
	memcpy(bytes, f->open, f->filled);
	b->bytes = bytes;
	b->size = b->raw = f->filled;
	b->epoch = f->next - 1;
	b->picture = f->in_picture;
	f->filled = 0;
	pack_begin(&f->packing);
	append(f, b);
	if (f->size > f->options.memory / 4 * 3) /* faster than it is given its turn */
		flight_work(f);
	keep_bounds(f);
}

static bool make_room(struct flight *f, size_t most)
{
	if (f->filled && most > f->room - f->filled)
		close_block(f);
	if (most <= f->room - f->filled)
		return true;
	size_t room = most > BLOCK_BYTES ? most : BLOCK_BYTES;
	unsigned char *open = realloc(f->open, room);
	if (!open) {
		refuse(f);
		return false;
	}
	f->open = open;
	f->room = room;
	return true;
}

void flight_put(struct flight *f, const struct event *event)
{
	size_t bound;

	if (is_empty(f))
		return;
	uint64_t fields = pack_fields(event, &bound);
	if (make_room(f, bound) && !is_empty(f))
		f->filled += pack_event(f->open + f->filled, event, fields, &f->packing);
}

bool flight_is_due(const struct flight *f, usec_t now)
{
	const struct epoch *e = &f->epochs[(f->next - 1) % EPOCHS_MAX];

	return is_empty(f) || now < e->begun || now - e->begun >= f->options.span / EPOCHS ||
	       e->events > f->options.memory / LARGE;
}

static bool is_past(struct flight *f, usec_t now)
{
	return f->next - f->oldest > 1 &&
	       epoch_at(f, f->oldest + 1)->begun <= now - f->options.span;
}

void flight_begin(struct flight *f, usec_t now)
{
	close_block(f);
	while (!f->reading && is_past(f, now))
		drop_oldest(f);
	if (f->next - f->oldest == EPOCHS_MAX)
		drop_oldest(f);
	*epoch_at(f, f->next++) = (struct epoch){.begun = now};
	f->in_picture = true;
}

void flight_settle(struct flight *f)
{
	close_block(f);
	f->in_picture = false;
}

usec_t flight_since(const struct flight *f)
{
	return is_empty(f) ? 0 : f->epochs[f->oldest % EPOCHS_MAX].begun;
}

size_t flight_bytes(const struct flight *f)
{
	return f->size + f->filled;
}

struct flight_lost flight_lost(const struct flight *f)
{
	return f->lost;
}

/* Compressing. */

/* NULL when it would not become smaller, or there is no memory for it: it stays as it is. */
static unsigned char *compressed(struct flight *f, const struct block *b, size_t *ret_size)
{
	unsigned char *to = malloc(b->raw);

	if (!to)
		return NULL;
	deflateReset(&f->packer);
	f->packer.next_in = b->bytes;
	f->packer.avail_in = (uInt)b->raw;
	f->packer.next_out = to;
	f->packer.avail_out = (uInt)b->raw - 1;
	if (deflate(&f->packer, Z_FINISH) != Z_STREAM_END) {
		free(to);
		return NULL;
	}
	*ret_size = f->packer.total_out;
	unsigned char *fit = realloc(to, *ret_size);
	if (fit)
		to = fit;
	return to;
}

/* Where there is room, nobody need pay for it. */
static bool needs_work(const struct flight *f)
{
	return f->loose && f->size > f->options.memory / 2;
}

bool flight_work(struct flight *f)
{
	size_t size;

	if (!needs_work(f))
		return false;
	struct block *b = f->loose;
	f->loose = b->next;
	unsigned char *bytes = compressed(f, b, &size);
	if (bytes) {
		free(b->bytes);
		b->bytes = bytes;
		f->size -= b->size - size;
		if (!b->picture)
			epoch_at(f, b->epoch)->events -= b->size - size;
		b->size = size;
	}
	return needs_work(f);
}

/* Reading. */

static int put_all(const unsigned char *p, size_t n, struct event_sink *sink)
{
	const unsigned char *end = p + n;
	struct pack_state state = {0};
	struct event e;

	while (p < end) {
		if (unpack_event(&p, end, &state, &e) < 0)
			return -EINVAL;
		event_put(sink, &e);
	}
	return 0;
}

// NOLINTNEXTLINE(readability-non-const-parameter): zlib writes to it
static int inflate_block(const struct block *b, unsigned char *raw)
{
	z_stream z = {.next_in = b->bytes,
		.avail_in = (uInt)b->size,
		.next_out = raw,
		.avail_out = (uInt)b->raw};

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return -ENOMEM;
	bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == b->raw;
	inflateEnd(&z);
	return whole ? 0 : -EINVAL;
}

static int put_block(const struct block *b, struct event_sink *sink)
{
	if (b->size == b->raw)
		return put_all(b->bytes, b->raw, sink);
	unsigned char *raw = malloc(b->raw);
	int err = raw ? inflate_block(b, raw) : -ENOMEM;
	if (!err)
		err = put_all(raw, b->raw, sink);
	free(raw);
	return err;
}

void flight_open(struct flight *f)
{
	f->reading = true;
	f->unread = f->first;
	f->read_from = f->oldest;
	f->err = 0;
}

void flight_close(struct flight *f)
{
	f->reading = false;
	f->unread = NULL;
	keep_bounds(f);
}

static struct block *take_closed(struct flight *f)
{
	struct block *b;

	do {
		b = f->unread;
		f->unread = b ? b->next : NULL;
	} while (b && b->picture && b->epoch != f->read_from);
	return b;
}

/* What was put last is a block as well. */
static struct block *take_unread(struct flight *f)
{
	struct block *b = take_closed(f);

	if (b)
		return b;
	close_block(f);
	return take_closed(f);
}

int flight_read(struct flight *f, struct event_sink *sink)
{
	const struct block *b = f->err ? NULL : take_unread(f);

	if (b && !f->err)
		f->err = put_block(b, sink);
	if (b && !f->err)
		return 1;
	flight_close(f);
	return f->err;
}

/* Its whole life. */

struct flight *flight_new(const struct flight_options *options)
{
	struct flight *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->options = *options;
	/* No header: nobody else reads it. */
	if (deflateInit2(&f->packer, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK)
		return f;
	free(f);
	return NULL;
}

void flight_free(struct flight *f)
{
	if (!f)
		return;
	forget(f, 0);
	deflateEnd(&f->packer);
	free(f->open);
	free(f);
}
