// SPDX-License-Identifier: MIT
/* A recorder's long life in a short time: plays a recording again and again, as fast as it goes,
 *into what --record DIR/ --daemon has: the hub, the model, the judgement and the recordings. Its
 *clock is the events'.
 *
 *	all_year RECORDING DIR HOURS [FLAG...]		the flags and the environment are
 *nethergaze's
 *
 * Writes to stdout what was found and, as JSON, what it took. */
#include "app/flag_options.h"
#include "app/hub.h"
#include "app/option_setup.h"
#include "app/recordings.h"
#include "detect/detect.h"
#include "record/recording.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOUR        (3600 * USEC_PER_SEC)
#define BETWEEN     (90 * USEC_PER_SEC) /* two plays: an incident ends in between */
#define LOOK_EVERY  (10 * USEC_PER_SEC)
#define BLOCK_BYTES 512

struct life {
	struct taker model_taker, found_taker; /* the first two */
	struct hub hub;
	struct model *model;
	struct detect *detect;
	struct recordings recordings;
	struct event_start start;
	usec_t begun, now, looked;
	uint64_t events, found, disk_most, memory_warm, memory_most;
};

static struct life life;
static uint64_t disk; /* of the walk that goes on */

static void die(const char *what)
{
	fprintf(stderr, "all_year: %s\n", what);
	exit(1);
}

static void take_model(struct taker *taker, const struct event *event)
{
	(void)taker;
	model_apply(life.model, event);
}

/* Each attack, once: behind what keeps count of them. */
static void take_found(struct taker *taker, const struct event *event)
{
	const struct event_flag *e = &event->flag;

	(void)taker;
	if (life.recordings.past.attacks == life.found)
		return;
	life.found = life.recordings.past.attacks;
	printf("%.*s %.*s %" PRId64 "\n", STR_FMT(e->flag), STR_FMT(e->who),
		event->ts / USEC_PER_SEC);
}

static int add_file(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)path;
	(void)walk;
	if (type == FTW_F)
		disk += (uint64_t)st->st_blocks * BLOCK_BYTES;
	return 0;
}

static uint64_t resident(void)
{
	unsigned long all = 0, here = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu %lu", &all, &here) != 2)
		die("/proc/self/statm");
	fclose(f);
	return (uint64_t)here * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void look(const char *dir, bool warm)
{
	disk = 0;
	nftw(dir, add_file, 16, FTW_PHYS);
	if (disk > life.disk_most)
		life.disk_most = disk;
	uint64_t memory = resident();
	uint64_t *most = warm ? &life.memory_most : &life.memory_warm;
	if (memory > *most)
		*most = memory;
}

static void put(const struct event *event, const char *dir, usec_t until)
{
	event_put(&life.hub.sink, event);
	life.events++;
	if (event->ts > life.now)
		life.now = event->ts;
	if (event->kind != EVENT_TICK)
		return;
	while (hub_poll(&life.hub, life.now))
		;
	if (life.now - life.looked < LOOK_EVERY)
		return;
	life.looked = life.now;
	look(dir, life.now - life.begun > (until - life.begun) / 4);
}

/* Nothing happens, for a while. */
static void rest(usec_t from, const char *dir, usec_t until)
{
	for (usec_t at = from; at < from + BETWEEN; at += USEC_PER_SEC) {
		struct event tick = event_make(EVENT_TICK, at);
		put(&tick, dir, until);
	}
}

static void shift(struct event *e, usec_t by)
{
	const struct event_kind_info *kind = &event_kinds[e->kind];

	e->ts += by;
	for (size_t i = 0; i < kind->count; i++) {
		usec_t *t = (usec_t *)(void *)((char *)e + kind->fields[i].offset);
		if (kind->fields[i].type == FIELD_USEC && *t)
			*t += by;
	}
}

static usec_t play(struct recording *r, usec_t at, const char *dir, usec_t until)
{
	struct event e;
	size_t budget = SIZE_MAX;
	usec_t last = at;

	while (recording_next(r, &budget, &e) > 0) {
		budget = SIZE_MAX;
		if (event_kinds[e.kind].derived || e.kind == EVENT_START || e.kind == EVENT_CLOCK)
			continue;
		shift(&e, at - r->begin);
		last = e.ts > last ? e.ts : last;
		put(&e, dir, until);
	}
	rest(last, dir, until);
	if (recording_go(r, r->begin) < 0)
		die("cannot play it again");
	return last + BETWEEN;
}

static void begin(const struct options *o, const struct flag_settings *flags)
{
	char why[512] = "no memory";
	int err = 0;

	life.model = model_new(&MODEL_LIMITS_DEFAULT);
	hub_init(&life.hub);
	life.start = (struct event_start){.version = STR_LIT("0"),
		.host = STR_LIT("all-year"),
		.schema = EVENT_SCHEMA,
		.seed = 1,
		.picture = ABSENT};
	struct detect_options given = {.model = life.model, .sink = &life.hub.sink, .flags = flags};
	if (life.model)
		life.detect = detect_new(&given, &err, why);
	if (!life.detect)
		die(why);
	recordings_init(&life.recordings, o, &life.hub.sink, life.model, &life.start);
	if (recordings_open(&life.recordings, false, why) < 0)
		die(why);
	life.model_taker = (struct taker){.name = "model", .kinds = TAKER_ALL, .take = take_model};
	life.found_taker = (struct taker){
		.name = "found", .kinds = TAKER_KIND(EVENT_FLAG), .take = take_found};
	struct taker *const takers[] = {&life.model_taker, detect_taker(life.detect),
		&life.recordings.past.taker, &life.recordings.full.taker,
		&life.recordings.flight.taker, &life.recordings.late.taker, &life.recordings.taker,
		&life.found_taker};
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		if (hub_join(&life.hub, takers[i]) < 0)
			die("too many takers");
	struct event e = event_make(EVENT_START, life.begun);
	e.start = life.start;
	event_put(&life.hub.sink, &e);
}

static int finish(const char *dir)
{
	recordings_finish(&life.recordings);
	int err = recordings_done(&life.recordings);

	look(dir, true);
	detect_free(life.detect);
	model_free(life.model);
	hub_done(&life.hub);
	printf("{\"events\":%" PRIu64 ",\"hours\":%.1f,\"attacks\":%" PRIu64
	       ",\"disk_most\":%" PRIu64 ",\"memory_warm\":%" PRIu64 ",\"memory_most\":%" PRIu64
	       "}\n",
		life.events, (double)(life.now - life.begun) / (double)HOUR, life.found,
		life.disk_most, life.memory_warm, life.memory_most);
	return err;
}

int main(int argc, char **argv)
{
	char *flags[32] = {argv[0], "--daemon", "--record", argc > 2 ? argv[2] : NULL};
	char why[SOURCE_REASON_MAX];
	struct options_state options;
	struct recording r;
	int n = 4;

	if (argc < 4)
		die("usage: all_year RECORDING DIR/ HOURS [FLAG...]");
	for (int i = 4; i < argc && n < 31; i++)
		flags[n++] = argv[i];
	if (options_init(&options, option_setup()) < 0 ||
		options_read_flags(&options, n, flags) < 0 ||
		options_read_env(&options, environ) < 0 || options_check(&options) < 0)
		die(options.error);
	if (recording_init(&r, argv[1], NULL, why) < 0)
		die(why);
	life.begun = life.now = clock_now();
	begin(&options.values, flag_options_set(&options));
	usec_t until = life.begun + (usec_t)(strtod(argv[3], NULL) * (double)HOUR);
	for (usec_t at = life.begun; at < until;)
		at = play(&r, at, argv[2], until);
	recording_done(&r);
	int err = finish(argv[2]);
	options_done(&options);
	return err ? 1 : 0;
}
