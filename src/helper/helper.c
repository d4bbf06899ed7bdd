// SPDX-License-Identifier: MIT
#include "helper/helper.h"

#include "helper/confine.h"
#include "helper/process.h"
#include "helper/serve.h"
#include "helper/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define START_MS     5000
#define LOSE_MS      100 /* for it to end, while somebody looks at the screen */
#define TAKES_A_GO   64
#define GONE_MAX     160
#define OUTPUT_FIRST 8192u /* bytes; grows by doubling */

struct question {
	uint32_t id; /* 0: a free place */
	helper_done_fn *done;
	void *ctx;
	char *output;
	size_t n, cap;
	bool cut; /* here, for want of memory */
};

struct helper {
	enum helper_kind kind;
	uint32_t job_count;
	struct process process;
	struct question questions[HELPER_WAITING_MAX];
	uint32_t last_id;
	char gone[GONE_MAX]; /* "": it is there */
};

static const char *const names[] = {[HELPER_BLOCKER] = "blocker", [HELPER_RUNNER] = "runner"};

/* The end. */

static void free_output(struct question *q)
{
	free(q->output);
	*q = (struct question){0};
}

void helper_free(struct helper *h)
{
	if (!h)
		return;
	process_end(&h->process);
	for (size_t i = 0; i < HELPER_WAITING_MAX; i++)
		free_output(&h->questions[i]);
	free(h);
}

/* The beginning. */

static int await_ready(const struct helper *h)
{
	const struct wire_side side = {0};
	struct pollfd ready = {.fd = h->process.fd, .events = POLLIN};
	union wire_message m;

	if (poll(&ready, 1, START_MS) <= 0)
		return -ETIMEDOUT;
	ssize_t n = wire_receive(h->process.fd, &m);
	if (n <= 0 || wire_check(&m, (size_t)n, &side) || m.kind != WIRE_READY)
		return -EPROTO;
	return m.ready.err;
}

static void begin(void *ctx, int fd, pid_t parent)
{
	struct serve_options *options = ctx;

	options->fd = fd;
	options->parent = parent;
	serve(options);
}

static int spawn(struct helper *h, const struct helper_job *jobs, bool filtered)
{
	struct serve_options options = {
		.kind = h->kind, .jobs = jobs, .job_count = h->job_count, .filtered = filtered};
	int err = process_spawn(&h->process, names[h->kind], begin, &options);

	return err ? err : await_ready(h);
}

struct helper *helper_new(enum helper_kind kind, const struct helper_job *jobs, uint32_t job_count,
	bool filtered, int *ret_err)
{
	bool may = kind != HELPER_BLOCKER || confine_has(CAP_NET_ADMIN);
	struct helper *h = may ? calloc(1, sizeof *h) : NULL;

	*ret_err = may ? -ENOMEM : -EPERM;
	if (!h)
		return NULL;
	h->kind = kind;
	h->job_count = job_count;
	*ret_err = spawn(h, jobs, filtered);
	if (!*ret_err)
		return h;
	helper_free(h);
	return NULL;
}

/* Asking. */

int helper_fd(const struct helper *h)
{
	return h->process.fd;
}

int helper_pid(const struct helper *h)
{
	return h->process.pid;
}

const char *helper_gone(const struct helper *h)
{
	return h->gone[0] ? h->gone : NULL;
}

uint32_t helper_waiting(const struct helper *h)
{
	uint32_t n = 0;

	for (size_t i = 0; i < HELPER_WAITING_MAX; i++)
		n += h->questions[i].id != 0;
	return n;
}

static struct question *find(struct helper *h, uint32_t id)
{
	for (size_t i = 0; i < HELPER_WAITING_MAX; i++)
		if (h->questions[i].id == id)
			return &h->questions[i];
	return NULL;
}

static uint32_t next_id(struct helper *h)
{
	do
		h->last_id++;
	while (h->last_id == 0 || find(h, h->last_id));
	return h->last_id;
}

int helper_ask(struct helper *h, uint32_t job, const struct helper_args *args, helper_done_fn *done,
	void *ctx)
{
	struct question *q = find(h, 0);

	if (h->gone[0])
		return -EPIPE;
	if (job >= h->job_count || args->prefix_count > HELPER_PREFIXES_MAX ||
		args->seconds > WIRE_SECONDS_MAX)
		return -EINVAL;
	if (!q)
		return -EBUSY;
	union wire_message m = {.ask = {.kind = WIRE_ASK, .id = next_id(h), .job = job}};
	wire_put_args(&m.ask, args);
	int err = wire_send(h->process.fd, &m);
	if (err)
		return err == -EAGAIN ? -EBUSY : -EPIPE; /* helper_take will say why */
	*q = (struct question){.id = m.ask.id, .done = done, .ctx = ctx};
	return 0;
}

/* What it says. */

/* The place is free before done is called, which may ask again. */
static void answer(struct question *q, const struct helper_result *result)
{
	struct question was = *q;

	*q = (struct question){0};
	struct helper_result whole = *result;
	whole.output = (struct str){was.output ? was.output : "", was.n};
	whole.cut |= was.cut;
	was.done(was.ctx, &whole);
	/* The analyzer takes two places for one. */
	free(was.output); /* NOLINT(clang-analyzer-unix.Malloc) */
}

/* why: what it said last, or what it said wrong; NULL: it is simply no longer there. */
static void lose(struct helper *h, const char *why, enum wire_fault fault)
{
	int status = process_collect(&h->process, LOSE_MS);
	if (why)
		snprintf(h->gone, sizeof h->gone, "the %s has ended: it %s %s", h->process.name,
			why, wire_fault_text(fault));
	else
		process_say_end(&h->process, status, h->gone, sizeof h->gone);
	for (size_t i = 0; i < HELPER_WAITING_MAX; i++)
		if (h->questions[i].id)
			answer(&h->questions[i],
				&(struct helper_result){.err = -EPIPE, .stream = -1});
}

static bool grow(struct question *q, size_t n)
{
	size_t cap = q->cap ? q->cap : OUTPUT_FIRST;

	while (cap < q->n + n)
		cap *= 2;
	if (cap == q->cap)
		return true;
	char *p = realloc(q->output, cap);
	if (!p)
		return false;
	q->output = p;
	q->cap = cap;
	return true;
}

static enum wire_fault take_output(struct helper *h, const struct wire_output *m)
{
	struct question *q = m->id ? find(h, m->id) : NULL;

	if (!q)
		return WIRE_BAD_ID;
	if (m->n > HELPER_OUTPUT_MAX - q->n)
		return WIRE_BAD_COUNT;
	q->cut |= !grow(q, m->n);
	if (q->cut)
		return WIRE_FINE;
	memcpy(q->output + q->n, m->bytes, m->n);
	q->n += m->n;
	return WIRE_FINE;
}

static enum wire_fault take_done(struct helper *h, const struct wire_done *m)
{
	struct question *q = m->id ? find(h, m->id) : NULL;

	if (!q)
		return WIRE_BAD_ID;
	answer(q, &(struct helper_result){
			  .err = m->err, .status = m->status, .cut = m->cut, .stream = -1});
	return WIRE_FINE;
}

/* A socket that leads nowhere else. */
static bool is_local(int fd)
{
	int domain = 0, type = 0;
	socklen_t n = sizeof domain, m = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0 && domain == AF_UNIX &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &m) == 0 && type == SOCK_STREAM;
}

/* Takes the descriptor, unless it is refused. */
static enum wire_fault take_stream(struct helper *h, const struct wire_stream *m, int *passed)
{
	struct question *q = m->id ? find(h, m->id) : NULL;
	int fd = *passed;
	struct stat st;

	if (!q)
		return WIRE_BAD_ID;
	if (fd < 0 || fstat(fd, &st) < 0 || (!S_ISFIFO(st.st_mode) && !is_local(fd)) ||
		fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return WIRE_BAD_FD;
	*passed = -1;
	answer(q, &(struct helper_result){.stream = fd});
	return WIRE_FINE;
}

/* One that says something wrong is no longer listened to. */
static enum wire_fault take_said(struct helper *h, const union wire_message *m, int *passed)
{
	if (m->kind == WIRE_STREAM)
		return take_stream(h, &m->stream, passed);
	if (*passed >= 0)
		return WIRE_BAD_FD;
	if (m->kind == WIRE_OUTPUT)
		return take_output(h, &m->output);
	return m->kind == WIRE_DONE ? take_done(h, &m->done) : WIRE_BAD_KIND;
}

static void take_message(struct helper *h, const union wire_message *m, size_t n, int passed)
{
	const struct wire_side side = {0};
	enum wire_fault fault = wire_check(m, n, &side);

	if (!fault && m->kind == WIRE_REFUSED) {
		lose(h, "refused", (enum wire_fault)m->refused.fault);
	} else {
		fault = fault ? fault : take_said(h, m, &passed);
		if (fault)
			lose(h, "said", fault);
	}
	if (passed >= 0)
		close(passed);
}

void helper_take(struct helper *h)
{
	union wire_message m;
	int passed;

	for (int i = 0; i < TAKES_A_GO && !h->gone[0]; i++) {
		ssize_t n = wire_receive_fd(h->process.fd, &m, &passed);
		if (n == -EAGAIN)
			return;
		if (n > 0)
			take_message(h, &m, (size_t)n, passed);
		else
			lose(h, NULL, WIRE_FINE);
	}
}
