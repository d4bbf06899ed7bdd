// SPDX-License-Identifier: MIT
#include "tui/outlet.h"

#include "base/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK      16384
#define KEEP       (1 << 20) /* bytes of memory that stay for the next frame */
#define OPEN_FLAGS (O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* /dev/tty is the terminal of the session, which need not be the one that stdout is. TIOCGDEV
 * tells which it is (linux commit b7b8de087384). */
static int open_session_terminal(void)
{
	int fd = open("/dev/tty", OPEN_FLAGS);
	unsigned int device = 0;
	struct stat out;

	if (fd < 0)
		return -1;
	if (fstat(STDOUT_FILENO, &out) == 0 && call_terminal_device(fd, &device) == 0 &&
		device == (unsigned int)out.st_rdev)
		return fd;
	close(fd);
	return -1;
}

/* By its file, which after su(1) may be another user's; else as the session's. */
static int open_terminal(bool *ret_shared)
{
	int fd = open("/proc/self/fd/1", OPEN_FLAGS);

	if (fd < 0)
		fd = open_session_terminal();
	*ret_shared = fd < 0;
	if (fd < 0)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

int outlet_open(struct outlet *o)
{
	struct outlet made = {.tty = -1};
	int memory = memfd_create("screen", MFD_CLOEXEC), err = 0;

	made.file = memory < 0 ? NULL : fdopen(memory, "w");
	if (!made.file) {
		err = -errno;
		if (memory >= 0)
			close(memory);
		return err;
	}
	setvbuf(made.file, NULL, _IONBF, 0);
	made.tty = open_terminal(&made.shared);
	if (made.tty < 0) {
		err = made.tty;
		fclose(made.file);
		return err;
	}
	*o = made;
	return 0;
}

void outlet_close(struct outlet *o)
{
	if (!o->file)
		return;
	fclose(o->file);
	close(o->tty);
	*o = (struct outlet){.tty = -1};
}

void outlet_put(struct outlet *o, const char *bytes)
{
	fputs(bytes, o->file);
}

off_t outlet_mark(const struct outlet *o)
{
	return lseek(fileno(o->file), 0, SEEK_CUR);
}

void outlet_undo(struct outlet *o, off_t mark)
{
	lseek(fileno(o->file), mark, SEEK_SET);
}

/* Others write through a shared open file, and expect it to block. */
static ssize_t write_shared(int fd, const char *p, size_t n)
{
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	ssize_t wrote = write(fd, p, n);
	int err = errno;
	fcntl(fd, F_SETFL, flags);
	errno = err;
	return wrote;
}

/* The next bytes, of those before `end`: behind it lie some of frames before. How many the terminal
 * took, 0 for now none, -1 it is gone. */
static ssize_t send_some(struct outlet *o, off_t end)
{
	char chunk[CHUNK];
	size_t most = end - o->sent < CHUNK ? (size_t)(end - o->sent) : CHUNK;
	ssize_t n = pread(fileno(o->file), chunk, most, o->sent);

	if (n <= 0)
		return n < 0 && errno == EINTR ? 0 : -1;
	n = o->shared ? write_shared(o->tty, chunk, (size_t)n) : write(o->tty, chunk, (size_t)n);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return n;
}

/* Curses goes on writing at the beginning. */
static void begin_anew(struct outlet *o, off_t end)
{
	lseek(fileno(o->file), 0, SEEK_SET);
	if (end > KEEP && ftruncate(fileno(o->file), 0) != 0)
		return; /* it keeps the memory, then */
	o->sent = 0;
}

bool outlet_drain(struct outlet *o)
{
	off_t end = outlet_mark(o);
	ssize_t n = 1;

	if (end == o->sent)
		return true;
	while (o->sent < end && (n = send_some(o, end)) > 0)
		o->sent += n;
	o->waits = n == 0;
	if (!o->waits)
		begin_anew(o, end);
	return !o->waits;
}

bool outlet_drain_for(struct outlet *o, usec_t patience)
{
	usec_t end = clock_usec(CLOCK_MONOTONIC) + 10 * patience;
	struct pollfd p = {.fd = o->tty, .events = POLLOUT};

	while (!outlet_drain(o))
		if (poll(&p, 1, (int)(patience / USEC_PER_MSEC)) <= 0 ||
			clock_usec(CLOCK_MONOTONIC) > end)
			return outlet_drain(o);
	return true;
}
