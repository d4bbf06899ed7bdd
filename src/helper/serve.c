// SPDX-License-Identifier: MIT
#include "helper/serve.h"

#include "base/clock.h"
#include "helper/confine.h"
#include "helper/process.h"
#include "helper/program.h"
#include "helper/refuse.h"
#include "helper/wire.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT      (15 * USEC_PER_SEC) /* of a job that says nothing else */
#define PIECES_A_GO  16                  /* of output, before the others have their turn */
#define ASKS_A_GO    8
#define FIXED_POLLED 2 /* the pair, the signals */
#define TASKS_MAX    (HELPER_WAITING_MAX + HELPER_STREAMS_MAX)

/* What is refused to what they run, too: that is more than a tool of blocks or a hook asks for. A
 * script may make a pipe with a name. */
#define OF_BOTH ((REFUSE_MACHINE & ~REFUSE_NODES) | REFUSE_BPF | REFUSE_SETNS)

/* What a kind of helper keeps, what is refused to it, and how many programs it runs at once. */
static const struct {
	const char *name; /* of the process */
	uint64_t keeps;
	unsigned also; /* a capability that is kept where it is there; 0: none */
	unsigned refuses;
	uint32_t at_once;
} kinds[] = {
	/* What it is asked builds on what it was asked before. */
	[HELPER_BLOCKER] = {"ng-blocker", CONFINE_CAP(CAP_NET_ADMIN), CAP_NET_RAW,
		OF_BOTH | REFUSE_NODES | REFUSE_LISTEN, 1},
	[HELPER_RUNNER] = {"ng-runner", 0, 0, OF_BOTH, 4},
};

static uint64_t kept_by(enum helper_kind kind)
{
	unsigned also = kinds[kind].also;

	return kinds[kind].keeps | (also && confine_has(also) ? CONFINE_CAP(also) : 0);
}

enum task_state {
	TASK_NONE,
	TASK_WAITS, /* for its turn */
	TASK_RUNS,
	TASK_STREAMS, /* what it writes has been handed over */
	TASK_ENDED    /* the program; its last output and the answer are still to be sent */
};

struct task {
	enum task_state state;
	uint64_t order; /* in which they were asked */
	uint32_t id, job;
	struct helper_args args;
	struct program program; /* out is -1 once it has been read to its end */
	usec_t deadline;
	bool late; /* it was killed */
	bool cut;
	size_t sent, rest; /* bytes of output; after its end, those that are still to be read */
	int err, status;
	union wire_message output; /* that waits to be sent; n is 0: none */
};

struct server {
	const struct serve_options *options;
	int fd, signals;
	struct task tasks[TASKS_MAX];
	uint64_t asked;
	bool blocked; /* the pair takes no more for now */
	bool over;
};

/* The answer. */

static bool send_message(struct server *s, const union wire_message *m)
{
	int err = wire_send(s->fd, m);

	s->blocked |= err == -EAGAIN;
	s->over |= err && err != -EAGAIN;
	return !err;
}

static bool send_output(struct server *s, struct task *t)
{
	if (t->output.output.n && !send_message(s, &t->output))
		return false;
	t->sent += t->output.output.n;
	t->output.output.n = 0;
	return true;
}

static void finish(struct server *s, struct task *t)
{
	union wire_message m = {.done = {.kind = WIRE_DONE,
					.id = t->id,
					.err = t->late ? -ETIMEDOUT : t->err,
					.status = t->status,
					.cut = t->cut}};

	if (send_output(s, t) && send_message(s, &m))
		t->state = TASK_NONE;
}

/* The output. */

static void close_output(struct task *t)
{
	if (t->program.out >= 0)
		close(t->program.out);
	t->program.out = -1;
}

/* Keeps what may still be sent of n bytes. */
static void take_piece(struct task *t, size_t n)
{
	size_t room = HELPER_OUTPUT_MAX - t->sent;

	t->cut |= n > room;
	t->output.output.n = (uint32_t)(n < room ? n : room);
	if (t->state == TASK_ENDED)
		t->rest -= n;
}

/* A program that has ended wrote what was in the pipe then; what somebody else writes there, whom
 * it left behind, is not read any more. */
static size_t piece_size(const struct task *t)
{
	return t->state == TASK_ENDED && t->rest < WIRE_BYTES_MAX ? t->rest : WIRE_BYTES_MAX;
}

/* False when there is nothing more for now. */
static bool read_piece(struct task *t)
{
	size_t size = piece_size(t);
	ssize_t n = size ? read(t->program.out, t->output.output.bytes, size) : 0;

	if (n > 0)
		take_piece(t, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR) || t->state == TASK_ENDED)
		close_output(t);
	return n > 0;
}

/* The console reads it from here on; the answer has been given. Without room it is tried again. */
static void hand_over(struct server *s, struct task *t)
{
	const union wire_message m = {.stream = {.kind = WIRE_STREAM, .id = t->id}};
	int err = wire_send_fd(s->fd, &m, t->program.out);

	s->blocked |= err == -EAGAIN;
	s->over |= err && err != -EAGAIN;
	if (err)
		return;
	close_output(t);
	t->id = 0;
	t->state = TASK_STREAMS;
}

static bool is_stream(const struct server *s, const struct task *t)
{
	return s->options->jobs[t->job].streams;
}

static void pump(struct server *s, struct task *t)
{
	if (t->state == TASK_RUNS && is_stream(s, t)) {
		hand_over(s, t);
		return;
	}
	for (int i = 0; i < PIECES_A_GO && t->program.out >= 0; i++)
		if (!send_output(s, t) || !read_piece(t))
			break;
	if (t->state == TASK_ENDED && t->program.out < 0)
		finish(s, t);
}

/* The programs. */

static uint32_t count(const struct server *s, enum task_state state)
{
	uint32_t n = 0;

	for (size_t i = 0; i < TASKS_MAX; i++)
		n += s->tasks[i].state == state;
	return n;
}

static void begin(struct server *s, struct task *t)
{
	const struct helper_job *job = &s->options->jobs[t->job];
	struct helper_command command = {0};

	t->program.out = t->program.end = -1;
	t->output.output.kind = WIRE_OUTPUT;
	t->output.output.id = t->id;
	t->err = job->make(job->ctx, &t->args, &command);
	if (!t->err && job->streams && count(s, TASK_STREAMS) >= HELPER_STREAMS_MAX)
		t->err = -EBUSY;
	if (!t->err)
		t->err = program_start(&command, job, &t->program);
	t->state = t->err ? TASK_ENDED : TASK_RUNS;
	t->deadline = clock_usec(CLOCK_MONOTONIC) +
		      (job->timeout_ms ? job->timeout_ms * USEC_PER_MSEC : TIMEOUT);
}

/* Whoever it left behind with the same socket has nobody to talk to, either. */
static void hang_up(struct task *t)
{
	if (t->program.end < 0)
		return;
	shutdown(t->program.end, SHUT_RDWR);
	close(t->program.end);
	t->program.end = -1;
}

static void reap(const struct server *s, struct task *t)
{
	int left = 0;
	bool handed = t->state == TASK_STREAMS;

	/* What streams is handed over even if it has ended meanwhile: the pipe holds what it wrote.
	 */
	if (!handed && (t->state != TASK_RUNS || is_stream(s, t)))
		return;
	if (!program_ended(&t->program, &t->status))
		return;
	t->state = handed ? TASK_NONE : TASK_ENDED;
	if (handed)
		hang_up(t);
	if (!handed && t->program.out >= 0 && ioctl(t->program.out, FIONREAD, &left) == 0)
		t->rest = (size_t)left;
}

static void check_time(struct task *t, usec_t now)
{
	if (t->state != TASK_RUNS || t->late || now < t->deadline)
		return;
	program_kill(&t->program);
	t->late = true;
}

static struct task *first_waiting(struct server *s)
{
	struct task *first = NULL;

	for (size_t i = 0; i < TASKS_MAX; i++) {
		struct task *t = &s->tasks[i];
		if (t->state == TASK_WAITS && (!first || t->order < first->order))
			first = t;
	}
	return first;
}

static void begin_some(struct server *s)
{
	struct task *t;

	while (count(s, TASK_RUNS) < kinds[s->options->kind].at_once && (t = first_waiting(s))) {
		begin(s, t);
		if (t->state == TASK_RUNS && is_stream(s, t))
			hand_over(s, t);
	}
}

/* The questions. */

static void turn_away(struct server *s, enum wire_fault fault)
{
	union wire_message m = {.refused = {.kind = WIRE_REFUSED, .fault = fault}};

	wire_send(s->fd, &m);
	s->over = true;
}

static struct task *find(struct server *s, uint32_t id)
{
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (s->tasks[i].state != TASK_NONE && s->tasks[i].id == id)
			return &s->tasks[i];
	return NULL;
}

static void take_ask(struct server *s, const struct wire_ask *ask)
{
	struct task *t = s->tasks;

	while (t < s->tasks + TASKS_MAX && t->state != TASK_NONE)
		t++;
	if (t == s->tasks + TASKS_MAX || find(s, ask->id)) {
		turn_away(s, WIRE_BAD_ID);
		return;
	}
	*t = (struct task){
		.state = TASK_WAITS, .order = s->asked++, .id = ask->id, .job = ask->job};
	wire_take_args(ask, &t->args);
}

static void take_asks(struct server *s)
{
	const struct wire_side side = {.is_helper = true, .jobs = s->options->job_count};
	union wire_message m;

	for (int i = 0; i < ASKS_A_GO && !s->over; i++) {
		ssize_t n = wire_receive(s->fd, &m);
		if (n == -EAGAIN)
			return;
		enum wire_fault fault = n > 0 ? wire_check(&m, (size_t)n, &side) : WIRE_FINE;
		if (n <= 0)
			s->over = true;
		else if (fault)
			turn_away(s, fault);
		else
			take_ask(s, &m.ask);
	}
}

/* The loop. */

static void take_signals(struct server *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == sizeof info)
		s->over |= info.ssi_signo == SIGTERM;
}

/* Nobody is there that it talks with. */
static void end_unheard(struct task *t)
{
	if (t->state == TASK_STREAMS && !t->late)
		program_kill(&t->program);
	t->late = true;
}

static int watched_end(const struct task *t)
{
	return t->state == TASK_STREAMS && !t->late ? t->program.end : -1;
}

/* Milliseconds until the next program is late, or -1. */
static int time_left(const struct server *s, usec_t now)
{
	usec_t left = -1;

	for (size_t i = 0; i < TASKS_MAX; i++) {
		const struct task *t = &s->tasks[i];
		usec_t of_this = t->deadline > now ? t->deadline - now : 0;
		if (t->state == TASK_RUNS && !t->late && (left < 0 || of_this < left))
			left = of_this;
	}
	return left < 0 ? -1 : (int)((left + USEC_PER_MSEC - 1) / USEC_PER_MSEC);
}

static void wait(struct server *s)
{
	struct pollfd polled[FIXED_POLLED + TASKS_MAX] = {
		{.fd = s->fd, .events = (short)(POLLIN | (s->blocked ? POLLOUT : 0))},
		{.fd = s->signals, .events = POLLIN},
	};

	/* What cannot be sent on is left in the pipe, and the program waits. */
	for (size_t i = 0; i < TASKS_MAX; i++) {
		const struct task *t = &s->tasks[i];
		bool runs = t->state == TASK_RUNS && !s->blocked;
		polled[FIXED_POLLED + i] = (struct pollfd){
			.fd = runs ? t->program.out : watched_end(t), .events = runs ? POLLIN : 0};
	}
	poll(polled, FIXED_POLLED + TASKS_MAX, time_left(s, clock_usec(CLOCK_MONOTONIC)));
	if (polled[0].revents & POLLOUT)
		s->blocked = false;
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (polled[FIXED_POLLED + i].revents & POLLHUP && s->tasks[i].state == TASK_STREAMS)
			end_unheard(&s->tasks[i]);
	s->over |= (polled[0].revents & (POLLHUP | POLLERR)) != 0;
}

static void turn(struct server *s)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	take_signals(s);
	take_asks(s);
	for (size_t i = 0; i < TASKS_MAX && !s->over; i++) {
		struct task *t = &s->tasks[i];
		check_time(t, now);
		reap(s, t);
		if (!s->blocked && (t->state == TASK_RUNS || t->state == TASK_ENDED))
			pump(s, t);
	}
	if (!s->over) /* nobody would hear how it went */
		begin_some(s);
}

/* Something that can be done at once, with nothing to wake us for it. */
static bool has_more(const struct server *s)
{
	return !s->blocked && count(s, TASK_ENDED) > 0;
}

static void run(struct server *s)
{
	while (!s->over) {
		if (!has_more(s))
			wait(s);
		turn(s);
	}
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (s->tasks[i].state == TASK_RUNS || s->tasks[i].state == TASK_STREAMS)
			program_kill(&s->tasks[i].program);
}

/* The beginning. */

static int prepare(struct server *s)
{
	const struct serve_options *o = s->options;
	int err = process_leave(o->fd, kinds[o->kind].name);

	s->fd = PROCESS_FD;
	if (!err)
		err = s->signals = process_open_signals();
	if (err >= 0)
		err = confine(kept_by(o->kind));
	if (!err && o->filtered)
		refuse(kinds[o->kind]
				.refuses); /* a kernel without it is said to be one elsewhere */
	return err ? err : process_follow(o->parent);
}

_Noreturn void serve(const struct serve_options *options)
{
	struct serve_options own = *options;
	struct server *s = calloc(1, sizeof *s);
	union wire_message ready = {.ready = {.kind = WIRE_READY, .err = -ENOMEM}};

	if (!s) {
		wire_send(own.fd, &ready);
		_exit(1);
	}
	s->options = &own;
	ready.ready.err = prepare(s);
	/* When not even the pair could be moved, it is where it was. */
	if (wire_send(s->fd, &ready) < 0)
		wire_send(own.fd, &ready);
	if (ready.ready.err)
		_exit(1);
	run(s);
	_exit(0);
}
