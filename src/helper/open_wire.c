// SPDX-License-Identifier: MIT
#include "helper/open_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	uint8_t takes; /* descriptors */
	bool gives;    /* one */
	bool has_link; /* in the answer */
} ops[OPEN_OPS] = {
	[OPEN_OP_OPEN] = {.gives = true},
	[OPEN_OP_DIRECTORY] = {.gives = true},
	[OPEN_OP_LINK] = {.has_link = true},
	[OPEN_OP_LINK_AT] = {.takes = 1, .has_link = true},
	[OPEN_OP_STAT_AT] = {.takes = 1},
	[OPEN_OP_OPEN_AT] = {.takes = 1, .gives = true},
	[OPEN_OP_WATCH] = {.takes = 1},
	[OPEN_OP_WATCH_FD] = {.takes = 2},
	[OPEN_OP_REOPEN] = {.takes = 1, .gives = true},
	[OPEN_OP_MAKE] = {.gives = true},
};

size_t open_wire_fds(enum open_op op)
{
	return ops[op].takes;
}

bool open_wire_gives(enum open_op op)
{
	return ops[op].gives;
}

bool open_wire_is_ask(const struct open_ask *ask, size_t n, size_t fds)
{
	size_t head = offsetof(struct open_ask, path);

	return n > head && n <= sizeof *ask && ask->op > 0 && ask->op < OPEN_OPS &&
	       ops[ask->op].takes == fds && memchr(ask->root, '\0', sizeof ask->root) &&
	       memchr(ask->path, '\0', n - head) == (const char *)ask + n - 1;
}

bool open_wire_is_answer(const struct open_answer *answer, enum open_op op, size_t n, size_t fds)
{
	size_t head = offsetof(struct open_answer, link);
	bool done = n >= head && answer->value >= 0;
	size_t link = done && ops[op].has_link ? (size_t)answer->value : 0;

	return n >= head && n <= sizeof *answer && n - head == link &&
	       fds == (done && ops[op].gives) && answer->value >= -4095;
}

/* Room for the descriptors, as cmsg(3) wants it. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(OPEN_WIRE_FDS * sizeof(int))];
};

int open_wire_send(int fd, const void *p, size_t n, const int *fds, size_t fd_count)
{
	struct iovec bytes = {(void *)(uintptr_t)p, n};
	struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1};
	union control control = {0};
	ssize_t sent;

	if (fd_count) {
		m.msg_control = &control;
		m.msg_controllen = (socklen_t)CMSG_SPACE(fd_count * sizeof *fds);
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (socklen_t)CMSG_LEN(fd_count * sizeof *fds);
		memcpy(CMSG_DATA(c), fds, fd_count * sizeof *fds);
	}
	do
		sent = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* The kernel puts all of them into one message (unix(7)). */
static void take_fds(struct msghdr *m, int ret_fds[static OPEN_WIRE_FDS], size_t *ret_count)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
		int fd;
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		if (*ret_count < OPEN_WIRE_FDS)
			ret_fds[(*ret_count)++] = fd;
		else
			close(fd);
	}
}

ssize_t open_wire_receive(
	int fd, void *p, size_t cap, int ret_fds[static OPEN_WIRE_FDS], size_t *ret_fd_count)
{
	struct iovec bytes = {p, cap};
	union control control = {0};
	struct msghdr m = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	ssize_t n;

	*ret_fd_count = 0;
	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	take_fds(&m, ret_fds, ret_fd_count);
	return m.msg_flags & MSG_CTRUNC ? -EBADMSG : n;
}
