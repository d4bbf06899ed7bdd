// SPDX-License-Identifier: MIT
#include "app/notify.h"

#include "base/num.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* "/path", or "@name" in the abstract namespace (unix(7)). */
static int address_of(const char *name, struct sockaddr_un *ret, socklen_t *ret_n)
{
	size_t n = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || n < 2)
		return -EAFNOSUPPORT;
	if (n >= sizeof ret->sun_path)
		return -ENAMETOOLONG;
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path, name, n);
	*ret_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
	if (name[0] == '@')
		ret->sun_path[0] = '\0';
	return 0;
}

static int connect_to(const char *name)
{
	struct sockaddr_un to;
	socklen_t n;
	int err = address_of(name, &to, &n);
	int fd = err ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (!err && fd < 0)
		err = -errno;
	if (!err && connect(fd, (const struct sockaddr *)&to, n) < 0)
		err = -errno;
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

static uint64_t number_in(const char *name)
{
	const char *text = getenv(name);
	uint64_t v;

	return text && num_u64(str_of(text), &v) == 0 ? v : 0;
}

int notify_open(struct notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	uint64_t pid = number_in("WATCHDOG_PID"), every = number_in("WATCHDOG_USEC");
	int fd = name && name[0] ? connect_to(name) : -1;

	*n = (struct notify){.fd = fd < 0 ? -1 : fd};
	if (fd >= 0 && every < (uint64_t)USEC_LIMIT && (!pid || pid == (uint64_t)getpid()))
		n->every = (usec_t)every / 2;
	int err = name && name[0] && fd < 0 ? fd : 0;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	return err;
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

/* Never waits: a manager that does not read has other troubles. */
static void tell(const struct notify *n, const char *text)
{
	if (n->fd >= 0)
		send(n->fd, text, strlen(text), MSG_NOSIGNAL);
}

void notify_ready(struct notify *n)
{
	tell(n, "READY=1");
}

void notify_reloading(struct notify *n)
{
	char text[64];

	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		clock_usec(CLOCK_MONOTONIC));
	tell(n, text);
}

void notify_stopping(struct notify *n)
{
	tell(n, "STOPPING=1");
}

void notify_status(struct notify *n, const char *status)
{
	char text[NOTIFY_STATUS_MAX + 16];

	if (n->fd < 0 || strcmp(n->status, status) == 0)
		return;
	text_copy(n->status, sizeof n->status, str_of(status));
	snprintf(text, sizeof text, "STATUS=%s", n->status);
	tell(n, text);
}

void notify_alive(struct notify *n, usec_t now)
{
	if (!n->every || (n->alive && now - n->alive < n->every))
		return;
	n->alive = now;
	tell(n, "WATCHDOG=1");
}
