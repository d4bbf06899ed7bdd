// SPDX-License-Identifier: MIT
#include "app/hooks.h"

#include "base/text.h"
#include "detect/flag_defs.h"
#include "helper/program.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define SIGNALLED   128 /* as in struct helper_result */
#define RESULT_MAX  192
#define DEFAULT_MAX (15 * USEC_PER_SEC)

_Static_assert(HOOK_ARGS_MAX + 2 <= HELPER_ARGS_MAX, "with a shell before it");
_Static_assert(HOOK_FILL_MAX <= HELPER_TEXT_MAX, "a hook's text fits");

/* The job, in the helper. */

static const struct prefix *prefix_in(const struct helper_args *args)
{
	return args->prefix_count ? &args->prefixes[0] : NULL;
}

static int make(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	const struct hook_entry *e = ctx;
	char letter;

	if (args->prefix_count > 1 || e->why[0])
		return -EINVAL;
	const char *flag = args->number ? flag_name_at(args->number - 1, &letter) : NULL;
	return hook_fill(&e->hook, prefix_in(args), flag, ret->argv, ret->text);
}

static int join(struct hooks *h)
{
	struct helper_job jobs[HOOKS_MAX];

	for (size_t i = 0; i < h->count; i++)
		jobs[i] = (struct helper_job){.name = h->entries[i].label,
			.make = make,
			.ctx = &h->entries[i],
			.timeout_ms = (uint32_t)(h->entries[i].timeout / USEC_PER_MSEC)};
	return hands_join(h->hands, HELPER_RUNNER, jobs, (uint32_t)h->count, &h->first);
}

int hooks_init(struct hooks *h, struct hands *hands, bool joins)
{
	*h = (struct hooks){.hands = hands};
	h->entries = hook_options_set(&h->count);
	for (size_t i = 0; i < h->count; i++)
		h->items[i] = (struct hook_item){.code = h->entries[i].code,
			.label = h->entries[i].label,
			.command = h->entries[i].command};
	return joins && h->count ? join(h) : 0;
}

/* What has come of it. */

static void put_failure(char text[static RESULT_MAX], const struct hook_run *run, int err)
{
	const struct hook_entry *e = run->entry;
	usec_t most = e->timeout ? e->timeout : DEFAULT_MAX;
	char span[16];

	text_span(span, (uint64_t)((most + USEC_PER_SEC - 1) / USEC_PER_SEC));
	if (err == -ETIMEDOUT)
		snprintf(text, RESULT_MAX, "was ended, after %s", span);
	else if (err == -ENOENT)
		snprintf(text, RESULT_MAX, "no such program, neither by its path nor in %s",
			PROGRAM_PATH);
	else if (err == -EPIPE)
		snprintf(text, RESULT_MAX, "%s", "the runner has ended");
	else
		snprintf(text, RESULT_MAX, "cannot be run: %s", strerror(-err));
}

static void put_result(
	char text[static RESULT_MAX], const struct hook_run *run, const struct helper_result *r)
{
	if (r->err)
		put_failure(text, run, r->err);
	else if (r->status > SIGNALLED && r->status < SIGNALLED + NSIG)
		snprintf(text, RESULT_MAX, "ended by signal %d (%s)", r->status - SIGNALLED,
			strsignal(r->status - SIGNALLED));
	else
		snprintf(text, RESULT_MAX, "exit status %d", r->status);
}

/* What an operator would look for elsewhere. */
static const char *hint_of(const struct helper_result *r)
{
	struct str out = r->output;

	if (r->err == 0 && r->status == 0)
		return NULL;
	if (text_contains(out, STR_LIT("no new privileges")))
		return "sudo cannot work here: hooks never have more privileges than nethergaze "
		       "(no_new_privs)";
	if (text_contains(out, STR_LIT("Operation not permitted")) ||
		text_contains(out, STR_LIT("Permission denied")))
		return "hooks run without capabilities, also as root, and can get none "
		       "(no_new_privs)";
	return NULL;
}

static void say_act(struct hook_run *run, bool ok, const char *result)
{
	const struct event_act act = {.what = STR_LIT("hook"),
		.who = run->on[0] ? str_of(run->on) : STR_ABSENT,
		.command = str_of(run->command),
		.result = str_of(result),
		.ok = ok};

	hands_act(run->hooks->hands, &act);
}

static void done(void *ctx, const struct helper_result *r)
{
	struct hook_run *run = ctx;
	struct console *console = run->hooks->console;
	char result[RESULT_MAX];
	bool ok = !r->err && r->status == 0;

	put_result(result, run, r);
	const struct console_output output = {
		.result = result, .hint = hint_of(r), .bad = !ok, .cut = r->cut, .text = r->output};
	if (console && !run->alone)
		console_output_end(console, run->page, &output);
	say_act(run, ok, result);
	run->entry = NULL;
}

/* Running. */

static struct hook_run *find_place(struct hooks *h)
{
	for (size_t i = 0; i < HOOK_RUNS_MAX; i++)
		if (!h->runs[i].entry)
			return &h->runs[i];
	return NULL;
}

static const char *refusal(
	const struct hooks *h, size_t i, const struct prefix *on, const char *flag)
{
	const char *why = hands_missing(h->hands, HELPER_RUNNER);

	if (h->entries[i].why[0])
		return h->entries[i].why;
	return why ? why : hook_refuses(&h->entries[i].hook, on, flag);
}

static void refuse(struct hooks *h, const struct hook_entry *e, const char *why)
{
	char text[256];

	snprintf(text, sizeof text, "%s: %s", e->label, why);
	console_say(h->console, true, text);
}

static void describe(struct hook_run *run, const struct prefix *on, const char *flag)
{
	const char *argv[HOOK_ARGS_MAX + 2];
	char text[HOOK_FILL_MAX];
	size_t n = 0;

	run->command[0] = '\0';
	if (hook_fill(&run->entry->hook, on, flag, argv, text) == 0)
		hook_show(argv, run->command, sizeof run->command);
	if (on)
		n = on->bits == ADDR_BITS ? addr_format(&on->addr, run->on)
					  : prefix_format(on, run->on);
	run->on[n] = '\0';
}

/* number: of the flag, from 1; 0: none. */
static int ask(
	struct hooks *h, size_t i, const struct prefix *on, uint32_t number, struct hook_run *run)
{
	struct helper_args args = {.prefix_count = on ? 1 : 0, .number = number};

	if (on)
		args.prefixes[0] = *on;
	return hands_ask(h->hands, HELPER_RUNNER, h->first + (uint32_t)i, &args, done, run);
}

void hooks_run(struct hooks *h, const struct command *command)
{
	size_t i = command->hook.index;
	const struct prefix *on = command->hook.on_row ? &command->hook.prefix : NULL;
	struct hook_run *run = find_place(h);

	if (i >= h->count || !h->console)
		return;
	const struct hook_entry *e = &h->entries[i];
	const char *why = refusal(h, i, on, NULL);
	if (!why && !run)
		why = "too many hooks are running: wait for one to end";
	if (why) {
		refuse(h, e, why);
		return;
	}
	*run = (struct hook_run){.hooks = h, .entry = e};
	describe(run, on, NULL);
	int err = ask(h, i, on, 0, run);
	if (err) {
		run->entry = NULL;
		refuse(h, e, err == -EBUSY ? "the runner has too much to do" : strerror(-err));
		return;
	}
	run->page = console_output_begin(h->console, e->label, run->command);
}

/* On findings. */

/* The flag's number, from 1; 0: it is none of ours. */
static uint32_t number_of(struct str flag)
{
	for (uint32_t i = 0; i < FLAGS; i++)
		if (str_eq(str_of(flag_defs[i].name), flag))
			return i + 1;
	return 0;
}

/* The first whom it names by address or network. */
static bool who_of(const struct event_flag *e, struct prefix *ret)
{
	const char *comma = e->who.n ? memchr(e->who.p, ',', e->who.n) : NULL;
	struct str first = {e->who.p, comma ? (size_t)(comma - e->who.p) : e->who.n};

	return first.n && prefix_parse(first, ret) == 0;
}

static void note_held(struct hooks *h, size_t i)
{
	char text[160];

	if (!h->rests[i].held)
		return;
	snprintf(text, sizeof text, "hook \"%s\" rested during %" PRIu32 " finding%s",
		h->entries[i].label, h->rests[i].held, h->rests[i].held == 1 ? "" : "s");
	h->rests[i].held = 0;
	hands_note(h->hands, text);
}

static void run_alone(struct hooks *h, size_t i, const struct event_flag *e, usec_t now)
{
	const struct hook_entry *entry = &h->entries[i];
	uint32_t number = number_of(e->flag);
	struct prefix who, *on = who_of(e, &who) ? &who : NULL;
	struct hook_run *run = find_place(h);
	bool rests = h->rests[i].ran && now - h->rests[i].ran < entry->every;
	char letter;

	if (!number || refusal(h, i, on, flag_name_at(number - 1, &letter)))
		return;
	if (rests || !run) {
		h->rests[i].held++;
		return;
	}
	note_held(h, i);
	*run = (struct hook_run){.hooks = h, .entry = entry, .alone = true};
	describe(run, on, flag_name_at(number - 1, &letter));
	h->rests[i].ran = now;
	if (ask(h, i, on, number, run) < 0) {
		run->entry = NULL;
		h->rests[i].held++;
	}
}

static void take(struct taker *taker, const struct event *event)
{
	struct hooks *h = (struct hooks *)taker;

	if (h->past->begun == h->begun)
		return;
	h->begun = h->past->begun;
	for (size_t i = 0; i < h->count; i++)
		if (h->entries[i].least && event->flag.severity >= h->entries[i].least)
			run_alone(h, i, &event->flag, event->ts);
}

struct taker *hooks_on_findings(struct hooks *h, const struct past_findings *past)
{
	bool wanted = false;

	for (size_t i = 0; i < h->count; i++)
		wanted |= h->entries[i].least != SEVERITY_NONE;
	h->past = past;
	h->taker = (struct taker){.name = "hooks", .kinds = TAKER_KIND(EVENT_FLAG), .take = take};
	return wanted ? &h->taker : NULL;
}
