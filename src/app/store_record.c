// SPDX-License-Identifier: MIT
#include "app/store_record.h"

#include "record/recorder.h"

#include <errno.h>
#include <stdio.h>

#define LOOK_EVERY  USEC_PER_SEC
#define PRUNE_EVERY (10 * USEC_PER_SEC)
#define ROOM_MOST   (16u << 20) /* bytes that must be free to begin again; less for small files */
#define ROOM_PART   4

static void note(const struct store_record *r, usec_t now, const char *text)
{
	struct event e = event_make(EVENT_NOTE, now);

	e.note.text = str_of(text);
	event_put(r->options.file.hub, &e);
}

static int begin_file(struct store_record *r)
{
	struct full_record_options *file = &r->options.file;
	struct store *s = r->store;
	const uint64_t asked = file->max_size;

	file->path = store_segment(s, r->options.how);
	file->max_size = store_file_size(s, asked);
	file->files = 0; /* the store keeps count */
	file->indexed = true;
	int err = file->path ? full_record_open(r->full, file) : -ENOMEM;
	file->max_size = asked;
	if (err)
		snprintf(r->why, sizeof r->why, "%s", strerror(-err));
	r->bytes = 0;
	return err;
}

static uint64_t room_for(const struct store_record *r)
{
	uint64_t part = store_file_size(r->store, r->options.file.max_size) / ROOM_PART;

	return part && part < ROOM_MOST ? part : ROOM_MOST;
}

static int begin(struct store_record *r)
{
	int err;

	r->why[0] = '\0';
	r->store = store_open(r->options.dir, r->options.most, &err, r->why);
	if (!r->store)
		return err;
	store_prune(r->store, "");
	/* What has failed before is to have more room than for another failure. */
	if (r->options.file.late && !store_has_room(r->store, room_for(r))) {
		err = -ENOSPC;
		snprintf(r->why, sizeof r->why, "%s", strerror(ENOSPC));
	} else {
		err = begin_file(r);
	}
	if (!err)
		return 0;
	store_close(r->store);
	r->store = NULL;
	return err;
}

int store_record_open(struct store_record *r, const struct store_record_options *options,
	struct full_record *full, char why[static STORE_WHY_MAX])
{
	*r = (struct store_record){.options = *options, .full = full};
	int err = begin(r);

	if (err)
		snprintf(why, STORE_WHY_MAX, "%s", r->why);
	r->options.file.late = true; /* if it has to begin once more */
	return err;
}

void store_record_close(struct store_record *r)
{
	store_close(r->store);
	r->store = NULL;
}

/* What cannot be written now is tried again; the store is opened anew, as its directory may have
 * gone. */
static void give_up(struct store_record *r, int err)
{
	full_record_close(r->full);
	if (!r->why[0])
		snprintf(r->why, sizeof r->why, "%s", strerror(-err));
	store_close(r->store);
	r->store = NULL;
}

static void begin_again(struct store_record *r, usec_t now)
{
	char text[STORE_WHY_MAX + 64];

	if (begin(r) < 0)
		return;
	snprintf(text, sizeof text, "the recording goes on, in %s", r->options.dir);
	note(r, now, text);
}

static uint64_t bytes_of(const struct store_record *r)
{
	return r->full->recorder ? recorder_bytes(r->full->recorder) : 0;
}

/* Of what was written since, much may be due to go. */
static bool has_grown(const struct store_record *r)
{
	uint64_t most = store_file_size(r->store, r->options.file.max_size);

	return most && bytes_of(r) - r->bytes > most / 2;
}

static void prune(struct store_record *r, usec_t now, const char *incident)
{
	store_prune(r->store, incident);
	r->pruned = now;
	r->bytes = bytes_of(r);
}

static void look(struct store_record *r, usec_t now, const char *incident)
{
	if (r->store && !store_is_there(r->store)) {
		snprintf(r->why, sizeof r->why, "the directory has gone");
		note(r, now, "recording stopped: the directory has gone");
		give_up(r, -ENOENT);
	}
	if (!r->store)
		begin_again(r, now);
	else if (has_grown(r) || now - r->pruned >= PRUNE_EVERY || now < r->pruned)
		prune(r, now, incident);
}

void store_record_poll(struct store_record *r, usec_t now, const char *incident)
{
	bool due = now - r->looked >= LOOK_EVERY || now < r->looked;

	if (r->store && !full_record_is_on(r->full))
		give_up(r, recorder_error(r->full->recorder));
	if (!due && !(r->store && has_grown(r)))
		return;
	r->looked = now;
	look(r, now, incident);
}

void store_record_rotate(struct store_record *r, usec_t now)
{
	if (r->store && full_record_moved(r->full))
		full_record_reopen(r->full, now);
	else if (r->store)
		full_record_rotate(r->full, now);
}
