/* SPDX-License-Identifier: MIT
 *
 * pty: a command on a pseudo-terminal of ours. Its side of the terminal stays open here too, so
 * that its settings can be read once the command has ended.
 */
#ifndef NG_TESTS_PTY_H
#define NG_TESTS_PTY_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

struct pty {
	int master, slave;
	pid_t pid;             /* 0: it has ended */
	int status;            /* of waitpid(2), then */
	struct termios before; /* the terminal's settings at the start */
	struct winsize size;
	uint64_t bytes;                                        /* read so far */
	void (*heard)(void *ctx, const char *bytes, size_t n); /* NULL: nobody listens */
	void *ctx;
};

static inline int64_t pty_now(void) /* microseconds */
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static inline void pty_die(const char *what)
{
	perror(what);
	exit(99);
}

static inline void pty_run_child(struct pty *p, char **argv, const char *said)
{
	int err = said ? open(said, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;

	close(p->master);
	login_tty(p->slave);
	if (err >= 0)
		dup2(err, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

/* What it says on stderr is appended to the file `said`; NULL: to the terminal. */
static inline void pty_start(struct pty *p, char **argv, const char *said)
{
	if (openpty(&p->master, &p->slave, NULL, NULL, &p->size) < 0)
		pty_die("openpty");
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(p->master, F_SETFL, O_NONBLOCK);
	tcgetattr(p->slave, &p->before);
	/* Or else the terminal itself would say what is typed before and after the command. */
	p->before.c_lflag &= ~(tcflag_t)(ECHO | ECHOCTL);
	tcsetattr(p->slave, TCSANOW, &p->before);
	p->pid = fork();
	if (p->pid < 0)
		pty_die("fork");
	if (p->pid == 0)
		pty_run_child(p, argv, said);
	fcntl(p->slave, F_SETFD, FD_CLOEXEC);
}

/* Hears what there is. True when there was something. */
static inline bool pty_hear(struct pty *p)
{
	char buf[65536];
	ssize_t n = read(p->master, buf, sizeof buf);

	if (n <= 0)
		return false;
	p->bytes += (uint64_t)n;
	if (p->heard)
		p->heard(p->ctx, buf, (size_t)n);
	return true;
}

/* True once the command has ended; all that it wrote has been heard then. */
static inline bool pty_has_ended(struct pty *p)
{
	if (p->pid && waitpid(p->pid, &p->status, WNOHANG) == p->pid)
		p->pid = 0;
	if (p->pid)
		return false;
	while (pty_hear(p))
		;
	return true;
}

/* Hears for so many microseconds. */
static inline void pty_listen(struct pty *p, int64_t usec)
{
	int64_t end = pty_now() + usec, left;
	struct pollfd fd = {.fd = p->master, .events = POLLIN};

	while ((left = end - pty_now()) > 0) {
		struct timespec t = {left / 1000000, left % 1000000 * 1000};
		if (ppoll(&fd, 1, &t, NULL) > 0)
			pty_hear(p);
	}
}

/* Types, and hears while the terminal takes no more. False when it takes nothing for some seconds.
 */
static inline bool pty_type(struct pty *p, const char *bytes, size_t n)
{
	int64_t end = pty_now() + 10000000;

	while (n) {
		ssize_t wrote = write(p->master, bytes, n);
		if (wrote > 0) {
			bytes += wrote;
			n -= (size_t)wrote;
			continue;
		}
		if (pty_has_ended(p) || pty_now() > end)
			return pty_has_ended(p);
		pty_listen(p, 1000);
	}
	return true;
}

static inline void pty_resize(struct pty *p, unsigned columns, unsigned rows)
{
	p->size.ws_col = (unsigned short)columns;
	p->size.ws_row = (unsigned short)rows;
	ioctl(p->master, TIOCSWINSZ, &p->size);
}

static inline bool pty_is_restored(const struct pty *p)
{
	struct termios now;

	return tcgetattr(p->slave, &now) == 0 && now.c_iflag == p->before.c_iflag &&
	       now.c_oflag == p->before.c_oflag && now.c_lflag == p->before.c_lflag &&
	       memcmp(now.c_cc, p->before.c_cc, sizeof now.c_cc) == 0;
}

static inline void pty_close(struct pty *p)
{
	close(p->master);
	close(p->slave);
}

#endif
