// SPDX-License-Identifier: MIT
/* vnstat is asked when it is due, about the interface at hand; what it says becomes an event. */
#include "facts.h"

#include "app/bandwidth.h"

#include <errno.h>
#include <net/if.h>

#define SECOND USEC_PER_SEC

static const char months[] =
	"{\"jsonversion\":\"2\",\"interfaces\":[{\"name\":\"lo\",\"traffic\":{\"month\":[{\"date\":"
	"{\"year\":2026,\"month\":11},\"rx\":1319413953331,\"tx\":3738339534438}]}}]}";

/* Stands for the runner, and for what takes the events. */
struct runner {
	struct event_sink sink; /* first */
	struct model *m;
	struct bandwidth b;
	struct helper_args args;
	helper_done_fn *done;
	void *done_ctx;
	unsigned asked, told;
};

static void take(struct event_sink *sink, const struct event *event)
{
	struct runner *r = (struct runner *)sink;

	r->told++;
	model_apply(r->m, event);
}

static int ask(void *ctx, uint32_t job, const struct helper_args *args, helper_done_fn *done,
	void *done_ctx)
{
	struct runner *r = ctx;

	assert_int_equal(job, 7);
	r->asked++;
	r->args = *args;
	r->done = done;
	r->done_ctx = done_ctx;
	return 0;
}

static void answer(struct runner *r, int err, const char *text)
{
	r->done(r->done_ctx, &(struct helper_result){.err = err, .output = str_of(text)});
}

static void begin(struct runner *r)
{
	struct event e = event_make(EVENT_INTERFACE, T0);

	*r = (struct runner){.sink = {.put = take}, .m = model_with(&MODEL_LIMITS_DEFAULT)};
	r->b = (struct bandwidth){.ask = ask,
		.ask_ctx = r,
		.job = 7,
		.interval = 30 * SECOND,
		.sink = &r->sink,
		.model = r->m};
	bandwidth_poll(&r->b, SECOND);
	assert_int_equal(r->asked, 0); /* about what? */
	e.interface.name = STR_LIT("lo");
	model_apply(r->m, &e);
}

static void is_asked_at_its_interval(void **state)
{
	struct runner r;

	(void)state;
	begin(&r);
	bandwidth_poll(&r.b, SECOND);
	bandwidth_poll(&r.b, 60 * SECOND); /* it waits for the answer */
	assert_int_equal(r.asked, 1);
	assert_int_equal(r.args.number, if_nametoindex("lo"));
	answer(&r, 0, months);
	assert_int_equal(r.told, 1);
	assert_int_equal(model_machine(r.m)->traffic.month_rx, 1319413953331);
	assert_string_equal(model_machine(r.m)->traffic.month, "2026-11");
	bandwidth_poll(&r.b, 61 * SECOND);
	answer(&r, 0, months);
	assert_int_equal(r.asked, 2);
	assert_int_equal(r.told, 1); /* it is as it was */
	bandwidth_poll(&r.b, 90 * SECOND);
	assert_int_equal(r.asked, 2);
	model_free(r.m);
}

static void why_it_is_not_known(void **state)
{
	const struct traffic *t;
	struct runner r;

	(void)state;
	begin(&r);
	t = &model_machine(r.m)->traffic;
	bandwidth_poll(&r.b, SECOND);
	answer(&r, -ETIMEDOUT, NULL);
	assert_string_equal(t->month_note, "vnstat did not answer in time");
	bandwidth_poll(&r.b, 40 * SECOND);
	answer(&r, 0, "Error: No interface matching \"lo\" found in database.\n");
	assert_string_equal(
		t->month_note, "vnstat: No interface matching \"lo\" found in database.");
	bandwidth_poll(&r.b, 80 * SECOND);
	answer(&r, -ENOENT, NULL);
	assert_string_equal(t->month_note, "vnstat is not installed");
	assert_true(t->month_rx == ABSENT);
	bandwidth_poll(&r.b, 3600 * SECOND); /* nobody installs it meanwhile */
	assert_int_equal(r.asked, 3);
	model_free(r.m);
}

static void the_command(void **state)
{
	struct helper_command command = {.input_n = 0};
	struct helper_args args = {.number = if_nametoindex("lo")};

	(void)state;
	assert_int_equal(bandwidth_job.make(bandwidth_job.ctx, &args, &command), 0);
	const char *const want[] = {"vnstat", "--json", "m", "-i", "lo"};
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(command.argv[i], want[i]);
	assert_null(command.argv[ARRAY_LEN(want)]);
	args.number = UINT32_MAX; /* there is no such interface */
	assert_int_equal(bandwidth_job.make(bandwidth_job.ctx, &args, &command), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_asked_at_its_interval),
		cmocka_unit_test(why_it_is_not_known),
		cmocka_unit_test(the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
