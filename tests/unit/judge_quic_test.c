// SPDX-License-Identifier: MIT
/* Stories of QUIC: Initials that nothing follows, and busy servers of HTTP/3. */
#include "stories.h"

static void put_quic(struct world *w, struct prefix net, unsigned packets, unsigned initials)
{
	struct event e = event_make(EVENT_QUIC, 0);

	e.quic = (struct event_quic){.net = net, .packets = packets, .initials = initials};
	put(w, &e);
}

static void put_quic_sum(struct world *w, unsigned packets, unsigned initials)
{
	put_quic(w, (struct prefix){{{0}}, 0}, packets, initials);
}

static void ask_h3(struct world *w, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct event e = asked(v4(81, 2, i % 40, 7), "/style.css", 200);
		e.request.proto = STR_LIT("HTTP/3.0");
		e.request.agent = agent_no(i);
		put_asked(w, &e);
	}
}

/* So many a second, of one network. */
static void flood(struct world *w, unsigned s, unsigned n)
{
	struct addr one = neighbour(s);

	put_quic(w, prefix_of(&one, 24), n, n);
	for (unsigned i = 0; i < 20; i++) {
		struct addr a = neighbour(i);
		put_quic(w, prefix_of(&a, 32), n / 20, n / 20);
	}
	put_quic_sum(w, n, n);
}

/* Of as many networks as there are Initials; of most there is no word. */
static void flood_from_all_over(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < 100; i++) {
		struct addr a = stranger(s * 100 + i);
		put_quic(w, prefix_of(&a, 24), 1, 1);
		put_quic(w, prefix_of(&a, 32), 1, 1);
	}
	put_quic_sum(w, n, n);
}

/* Four Initials for each request, in six packets: as many as can be. */
static void serve(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	put_quic_sum(w, n * 6 / 4, n);
	ask_h3(w, n / 4);
}

static const struct story stories[] = {
	{FLAG_INITIAL_FLOOD, SCOPE_MACHINE, "203.0.113.", flood, 90, 150, .within = 12,
		.alike = serve},
	{FLAG_INITIAL_FLOOD, SCOPE_MACHINE, NULL, flood_from_all_over, 90, 2000, .within = 5,
		.alike = serve},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_QUIC);
}

static void busy_flood(struct world *w, unsigned s, unsigned n)
{
	put_quic_sum(w, 5000 + n, 400 + n);
	ask_h3(w, 100);
	(void)s;
}

static bool is_flagged_in(deed *act, unsigned n, unsigned seconds)
{
	struct world *w = world_new();

	play_for(w, NULL, 0, WARM);
	play_for(w, act, n, seconds);
	bool is = flag_on(w, FLAG_INITIAL_FLOOD, SCOPE_MACHINE);
	world_free(w);
	return is;
}

/* A busy server hides no flood, and is none. */
static void requests_explain_their_own(void **state)
{
	(void)state;
	assert_false(is_flagged_in(busy_flood, 0, 40));
	assert_false(is_flagged_in(busy_flood, 60, 40));
	assert_true(is_flagged_in(busy_flood, 300, 40));
}

/* Where the log does not say what a request came over, it may have been QUIC. */
static void serve_unsaid(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	put_quic_sum(w, n, n);
	for (unsigned i = 0; i < n / 4; i++) {
		struct event e = asked(v4(81, 2, i % 40, 7), "/style.css", 200);
		e.request.proto = STR_ABSENT;
		put_asked(w, &e);
	}
}

static void what_the_log_does_not_say_may_be_quic(void **state)
{
	(void)state;
	assert_false(is_flagged_in(serve_unsaid, 200, 40));
}

/* Asked for ten seconds, all logged when they are over, half a minute later. */
static void download(struct world *w, unsigned s, unsigned n)
{
	put_quic_sum(w, n * 10, n);
	if (s % 30 == 29)
		ask_h3(w, n * 30 / 4);
}

static void downloads_are_logged_late(void **state)
{
	struct world *w = world_new();

	(void)state;
	play_for(w, NULL, 0, WARM);
	play_for(w, download, 80, 90);
	assert_int_equal(w->ear->begun[FLAG_INITIAL_FLOOD], 0);
	world_free(w);
}

/* Without a log of such requests, the packets tell: of connections that are used, most are no
 * Initials. */
static void serve_unlogged(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	put_quic_sum(w, n * 3, n);
}

static void flood_unlogged(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	put_quic_sum(w, n, n);
}

static void without_a_log_packets_tell(void **state)
{
	(void)state;
	assert_false(is_flagged_in(serve_unlogged, 1000, 40));
	assert_true(is_flagged_in(flood_unlogged, 1000, 40));
}

static const char *evidence(deed *act, unsigned n, char *buf, size_t cap)
{
	struct world *w = world_new();

	play_for(w, NULL, 0, WARM);
	play_for(w, act, n, 20);
	const struct flag *f = flag_on(w, FLAG_INITIAL_FLOOD, SCOPE_MACHINE);
	assert_non_null(f);
	snprintf(buf, cap, "%s", f->evidence);
	world_free(w);
	return buf;
}

static void says_that_sources_may_be_forged(void **state)
{
	char text[FLAG_TEXT_MAX];

	(void)state;
	assert_non_null(strstr(evidence(flood, 400, text, sizeof text), "100% from 1 network;"));
	assert_non_null(strstr(text, "sources may be forged"));
	assert_non_null(
		strstr(evidence(flood_from_all_over, 2000, text, sizeof text), "from all over (1"));
	assert_non_null(strstr(text, "no log tells of requests over HTTP/3"));
	assert_non_null(strstr(evidence(busy_flood, 3000, text, sizeof text),
		"Initials/s of 8000 QUIC packets/s, 100.0 requests/s over HTTP/3"));
}

static struct world *blind_world(void)
{
	struct world *w = world_new();

	play_for(w, NULL, 0, 5);
	return w;
}

/* Nothing is held where nobody asks over QUIC; where somebody does, that nobody counts is said. */
static void nobody_counts(void **state)
{
	struct world *w = blind_world();
	struct event e = event_make(EVENT_SOURCE, 0);

	(void)state;
	assert_null(strstr(w->model->machine->verdict.held, "initial-flood"));
	ask_h3(w, 4);
	play_for(w, NULL, 0, 5);
	assert_non_null(strstr(
		w->model->machine->verdict.held, "initial-flood: QUIC packets are not counted"));
	e.source.source = STR_LIT("ebpf");
	e.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES | CAN_SEE_SYN_SOURCES | CAN_SEE_QUIC;
	put(w, &e);
	play_for(w, NULL, 0, 5);
	assert_null(strstr(w->model->machine->verdict.held, "initial-flood"));
	world_free(w);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 7] = {cmocka_unit_test(all_have_their_stories),
		cmocka_unit_test(requests_explain_their_own),
		cmocka_unit_test(what_the_log_does_not_say_may_be_quic),
		cmocka_unit_test(downloads_are_logged_late),
		cmocka_unit_test(without_a_log_packets_tell),
		cmocka_unit_test(says_that_sources_may_be_forged), cmocka_unit_test(nobody_counts)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 7] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
