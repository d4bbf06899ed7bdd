// SPDX-License-Identifier: MIT
#include "app/hub.h"

#include "unit.h"

#include <errno.h>

#define SEEN_MAX 16

struct bench;

struct witness {
	struct taker taker; /* first */
	struct bench *bench;
	unsigned answers; /* to each note that it takes */
	bool endless;     /* answers its own answers, too */
};

struct bench {
	struct hub hub;
	struct witness a, b;
	char seen[SEEN_MAX][32]; /* "TAKER TEXT" in the order of taking */
	size_t n;
	uint64_t lost, answers;
};

static struct bench bench;

static void put_note(struct bench *b, const char *text)
{
	struct event e = event_make(EVENT_NOTE, 7);

	e.note.text = str_of(text);
	event_put(&b->hub.sink, &e);
}

static bool is_answer(struct str text)
{
	return text.n && text.p[0] == '+';
}

static void take(struct taker *taker, const struct event *e)
{
	struct witness *w = (struct witness *)taker;
	struct bench *b = w->bench;
	char text[16];

	if (e->kind == EVENT_LOST)
		b->lost += w == &b->a ? e->lost.n : 0;
	if (e->kind != EVENT_NOTE)
		return;
	if (b->n < SEEN_MAX)
		snprintf(b->seen[b->n++], sizeof b->seen[0], "%s %.*s", taker->name,
			STR_FMT(e->note.text));
	b->answers += is_answer(e->note.text);
	for (unsigned i = 0; i < w->answers && (w->endless || !is_answer(e->note.text)); i++) {
		snprintf(text, sizeof text, "+%s%u", taker->name, i);
		put_note(b, text);
		memset(text, 'x', sizeof text); /* what is borrowed ends here */
	}
}

static int set_up(void **state)
{
	(void)state;
	bench = (struct bench){
		.a = {.taker = {.name = "a", .kinds = TAKER_ALL, .take = take}, .bench = &bench},
		.b = {.taker = {.name = "b", .kinds = TAKER_ALL, .take = take}, .bench = &bench},
	};
	hub_init(&bench.hub);
	assert_int_equal(hub_join(&bench.hub, &bench.a.taker), 0);
	assert_int_equal(hub_join(&bench.hub, &bench.b.taker), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	hub_done(&bench.hub);
	return 0;
}

static void answers_wait_behind_the_event(void **state)
{
	(void)state;
	static const char *const want[] = {"a one", "b one", "a +a0", "b +a0", "a +a1", "b +a1",
		"a +b0", "b +b0", "a two", "b two"};

	bench.a.answers = 2;
	bench.b.answers = 1;
	put_note(&bench, "one");
	assert_int_equal(bench.n, 8);
	bench.a.answers = bench.b.answers = 0;
	put_note(&bench, "two");
	assert_int_equal(bench.n, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(bench.seen[i], want[i]);
}

static void takers_that_answer_each_other_come_to_an_end(void **state)
{
	(void)state;
	bench.a.answers = bench.b.answers = 2;
	bench.a.endless = bench.b.endless = true;
	put_note(&bench, "one");
	assert_int_equal(bench.answers, 2 * HUB_QUEUE_MAX);
	assert_true(bench.lost > 0);
	assert_int_equal(bench.hub.dropped, 0);

	uint64_t before = bench.answers;
	bench.a.endless = bench.b.endless = false;
	put_note(&bench, "two");
	assert_int_equal(bench.answers - before, 8);
}

static void text_is_bounded(void **state)
{
	(void)state;
	static char path[EVENT_TEXT_MAX];
	struct event e = event_make(EVENT_REQUEST, 7);

	memset(path, 'p', sizeof path);
	e.request.path = e.request.referer = (struct str){path, sizeof path};
	bench.hub.busy = true; /* as within a take */
	for (unsigned i = 0; i < HUB_QUEUE_MAX; i++)
		event_put(&bench.hub.sink, &e);
	assert_int_equal(bench.hub.queued, HUB_TEXT_MAX / (2 * EVENT_TEXT_MAX));
	assert_int_equal(bench.hub.dropped, HUB_QUEUE_MAX - bench.hub.queued);
}

static void a_taker_gets_the_kinds_that_it_wants(void **state)
{
	(void)state;
	bench.b.taker.kinds = TAKER_KIND(EVENT_LOST);
	put_note(&bench, "one");
	bench.a.taker.kinds = 0;
	put_note(&bench, "two");
	assert_int_equal(bench.n, 1);
	assert_string_equal(bench.seen[0], "a one");
}

static void takers_are_bounded(void **state)
{
	(void)state;
	while (bench.hub.taker_count < HUB_TAKERS_MAX)
		assert_int_equal(hub_join(&bench.hub, &bench.b.taker), 0);
	assert_int_equal(hub_join(&bench.hub, &bench.b.taker), -ENOSPC);
	assert_false(hub_poll(&bench.hub, 1));
	hub_flush(&bench.hub);
	hub_restart(&bench.hub, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_wait_behind_the_event),
		TEST(takers_that_answer_each_other_come_to_an_end),
		TEST(text_is_bounded),
		TEST(a_taker_gets_the_kinds_that_it_wants),
		TEST(takers_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
