// SPDX-License-Identifier: MIT
#include "enrich/look_serve.h"

#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TAKES_A_GO 16

struct server {
	const struct look_serve_options *options;
	struct looker *looker;
	bool blocked; /* the pair takes no more for now */
	bool over;
};

const char *look_missing(void)
{
	return NULL;
}

/* Whoever says what is no message is not listened to any more. */
static void take_questions(struct server *s, usec_t now)
{
	union look_message m;

	for (int i = 0; i < TAKES_A_GO && !s->over; i++) {
		ssize_t n = look_receive(s->options->fd, &m);
		if (n < 0)
			return;
		s->over = n == 0 || looker_take(s->looker, &m, (size_t)n, now) != LOOK_FINE;
	}
}

static void tell(struct server *s)
{
	union look_message m;

	while (!s->over && !s->blocked && looker_next(s->looker, &m)) {
		int err = look_send(s->options->fd, &m);
		if (!err)
			looker_told(s->looker);
		s->blocked = err == -EAGAIN;
		s->over = err && err != -EAGAIN;
	}
}

static void take_signals(struct server *s)
{
	struct signalfd_siginfo info;

	while (read(s->options->signals, &info, sizeof info) == sizeof info)
		s->over |= info.ssi_signo == SIGTERM;
}

/* What cannot be told is kept, and nothing new is taken on: the questions are as many as there is
 * room for. */
static void wait(struct server *s)
{
	struct pollfd polled[] = {
		{.fd = s->options->fd, .events = (short)(POLLIN | (s->blocked ? POLLOUT : 0))},
		{.fd = s->options->signals, .events = POLLIN},
		{.fd = looker_fd(s->looker), .events = POLLIN},
	};

	poll(polled, ARRAY_LEN(polled), looker_wait(s->looker));
	if (polled[0].revents & POLLOUT)
		s->blocked = false;
	s->over |= (polled[0].revents & (POLLHUP | POLLERR)) != 0;
}

static void run(struct server *s)
{
	while (!s->over) {
		wait(s);
		usec_t now = clock_now();
		take_signals(s);
		take_questions(s, now);
		if (!s->over)
			looker_turn(s->looker, now);
		tell(s);
	}
}

int look_serve(const struct look_serve_options *o, struct looker_files *files)
{
	struct server s = {.options = o};
	union look_message ready;
	struct reason reason;
	int err = o->err == -EINVAL ? -EPERM : o->err; /* that one is about the resolver alone */

	if (err)
		reason_set_error(&reason, o->err);
	else
		s.looker = looker_new(&o->looker, files, &reason, &err);
	look_begin(&ready, LOOK_READY);
	ready.ready.err = err;
	ready.ready.uid = o->uid;
	if (err)
		ready.ready.why[text_sanitise(
			ready.ready.why, sizeof ready.ready.why - 1, str_of(reason.text))] = '\0';
	if (look_send(o->fd, &ready) < 0 || err)
		return 1;
	run(&s);
	return 0;
}
