// SPDX-License-Identifier: MIT
/* A recording that begins in the middle of a run: a replay of it begins with what was there, and
 * goes on as the run did. */
#include "stories.h"

#include "app/late_record.h"
#include "base/container.h"
#include "output/ndjson.h"
#include "record/replay.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static struct late_record late;
static struct flight_record flight; /* off, but where a test wants it */
static char dir[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/nethergaze_late_XXXXXX");
	assert_non_null(mkdtemp(dir));
	return chdir(dir);
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", dir);
	return chdir("/") || system(command); // NOLINT(cert-env33-c)
}

static const struct event_start start = {
	.version = {"0", 1}, .host = {"site", 4}, .schema = EVENT_SCHEMA, .seed = 7};

/* A replay's model. */
struct stage {
	struct event_sink sink; /* first */
	struct model *model;
	uint64_t lost;
};

static void put_staged(struct event_sink *sink, const struct event *event)
{
	struct stage *s = (struct stage *)sink;

	s->lost += event->kind == EVENT_LOST;
	model_apply(s->model, event);
}

static struct stage replayed(const char *path)
{
	struct stage s = {.sink = {.put = put_staged}, .model = model_new(&MODEL_LIMITS_DEFAULT)};
	char reason[SOURCE_REASON_MAX];
	struct source *replay =
		replay_new(&(struct replay_options){.path = path, .as_recorded = true}, reason);

	assert_non_null(s.model);
	assert_non_null(replay);
	while (source_poll(replay, 1, &s.sink) > 0)
		;
	source_free(replay);
	assert_int_equal(s.lost, 0);
	return s;
}

/* What can be told of what is there: each connection, with its host's place and name. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *conn_text(const struct model *m, const struct conn *c)
{
	const struct host *h = model_host(m, c->host);
	const struct label *owner = model_owner(m, c), *netns = model_netns(m, c);
	struct str country = geo_country(h), org = geo_org(&m->geo, h);
	const struct address_name *name = model_address_name(m, &c->ip);
	char ip[ADDR_TEXT_MAX], *text = malloc(512);

	addr_format(&c->ip, ip);
	snprintf(text, 512, "%s %u>%u %u %u rx %lu tx %lu rtt %u %s %s %.*s %.*s %u %s", ip,
		c->port, c->lport, c->state, c->dir, (unsigned long)c->rx, (unsigned long)c->tx,
		c->rtt_us, owner ? owner->text : "-", netns ? netns->text : "-", STR_FMT(country),
		STR_FMT(org), geo_asn(&m->geo, h), name ? name->name : "-");
	return text;
}

static size_t all_conns(const struct model *m, char *ret[static STORY_CONNS])
{
	size_t n = 0;

	for (uint32_t id = pool_next(&m->conns, 0); id != POOL_NONE;
		id = pool_next(&m->conns, id + 1))
		if (!conn_is_closed(model_conn(m, id)))
			ret[n++] = conn_text(m, model_conn(m, id));
	qsort(ret, n, sizeof *ret, by_text);
	return n;
}

static void same_conns(const struct model *a, const struct model *b)
{
	char *of_a[STORY_CONNS], *of_b[STORY_CONNS];
	size_t n = all_conns(a, of_a), also = all_conns(b, of_b);

	assert_int_equal(n, also);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(of_a[i], of_b[i]);
		free(of_a[i]);
		free(of_b[i]);
	}
}

static size_t all_marks(const struct model *m, const struct timeline_entry *ret[TIMELINE_MAX])
{
	size_t n = timeline_list(&m->timeline, ret, TIMELINE_MAX), marks = 0;

	for (size_t i = 0; i < n; i++)
		if (ret[i]->kind == TIMELINE_MARK)
			ret[marks++] = ret[i];
	return marks;
}

static void same_marks(const struct model *a, const struct model *b)
{
	const struct timeline_entry *of_a[TIMELINE_MAX], *of_b[TIMELINE_MAX];
	size_t n = all_marks(a, of_a);

	assert_int_equal(n, all_marks(b, of_b));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(of_a[i]->from, of_b[i]->from);
		assert_string_equal(of_a[i]->name, of_b[i]->name);
	}
}

static void same_machine(const struct model *a, const struct model *b)
{
	const struct machine *x = model_machine(a), *y = model_machine(b);

	assert_string_equal(x->name, y->name);
	assert_string_equal(x->source, y->source);
	assert_int_equal(x->sees, y->sees);
	assert_int_equal(x->log_count, y->log_count);
	assert_string_equal(x->logs[0].name, y->logs[0].name);
	assert_int_equal(x->logs[0].lines, y->logs[0].lines);
	assert_string_equal(x->verdict.text, y->verdict.text);
	assert_int_equal(a->flags.pool.live, b->flags.pool.live);
	assert_int_equal(x->mark.at, y->mark.at);
	assert_string_equal(x->notice, y->notice);
	same_marks(a, b);
	for (int i = 0; i < TCP_STATES; i++)
		assert_int_equal(x->totals[0].tcp.states[i], y->totals[0].tcp.states[i]);
}

static void place_at(struct world *w, struct addr ip)
{
	struct event e = event_make(EVENT_PLACE, 0), name = event_make(EVENT_RDNS, 0);

	e.place.ip = ip;
	e.place.country = STR_LIT("BR");
	e.place.asn = 64500;
	e.place.org = STR_LIT("Example Telecom");
	put(w, &e);
	name.rdns.ip = ip;
	name.rdns.name = STR_LIT("host.example");
	name.rdns.confirmed = true;
	put(w, &name);
}

/* A minute into its run, somebody holds connections, and somebody else scans. */
static void act(struct world *w, unsigned s, unsigned n)
{
	char path[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof path, "/%u/.env", s * n + i);
		ask(w, culprit(), path, 404);
	}
	if (s < 20)
		hold(w, neighbour(s), 80)->rx = 10;
	if (s < 20)
		half_open(w, neighbour(100 + s), 80);
}

static struct world *begun_world(void)
{
	struct world *w = world_new();
	struct event mark = event_make(EVENT_MARK, 0), note = event_make(EVENT_NOTE, 0);

	play_for(w, NULL, 0, 65);
	mark.mark.name = STR_LIT("before");
	put(w, &mark);
	mark.mark.name = STR_ABSENT;
	note.note.text = STR_LIT("the network is slow");
	put(w, &note);
	play_for(w, act, 2, 30);
	w->puts = 500;
	place_at(w, neighbour(3));
	place_at(w, culprit()); /* who has no connection */
	put(w, &mark);
	assert_true(w->model->flags.pool.live > 0);
	late_record_init(&late, w->model, &start, &flight);
	hub_join(&w->hub, &late.taker);
	return w;
}

static void a_replay_begins_with_the_picture(void **state)
{
	struct world *w = begun_world();

	(void)state;
	assert_int_equal(late_record_begin(&late, w->model->now), 0);
	assert_int_equal(late_record_end(&late), 0);
	struct stage s = replayed(late.path);
	same_machine(w->model, s.model);
	same_conns(w->model, s.model);
	assert_true(s.model->conns.live >= 40);
	model_free(s.model);
	world_free(w);
}

static void and_goes_on_as_the_run_did(void **state)
{
	struct world *w = begun_world();
	struct addr who = culprit();

	(void)state;
	assert_int_equal(late_record_begin(&late, w->model->now), 0);
	play_for(w, act, 2, 5);
	hang_up(w);
	play_for(w, act, 1, 5);
	assert_true(late_record_bytes(&late) > 0);
	assert_int_equal(late_record_end(&late), 0);
	struct stage s = replayed(late.path);
	same_machine(w->model, s.model);
	same_conns(w->model, s.model);
	/* Who was known and had no connection: told with the first event of it. */
	uint32_t id = model_find_host(s.model, &who);
	assert_true(id != POOL_NONE);
	assert_str(geo_country(model_host(s.model, id)), "BR");
	model_free(s.model);
	world_free(w);
}

static unsigned files(void)
{
	DIR *d = opendir(".");
	unsigned n = 0;

	for (const struct dirent *e; (e = readdir(d));)
		n += strncmp(e->d_name, "nethergaze-", 11) == 0;
	closedir(d);
	return n;
}

/* In one second, too; and what lies there is left alone. */
static void each_has_a_file_of_its_own(void **state)
{
	struct world *w = begun_world();
	struct stat st;

	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(late_record_begin(&late, w->model->now), 0);
		assert_int_equal(stat(late.path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(late_record_end(&late), 0);
		assert_int_equal(files(), i);
	}
	play_for(w, NULL, 0, 3); /* nothing is written any more */
	late_record_done(&late);
	world_free(w);
}

static void where_it_cannot_be_written(void **state)
{
	struct world *w = begun_world();

	(void)state;
	assert_int_equal(mkdir("gone", 0700), 0);
	assert_int_equal(chdir("gone"), 0);
	assert_int_equal(rmdir("../gone"), 0);
	setenv("XDG_STATE_HOME", dir, 1);
	assert_int_equal(late_record_begin(&late, w->model->now), 0);
	assert_non_null(strstr(late.path, dir));
	assert_int_equal(late_record_end(&late), 0);
	setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
	assert_true(late_record_begin(&late, w->model->now) < 0);
	assert_false(late_record_is_on(&late));
	unsetenv("XDG_STATE_HOME");
	world_free(w);
}

/* With the last minutes before it. */

/* A judgement of its own over the file. */
struct judged {
	struct world *w;
	struct event_sink sink;
};

static void judge(struct event_sink *sink, const struct event *event)
{
	struct world *w = container_of(sink, struct judged, sink)->w;

	event_put(&w->hub.sink, event);
}

static struct world *judged_anew(const char *path)
{
	struct judged j = {world_new(), {.put = judge}};
	char reason[SOURCE_REASON_MAX];
	struct source *replay = replay_new(&(struct replay_options){.path = path}, reason);

	assert_non_null(replay);
	while (source_poll(replay, 1, &j.sink) > 0)
		;
	source_free(replay);
	return j.w;
}

/* Of what was there before `from`, nothing can tell since when. */
static char *flag_text(const struct flag *f, usec_t from)
{
	char *text = malloc(512);
	usec_t since = f->since < from + USEC_PER_SEC * 60 ? 0 : f->since;

	assert_non_null(text);
	snprintf(text, 512, "%s %u %s %u since %ld", f->name, f->scope, f->who, f->severity,
		(long)(since / USEC_PER_SEC));
	return text;
}

static size_t all_flags(const struct model *m, usec_t from, char *ret[static 64])
{
	const struct flag *top[64];
	size_t n = flags_top(&m->flags, top, 64);

	for (size_t i = 0; i < n; i++)
		ret[i] = flag_text(top[i], from);
	qsort(ret, n, sizeof *ret, by_text);
	return n;
}

static void same_flags(const struct model *a, const struct model *b, usec_t from)
{
	char *of_a[64], *of_b[64];
	size_t n = all_flags(a, from, of_a), also = all_flags(b, from, of_b);

	assert_true(n > 0);
	for (size_t i = 0; i < n && i < also; i++)
		assert_string_equal(of_a[i], of_b[i]);
	assert_int_equal(n, also);
	for (size_t i = 0; i < n; i++) {
		free(of_a[i]);
		free(of_b[i]);
	}
}

/* A run whose last `minutes` are kept from its beginning on. */
static struct world *flying_world(unsigned minutes)
{
	const struct flight_options options = {
		.span = minutes * 60 * USEC_PER_SEC, .memory = (size_t)16 << 20};
	struct world *w = world_new();

	assert_int_equal(flight_record_init(&flight, &options, w->model, &start, &w->hub.sink), 0);
	late_record_init(&late, w->model, &start, &flight);
	hub_join(&w->hub, &flight.taker);
	hub_join(&w->hub, &late.taker);
	put_start(w, start.seed);
	return w;
}

static void end_flight(struct world *w)
{
	late_record_done(&late);
	flight_record_done(&flight);
	world_free(w);
}

/* As the loop does: events between the slices in which what came before is written. */
static void write_before(struct world *w)
{
	for (int i = 0; hub_poll(&w->hub, w->now) && i < 10000; i++)
		if (late.catching_up && i < 3)
			play_for(w, act, 2, 1);
	assert_false(late.catching_up);
}

/* A flag that began early in what was kept may have begun before. */
static void assert_replays(struct world *w)
{
	struct stage s = replayed(late.path);

	same_machine(w->model, s.model);
	same_conns(w->model, s.model);
	same_flags(w->model, s.model, 0); /* as recorded: since when as well */
	model_free(s.model);
	struct world *again = judged_anew(late.path);
	same_flags(w->model, again->model, late.from);
	world_free(again);
}

static void it_begins_before_it_was_asked_for(void **state)
{
	struct world *w = flying_world(5);
	usec_t began = w->now;

	(void)state;
	play_for(w, NULL, 0, 65);
	play_for(w, act, 2, 30);
	assert_int_equal(late_record_begin(&late, w->now), 0);
	assert_true(late.from >= began && late.from < began + USEC_PER_SEC);
	write_before(w);
	play_for(w, act, 2, 5);
	hang_up(w);
	play_for(w, act, 1, 5);
	assert_int_equal(late_record_end(&late), 0);
	assert_replays(w);
	end_flight(w);
}

/* Then a picture is what it begins with. */
static void the_beginning_of_the_run_is_gone(void **state)
{
	struct world *w = flying_world(3);
	usec_t began = w->now;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		hold(w, neighbour(i), 80)->rx = 10;
	place_at(w, neighbour(3));
	place_at(w, culprit());
	play_for(w, NULL, 0, 300);
	play_for(w, act, 2, 30);
	assert_int_equal(late_record_begin(&late, w->now), 0);
	assert_true(late.from > began + 60 * USEC_PER_SEC);
	assert_true(w->now - late.from >= 180 * USEC_PER_SEC);
	write_before(w);
	assert_int_equal(late_record_end(&late), 0);
	assert_replays(w);
	/* Again: what was kept is still kept. */
	assert_int_equal(late_record_begin(&late, w->now), 0);
	assert_int_equal(late_record_end(&late), 0); /* whole, without its slices */
	assert_replays(w);
	end_flight(w);
}

/* Who somebody is may be found out before the recording has told of that address. */
static void a_claim_of_a_host_that_comes_later(void **state)
{
	struct world *w = begun_world();
	struct event claim = event_make(EVENT_CRAWLER, 0);

	(void)state;
	claim.crawler.ip = culprit(); /* who has no connection */
	claim.crawler.name = STR_LIT("Examplebot");
	claim.crawler.outcome = CLAIM_CONFIRMED;
	assert_int_equal(late_record_begin(&late, w->model->now), 0);
	put(w, &claim);
	assert_int_equal(late_record_end(&late), 0);
	struct stage s = replayed(late.path);
	assert_int_equal(model_machine(s.model)->lost, 0);
	model_free(s.model);
	world_free(w);
}

/* Not even the picture fits: that is said, once. */
static void memory_that_holds_nothing(void **state)
{
	const struct flight_options options = {.span = 60 * USEC_PER_SEC, .memory = 512};
	struct world *w = world_new();
	char *notice = w->model->machine->notice;

	(void)state;
	assert_int_equal(flight_record_init(&flight, &options, w->model, &start, &w->hub.sink), 0);
	hub_join(&w->hub, &flight.taker);
	for (unsigned i = 0; i < 20; i++)
		hold(w, neighbour(i), 80)->rx = 10;
	assert_string_equal(notice, "");
	play_for(w, NULL, 0, 30);
	assert_non_null(strstr(notice, "record.memory"));
	notice[0] = '\0';
	play_for(w, NULL, 0, 200);
	assert_true(flight_lost(flight.flight).too_large > 1);
	assert_string_equal(notice, "");
	flight_record_done(&flight);
	flight = (struct flight_record){0};
	world_free(w);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_replay_begins_with_the_picture),
		CASE(and_goes_on_as_the_run_did),
		CASE(each_has_a_file_of_its_own),
		CASE(where_it_cannot_be_written),
		CASE(a_claim_of_a_host_that_comes_later),
		CASE(memory_that_holds_nothing),
		CASE(it_begins_before_it_was_asked_for),
		CASE(the_beginning_of_the_run_is_gone),
	};

	return cmocka_run_group_tests_name("recordings that begin late", tests, NULL, NULL);
}
