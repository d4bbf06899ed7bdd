// SPDX-License-Identifier: MIT
#include "app/blocker.h"

#include "app/block_file.h"
#include "app/block_jobs.h"
#include "base/text.h"
#include "console/block_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WHO_MAX     192 /* of what is said in a line */
#define WHO_ALL_MAX (BLOCK_PREFIXES_MAX * (PREFIX_TEXT_MAX + 1))
#define RESULT_MAX  192

/* What ends by its time, or was let in by somebody else, brings nothing back. */
static void take_event(struct taker *taker, const struct event *e)
{
	struct blocker_hands *b = (struct blocker_hands *)taker;

	if (!e->block.on && e->block.ours && way_find(e->block.way) == WAY_NFT)
		block_undos_drop(&b->undos, &e->block.net);
}

static void take_model(struct taker *taker, const struct model *model)
{
	((struct blocker_hands *)taker)->model = model;
}

int blocker_init(struct blocker_hands *b, struct hands *hands, bool enabled, const char *why_not)
{
	*b = (struct blocker_hands){
		.taker = {.name = "blocker",
			.kinds = TAKER_KIND(EVENT_BLOCK),
			.take = take_event,
			.restart = take_model},
		.hands = hands,
		.enabled = enabled && !why_not,
	};
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
static void put_who(char *buf, size_t cap, const struct prefix *prefixes, uint32_t count)
{
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < count; i++) {
		char name[PREFIX_TEXT_MAX];
		if (prefixes[i].bits == ADDR_BITS)
			addr_format(&prefixes[i].addr, name);
		else
			prefix_format(&prefixes[i], name);
		size_t more = i + 1 < count ? sizeof ", 32 more" : 1;
		if (n + 1 + strlen(name) + more > cap) {
			snprintf(buf + n, cap - n, ", %u more", count - i);
			return;
		}
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? "," : "", name);
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
	const char *what = run->undoes     ? "let in again"
			   : run->restores ? "blocked again"
					   : "blocked";
	char all[WHO_ALL_MAX], who[WHO_MAX], said[WHO_MAX + BLAST_WHY_MAX + 32];

	put_who(all, sizeof all, run->want.prefixes, run->want.count);
	put_who(who, sizeof who, run->want.prefixes, run->want.count);
	const struct event_act done = {.what = run->undoes ? STR_LIT("unblock") : STR_LIT("block"),
		.who = str_of(all),
		.command = str_of(run->command),
		.result = str_of(result),
		.ok = ok,
		.until = ok ? ends_at(run) : 0};
	hands_act(run->blocker->hands, &done);
	if (ok)
		snprintf(said, sizeof said, "%s %s: %s", what, who, result);
	else
		snprintf(said, sizeof said, "%s%s: %s", who,
			run->restores ? " not blocked again" : "", result);
	say(run->blocker, !ok, said);
}

static void note_blocked(struct blocker_hands *b, const struct blocker_run *run)
{
	const struct block_steps *steps = &run->steps;
	bool kept = true;

	for (uint32_t i = steps->out; i < steps->count && !run->restores; i++)
		kept &= block_undos_keep(
			&b->undos, &steps->prefixes[i], run->was, run->was_count, run->asked);
	if (!kept)
		say(b, true, "what it took the place of will not come back with its undo");
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

/* What went out by itself, and is out still, is to be put back. */
static void put_back(struct blocker_run *run)
{
	if (run->stage == BLOCKER_PUTS_IN &&
		!block_undos_put_back(&run->blocker->undos, run->was, run->was_count, run->asked))
		say(run->blocker, true, "what it was to take the place of is not blocked any more");
}

static void ask(struct blocker_run *run, enum block_job job, const struct helper_args *args)
{
	struct blocker_hands *b = run->blocker;
	int err = hands_ask(b->hands, HELPER_BLOCKER, b->first + (uint32_t)job, args, done, run);

	if (!err)
		return;
	act(run, false,
		err == -EBUSY    ? "the blocker has too much to do"
		: err == -EINVAL ? "the blocker would not take it"
				 : "there is no blocker any more");
	put_back(run);
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

static void ask_to_take_out(struct blocker_run *run)
{
	struct helper_args args = {.prefix_count = run->steps.out};

	run->stage = BLOCKER_TAKES_OUT;
	memcpy(args.prefixes, run->steps.prefixes, run->steps.out * sizeof args.prefixes[0]);
	ask(run, BLOCK_JOB_UNBLOCK, &args);
}

static void ask_to_put_in(struct blocker_run *run)
{
	struct block_steps *s = &run->steps;

	run->stage = BLOCKER_PUTS_IN;
	s->count -= s->out;
	memmove(s->prefixes, s->prefixes + s->out, s->count * sizeof s->prefixes[0]);
	s->out = 0;
	const struct helper_args args = block_job_args(s);
	ask(run, BLOCK_JOB_BLOCK, &args);
}

/* Once more what every block is judged by: an address may have become one of ours since. */
static bool is_refused(struct blocker_hands *b, const struct prefix *prefixes, uint32_t count,
	char why[static BLAST_WHY_MAX])
{
	struct blast *blast = b->model ? malloc(sizeof *blast) : NULL;
	bool refused = !blast;

	snprintf(why, BLAST_WHY_MAX, "out of memory");
	if (blast) {
		blast_begin(blast, prefixes, count);
		blast_judge(blast, b->model);
		const struct blast_refusal *worst = blast_worst(blast);
		refused = worst && refusals[worst->id].weight == REFUSAL_NEVER;
		if (refused)
			blast_why(blast, worst, why);
	}
	free(blast);
	return refused;
}

/* Leaves what may be blocked again, and says why the others are not. */
static void sift(struct blocker_run *run, struct block_steps *s)
{
	char why[BLAST_WHY_MAX];
	uint32_t kept = 0;

	run->want.count = 1;
	for (uint32_t i = 0; i < s->count; i++) {
		run->want.prefixes[0] = s->prefixes[i];
		if (is_refused(run->blocker, &s->prefixes[i], 1, why))
			act(run, false, why);
		else
			s->prefixes[kept++] = s->prefixes[i];
	}
	s->count = kept;
}

/* What stood there before gets in again; what finds no place waits for the next that is done. */
static void restore(struct blocker_hands *b)
{
	struct blocker_run *run;

	while ((run = find_place(b)) && block_undos_next(&b->undos, run->asked, &run->steps)) {
		run->restores = true;
		sift(run, &run->steps);
		run->want.count = run->steps.count;
		run->want.seconds = run->steps.seconds;
		memcpy(run->want.prefixes, run->steps.prefixes, sizeof run->want.prefixes);
		if (run->steps.count)
			ask_block(run);
		else
			run->blocker = NULL;
	}
	if (run)
		run->blocker = NULL;
}

static void finish(struct blocker_run *run, const struct helper_result *r)
{
	struct blocker_hands *b = run->blocker;
	char result[RESULT_MAX];
	bool ok = !r->err && r->status == 0;

	put_result(result, r);
	act(run, ok, result);
	if (!ok)
		put_back(run);
	else if (!run->undoes)
		note_blocked(b, run);
	for (uint32_t i = 0; ok && run->undoes && i < run->want.count; i++)
		block_undos_return(&b->undos, &run->want.prefixes[i]);
	run->blocker = NULL;
	if (b->watch)
		block_watch_hurry(b->watch);
	restore(b);
}

static void done(void *ctx, const struct helper_result *r)
{
	struct blocker_run *run = ctx;

	if (run->stage == BLOCKER_AT_ONCE && run->steps.out && !r->err && r->status)
		ask_to_take_out(run);
	else if (run->stage == BLOCKER_TAKES_OUT && !r->err && !r->status)
		ask_to_put_in(run);
	else
		finish(run, r);
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
				run->was_count < BLOCK_PREFIXES_MAX)
				run->was[run->was_count++] = planned->held[k];
}

static bool refuse_with(char why[static BLAST_WHY_MAX], const char *text)
{
	snprintf(why, BLAST_WHY_MAX, "%s", text);
	return false;
}

/* Who asks has judged; what takes no walk is judged once more, where it is done. */
static bool block(struct blocker_hands *b, const struct model *m, const struct command_block *want,
	char why[static BLAST_WHY_MAX])
{
	static struct block_planned planned;
	struct blocker_run *run;

	if (want->way != WAY_NFT)
		return refuse_with(why, "only nftables is carried out from here");
	if (is_refused(b, want->prefixes, want->count, why))
		return false;
	if (!(run = find_place(b)))
		return refuse_with(why, "too much is being blocked: wait for it");
	run->want = *want;
	int err = block_planned_make(&planned, m, want, jails(b))
			  ? block_steps(&planned.plan, &run->steps)
			  : -E2BIG;
	if (err) {
		run->blocker = NULL;
		return refuse_with(why, err == -EALREADY ? "all of it is blocked already"
							 : "too much of it is blocked already");
	}
	keep_held(run, &planned);
	ask_block(run);
	return true;
}

bool blocker_try(struct blocker_hands *b, const struct model *m, const struct command_block *want,
	char why[static BLAST_WHY_MAX])
{
	const char *nothing = blocker_runs_nothing(b);

	b->model = m;
	return nothing ? refuse_with(why, nothing) : block(b, m, want, why);
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
	char who[WHO_MAX], all[WHO_ALL_MAX], path[OWN_FILE_PATH_MAX], shown[RESULT_MAX],
		why[BLOCK_WHY_MAX] = "", said[RESULT_MAX + 64];

	put_who(who, sizeof who, want->prefixes, want->count);
	put_who(all, sizeof all, want->prefixes, want->count);
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
		.what = STR_LIT("write"), .who = str_of(all), .result = str_of(shown), .ok = true};
	if (!b->replaying)
		hands_act(b->hands, &done_act);
	snprintf(said, sizeof said, "written: %s (sh runs it)", shown);
	say(b, false, said);
}

void blocker_obey(struct blocker_hands *b, const struct model *m, const struct command *command)
{
	const char *nothing = blocker_runs_nothing(b);
	char why[BLAST_WHY_MAX];

	b->model = m;
	if (command->kind == COMMAND_BLOCK_WRITE)
		write_file(b, m, &command->block);
	else if (nothing)
		say(b, true, nothing);
	else if (command->kind == COMMAND_BLOCK && !block(b, m, &command->block, why))
		say(b, true, why);
	else if (command->kind == COMMAND_UNBLOCK)
		unblock(b, &command->block);
}

static uint32_t under_way(const struct blocker_hands *b)
{
	uint32_t n = 0;

	for (size_t i = 0; i < BLOCKER_RUNS_MAX; i++)
		n += b->runs[i].blocker != NULL;
	return n;
}

void blocker_settle(struct blocker_hands *b)
{
	usec_t end = clock_usec(CLOCK_MONOTONIC) + BLOCKER_SETTLE_MS * USEC_PER_MSEC, left;
	struct blocker_run *rest;

	while (under_way(b) && (left = end - clock_usec(CLOCK_MONOTONIC)) > 0)
		if (!hands_wait(b->hands, HELPER_BLOCKER, (int)(left / USEC_PER_MSEC)))
			break;
	for (size_t i = 0; i < BLOCKER_RUNS_MAX; i++)
		if (b->runs[i].blocker)
			act(&b->runs[i], false, "not known: nethergaze ended before nft did");
	while ((rest = find_place(b)) && block_undos_next(&b->undos, rest->asked, &rest->steps)) {
		rest->restores = true;
		rest->want.count = rest->steps.count;
		memcpy(rest->want.prefixes, rest->steps.prefixes, sizeof rest->want.prefixes);
		act(rest, false, "nethergaze has ended");
		rest->blocker = NULL;
	}
	if (rest)
		rest->blocker = NULL;
}
