// SPDX-License-Identifier: MIT
#include "app/journal_ask.h"

#include <errno.h>
#include <stdio.h>

/* A command as it grows. */
struct words {
	struct helper_command *command;
	size_t n, used;
	bool full;
};

static void put(struct words *w, const char *text)
{
	if (w->n + 1 < HELPER_ARGS_MAX)
		w->command->argv[w->n++] = text;
	else
		w->full = true;
}

static void put_pair(struct words *w, const char *name, const char *value)
{
	char *at = w->command->text + w->used;
	size_t room = sizeof w->command->text - w->used;
	int n = snprintf(at, room, "%s=%s", name, value);

	if (n < 0 || (size_t)n >= room) {
		w->full = true;
		return;
	}
	w->used += (size_t)n + 1;
	put(w, at);
}

/* Matches of one field are alternatives as they stand; those of several need a "+" between. */
static void put_matches(struct words *w, const struct journal_plan *p)
{
	for (enum journal_field field = 0; field < JOURNAL_FIELDS; field++) {
		bool any = false;
		for (size_t i = 0; i < p->count; i++)
			for (size_t k = 0; k < p->inputs[i].match_count; k++) {
				const struct journal_match *m = &p->inputs[i].matches[k];
				if (m->field != field)
					continue;
				if (!any && strchr(w->command->argv[w->n - 1], '=') &&
					w->command->argv[w->n - 1][0] != '-')
					put(w, "+");
				put_pair(w, journal_field_names[field], m->value);
				any = true;
			}
	}
}

static void put_place(struct words *w, const struct journal_plan *p)
{
	if (p->place.dir)
		put_pair(w, "--directory", p->place.dir);
	else if (p->place.root)
		put_pair(w, "--root", p->place.root);
}

static void put_since(struct words *w, uint32_t since)
{
	char text[16];

	snprintf(text, sizeof text, "@%u", (unsigned)since);
	put_pair(w, "--since", text);
}

static int make(const struct journal_plan *p, const struct helper_args *args, bool follow,
	struct helper_command *ret)
{
	struct words w = {.command = ret};

	put(&w, "journalctl");
	put(&w, "--output=json");
	put(&w, "--output-fields=MESSAGE,_SYSTEMD_UNIT,CONTAINER_NAME,SYSLOG_IDENTIFIER,_COMM,_PID,"
		"_UID,MESSAGE_ID,_TRANSPORT,_SOURCE_REALTIME_TIMESTAMP");
	put(&w, "--all"); /* also of messages that are long, or no text */
	put(&w, "--quiet");
	put(&w, "--no-pager");
	put_place(&w, p);
	if (follow)
		put(&w, "--follow");
	if (args->number)
		put_since(&w, args->number);
	if (follow)
		put(&w, args->number ? "--no-tail" : "--lines=0");
	put_matches(&w, p);
	put(&w, "+");
	put_pair(&w, journal_field_names[JOURNAL_MESSAGE_ID], JOURNAL_SUPPRESSED_ID);
	return w.full || args->prefix_count ? -EINVAL : 0;
}

static int make_all(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	return make(ctx, args, false, ret_command);
}

static int make_on(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	return make(ctx, args, true, ret_command);
}

int journal_ask_join(struct journal_asker *a, struct hands *hands, const struct options *o)
{
	const struct helper_job jobs[] = {
		[JOURNAL_ASK_ALL] = {.name = "journalctl",
			.make = make_all,
			.ctx = &a->plan,
			.streams = true},
		[JOURNAL_ASK_ON] = {.name = "journalctl -f",
			.make = make_on,
			.ctx = &a->plan,
			.streams = true},
	};
	const char *why;

	a->hands = NULL;
	journal_plan_init(&a->plan, o);
	if (!a->plan.count || journal_lib_load(&why))
		return 0;
	a->hands = hands;
	return hands_join(hands, HELPER_RUNNER, jobs, ARRAY_LEN(jobs), &a->job);
}

static void take(void *ctx, const struct helper_result *result)
{
	struct journal_asker *a = ctx;
	int none = result->err ? result->err : -EIO;

	a->given(a->given_ctx, result->err || result->stream < 0 ? none : result->stream);
}

int journal_ask_run(
	void *ctx, enum journal_ask what, uint32_t since, journal_given_fn *given, void *given_ctx)
{
	struct journal_asker *a = ctx;
	const struct helper_args args = {.number = since};

	a->given = given;
	a->given_ctx = given_ctx;
	return hands_ask(a->hands, HELPER_RUNNER, a->job + what, &args, take, a);
}
