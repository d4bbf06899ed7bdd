// SPDX-License-Identifier: MIT
#include "app/recordings.h"

#include "base/text.h"
#include "record/recorder.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define ALONE_MAX  8                   /* files that findings may begin in one run */
#define CALM       (60 * USEC_PER_SEC) /* without a grave finding, an incident is over */
#define PATH_SHOWN 160

/* Of the late one; whoever named the directory named it freely. */
static struct str late_path(const struct recordings *r, char buf[static PATH_SHOWN])
{
	return (struct str){buf, text_sanitise(buf, PATH_SHOWN, str_of(r->late.path))};
}

static struct str span_text(usec_t span, char buf[static 16])
{
	return (struct str){buf, text_span(buf, (uint64_t)(span / USEC_PER_SEC))};
}

static void note(const struct recordings *r, usec_t now, const char *text)
{
	struct event e = event_make(EVENT_NOTE, now);

	e.note.text = str_of(text);
	event_put(r->hub, &e);
}

static void act(const struct recordings *r, bool ok, const char *result)
{
	struct event e = event_make(EVENT_ACT, clock_now());

	e.act.what = STR_LIT("record");
	e.act.ok = ok;
	e.act.result = str_of(result);
	event_put(r->hub, &e);
}

/* The late one. */

static int begin(struct recordings *r, usec_t now, char said[static RECORDINGS_SAID])
{
	char path[PATH_SHOWN], span[16];
	int err = late_record_begin(&r->late, now);
	struct str shown = late_path(r, path);

	if (err) {
		snprintf(said, RECORDINGS_SAID, "cannot record: %s: %.*s", strerror(-err),
			STR_FMT(shown));
		return err;
	}
	past_findings_record(&r->past, r->late.from);
	struct str before = span_text(r->late.since - r->late.from, span);
	if (r->late.since > r->late.from)
		snprintf(said, RECORDINGS_SAID, "recording to %.*s, with the %.*s before",
			STR_FMT(shown), STR_FMT(before));
	else
		snprintf(said, RECORDINGS_SAID, "recording to %.*s", STR_FMT(shown));
	return 0;
}

static int end(struct recordings *r, char said[static RECORDINGS_SAID])
{
	char path[PATH_SHOWN];
	int err = late_record_end(&r->late);
	struct str shown = late_path(r, path);

	r->by_itself = false;
	past_findings_recorded(&r->past, err == 0);
	if (err)
		snprintf(said, RECORDINGS_SAID, "cannot finish: %s: %.*s", strerror(-err),
			STR_FMT(shown));
	else
		snprintf(said, RECORDINGS_SAID, "recorded: %.*s", STR_FMT(shown));
	return err;
}

bool recordings_ask(struct recordings *r, char said[static RECORDINGS_SAID])
{
	if (r->full.recorder) {
		snprintf(said, RECORDINGS_SAID,
			"--record has recorded since the start, and goes on");
		return false;
	}
	if (r->late.catching_up) {
		snprintf(said, RECORDINGS_SAID,
			"the minutes before are still being written: R ends it after that");
		return false;
	}
	bool done = (late_record_is_on(&r->late) ? end(r, said) : begin(r, clock_now(), said)) == 0;
	act(r, done, said);
	return done;
}

bool recordings_failed(struct recordings *r, char said[static RECORDINGS_SAID])
{
	int err = r->late.err;
	char path[PATH_SHOWN];

	if (!late_record_is_on(&r->late) || !err)
		return false;
	late_record_end(&r->late);
	r->by_itself = false;
	past_findings_recorded(&r->past, false);
	struct str shown = late_path(r, path);
	snprintf(said, RECORDINGS_SAID, "recording stopped: %s: %.*s", strerror(-err),
		STR_FMT(shown));
	snprintf(r->failed, sizeof r->failed, "%s", said);
	return true;
}

/* Findings. */

/* How many there may be is what the store says with --daemon. */
static void begin_alone(struct recordings *r, usec_t now)
{
	char said[RECORDINGS_SAID], text[RECORDINGS_SAID + 64];
	bool stored = store_record_is_on(&r->stored);

	r->attacks = r->past.attacks;
	if ((!stored && r->alone == ALONE_MAX) || late_record_is_on(&r->late))
		return;
	r->alone++;
	r->by_itself = begin(r, now, said) == 0;
	snprintf(text, sizeof text, "%s (record.on_finding, %u of %d files)", said, r->alone,
		ALONE_MAX);
	note(r, now, stored ? said : text);
	act(r, r->by_itself, said);
}

static void end_alone(struct recordings *r, usec_t now)
{
	char said[RECORDINGS_SAID];

	if (!r->by_itself || r->late.catching_up)
		return;
	r->has_ended = end(r, said) == 0 && store_record_is_on(&r->stored);
	note(r, now, said);
}

static bool is_full(const struct recordings *r)
{
	uint64_t most = r->options->record_max_size;

	if (r->stored.store)
		most = store_file_size(r->stored.store, most);
	return most && late_record_bytes(&r->late) >= most;
}

/* With --daemon, what comes after a file that was full is recorded, too. */
static bool is_new(const struct recordings *r)
{
	return !r->grave || (store_record_is_on(&r->stored) && r->past.attacks != r->attacks &&
				    !late_record_is_on(&r->late));
}

/* One file an incident: it ends when no grave finding has held for a while. */
static bool poll(struct taker *taker, usec_t now)
{
	struct recordings *r = (struct recordings *)taker;
	char said[RECORDINGS_SAID];

	if (r->by_itself && recordings_failed(r, said))
		note(r, now, said);
	if (store_record_is_on(&r->stored))
		store_record_poll(&r->stored, now, late_record_is_on(&r->late) ? r->late.path : "");
	if (past_findings_hold(&r->past, SEVERITY_ATTACK)) {
		if (is_new(r))
			begin_alone(r, now);
		r->grave = now;
	} else if (r->grave && now - r->grave > CALM) {
		r->grave = 0;
		end_alone(r, now);
	}
	if (r->by_itself && is_full(r))
		end_alone(r, now);
	return false;
}

/* How much of them is thinned, once a second: for them, and for the screen. */
static void take(struct taker *taker, const struct event *event)
{
	struct recordings *r = (struct recordings *)taker;
	const struct thin *thin = r->full.recorder ? &r->full.thin : &r->late.thin;
	struct event e = event_make(EVENT_THINNED, event->ts);

	if (thin->moves < r->thinned.moves)
		r->thinned = (struct event_thinned){0}; /* another recording */
	e.thinned.moves = thin->moves - r->thinned.moves;
	e.thinned.conns = thin->conns - r->thinned.conns;
	r->thinned = (struct event_thinned){thin->moves, thin->conns};
	if (e.thinned.moves)
		event_put(r->hub, &e);
}

/* Its whole life. */

static const enum compression compressions[] = {[OPTION_COMPRESSION_NONE] = COMPRESSION_NONE,
	[OPTION_COMPRESSION_GZIP] = COMPRESSION_GZIP,
	[OPTION_COMPRESSION_ZSTD] = COMPRESSION_ZSTD};

void recordings_init(struct recordings *r, const struct options *options, struct event_sink *hub,
	const struct model *model, const struct event_start *start)
{
	*r = (struct recordings){
		.taker = {.name = "recordings", .kinds = TAKER_KIND(EVENT_TICK), .take = take},
		.options = options,
		.hub = hub};
	late_record_init(&r->late, model, start, &r->flight);
	r->late.moves = options->record_moves;
	r->late.how = compressions[options->record_compression];
	past_findings_init(&r->past);
}

/* Why the name is refused that something has. */
static const char *refusal(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return "not a regular file";
	return "it exists, and a recording overwrites nothing; expected a new name, or move it "
	       "away";
}

static int open_full(struct recordings *r, char reason[static 512])
{
	const struct options *o = r->options;
	const struct full_record_options options = {.path = o->record,
		.max_size = o->record_max_size,
		.files = (unsigned)o->record_files,
		.moves = o->record_moves,
		.model = r->late.model,
		.start = r->late.start,
		.hub = r->hub};
	int err = full_record_open(&r->full, &options);

	if (err == -EEXIST)
		snprintf(reason, 512, "--record %s: %s", o->record, refusal(o->record));
	else if (err)
		snprintf(reason, 512, "--record %s: %s", o->record, strerror(-err));
	return err == -EEXIST ? -EINVAL : err;
}

static int open_stored(struct recordings *r, char reason[static 512])
{
	const struct options *o = r->options;
	const struct store_record_options options = {.dir = o->record,
		.most = o->record_max_total,
		.how = compressions[o->record_compression],
		.file = {.max_size = o->record_max_size,
			.max_span = o->record_max_span,
			.moves = o->record_moves,
			.model = r->late.model,
			.start = r->late.start,
			.hub = r->hub}};
	char why[STORE_WHY_MAX];
	int err = store_record_open(&r->stored, &options, &r->full, why);

	if (err)
		snprintf(reason, 512, "--record %.200s: %s", o->record, why);
	else
		r->late.dir = r->dir;
	if (!err)
		text_copy(r->dir, sizeof r->dir, str_of(store_incidents(r->stored.store)));
	return err;
}

int recordings_open(struct recordings *r, bool console, char reason[static 512])
{
	const struct options *o = r->options;
	const struct flight_options options = {
		.span = (usec_t)o->record_minutes * 60 * USEC_PER_SEC,
		.memory = (size_t)o->record_memory};

	const bool stored = o->daemon && o->record; /* without, it only publishes */

	if (o->record && !o->daemon)
		return open_full(r, reason);
	int err = stored ? open_stored(r, reason) : 0;
	if (o->record_on_finding || stored)
		r->taker.poll = poll;
	if (err || !options.span || !(console || o->record_on_finding || stored))
		return err;
	err = flight_record_init(&r->flight, &options, r->late.model, r->late.start, r->hub);
	if (err)
		snprintf(reason, 512, "the flight recorder: %s", strerror(-err));
	return err;
}

void recordings_finish(struct recordings *r)
{
	char said[RECORDINGS_SAID];

	if (!late_record_is_on(&r->late))
		return;
	if (end(r, said) < 0)
		snprintf(r->failed, sizeof r->failed, "%s", said);
	else
		r->has_ended = store_record_is_on(&r->stored);
}

int recordings_done(struct recordings *r)
{
	late_record_done(&r->late);
	flight_record_done(&r->flight);
	int err = full_record_close(&r->full);
	store_record_close(&r->stored);
	return err;
}

bool recordings_ended(struct recordings *r)
{
	bool ended = r->has_ended;

	r->has_ended = false;
	return ended;
}

usec_t recordings_since(const struct recordings *r, uint64_t *ret_bytes)
{
	*ret_bytes =
		r->full.recorder ? recorder_bytes(r->full.recorder) : late_record_bytes(&r->late);
	return full_record_is_on(&r->full)   ? r->full.since
	       : late_record_is_on(&r->late) ? r->late.since
					     : 0;
}

void recordings_reopen(struct recordings *r, usec_t now)
{
	if (store_record_is_on(&r->stored))
		store_record_rotate(&r->stored, now);
	else
		full_record_reopen(&r->full, now);
}

bool recordings_unsaved(const struct recordings *r, char said[static RECORDINGS_SAID])
{
	size_t n = full_record_is_on(&r->full) ? 0 : past_findings_unsaved(&r->past);
	usec_t since = flight_record_since(&r->flight);
	char span[16];

	if (!n || late_record_is_on(&r->late))
		return false;
	struct str last = span_text(clock_now() - since, span);
	if (since)
		snprintf(said, RECORDINGS_SAID,
			"q again to quit; R saves the last %.*s (%zu finding%s not recorded)",
			STR_FMT(last), n, n == 1 ? "" : "s");
	else
		snprintf(said, RECORDINGS_SAID,
			"q again to quit; %zu finding%s not recorded, and R begins only now", n,
			n == 1 ? " is" : "s are");
	return true;
}
