// SPDX-License-Identifier: MIT
/* A recording of a fleet: what was said gives the same when it is read again, and one that begins
 * in the middle tells what members have said last. */
#include "fleet_facts.h"

#include "app/picture.h"
#include "event/json_read.h"
#include "event/json_write.h"

/* Each event as a line, read again and applied. */
struct again {
	struct event_sink sink; /* first */
	struct jsonw text;
	struct record_reader *reader;
	struct model *to;
};

static void put_again(struct event_sink *sink, const struct event *event)
{
	struct again *a = (struct again *)sink;
	const char *error = NULL;
	struct event read;

	jsonw_clear(&a->text);
	json_put_event(&a->text, event);
	assert_false(a->text.failed);
	struct str line = {a->text.p, a->text.n};
	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (record_read(a->reader, line, &read, &error) != 1)
		fail_msg("%.*s: %s", STR_FMT(line), error ? error : "no event");
	model_apply(a->to, &read);
}

static struct again begun(void)
{
	struct again a = {
		.sink = {.put = put_again}, .reader = record_reader_new(), .to = fleet_model()};

	assert_non_null(a.reader);
	return a;
}

static void done(struct again *a)
{
	record_reader_free(a->reader);
	jsonw_done(&a->text);
	model_free(a->to);
}

static void same_member(const struct member *x, const struct member *y)
{
	assert_string_equal(x->name, y->name);
	assert_string_equal(x->note, y->note);
	assert_string_equal(x->verdict, y->verdict);
	assert_int_equal(x->state, y->state);
	assert_int_equal(x->severity, y->severity);
	assert_true(x->last == y->last && x->since == y->since && x->every == y->every);
	assert_true(x->ahead == y->ahead);
	assert_int_equal(x->seq, y->seq);
	assert_int_equal(x->tcp.conns, y->tcp.conns);
	assert_int_equal(x->log.requests, y->log.requests);
	assert_int_equal(x->host_count, y->host_count);
	assert_int_equal(x->flags, y->flags);
	assert_memory_equal(x->figures, y->figures, sizeof x->figures);
}

static void same_fleet(const struct model *a, const struct model *b)
{
	const struct fleet *f = model_fleet(a), *g = model_fleet(b);

	assert_non_null(g);
	assert_int_equal(f->count, g->count);
	assert_int_equal(f->up, g->up);
	assert_int_equal(f->lost_members, g->lost_members);
	assert_int_equal(f->conns, g->conns);
	assert_memory_equal(f->figures, g->figures, sizeof f->figures);
	for (uint32_t id = fleet_next(f, 0); id != POOL_NONE; id = fleet_next(f, id + 1))
		same_member(fleet_at(f, id), fleet_at(g, id));
}

static void same_host(const struct model *a, const struct model *b, const char *ip)
{
	const struct host *x = host_named(a, ip), *y = host_named(b, ip);

	assert_non_null(y);
	assert_int_equal(x->tcp.conns, y->tcp.conns);
	assert_memory_equal(x->tcp.states, y->tcp.states, sizeof x->tcp.states);
	assert_int_equal(x->log.requests, y->log.requests);
	assert_int_equal(x->log.bytes, y->log.bytes);
	assert_int_equal(x->tcp.syns, y->tcp.syns);
}

static void flag(struct event_sink *sink, uint32_t machine, int at)
{
	struct event e = event_make(EVENT_FLAG, T0 + at * SEC);

	e.machine = machine;
	e.flag.flag = STR_LIT("scanner");
	e.flag.on = true;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = STR_LIT("198.51.100.1");
	e.flag.severity = SEVERITY_ATTACK;
	e.flag.since = T0;
	event_put(sink, &e);
}

struct direct {
	struct event_sink sink; /* first */
	struct model *to;
	struct event_sink *also; /* NULL: nobody */
};

static void put_direct(struct event_sink *sink, const struct event *event)
{
	struct direct *d = (struct direct *)sink;

	model_apply(d->to, event);
	if (d->also)
		event_put(d->also, event);
}

static void set(struct event_sink *sink, uint32_t number, int at, uint64_t seq, const char *said)
{
	struct event e = event_make(EVENT_MACHINE, T0 + at * SEC);
	char name[16];

	snprintf(name, sizeof name, "web%u", number);
	e.machine = number;
	e.machine_said.name = str_of(name);
	e.machine_said.seq = seq;
	e.machine_said.every_us = 10 * SEC;
	e.machine_said.behind_us = 700 * number;
	e.machine_said.figures = str_of(said);
	e.machine_said.verdict = STR_LIT("a crawler");
	e.machine_said.severity = SEVERITY_SUSPECT;
	event_put(sink, &e);
}

static void share(struct event_sink *sink, uint32_t number, int at, const char *net, uint64_t conns,
	uint64_t requests)
{
	struct event e = share_event(number, at, net);

	e.share.conns = conns;
	e.share.half_open = 1;
	e.share.requests = requests;
	e.share.bytes = 10 * requests;
	e.share.syns = requests;
	event_put(sink, &e);
}

static void lose(struct event_sink *sink, uint32_t number, int at)
{
	struct event e = event_make(EVENT_MACHINE, T0 + at * SEC);
	char name[16];

	snprintf(name, sizeof name, "web%u", number);
	e.machine = number;
	e.machine_said.name = str_of(name);
	e.machine_said.state = MEMBER_LOST;
	e.machine_said.note = STR_LIT("connection refused");
	event_put(sink, &e);
}

static void first_half(struct event_sink *sink)
{
	set(sink, 1, 0, 1, "conns=10 requests=1000 lost=3");
	share(sink, 1, 0, "198.51.100.1", 4, 500);
	share(sink, 1, 0, "198.51.100.0/24", 6, 800);
	set(sink, 2, 1, 1, "conns=20 requests=500");
	share(sink, 2, 1, "198.51.100.1", 5, 100);
	share(sink, 2, 1, "2001:db8::1", 2, 10);
	flag(sink, 2, 3);
	set(sink, 3, 3, 1, "conns=1 requests=7");
	share(sink, 3, 3, "198.51.100.1", 1, 7);
	lose(sink, 3, 9);
	set(sink, 1, 10, 2, "conns=11 requests=1100 lost=3");
	share(sink, 1, 10, "198.51.100.1", 3, 550);
	share(sink, 1, 10, "198.51.100.0/24", 6, 860);
}

static void second_half(struct event_sink *sink)
{
	set(sink, 1, 20, 3, "conns=9 requests=1300 lost=3");
	share(sink, 1, 20, "198.51.100.1", 2, 650);
	share(sink, 1, 20, "198.51.100.0/24", 5, 1000);
	set(sink, 2, 21, 3, "conns=25 requests=600");
	share(sink, 2, 21, "198.51.100.1", 6, 150);
}

static void a_recording_gives_the_same(void **state)
{
	struct again a = begun();
	struct direct d = {.sink = {.put = put_direct}, .to = fleet_model(), .also = &a.sink};

	(void)state;
	first_half(&d.sink);
	second_half(&d.sink);
	same_fleet(d.to, a.to);
	same_host(d.to, a.to, "198.51.100.1");
	same_host(d.to, a.to, "2001:db8::1");
	assert_int_equal(network_requests(&a.to->networks, network_of(a.to, "198.51.100.0/24")),
		network_requests(&d.to->networks, network_of(d.to, "198.51.100.0/24")));
	assert_int_equal(member(a.to, 2)->missed, 1);
	assert_int_equal(a.to->flags.pool.live, 1);
	assert_int_equal(model_machine(a.to)->lost, 0);
	model_free(d.to);
	done(&a);
}

/* Whoever begins later learns what was said last, and goes on as the other does. */
static void a_picture_has_the_fleet(void **state)
{
	const struct event_start start = {.schema = EVENT_SCHEMA};
	struct again a = begun();
	struct direct d = {.sink = {.put = put_direct}, .to = fleet_model()};

	(void)state;
	first_half(&d.sink);
	picture_put(d.to, &start, T0 + 12 * SEC, &a.sink);
	same_fleet(d.to, a.to);
	assert_string_equal(member(a.to, 3)->note, "connection refused");
	d.also = &a.sink;
	second_half(&d.sink);
	same_fleet(d.to, a.to);
	assert_int_equal(host_named(a.to, "198.51.100.1")->tcp.conns, 8);
	/* Without what is over: nobody tells it any more. */
	assert_int_equal(host_named(a.to, "198.51.100.1")->log.requests, 650 + 150);
	assert_int_equal(network_of(a.to, "198.51.100.0/24")->tcp.conns,
		network_of(d.to, "198.51.100.0/24")->tcp.conns);
	/* What came between the set before the picture and the one after it is a rate. */
	assert_int_equal(number_of(a.to, 1, "requests_per_sec"), 20);
	assert_true(per_minute(a.to, "198.51.100.1") > 0);
	assert_int_equal(a.to->flags.pool.live, 1);
	assert_int_equal(flags_at(&a.to->flags, flags_next(&a.to->flags, 0))->machine, 2);
	model_free(d.to);
	done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_gives_the_same),
		cmocka_unit_test(a_picture_has_the_fleet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
