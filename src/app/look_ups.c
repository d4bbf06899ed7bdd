// SPDX-License-Identifier: MIT
#include "app/look_ups.h"

#include "app/own_dirs.h"
#include "app/privilege.h"
#include "base/file.h"
#include "base/text.h"
#include "enrich/look_serve.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define NAME     "look-ups process"
#define START_MS 5000
#define LOSE_MS  100 /* for it to end, while somebody looks at the screen */

/* In the process. */

struct birth {
	struct looker_options looker;
	const struct options *options;
};

static void look_up(void *ctx, int fd, pid_t parent)
{
	const struct birth *birth = ctx;
	struct look_serve_options o = {.looker = birth->looker, .fd = fd};
	struct looker_files files;
	struct reason lacks; /* --doctor says it */
	uid_t uid = 0;

	int err = process_leave(fd, "ng-look-ups");
	if (!err)
		o.fd = PROCESS_FD;
	looker_open(&o.looker, &files); /* its own user may not read it */
	o.signals = process_open_signals();
	if (!err && o.signals < 0)
		err = o.signals;
	if (!err)
		err = process_confine(&uid);
	if (!err)
		err = process_follow(parent);
	if (!err)
		privilege_drop(PRIVILEGE_LOOK_UPS, birth->options, &lacks);
	o.err = err;
	o.uid = uid;
	_exit(look_serve(&o, &files));
}

/* Here. */

static int put(void *ctx, const union look_message *m)
{
	return look_send(((struct look_ups *)ctx)->process.fd, m);
}

static ssize_t get(void *ctx, union look_message *ret_m)
{
	return look_receive(((struct look_ups *)ctx)->process.fd, ret_m);
}

static int fd_of(void *ctx)
{
	return ((struct look_ups *)ctx)->process.fd;
}

static void end(void *ctx, char *buf, size_t cap)
{
	struct look_ups *l = ctx;

	process_say_end(&l->process, process_collect(&l->process, LOSE_MS), buf, cap);
}

static const struct look_ops ops = {.send = put, .receive = get, .fd = fd_of, .end = end};

/* 0, or a negative errno with what it says. */
static int await_ready(struct look_ups *l, struct reason *why)
{
	struct pollfd polled = {.fd = l->process.fd, .events = POLLIN};
	union look_message m;

	reason_set(why, "it says nothing");
	if (poll(&polled, 1, START_MS) <= 0)
		return -ETIMEDOUT;
	ssize_t n = look_receive(l->process.fd, &m);
	if (n <= 0 || look_check(&m, (size_t)n, false) || m.head.kind != LOOK_READY)
		return -EPROTO;
	l->uid = m.ready.uid;
	why->text[text_sanitise(why->text, sizeof why->text - 1, str_of(m.ready.why))] = '\0';
	return m.ready.err;
}

/* -EINVAL: that is the user's to mend. */
static int spawn(struct look_ups *l, const struct options *o, struct reason *why)
{
	char dir[1024];
	struct birth birth = {.options = o,
		.looker = {.networks = o->whois_enabled,
			.by_name = o->rdns_enabled,
			.inquiries = {.bootstrap = o->whois_bootstrap,
				.whois_server = o->whois_server,
				.workers = (unsigned)o->whois_max_workers},
			.names = {.server = o->rdns_server},
			.cache_dir = own_dirs_cache(o, dir)}};
	int err = process_spawn(&l->process, NAME, look_up, &birth);

	if (err)
		reason_set_error(why, err);
	return err ? err : await_ready(l, why);
}

int look_ups_init(struct look_ups *l, const struct options *o)
{
	bool wanted = !o->replay && !o->demo && (o->whois_enabled || o->rdns_enabled);
	const char *missing = look_missing();
	struct reason why;
	char text[LOOK_GONE_MAX];

	*l = (struct look_ups){.process.fd = -1};
	if (!wanted)
		return 0;
	int err = missing ? -EOPNOTSUPP : spawn(l, o, &why);
	l->link = look_link_new(err ? NULL : &ops, l);
	if (!l->link)
		return -ENOMEM;
	if (!err)
		return 0;
	process_end(&l->process);
	if (err == -EINVAL)
		l->refused = why;
	if (missing)
		snprintf(text, sizeof text, "left out: %s", missing);
	else
		snprintf(text, sizeof text, "the %s could not be started: %.64s", NAME, why.text);
	look_link_lose(l->link, text);
	return 0;
}

void look_ups_done(struct look_ups *l)
{
	process_end(&l->process);
	look_link_free(l->link);
	l->link = NULL;
}

pid_t look_ups_pid(const struct look_ups *l)
{
	return l->process.pid > 0 ? l->process.pid : 0;
}
