// SPDX-License-Identifier: MIT
/* What the blocker asks of a helper, and what it says of the answers. The hands are those of the
 * test: they keep each question until it is answered. */
#include "app/blocker.h"

#include "unit.h"

#include <errno.h>

#define ASKED_MAX 64
#define TOLD_MAX  64
#define SECOND    USEC_PER_SEC

static struct asked {
	uint32_t job;
	struct helper_args args;
	helper_done_fn *done;
	void *ctx;
	bool answered;
} asked[ASKED_MAX];

static struct {
	bool ok;
	char who[2048], command[BLOCK_TEXT_MAX], result[256];
} acts[TOLD_MAX];

static uint32_t asked_count, act_count, waited;
static struct blocker_hands blocker;
static struct model *model;

int hands_join(struct hands *h, enum helper_kind kind, const struct helper_job *jobs,
	uint32_t count, uint32_t *ret_first)
{
	(void)h, (void)kind, (void)jobs, (void)count;
	*ret_first = 0;
	return 0;
}

const char *hands_missing(const struct hands *h, enum helper_kind kind)
{
	(void)h, (void)kind;
	return NULL;
}

int hands_ask(struct hands *h, enum helper_kind kind, uint32_t job, const struct helper_args *args,
	helper_done_fn *done, void *ctx)
{
	(void)h, (void)kind;
	assert_true(asked_count < ASKED_MAX);
	asked[asked_count++] = (struct asked){.job = job, .args = *args, .done = done, .ctx = ctx};
	return 0;
}

void hands_act(struct hands *h, const struct event_act *act)
{
	(void)h;
	assert_true(act_count < TOLD_MAX);
	acts[act_count].ok = act->ok;
	snprintf(acts[act_count].who, sizeof acts[0].who, "%.*s", STR_FMT(act->who));
	snprintf(acts[act_count].command, sizeof acts[0].command, "%.*s", STR_FMT(act->command));
	snprintf(acts[act_count].result, sizeof acts[0].result, "%.*s", STR_FMT(act->result));
	act_count++;
}

static void answer(uint32_t i, int status)
{
	const struct helper_result result = {.status = status};

	assert_true(i < asked_count && !asked[i].answered);
	asked[i].answered = true;
	asked[i].done(asked[i].ctx, &result);
}

/* The first that waits is answered, when it is to be. */
bool hands_wait(struct hands *h, enum helper_kind kind, int ms)
{
	(void)h, (void)kind;
	assert_true(ms >= 0 && ms <= BLOCKER_SETTLE_MS);
	for (uint32_t i = 0; waited && i < asked_count; i++)
		if (!asked[i].answered) {
			waited--;
			answer(i, 0);
			return true;
		}
	return false;
}

static int begin(void **state)
{
	(void)state;
	asked_count = act_count = waited = 0;
	model = model_new(&MODEL_LIMITS_DEFAULT);
	assert_non_null(model);
	return blocker_init(&blocker, NULL, true, NULL);
}

static int end(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

static struct prefix net_of(const char *text)
{
	struct prefix net;

	assert_int_equal(prefix_parse(str_of(text), &net), 0);
	return net;
}

static void tell(const char *net, bool on, uint32_t left_s)
{
	struct event e = event_make(EVENT_BLOCK, clock_now());

	e.block.net = net_of(net);
	e.block.on = on;
	e.block.way = STR_LIT("nft");
	e.block.ours = true;
	e.block.until = left_s ? clock_now() + left_s * SECOND : 0;
	model_apply(model, &e);
	blocker.taker.take(&blocker.taker, &e);
}

static void order(enum command_kind kind, const char *net, uint32_t seconds)
{
	struct command c = {.kind = kind};

	c.block.prefixes[0] = net_of(net);
	c.block.count = 1;
	c.block.seconds = seconds;
	c.block.way = WAY_NFT;
	blocker_obey(&blocker, model, &c);
}

/* Ordered, and done. */
static void block(const char *net, uint32_t seconds)
{
	order(COMMAND_BLOCK, net, seconds);
	answer(asked_count - 1, 0);
}

static void unblock(const char *net)
{
	order(COMMAND_UNBLOCK, net, 0);
	answer(asked_count - 1, 0);
}

static void expect_asked(uint32_t i, enum block_job job, const char *first, uint32_t count)
{
	char text[PREFIX_TEXT_MAX];

	assert_true(i < asked_count);
	assert_int_equal(asked[i].job, job);
	assert_int_equal(asked[i].args.prefix_count, count);
	prefix_format(&asked[i].args.prefixes[0], text);
	assert_string_equal(text, first);
}

static void tell_many(uint32_t count, uint32_t left_s)
{
	char net[32];

	for (uint32_t i = 0; i < count; i++) {
		snprintf(net, sizeof net, "203.0.113.%u", i + 1);
		tell(net, true, left_s ? left_s + i * 100 : 0);
	}
}

/* As many as a block can take the place of, in one question. */
static void test_all_of_it_comes_back(void **state)
{
	(void)state;
	tell_many(31, 0);
	block("203.0.113.0/24", 600);
	assert_int_equal(asked[0].args.number, 31);
	unblock("203.0.113.0/24");
	assert_int_equal(asked_count, 3);
	expect_asked(2, BLOCK_JOB_BLOCK, "203.0.113.1/32", 31);
	assert_int_equal(asked[2].args.seconds, 0);
	assert_int_equal(asked[2].args.number, 0);
}

/* Each with another time: more than there is room for. What waits comes with the next that is
 * done. */
static void test_nothing_is_lost_for_want_of_room(void **state)
{
	uint32_t back = 0;

	(void)state;
	tell_many(31, 1000);
	block("203.0.113.0/24", 600);
	unblock("203.0.113.0/24");
	assert_int_equal(asked_count, 2 + BLOCKER_RUNS_MAX);
	for (uint32_t i = 2; i < asked_count; i++) {
		back += asked[i].args.prefix_count;
		assert_in_range(asked[i].args.seconds, 900, 1000 + 31 * 100);
		answer(i, 0);
	}
	assert_int_equal(back, 31);
}

static void test_renewing_keeps_nothing_of_itself(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 600);
	block("203.0.113.7", 3600);
	unblock("203.0.113.7");
	assert_int_equal(asked_count, 2);
	/* But what it took the place of first. */
	block("203.0.113.0/24", 600);
	tell("203.0.113.7", false, 0);
	tell("203.0.113.0/24", true, 600);
	block("203.0.113.0/24", 3600);
	unblock("203.0.113.0/24");
	expect_asked(asked_count - 1, BLOCK_JOB_BLOCK, "203.0.113.7/32", 1);
}

static void test_what_ended_by_itself_brings_nothing_back(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 0);
	block("203.0.113.0/24", 600);
	tell("203.0.113.7", false, 0);
	tell("203.0.113.0/24", true, 600);
	tell("203.0.113.0/24", false, 0);
	unblock("203.0.113.0/24");
	assert_int_equal(asked_count, 2);
}

static void test_a_block_anew_clears_the_undo(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 0);
	block("203.0.113.0/24", 600);
	tell("203.0.113.7", false, 0);
	block("203.0.113.0/24", 600); /* the model knows of no block there */
	unblock("203.0.113.0/24");
	assert_int_equal(asked_count, 3);
}

/* Wide into wider: each undo brings back what was before it. */
static void test_undo_of_an_undo(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 0);
	block("203.0.113.0/24", 600);
	tell("203.0.113.7", false, 0);
	tell("203.0.113.0/24", true, 600);
	block("203.0.112.0/23", 600);
	tell("203.0.113.0/24", false, 0);
	unblock("203.0.112.0/23");
	expect_asked(asked_count - 1, BLOCK_JOB_BLOCK, "203.0.113.0/24", 1);
	answer(asked_count - 1, 0);
	unblock("203.0.113.0/24");
	expect_asked(asked_count - 1, BLOCK_JOB_BLOCK, "203.0.113.7/32", 1);
}

static void test_what_has_become_ours_is_not_blocked_again(void **state)
{
	struct event e = event_make(EVENT_GUARD, clock_now());

	(void)state;
	tell("203.0.113.7", true, 0);
	tell("203.0.113.8", true, 0);
	block("203.0.113.0/24", 600);
	order(COMMAND_UNBLOCK, "203.0.113.0/24", 0);
	e.guard.net = net_of("203.0.113.7");
	e.guard.on = true;
	e.guard.role = GUARD_OWN;
	model_apply(model, &e);
	answer(1, 0);
	assert_int_equal(asked_count, 3);
	expect_asked(2, BLOCK_JOB_BLOCK, "203.0.113.8/32", 1);
	assert_string_equal(acts[act_count - 1].who, "203.0.113.7");
	assert_false(acts[act_count - 1].ok);
}

static struct block_undos undos;

static bool next(usec_t left, uint32_t left_s, struct block_steps *s)
{
	const struct block_held held = {net_of("203.0.113.7"), left_s};

	undos = (struct block_undos){0};
	assert_true(block_undos_put_back(&undos, &held, 1, 0));
	return block_undos_next(&undos, (usec_t)left_s * SECOND - left, s);
}

/* 0 seconds would be without end. */
static void test_times_that_are_left(void **state)
{
	struct block_steps s;

	(void)state;
	assert_true(next(1, 60, &s));
	assert_int_equal(s.seconds, 1);
	assert_true(next(SECOND, 60, &s));
	assert_int_equal(s.seconds, 1);
	assert_false(next(0, 60, &s));
	assert_false(next(-5 * SECOND, 60, &s));
	assert_true(next(0, 0, &s));
	assert_int_equal(s.seconds, 0);
	assert_true(next(400 * 86400 * SECOND, 400 * 86400, &s));
	assert_int_equal(s.seconds, BLOCK_SECONDS_MAX);
}

static void test_what_has_just_ended_is_no_hindrance(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 600);
	order(COMMAND_BLOCK, "203.0.113.0/24", 600);
	answer(0, 1);
	assert_int_equal(act_count, 0);
	expect_asked(1, BLOCK_JOB_UNBLOCK, "203.0.113.7/32", 1);
	answer(1, 0);
	expect_asked(2, BLOCK_JOB_BLOCK, "203.0.113.0/24", 1);
	assert_int_equal(asked[2].args.number, 0);
	assert_int_equal(asked[2].args.seconds, 600);
	answer(2, 0);
	assert_int_equal(act_count, 1);
	assert_true(acts[0].ok);
	unblock("203.0.113.0/24");
	expect_asked(4, BLOCK_JOB_BLOCK, "203.0.113.7/32", 1);
}

/* What went out for it comes back when the block fails after all; a second try is enough. */
static void test_failing_twice(void **state)
{
	(void)state;
	tell("203.0.113.7", true, 600);
	order(COMMAND_BLOCK, "203.0.113.0/24", 600);
	answer(0, 1);
	answer(1, 0);
	answer(2, 1);
	assert_false(acts[0].ok);
	assert_int_equal(asked_count, 4);
	expect_asked(3, BLOCK_JOB_BLOCK, "203.0.113.7/32", 1);
	answer(3, 1);
	assert_int_equal(asked_count, 4);
	assert_false(acts[1].ok);
}

static void test_the_end_waits(void **state)
{
	(void)state;
	waited = 2;
	order(COMMAND_BLOCK, "203.0.113.7", 600);
	order(COMMAND_BLOCK, "203.0.113.8", 600);
	order(COMMAND_BLOCK, "203.0.113.9", 600);
	blocker_settle(&blocker);
	assert_int_equal(act_count, 3);
	assert_true(acts[0].ok && acts[1].ok && !acts[2].ok);
	assert_string_equal(acts[2].who, "203.0.113.9");
	assert_string_equal(acts[2].result, "not known: nethergaze ended before nft did");
}

/* An audit that leaves out whom is none. */
static void test_an_act_names_all(void **state)
{
	struct command c = {.kind = COMMAND_BLOCK};

	(void)state;
	c.block.way = WAY_NFT;
	c.block.count = BLOCK_PREFIXES_MAX;
	for (unsigned i = 0; i < BLOCK_PREFIXES_MAX; i++) {
		char net[64];
		snprintf(net, sizeof net, "2001:d%02x:1111:2222:3333:4444:5555:6660/124", i);
		c.block.prefixes[i] = net_of(net);
	}
	blocker_obey(&blocker, model, &c);
	answer(0, 0);
	assert_non_null(strstr(acts[0].who, "2001:d00:1111:"));
	assert_non_null(strstr(acts[0].who, "2001:d1f:1111:2222:3333:4444:5555:6660/124"));
	assert_null(strstr(acts[0].who, "more"));
	assert_non_null(strstr(acts[0].command, "2001:d1f:1111:2222:3333:4444:5555:6660/124 }"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_of_it_comes_back),
		TEST(test_nothing_is_lost_for_want_of_room),
		TEST(test_renewing_keeps_nothing_of_itself),
		TEST(test_what_ended_by_itself_brings_nothing_back),
		TEST(test_a_block_anew_clears_the_undo),
		TEST(test_undo_of_an_undo),
		TEST(test_what_has_become_ours_is_not_blocked_again),
		TEST(test_times_that_are_left),
		TEST(test_what_has_just_ended_is_no_hindrance),
		TEST(test_failing_twice),
		TEST(test_the_end_waits),
		TEST(test_an_act_names_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
