// SPDX-License-Identifier: MIT
#include "app/late_record.h"

#include "app/picture.h"
#include "record/recorder.h"

#include <errno.h>
#include <stdlib.h>

/* What is told as it comes, of whom the model may have known before. */
#define OF_HOSTS                                                                      \
	(TAKER_KIND(EVENT_CONN) | TAKER_KIND(EVENT_SYN) | TAKER_KIND(EVENT_REQUEST) | \
		TAKER_KIND(EVENT_AUTH))

static bool note_known(struct late_record *r, uint32_t id)
{
	uint64_t bit = UINT64_C(1) << (id % 64), *word = &r->known[id / 64];
	bool was = *word & bit;

	*word |= bit;
	return was;
}

/* The sink of the picture. */
struct picture_sink {
	struct event_sink sink; /* first */
	struct taker *to;
};

static void put_picture(struct event_sink *sink, const struct event *event)
{
	struct taker *to = ((struct picture_sink *)sink)->to;

	to->take(to, event);
}

static struct picture_sink sink_of(const struct late_record *r)
{
	return (struct picture_sink){{.put = put_picture}, recorder_taker(r->recorder)};
}

/* Ids of hosts are used again: a newcomer is told twice now and then, which does no harm. */
static void tell_host(struct late_record *r, const struct event *event)
{
	const struct addr *ip = event_address(event);
	uint32_t id = ip ? model_find_host(r->model, ip) : POOL_NONE;
	struct picture_sink sink = sink_of(r);

	if (id != POOL_NONE && !note_known(r, id))
		picture_put_host(r->model, model_host(r->model, id), event->ts, &sink.sink);
}

static void take(struct taker *taker, const struct event *event)
{
	struct late_record *r = (struct late_record *)taker;
	struct taker *to;

	if (!r->recorder || r->err)
		return;
	to = recorder_taker(r->recorder);
	to->take(to, event);
	if (OF_HOSTS & TAKER_KIND(event->kind))
		tell_host(r, event);
}

static void note_failed(void *ctx, int err)
{
	((struct late_record *)ctx)->err = err;
}

void late_record_init(struct late_record *r, const struct model *model)
{
	*r = (struct late_record){.taker = {.name = "late recorder", .take = take}, .model = model};
}

void late_record_done(struct late_record *r)
{
	late_record_end(r);
}

static int open_recorder(void *ctx, const char *path)
{
	struct late_record *r = ctx;
	const struct recorder_options options = {
		.path = path, .is_new = true, .failed = note_failed, .ctx = r};
	int err = 0;

	r->recorder = recorder_new(&options, &err);
	return r->recorder ? 0 : err;
}

/* That is in the picture. */
static void note_told(struct late_record *r)
{
	const struct model *m = r->model;

	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE; id = model_next_host(m, id + 1))
		if (model_host(m, id)->tcp.conns)
			note_known(r, id);
}

int late_record_begin(struct late_record *r, const struct event_start *start, usec_t now)
{
	if (r->recorder)
		return 0;
	r->err = 0;
	r->known = calloc(((size_t)r->model->limits.hosts + 63) / 64, sizeof *r->known);
	int err =
		r->known ? own_file_open(r->path, "nethergaze", ".ndjson.gz", now, open_recorder, r)
			 : -ENOMEM;
	if (err) {
		free(r->known);
		r->known = NULL;
		return err;
	}
	struct picture_sink sink = sink_of(r);
	picture_put(r->model, start, now, &sink.sink);
	note_told(r);
	r->taker.kinds = TAKER_ALL;
	r->since = now;
	return 0;
}

int late_record_end(struct late_record *r)
{
	int err = recorder_free(r->recorder);

	free(r->known);
	r->known = NULL;
	r->recorder = NULL;
	r->taker.kinds = 0;
	return r->err ? r->err : err;
}

uint64_t late_record_bytes(const struct late_record *r)
{
	return r->recorder ? recorder_bytes(r->recorder) : 0;
}
