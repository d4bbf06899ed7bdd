// SPDX-License-Identifier: MIT
#include "app/full_record.h"

#include "record/recorder.h"

#include <errno.h>
#include <stdio.h>

static void note(const struct full_record *r, usec_t now, const char *text)
{
	struct event e = event_make(EVENT_NOTE, now);

	e.note.text = str_of(text);
	event_put(r->hub, &e);
}

static void take(struct taker *taker, const struct event *event)
{
	struct full_record *r = (struct full_record *)taker;

	if (!full_record_is_on(r))
		return;
	thin_take(&r->thin, event, r->retell.model->conn_made);
	retell_after(&r->retell, event, &r->out.sink);
	if (r->deletes || !recorder_deleted(r->recorder))
		return;
	r->deletes = true;
	note(r, event->ts,
		"the recording has as many files as record.files allows: from here on, "
		"its oldest file is deleted with each new one");
}

static void begin_file(void *ctx, struct event_sink *sink)
{
	struct full_record *r = ctx;

	thin_forget(&r->thin);
	retell_counted(&r->retell, r->retell.model->now, sink);
}

static void note_failed(void *ctx, int err)
{
	const struct full_record *r = ctx;
	char text[160];

	snprintf(text, sizeof text, "recording stopped: %s", strerror(-err));
	note(r, r->retell.model->now, text);
}

int full_record_open(struct full_record *r, const struct full_record_options *options)
{
	const struct recorder_options of_file = {.path = options->path,
		.max_size = options->max_size,
		.max_span = options->max_span,
		.files = options->files,
		.late = options->late,
		.indexed = options->indexed,
		.begun = begin_file,
		.failed = note_failed,
		.ctx = r};

	*r = (struct full_record){.hub = options->hub,
		.since = clock_now(),
		.taker = {.name = "recorder", .kinds = TAKER_ALL, .take = take}};
	int err = retell_init(&r->retell, options->model, options->start);
	thin_init(&r->thin, &(struct thin_options){.most = options->moves,
				    .out = &r->out.sink,
				    .waited = retell_late,
				    .ctx = &r->retell});
	if (!err)
		r->recorder = recorder_new(&of_file, &err);
	if (err) {
		thin_done(&r->thin);
		r->thin = (struct thin){0};
		retell_done(&r->retell);
		return err;
	}
	r->out = taker_sink_to(recorder_taker(r->recorder));
	return 0;
}

bool full_record_is_on(const struct full_record *r)
{
	return r->recorder && recorder_taker(r->recorder)->kinds;
}

int full_record_close(struct full_record *r)
{
	if (full_record_is_on(r))
		thin_flush(&r->thin, r->retell.model->now);
	int err = recorder_free(r->recorder);

	thin_done(&r->thin);
	r->recorder = NULL;
	r->taker.kinds = 0;
	retell_done(&r->retell);
	return err;
}

void full_record_reopen(struct full_record *r, usec_t now)
{
	char text[192];

	thin_flush(&r->thin, now);
	int err = recorder_reopen(r->recorder);

	if (err == -EALREADY)
		note(r, now,
			"SIGHUP: the recording has not been moved away, and goes on in its file");
	else if (err && full_record_is_on(r)) {
		snprintf(text, sizeof text,
			"SIGHUP: no new file for the recording (%s): it goes on in the old one",
			strerror(-err));
		note(r, now, text);
	}
}

bool full_record_moved(const struct full_record *r)
{
	return r->recorder && recorder_moved(r->recorder);
}

void full_record_rotate(struct full_record *r, usec_t now)
{
	if (!full_record_is_on(r))
		return;
	thin_flush(&r->thin, now);
	recorder_rotate(r->recorder);
}
