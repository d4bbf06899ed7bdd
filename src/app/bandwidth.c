// SPDX-License-Identifier: MIT
#include "app/bandwidth.h"

#include "action/vnstat.h"
#include "base/text.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>

/* An interface is called as whoever made it likes. */
static bool is_argument(const char *name)
{
	return name[0] && name[0] != '-' && text_is_clean(str_of(name));
}

static int make_query(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	_Static_assert(IF_NAMESIZE <= HELPER_TEXT_MAX, "the name fits");

	(void)ctx;
	if (!if_indextoname(args->number, ret_command->text) || !is_argument(ret_command->text))
		return -EINVAL;
	ret_command->argv[0] = "vnstat";
	ret_command->argv[1] = "--json";
	ret_command->argv[2] = "m";
	ret_command->argv[3] = "-i";
	ret_command->argv[4] = ret_command->text;
	ret_command->argv[5] = NULL;
	return 0;
}

const struct helper_job bandwidth_job = {
	.name = "vnstat", .make = make_query, .timeout_ms = VNSTAT_TIMEOUT_S * 1000};

static const char *why_not(const struct helper_result *result, char buf[static BANDWIDTH_TEXT_MAX])
{
	if (result->err == -ENOENT)
		return "vnstat is not installed";
	if (result->err == -ETIMEDOUT)
		return "vnstat did not answer in time";
	snprintf(buf, BANDWIDTH_TEXT_MAX, "vnstat cannot be run: %s", strerror(-result->err));
	return buf;
}

void bandwidth_read(const struct helper_result *result, struct str interface, struct event *ret,
	char buf[static BANDWIDTH_TEXT_MAX])
{
	struct vnstat_month month;
	struct event e = event_make(EVENT_INTERFACE, clock_now());

	_Static_assert(VNSTAT_WHY_MAX <= BANDWIDTH_TEXT_MAX, "a reason fits");
	e.interface.name = interface;
	if (result->err)
		e.interface.month_note = str_of(why_not(result, buf));
	else if (vnstat_read(result->output, interface, &month, buf) < 0)
		e.interface.month_note = str_of(buf);
	else {
		int n = snprintf(buf, BANDWIDTH_TEXT_MAX, "%u-%02u", (unsigned)month.year,
			(unsigned)month.month);
		e.interface.month = (struct str){buf, (size_t)n};
		e.interface.month_rx = month.rx;
		e.interface.month_tx = month.tx;
	}
	*ret = e;
}

/* It says what is known already: vnstat counts on every five minutes. */
static bool is_old(const struct traffic *t, const struct event_interface *e)
{
	return t->month_rx == e->month_rx && t->month_tx == e->month_tx &&
	       str_eq(str_of(t->month_note), e->month_note);
}

static void take_answer(void *ctx, const struct helper_result *result)
{
	struct bandwidth *b = ctx;
	const struct traffic *known = &model_machine(b->model)->traffic;
	char buf[BANDWIDTH_TEXT_MAX];
	struct event e;

	b->waits = false;
	b->absent = result->err == -ENOENT;
	bandwidth_read(result, str_of(b->name), &e, buf);
	if (!is_old(known, &e.interface))
		event_put(b->sink, &e);
}

void bandwidth_poll(struct bandwidth *b, usec_t now)
{
	struct helper_args args = {.number = 0};

	if (!b->ask || b->waits || b->absent || now < b->due)
		return;
	const char *name = model_machine(b->model)->traffic.name;
	args.number = name[0] ? if_nametoindex(name) : 0;
	if (!args.number) /* there is none yet */
		return;
	b->due = now + b->interval;
	text_copy(b->name, sizeof b->name, str_of(name));
	b->waits = b->ask(b->ask_ctx, b->job, &args, take_answer, b) == 0;
}
