// SPDX-License-Identifier: MIT
#include "app/publish_stdin.h"

#include "app/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_stdin(struct publish_stdin *in)
{
	in->open = false;
	if (in->loop)
		loop_unwatch(in->loop, STDIN_FILENO);
	in->loop = NULL;
	if (in->ends)
		in->ended_at = clock_usec(CLOCK_MONOTONIC);
}

/* One read of what is there: a descriptor that is ready, or a file, does not make us wait. */
static void read_some(struct publish_stdin *in)
{
	if (in->n == sizeof in->buf)
		return;
	ssize_t got = read(STDIN_FILENO, in->buf + in->n, sizeof in->buf - in->n);
	if (got > 0)
		in->n += (size_t)got;
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		close_stdin(in);
}

static void drop(struct publish_stdin *in, size_t n)
{
	in->n -= n;
	memmove(in->buf, in->buf + n, in->n);
}

/* Takes a line, if there is a whole one. What is longer than a line may be is said once. */
static bool take_line(struct publish_stdin *in)
{
	const char *end = in->n ? memchr(in->buf, '\n', in->n) : NULL;
	struct str line = {in->buf, end ? (size_t)(end - in->buf) : in->n};

	if (!end && in->n < sizeof in->buf)
		return false;
	if (!in->skips && end)
		publish_answer(in->ask, line, 0);
	else if (!in->skips)
		publish_answer_long(in->ask, line);
	in->skips = !end;
	drop(in, line.n + (end ? 1 : 0));
	return true;
}

static bool take_lines(struct publish_stdin *in)
{
	for (int i = 0; i < STDIN_ASKS; i++)
		if (!take_line(in))
			return false;
	return true;
}

static void take_stdin(void *ctx, uint32_t events)
{
	struct publish_stdin *in = ctx;

	(void)events;
	read_some(in);
	take_lines(in);
}

void publish_stdin_init(struct publish_stdin *in, struct publish_ask *ask)
{
	struct stat st;
	bool known = fstat(STDIN_FILENO, &st) == 0;

	*in = (struct publish_stdin){.ask = ask, .open = known};
	in->ends = known && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(STDIN_FILENO));
}

int publish_stdin_watch(struct publish_stdin *in, struct loop *loop)
{
	if (in->loop)
		loop_unwatch(in->loop, STDIN_FILENO);
	in->loop = NULL;
	if (!in->ask || !in->open || !loop || !in->ends)
		return 0;
	int err = loop_watch(loop, STDIN_FILENO, EPOLLIN, take_stdin, in);
	if (!err)
		in->loop = loop;
	return err;
}

bool publish_stdin_poll(struct publish_stdin *in)
{
	if (!in->ask)
		return false;
	if (in->open && !in->ends)
		read_some(in);
	return take_lines(in);
}

bool publish_stdin_has_ended(const struct publish_stdin *in)
{
	return in->ended_at && !memchr(in->buf, '\n', in->n);
}

bool publish_stdin_is_over(const struct publish_stdin *in)
{
	return in->ended_at && clock_usec(CLOCK_MONOTONIC) - in->ended_at > STDIN_LAST_WORDS;
}
