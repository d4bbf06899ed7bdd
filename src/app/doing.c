// SPDX-License-Identifier: MIT
#include "app/doing.h"

#include "app/fleet_options.h"
#include "app/loop.h"
#include "app/privilege.h"

/* Why nothing is done here but looking; NULL: it may be. */
static const char *no_hands(const struct options *o)
{
	if (o->demo)
		return "this is a demo, in which nothing is done";
	if (o->replay)
		return "this is a recording, in which nothing is done";
	return session_wants_console(o) ? NULL : "there is no console";
}

/* Blocks that somebody asks for from afar need no console. */
static bool may_be_asked(const struct options *o)
{
	const struct fleet_options *fleet = fleet_options_set();

	return fleet->publish && fleet->allow_block && !o->once && !o->replay && !o->demo;
}

/* Who does what this process will not be allowed to. A hub watches nothing of this machine. */
static int spawn_privileged(struct doing *d, const struct options *o, bool hub)
{
	int err = hub ? 0 : watcher_spawn(&d->watcher, o, look_ups_pid(&d->look_ups));

	return err ? err : file_opener_spawn(&d->opener, o);
}

int doing_init(struct doing *d, const struct options *o)
{
	const char *why = no_hands(o), *why_no_blocks = may_be_asked(o) ? NULL : why;
	bool live = !o->demo && !o->replay, hub = fleet_options_set()->hub.count;
	bool here = live && !hub;

	if (hub && !why)
		why_no_blocks = "this is a hub: what is to be blocked is blocked on the machine";

	d->look_ups = (struct look_ups){.process.fd = -1};
	for (int i = 0; i < CARRYING_KINDS; i++)
		d->carrying[i] = (struct carrying){.process.fd = -1};
	d->watcher = (struct watcher){.process.fd = -1};
	d->opener = (struct file_opener){.process.fd = -1};
	d->ssh_peers.n = guard_ssh_peers(d->ssh_peers.at, GUARD_SSH_PEERS);
	hands_init(&d->hands, why ? why : "there is nothing to do");
	d->blocks = here ? block_watch_new(&d->hands) : NULL;
	d->conntrack = here ? conntrack_watch_new(&d->hands) : NULL;
	/* What a finding has run needs no console. */
	int err = hooks_init(&d->hooks, &d->hands, !why || (live && o->daemon));
	if (!err)
		err = blocker_init(&d->blocker, &d->hands, o->block_execution, why_no_blocks);
	d->blocker.watch = d->blocks;
	if (!err && here)
		err = hands_join(&d->hands, HELPER_RUNNER, &bandwidth_job, 1, &d->vnstat);
	if (!err)
		err = look_ups_init(&d->look_ups, o);
	for (int i = 0; i < CARRYING_KINDS && !err; i++)
		err = carrying_init(&d->carrying[i], (enum carrying_for)i, o);
	if (!err && live && privilege_is_split(o))
		err = spawn_privileged(d, o, hub);
	if (!err && live)
		err = ssh_calls_join(&d->ssh, &d->hands, fleet_options_set());
	if (!err && here)
		err = journal_ask_join(&d->journal, &d->hands, o);
	if (!err && live)
		/* What is kept out is listed without a console as well. */
		hands_spawn(&d->hands, o->sandbox != OPTION_SANDBOX_OFF);
	if (!why_no_blocks)
		ways_detect("", d->blocker.ways);
	return err;
}

void doing_done(struct doing *d)
{
	hands_done(&d->hands);
	look_ups_done(&d->look_ups);
	for (int i = 0; i < CARRYING_KINDS; i++)
		carrying_done(&d->carrying[i]);
	watcher_done(&d->watcher);
	file_opener_done(&d->opener);
	block_watch_free(d->blocks);
	conntrack_watch_free(d->conntrack);
	d->blocks = NULL;
	d->conntrack = NULL;
}

void doing_show(struct doing *d, struct console_options *ret_options)
{
	ret_options->hooks = d->hooks.items;
	ret_options->hook_count = d->hooks.count;
	ret_options->ways = ret_options->replaying ? NULL : d->blocker.ways;
	ret_options->jails = d->blocks ? block_watch_jails(d->blocks) : "";
	ret_options->runs_nothing = blocker_runs_nothing(&d->blocker);
}

static int ask_runner(void *ctx, uint32_t job, const struct helper_args *args, helper_done_fn *done,
	void *done_ctx)
{
	return hands_ask(ctx, HELPER_RUNNER, job, args, done, done_ctx);
}

static void ask_for_the_month(struct doing *d, struct session *s)
{
	if (s->replay || s->fleet || hands_missing(&d->hands, HELPER_RUNNER))
		return;
	s->bandwidth.job = d->vnstat;
	s->bandwidth.ask_ctx = &d->hands;
	s->bandwidth.ask = ask_runner;
}

static const char *missing(void *ctx)
{
	return blocker_runs_nothing(ctx);
}

/* Somebody far away wants it, and has no more say than who sits here. */
static bool block(void *ctx, const struct model *m, const struct addr *ip, uint32_t seconds,
	char why[static BLAST_WHY_MAX])
{
	const struct command_block want = {
		.prefixes = {{*ip, ADDR_BITS}}, .count = 1, .seconds = seconds, .way = WAY_NFT};

	return blocker_try(ctx, m, &want, why);
}

int doing_begin(struct doing *d, struct session *s, struct loop *loop, struct console *console)
{
	d->hooks.console = d->blocker.console = console;
	d->blocker.replaying = s->replay != NULL;
	hands_tell(&d->hands, &s->hub.sink);
	d->blocker.model = s->model;
	s->questions.blocker = (struct publish_blocker){&d->blocker, missing, block};
	ask_for_the_month(d, s);
	if (s->journal && d->journal.hands)
		log_journal_set_ask(s->journal, journal_ask_run, &d->journal);
	struct taker *finds = hooks_on_findings(&d->hooks, &s->recordings.past);
	int err = hands_watch(&d->hands, loop);
	if (!err && finds && !s->replay && (console || s->options->daemon))
		err = hub_join(&s->hub, finds);
	if (!err && d->blocks)
		err = hub_join(&s->hub, block_watch_taker(d->blocks, &s->hub.sink));
	if (!err && d->conntrack)
		err = hub_join(
			&s->hub, conntrack_watch_taker(d->conntrack, &s->hub.sink, s->model));
	if (!err)
		err = hub_join(&s->hub, &d->blocker.taker);
	return err;
}

void doing_settle(struct doing *d)
{
	blocker_settle(&d->blocker);
}

void doing_end(struct doing *d)
{
	hands_watch(&d->hands, NULL);
	hands_tell(&d->hands, NULL);
	if (d->conntrack)
		conntrack_watch_taker(d->conntrack, NULL, NULL);
	doing_forget_console(d);
	d->blocker.model = NULL;
}

void doing_forget_console(struct doing *d)
{
	d->hooks.console = d->blocker.console = NULL;
}

bool doing_obey(struct doing *d, const struct model *m, const struct command *command)
{
	switch (command->kind) {
	case COMMAND_HOOK:
		hooks_run(&d->hooks, command);
		return true;
	case COMMAND_BLOCK:
	case COMMAND_BLOCK_WRITE:
	case COMMAND_UNBLOCK:
		blocker_obey(&d->blocker, m, command);
		return true;
	default:
		return false;
	}
}
