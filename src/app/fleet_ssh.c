// SPDX-License-Identifier: MIT
#include "app/fleet_ssh.h"

#include "base/container.h"
#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLICE       (32u << 10) /* bytes of one host in a round */
#define CALLS_A_GO  4           /* that are begun in a round */
#define ASKS_BYTES  8192        /* of questions that wait, of one host */
#define NOTES_MAX   50 /* lines besides the records, in a session; further ones are rubbish */
#define AGAIN_FIRST USEC_PER_SEC
#define AGAIN_MOST  (60 * USEC_PER_SEC)
#define STEADY      (30 * USEC_PER_SEC) /* a session so long is no failure */
#define HANGS       (60 * USEC_PER_SEC) /* silence, of one that is not up, that ends a session */
#define FIRST_WORD  (15 * USEC_PER_SEC) /* that who asks once waits for a host */
#define NOTE_MAX    160

enum call_state {
	CALL_RESTS, /* until it is due */
	CALL_BEGUN, /* the runner has been asked */
	CALL_OPEN
};

struct fleet_ssh;

/* One host. Times are monotonic. */
struct call {
	struct fleet_ssh *ssh;
	uint32_t member;
	enum call_state state;
	int fd; /* -1: none */
	usec_t due, opened, heard;
	unsigned fails;      /* sessions that did not last, one after the other */
	unsigned notes;      /* lines besides the records, in this session */
	char note[NOTE_MAX]; /* the last of these, clean; "": none */
	bool skips;          /* the rest of a line that was too long */
	size_t asks_n, n;
	char asks[ASKS_BYTES];      /* questions that wait to be written */
	char line[INTAKE_LINE_MAX]; /* that has not ended */
};

struct fleet_ssh {
	struct fleet_transport t;
	struct ssh_calls *calls;
	int epoll;
	bool live;
	usec_t now; /* events' time of this round */
	usec_t began;
	struct event_sink *sink; /* of this round */
	size_t count;
	struct call at[FLEET_SSH_MAX];
};

/* The command. */

/* hub.ssh is a program and its options: words between blanks. */
static size_t put_words(struct helper_command *c, const char *text)
{
	size_t n = 0;
	char *rest = NULL;

	if (strlen(text) >= sizeof c->text)
		return 0;
	strcpy(c->text, text);
	for (char *word = strtok_r(c->text, " \t", &rest); word && n < HELPER_ARGS_MAX - 16;
		word = strtok_r(NULL, " \t", &rest))
		c->argv[n++] = word;
	return n;
}

static int make(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	static const char *const options[] = {"-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
		"-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "-T"};
	const struct ssh_calls *c = ctx;
	size_t n = put_words(ret, c->options->hub_ssh);

	if (!n || args->number >= c->options->hub.count || args->prefix_count)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		ret->argv[n++] = options[i];
	ret->argv[n++] = c->options->hub.items[args->number];
	ret->argv[n++] = c->options->hub_command;
	return 0;
}

int ssh_calls_join(struct ssh_calls *c, struct hands *hands, const struct fleet_options *options)
{
	/* Its agent, and where a ticket or a configuration of the user's lies. */
	static const char *const passes[] = {
		"SSH_AUTH_SOCK", "HOME", "USER", "LOGNAME", "KRB5CCNAME", "XDG_RUNTIME_DIR", NULL};
	const struct helper_job job = {.name = "ssh",
		.make = make,
		.ctx = c,
		.streams = true,
		.talks = true,
		.passes = passes};

	*c = (struct ssh_calls){.options = options};
	if (!fleet_options_call(options))
		return 0;
	c->hands = hands;
	return hands_join(hands, HELPER_RUNNER, &job, 1, &c->job);
}

/* A session ends. */

static usec_t mono(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* Not all at the same moment, when a network comes back. */
static usec_t rest_of(const struct call *c, usec_t now)
{
	usec_t rest = AGAIN_FIRST << (c->fails < 6 ? c->fails : 6);

	rest = rest < AGAIN_MOST ? rest : AGAIN_MOST;
	return rest - rest / 10 + (usec_t)(hash_two((uint64_t)now, c->member) % 1000) * rest / 5000;
}

static void say_lost(struct call *c, const char *why)
{
	struct fleet_ssh *s = c->ssh;

	if (s->sink)
		intake_state(s->t.intake, c->member, MEMBER_LOST,
			str_of(c->note[0] ? c->note : why), s->now, s->sink);
}

static void lose(struct call *c, const char *why)
{
	usec_t now = mono();

	if (c->fd >= 0)
		close(c->fd);
	c->fails = c->state == CALL_OPEN && now - c->opened > STEADY ? 0 : c->fails;
	c->fd = -1;
	c->state = CALL_RESTS;
	c->due = now + rest_of(c, now);
	c->fails++;
	say_lost(c, why);
}

/* What it says. */

static void note(struct call *c, struct str line)
{
	while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' '))
		line.n--;
	if (line.n)
		c->note[text_sanitise(c->note, sizeof c->note - 1, line)] = '\0';
}

static void take_line(struct call *c, struct str line)
{
	bool record = line.n && line.p[0] == '{';

	if (!record)
		note(c, line);
	else
		c->note[0] = '\0';
	if (record || c->notes++ >= NOTES_MAX)
		intake_take(c->ssh->t.intake, c->member, line, c->ssh->now, 0, c->ssh->sink);
}

/* One that is too long is no record; the intake counts it by its beginning. */
static void take_rest(struct call *c, struct str rest)
{
	size_t room = sizeof c->line - c->n;

	if (c->skips || !rest.n)
		return;
	memcpy(c->line + c->n, rest.p, rest.n < room ? rest.n : room);
	c->n += rest.n < room ? rest.n : room;
	if (rest.n < room)
		return;
	take_line(c, (struct str){c->line, c->n});
	c->n = 0;
	c->skips = true;
}

static void take_bytes(struct call *c, struct str text)
{
	const char *end;

	while (text.n && (end = memchr(text.p, '\n', text.n))) {
		struct str line = {text.p, (size_t)(end - text.p)};
		text = str_skip(text, line.n + 1);
		take_rest(c, line);
		if (c->n)
			take_line(c, (struct str){c->line, c->n});
		c->n = 0;
		c->skips = false;
	}
	take_rest(c, text);
}

/* True when there may be more. */
static bool read_some(struct call *c)
{
	char buf[4096];

	for (size_t got = 0; got < SLICE;) {
		ssize_t n = recv(c->fd, buf, sizeof buf, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return false;
		if (n <= 0) {
			take_bytes(c, (struct str){"\n", 1}); /* what ssh said last has no end */
			lose(c, "ssh has ended");
			return false;
		}
		c->heard = mono();
		got += (size_t)n;
		take_bytes(c, (struct str){buf, (size_t)n});
	}
	return true;
}

static void write_some(struct call *c)
{
	if (!c->asks_n)
		return;
	ssize_t n = send(c->fd, c->asks, c->asks_n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n <= 0)
		return; /* reading says whether it is gone */
	c->asks_n -= (size_t)n;
	memmove(c->asks, c->asks + n, c->asks_n);
}

static int put_ask(struct call *c, struct str question)
{
	if (c->state != CALL_OPEN)
		return -ENOTCONN;
	if (question.n + 1 > sizeof c->asks - c->asks_n)
		return -ENOBUFS;
	memcpy(c->asks + c->asks_n, question.p, question.n);
	c->asks[c->asks_n + question.n] = '\n';
	c->asks_n += question.n + 1;
	return 0;
}

/* A session begins. */

static void open_call(struct call *c, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	c->fd = fd;
	c->state = CALL_OPEN;
	c->opened = c->heard = mono();
	c->n = c->asks_n = 0;
	c->notes = 0;
	c->skips = false;
	/* Not watched, it is read with the next round. */
	epoll_ctl(c->ssh->epoll, EPOLL_CTL_ADD, fd, &event);
	if (c->ssh->live)
		put_ask(c, STR_LIT("live on"));
}

static void begun(void *ctx, const struct helper_result *result)
{
	struct call *c = ctx;
	char why[NOTE_MAX];

	c->note[0] = '\0';
	if (!result->err && result->stream >= 0) {
		open_call(c, result->stream);
		return;
	}
	snprintf(why, sizeof why, "ssh cannot be started: %s",
		strerror(result->err ? -result->err : EIO));
	lose(c, why);
}

static void begin(struct call *c)
{
	struct fleet_ssh *s = c->ssh;
	const struct helper_args args = {.number = (uint32_t)(c - s->at)};

	intake_state(s->t.intake, c->member, MEMBER_WAITED, STR_ABSENT, s->now, s->sink);
	int err = hands_ask(s->calls->hands, HELPER_RUNNER, s->calls->job, &args, begun, c);
	if (err == -EBUSY) {
		c->due = mono() + AGAIN_FIRST;
	} else if (err) {
		const char *gone = hands_missing(s->calls->hands, HELPER_RUNNER);
		c->note[0] = '\0';
		lose(c, gone ? gone : strerror(-err));
	} else {
		c->state = CALL_BEGUN;
	}
}

/* The round. */

/* Of a host that nothing is taken of, nothing is read, either. */
static bool is_refused(struct call *c)
{
	struct fleet_ssh *s = c->ssh;
	usec_t until = intake_refused_until(s->t.intake, c->member, s->now);

	if (!until)
		return false;
	lose(c, "");
	c->due = mono() + (until - s->now);
	return true;
}

static bool hangs(const struct call *c)
{
	return intake_state_of(c->ssh->t.intake, c->member) != MEMBER_UP &&
	       mono() - c->heard > HANGS;
}

static bool poll_call(struct call *c)
{
	bool more;

	if (is_refused(c))
		return false;
	if (hangs(c)) {
		lose(c, "it has been silent for a minute");
		return false;
	}
	more = read_some(c);
	if (c->state == CALL_OPEN)
		write_some(c);
	return more;
}

static bool poll(struct fleet_transport *t, usec_t now, struct event_sink *sink)
{
	struct fleet_ssh *s = container_of(t, struct fleet_ssh, t);
	unsigned calls = 0;
	bool more = false;

	s->now = now;
	s->sink = sink;
	for (size_t i = 0; i < s->count; i++) {
		struct call *c = &s->at[i];
		if (c->state == CALL_OPEN)
			more |= poll_call(c);
		else if (c->state == CALL_RESTS && mono() >= c->due && calls++ < CALLS_A_GO)
			begin(c);
	}
	return more;
}

static int ask(struct fleet_transport *t, uint32_t member, struct str question)
{
	struct fleet_ssh *s = container_of(t, struct fleet_ssh, t);

	for (size_t i = 0; i < s->count; i++)
		if (s->at[i].member == member)
			return put_ask(&s->at[i], question);
	return -ENOTCONN;
}

static void live(struct fleet_transport *t)
{
	struct fleet_ssh *s = container_of(t, struct fleet_ssh, t);

	s->live = true;
	for (size_t i = 0; i < s->count; i++)
		put_ask(&s->at[i], STR_LIT("live on"));
}

static const char *silence(const struct fleet_transport *t)
{
	(void)t;
	return "";
}

static bool is_pending(const struct fleet_transport *t)
{
	const struct fleet_ssh *s = container_of(t, struct fleet_ssh, t);

	if (mono() - s->began > FIRST_WORD)
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (intake_awaits(s->t.intake, s->at[i].member))
			return true;
	return false;
}

static int fd(const struct fleet_transport *t)
{
	return container_of(t, struct fleet_ssh, t)->epoll;
}

static void free_ssh(struct fleet_transport *t)
{
	struct fleet_ssh *s = container_of(t, struct fleet_ssh, t);

	for (size_t i = 0; i < s->count; i++)
		if (s->at[i].fd >= 0)
			close(s->at[i].fd);
	if (s->epoll >= 0)
		close(s->epoll);
	free(s);
}

static const struct fleet_transport_ops ops = {.poll = poll,
	.ask = ask,
	.live = live,
	.silence = silence,
	.is_pending = is_pending,
	.fd = fd,
	.free = free_ssh};

struct fleet_transport *fleet_ssh_new(struct ssh_calls *calls, struct intake *intake)
{
	const struct text_list *hosts = &calls->options->hub;
	struct fleet_ssh *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->t = (struct fleet_transport){.ops = &ops, .intake = intake};
	s->calls = calls;
	s->began = mono();
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (; s->count < hosts->count && s->count < FLEET_SSH_MAX; s->count++)
		s->at[s->count] = (struct call){.ssh = s,
			.fd = -1,
			.member = intake_member(intake, str_of(hosts->items[s->count]))};
	if (s->epoll >= 0)
		return &s->t;
	free_ssh(&s->t);
	return NULL;
}
