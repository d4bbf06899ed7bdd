// SPDX-License-Identifier: MIT
#include "app/blocker.h"

#include "app/block_file.h"
#include "app/block_jobs.h"
#include "base/text.h"
#include "console/block_plan.h"
#include "detect/blast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WHO_MAX    192
#define RESULT_MAX 192

int blocker_init(struct blocker_hands *b, struct hands *hands, bool enabled, const char *why_not)
{
	*b = (struct blocker_hands){.hands = hands, .enabled = enabled && !why_not};
	if (why_not)
		snprintf(b->why, sizeof b->why, "%s", why_not);
	else if (!enabled)
		snprintf(b->why, sizeof b->why,
			"off in the configuration: actions.enable_block_execution");
	else
		return hands_join(hands, HELPER_BLOCKER, block_jobs, BLOCK_JOBS, &b->first);
	return 0;
}

const char *blocker_runs_nothing(struct blocker_hands *b)
{
	const char *missing = b->enabled ? hands_missing(b->hands, HELPER_BLOCKER) : NULL;

	if (missing)
		snprintf(b->why, sizeof b->why, "%s", missing);
	return b->why[0] ? b->why : NULL;
}

static void say(const struct blocker_hands *b, bool bad, const char *text)
{
	if (b->console)
		console_say(b->console, bad, text);
}

/* "203.0.113.0/24,198.51.100.7", cut at a whole one. */
static void put_who(char buf[static WHO_MAX], const struct prefix *prefixes, uint32_t count)
{
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < count; i++) {
		char name[PREFIX_TEXT_MAX];
		if (prefixes[i].bits == ADDR_BITS)
			addr_format(&prefixes[i].addr, name);
		else
			prefix_format(&prefixes[i], name);
		if (n + strlen(name) + 16 > WHO_MAX) {
			snprintf(buf + n, WHO_MAX - n, ", %u more", count - i);
			return;
		}
		n += (size_t)snprintf(buf + n, WHO_MAX - n, "%s%s", n ? "," : "", name);
	}
}

/* A script on one line, as an act has it, from where it is about prefixes: what makes the table is
 * the same each time. */
static void put_command(char *buf, size_t cap, const char *script)
{
	const char *at = strstr(script, " element ");
	size_t n = 0;

	while (at && at > script && at[-1] != '\n')
		at--;
	for (at = at ? at : script; *at && n + 3 < cap; at++) {
		if (*at != '\n')
			buf[n++] = *at;
		else if (at[1])
			n += (size_t)snprintf(buf + n, cap - n, "; ");
	}
	buf[n] = '\0';
}

static usec_t ends_at(const struct blocker_run *run)
{
	return run->want.seconds && !run->undoes
		       ? clock_now() + (usec_t)run->want.seconds * USEC_PER_SEC
		       : 0;
}

static void act(const struct blocker_run *run, bool ok, const char *result)
{
	char who[WHO_MAX], said[WHO_MAX + RESULT_MAX + 32];

	put_who(who, run->want.prefixes, run->want.count);
	const struct event_act done = {.what = run->undoes ? STR_LIT("unblock") : STR_LIT("block"),
		.who = str_of(who),
		.command = str_of(run->command),
		.result = str_of(result),
		.ok = ok,
		.until = ok ? ends_at(run) : 0};
	hands_act(run->blocker->hands, &done);
	snprintf(said, sizeof said, "%s %s: %s", run->undoes ? "let in again" : "blocked", who,
		result);
	if (!ok)
		snprintf(said, sizeof said, "%s: %s", who, result);
	say(run->blocker, !ok, said);
}

static void remember(
	struct blocker_hands *b, const struct blocker_run *run, const struct prefix *net)
{
	struct blocker_undo *undo = &b->undos[b->undo_count % BLOCKER_UNDOS_MAX];

	*undo = (struct blocker_undo){.net = *net, .at = run->asked};
	for (uint32_t i = 0; i < run->was_count; i++)
		if (prefix_contains(net, &run->was[i].net.addr))
			undo->was[undo->count++] = run->was[i];
	b->undo_count += undo->count > 0;
}

static void note_blocked(struct blocker_hands *b, const struct blocker_run *run)
{
	const struct block_steps *steps = &run->steps;

	for (uint32_t i = steps->out; i < steps->count; i++)
		remember(b, run, &steps->prefixes[i]);
}

/* The tool's own first line, made harmless; else its status. */
static void put_result(char buf[static RESULT_MAX], const struct helper_result *r)
{
	const char *end = r->output.n ? memchr(r->output.p, '\n', r->output.n) : NULL;
	struct str line = {r->output.p, end ? (size_t)(end - r->output.p) : r->output.n};
	char text[RESULT_MAX - 40];
	size_t n = text_sanitise(text, sizeof text - 1, line);

	text[n] = '\0';
	if (r->err == -ENOENT)
		snprintf(buf, RESULT_MAX, "nft is not installed");
	else if (r->err)
		snprintf(buf, RESULT_MAX, "nft was not run: %s", strerror(-r->err));
	else if (r->status)
		snprintf(buf, RESULT_MAX, "nft: status %d%s%s", r->status, n ? ": " : "", text);
	else
		snprintf(buf, RESULT_MAX, "done");
}

static void done(void *ctx, const struct helper_result *r);

static struct blocker_run *find_place(struct blocker_hands *b)
{
	for (size_t i = 0; i < BLOCKER_RUNS_MAX; i++)
		if (!b->runs[i].blocker) {
			b->runs[i] = (struct blocker_run){.blocker = b, .asked = clock_now()};
			return &b->runs[i];
		}
	return NULL;
}

static void ask(struct blocker_run *run, enum block_job job, const struct helper_args *args)
{
	struct blocker_hands *b = run->blocker;
	int err = hands_ask(b->hands, HELPER_BLOCKER, b->first + (uint32_t)job, args, done, run);

	if (!err)
		return;
	act(run, false,
		err == -EBUSY ? "the blocker has too much to do" : "there is no blocker any more");
	run->blocker = NULL;
}

static void ask_block(struct blocker_run *run)
{
	const struct helper_args args = block_job_args(&run->steps);
	char script[BLOCK_TEXT_MAX];

	if (block_script(&run->steps, script, sizeof script) >= 0)
		put_command(run->command, sizeof run->command, script);
	ask(run, BLOCK_JOB_BLOCK, &args);
}

/* What stood there before gets in again, for as long as it had left. */
static void restore(struct blocker_hands *b, struct blocker_undo *undo)
{
	usec_t now = clock_now();

	for (uint32_t i = 0; i < undo->count; i++) {
		const struct block_held *was = &undo->was[i];
		usec_t left = was->left_s ? undo->at + (usec_t)was->left_s * USEC_PER_SEC - now : 0;
		struct blocker_run *run = left < 0 ? NULL : find_place(b);
		if (!run)
			continue;
		run->want.count = run->steps.count = 1;
		run->want.prefixes[0] = run->steps.prefixes[0] = was->net;
		run->want.seconds = run->steps.seconds = (uint32_t)(left / USEC_PER_SEC);
		ask_block(run);
	}
	undo->net = (struct prefix){{{0}}, 0};
	undo->count = 0;
}

static void note_unblocked(struct blocker_hands *b, const struct blocker_run *run)
{
	for (uint32_t i = 0; i < run->want.count; i++)
		for (size_t k = 0; k < BLOCKER_UNDOS_MAX; k++)
			if (b->undos[k].count &&
				prefix_eq(&b->undos[k].net, &run->want.prefixes[i]))
				restore(b, &b->undos[k]);
}

static void done(void *ctx, const struct helper_result *r)
{
	struct blocker_run *run = ctx;
	struct blocker_hands *b = run->blocker;
	const struct blocker_run was = *run;
	char result[RESULT_MAX];
	bool ok = !r->err && r->status == 0;

	run->blocker = NULL;
	put_result(result, r);
	act(&was, ok, result);
	if (b->watch)
		block_watch_hurry(b->watch);
	if (ok && was.undoes)
		note_unblocked(b, &was);
	else if (ok)
		note_blocked(b, &was);
}

/* The console has judged; what takes no walk is judged once more, where it is done. */
static bool is_refused(
	struct blocker_hands *b, const struct model *m, const struct command_block *want)
{
	struct blast *blast = malloc(sizeof *blast);
	char why[BLAST_WHY_MAX] = "out of memory";
	bool refused = !blast;

	if (blast) {
		blast_begin(blast, want->prefixes, want->count);
		blast_judge(blast, m);
		const struct blast_refusal *worst = blast_worst(blast);
		refused = worst && refusals[worst->id].weight == REFUSAL_NEVER;
		if (refused)
			blast_why(blast, worst, why);
	}
	free(blast);
	if (refused)
		say(b, true, why);
	return refused;
}

static const char *jails(const struct blocker_hands *b)
{
	return b->watch ? block_watch_jails(b->watch) : NULL;
}

/* What it takes the place of, and for how long that would have lasted. */
static void keep_held(struct blocker_run *run, const struct block_planned *planned)
{
	for (uint32_t i = 0; i < run->steps.out; i++)
		for (uint32_t k = 0; k < planned->plan.held_count; k++)
			if (prefix_eq(&run->steps.prefixes[i], &planned->held[k].net) &&
				run->was_count < BLOCKER_WAS_MAX)
				run->was[run->was_count++] = planned->held[k];
}

static void block(struct blocker_hands *b, const struct model *m, const struct command_block *want)
{
	static struct block_planned planned;
	struct blocker_run *run;

	if (want->way != WAY_NFT || is_refused(b, m, want))
		return;
	if (!(run = find_place(b))) {
		say(b, true, "too much is being blocked: wait for it");
		return;
	}
	run->want = *want;
	int err = block_planned_make(&planned, m, want, jails(b))
			  ? block_steps(&planned.plan, &run->steps)
			  : -E2BIG;
	if (err) {
		run->blocker = NULL;
		say(b, true,
			err == -EALREADY ? "all of it is blocked already"
					 : "too much of it is blocked already");
		return;
	}
	keep_held(run, &planned);
	ask_block(run);
}

static void unblock(struct blocker_hands *b, const struct command_block *want)
{
	struct blocker_run *run = find_place(b);
	struct helper_args args = {.prefix_count = want->count};
	char script[BLOCK_TEXT_MAX];

	if (!run) {
		say(b, true, "too much is being undone: wait for it");
		return;
	}
	run->undoes = true;
	run->want = *want;
	memcpy(args.prefixes, want->prefixes, want->count * sizeof want->prefixes[0]);
	if (unblock_script(want->prefixes, want->count, script, sizeof script) >= 0)
		put_command(run->command, sizeof run->command, script);
	ask(run, BLOCK_JOB_UNBLOCK, &args);
}

static void write_file(
	struct blocker_hands *b, const struct model *m, const struct command_block *want)
{
	static struct block_planned planned;
	static struct block_text text;
	char who[WHO_MAX], path[BLOCK_FILE_PATH_MAX], shown[RESULT_MAX], why[BLOCK_WHY_MAX] = "",
									 said[RESULT_MAX + 64];

	put_who(who, want->prefixes, want->count);
	int err = block_planned_make(&planned, m, want, jails(b))
			  ? block_text(&planned.plan, &text, why)
			  : -E2BIG;
	if (!err)
		err = block_file_write(&text, who, clock_now(), path);
	if (err) {
		snprintf(said, sizeof said, "cannot write it: %s", why[0] ? why : strerror(-err));
		say(b, true, said);
		return;
	}
	/* Whoever named the directory named it freely. */
	shown[text_sanitise(shown, sizeof shown - 1, str_of(path))] = '\0';
	const struct event_act done_act = {
		.what = STR_LIT("write"), .who = str_of(who), .result = str_of(shown), .ok = true};
	if (!b->replaying)
		hands_act(b->hands, &done_act);
	snprintf(said, sizeof said, "written: %s (sh runs it)", shown);
	say(b, false, said);
}

void blocker_obey(struct blocker_hands *b, const struct model *m, const struct command *command)
{
	const char *why = blocker_runs_nothing(b);

	if (command->kind == COMMAND_BLOCK_WRITE)
		write_file(b, m, &command->block);
	else if (why)
		say(b, true, why);
	else if (command->kind == COMMAND_BLOCK)
		block(b, m, &command->block);
	else if (command->kind == COMMAND_UNBLOCK)
		unblock(b, &command->block);
}
