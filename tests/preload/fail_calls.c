// SPDX-License-Identifier: MIT
/* fail_calls: makes system calls of the program fail, where LD_PRELOAD names it (failing.h), as
 * FAIL_CALLS says:
 *
 *	files	what makes a descriptor: EMFILE
 *	space	what writes to a regular file, makes one, or gives it a name: ENOSPC; also of
 *		libraries, but not to stdout and stderr
 *	signals	what may wait: EINTR
 *	short	what reads or writes more than a byte: does one
 */
#include "failing.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

enum way {
	FILES,
	SPACE,
	SIGNALS,
	SHORT
};

static bool is_way(enum way way)
{
	static const char *const names[] = {"files", "space", "signals", "short"};
	const char *chosen = getenv("FAIL_CALLS");

	return chosen && strcmp(chosen, names[way]) == 0;
}

static bool refused(enum way way, int err, const void *caller)
{
	if (!is_way(way) || !(way == SPACE ? fails_now() : fails(caller)))
		return false;
	errno = err;
	return true;
}

/* The function that this one stands in for. */
#define REAL(name) __extension__((__typeof__(&(name)))next(#name))

static void *next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

static bool is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* What makes descriptors. */

static mode_t mode_of(int flags, va_list args)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

static bool open_is_refused(int flags, const void *caller)
{
	return refused(FILES, EMFILE, caller) ||
	       (flags & O_CREAT && refused(SPACE, ENOSPC, caller));
}

int open(const char *path, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = mode_of(flags, args);
	va_end(args);
	return open_is_refused(flags, CALLER) ? -1 : REAL(open)(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = mode_of(flags, args);
	va_end(args);
	return open_is_refused(flags, CALLER) ? -1 : REAL(openat)(dir, path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	return refused(FILES, EMFILE, CALLER) ? NULL : REAL(fopen)(path, mode);
}

int mkostemp(char *path, int flags)
{
	return open_is_refused(O_CREAT, CALLER) ? -1 : REAL(mkostemp)(path, flags);
}

int memfd_create(const char *name, unsigned flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(memfd_create)(name, flags);
}

int socket(int domain, int type, int protocol)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(socket)(domain, type, protocol);
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(socketpair)(domain, type, protocol, fds);
}

int pipe2(int fds[2], int flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(pipe2)(fds, flags);
}

int epoll_create1(int flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(epoll_create1)(flags);
}

int eventfd(unsigned value, int flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(eventfd)(value, flags);
}

int timerfd_create(clockid_t clock, int flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(timerfd_create)(clock, flags);
}

int inotify_init1(int flags)
{
	return refused(FILES, EMFILE, CALLER) ? -1 : REAL(inotify_init1)(flags);
}

/* What needs room on a disk. */

int rename(const char *from_path, const char *to)
{
	return refused(SPACE, ENOSPC, CALLER) ? -1 : REAL(rename)(from_path, to);
}

int renameat(int from_dir, const char *from_path, int to_dir, const char *to)
{
	return refused(SPACE, ENOSPC, CALLER) ? -1
					      : REAL(renameat)(from_dir, from_path, to_dir, to);
}

int mkdir(const char *path, mode_t mode)
{
	return refused(SPACE, ENOSPC, CALLER) ? -1 : REAL(mkdir)(path, mode);
}

int ftruncate(int fd, off_t n)
{
	return refused(SPACE, ENOSPC, CALLER) ? -1 : REAL(ftruncate)(fd, n);
}

int fsync(int fd)
{
	return refused(SPACE, ENOSPC, CALLER) ? -1 : REAL(fsync)(fd);
}

/* What reads and writes. A write to a file is refused for want of room, and never waits. */

static bool write_is_refused(int fd, const void *caller)
{
	if (is_way(SPACE))
		return fd > STDERR_FILENO && is_file(fd) && refused(SPACE, ENOSPC, caller);
	return !is_file(fd) && refused(SIGNALS, EINTR, caller);
}

static size_t length(size_t n, const void *caller)
{
	return is_way(SHORT) && n > 1 && fails(caller) ? 1 : n;
}

ssize_t write(int fd, const void *p, size_t n)
{
	return write_is_refused(fd, CALLER) ? -1 : REAL(write)(fd, p, length(n, CALLER));
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t offset)
{
	return write_is_refused(fd, CALLER) ? -1 : REAL(pwrite)(fd, p, length(n, CALLER), offset);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t offset)
{
	return write_is_refused(fd, CALLER) ? -1 : REAL(pwrite64)(fd, p, length(n, CALLER), offset);
}

ssize_t read(int fd, void *p, size_t n)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(read)(fd, p, length(n, CALLER));
}

ssize_t pread(int fd, void *p, size_t n, off_t offset)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(pread)(fd, p, length(n, CALLER), offset);
}

/* By _FORTIFY_SOURCE, where the size of what is read into is known. */
ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __pread_chk(int fd, void *p, size_t n, off_t offset, size_t room);

ssize_t __read_chk(int fd, void *p, size_t n, size_t room)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1
					       : REAL(__read_chk)(fd, p, length(n, CALLER), room);
}

ssize_t __pread_chk(int fd, void *p, size_t n, off_t offset, size_t room)
{
	return refused(SIGNALS, EINTR, CALLER)
		       ? -1
		       : REAL(__pread_chk)(fd, p, length(n, CALLER), offset, room);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(epoll_wait)(fd, events, most, timeout);
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(poll)(fds, n, timeout);
}

ssize_t recv(int fd, void *p, size_t n, int flags)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(recv)(fd, p, n, flags);
}

ssize_t send(int fd, const void *p, size_t n, int flags)
{
	return refused(SIGNALS, EINTR, CALLER) ? -1 : REAL(send)(fd, p, n, flags);
}
