// SPDX-License-Identifier: MIT
#include "app/carrying.h"

#include "app/engine_files.h"
#include "app/fleet_options.h"
#include "app/privilege.h"
#include "base/text.h"
#include "fleet/engines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME    "carrier's process"
#define LOSE_MS 100 /* for it to end, while somebody looks at the screen */

struct birth {
	const struct carrier_engine *engine;
	struct engine_options options;
	struct engine_files files;
	const struct options *of_program;
	char name[FLEET_NAME_MAX];
};

/* In the process. */

/* Before the engine: it may start threads, and they are to be confined as well. */
static void carry(void *ctx, int fd, pid_t parent)
{
	struct birth *b = ctx;
	struct reason lacks; /* --doctor says it */
	char why[64];
	uid_t uid = 0;

	b->options.fd = fd;
	int err = process_leave(fd, "ng-carrier");
	if (!err)
		b->options.fd = PROCESS_FD;
	if (!err)
		err = engine_files_put(&b->files, b->options.files);
	b->options.signals = process_open_signals();
	if (!err && b->options.signals < 0)
		err = b->options.signals;
	if (!err)
		err = process_confine(&uid);
	if (!err)
		err = process_follow(parent);
	if (!err)
		privilege_drop(PRIVILEGE_CARRIER, b->of_program, &lacks);
	if (!err)
		_exit(b->engine->run(&b->options));
	snprintf(why, sizeof why, "it could not be set up: %s", strerror(-err));
	engine_say(b->options.fd, false, why);
	_exit(EXIT_FAILURE);
}

/* Here. */

/* A recording that is replayed can be published, as the machine that it is of would have. The demo
 * may come after a watch, whose options it has. */
static bool is_wanted(enum carrying_for what, const struct options *o)
{
	const struct fleet_options *f = fleet_options_set();
	const char *url = what == CARRYING_PUBLISH ? f->publish
			  : f->hub.count == 1      ? f->hub.items[0]
						   : NULL;

	bool of_past = o->demo || (o->replay && what != CARRYING_PUBLISH);

	return url && strstr(url, "://") && !of_past;
}

/* False: with what is wrong. */
static bool conceive(struct birth *b, enum carrying_for what, struct reason *ret_wrong)
{
	const struct fleet_options *f = fleet_options_set();
	bool hub = what == CARRYING_HUB;
	const char *url = hub ? f->hub.items[0] : f->publish;
	struct reason wrong;

	b->engine = engine_of(url);
	if (!b->engine || (hub && !b->engine->hubs)) {
		reason_set(ret_wrong, "%s %.200s: expected nats://HOST%s",
			hub ? "--hub" : "--publish", url,
			hub ? " or tls://HOST, or names of hosts"
			    : ", tls://HOST, otlp+http(s)://HOST, or -");
		return false;
	}
	if (!b->engine->missing() && !b->engine->check(url, &wrong)) {
		reason_set(ret_wrong, "%s %.160s: %.200s", hub ? "--hub" : "--publish", url,
			wrong.text);
		return false;
	}
	if (f->publish_name)
		text_copy(b->name, sizeof b->name, str_of(f->publish_name));
	else if (gethostname(b->name, sizeof b->name - 1) < 0)
		b->name[0] = '\0';
	b->options = (struct engine_options){.url = url,
		.name = hub          ? ""
			: b->name[0] ? b->name
				     : "localhost",
		.hub = hub,
		.since = f->since,
		.interval = f->interval,
		.headers = (const char *const *)f->otlp_headers.items,
		.header_count = f->otlp_headers.count,
		.queue = f->queue};
	return engine_files_read(&b->files, f, ret_wrong);
}

bool carrying_check(const struct options *o, struct reason *ret_wrong)
{
	bool fine = true;

	for (int i = 0; i < CARRYING_KINDS && fine; i++) {
		struct birth birth = {.of_program = o};
		if (!is_wanted((enum carrying_for)i, o))
			continue;
		fine = conceive(&birth, (enum carrying_for)i, ret_wrong);
		engine_files_done(&birth.files);
	}
	return fine;
}

/* True when it runs. */
static bool spawn(struct carrying *c, struct birth *b, struct reason *ret_why)
{
	const char *missing = b->engine->missing();

	if (missing) {
		reason_set(ret_why, "left out: %s", missing);
		return false;
	}
	int err = process_spawn(&c->process, NAME, carry, b);
	if (err)
		reason_set(ret_why, "it could not be started: %s", strerror(-err));
	return !err;
}

int carrying_init(struct carrying *c, enum carrying_for what, const struct options *o)
{
	struct birth birth = {.of_program = o};
	struct reason why;

	*c = (struct carrying){.process = {.fd = -1, .name = NAME}};
	if (!is_wanted(what, o))
		return 0;
	bool runs = conceive(&birth, what, &why) && spawn(c, &birth, &why);
	engine_files_done(&birth.files);
	c->carrier = carrier_new(c->process.fd, fleet_options_set()->queue);
	if (!c->carrier)
		return -ENOMEM;
	if (!runs)
		carrier_lose(c->carrier, why.text);
	return 0;
}

bool carrying_poll(struct carrying *c, carrier_fn *fn, void *ctx)
{
	bool more = carrier_poll(c->carrier, fn, ctx);
	const char *fault = carrier_fault(c->carrier);
	char how[FLEET_WHY_MAX / 2], why[FLEET_WHY_MAX];

	if (!fault)
		return more;
	process_say_end(&c->process, process_collect(&c->process, LOSE_MS), how, sizeof how);
	snprintf(why, sizeof why, "%s (it %s)", how, fault);
	carrier_lose(c->carrier, why);
	return false;
}

void carrying_done(struct carrying *c)
{
	process_end(&c->process);
	carrier_free(c->carrier);
	c->carrier = NULL;
}
