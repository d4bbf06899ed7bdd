// SPDX-License-Identifier: MIT
/* storm COUNT SEED: opens COUNT connections to itself on the loopback, by IPv4, IPv6 and IPv4 to
 * an IPv6 listener, and ends them in every way there is: closed by either side first, by both at
 * once, reset, half-closed, left with unread data, refused, or not at all. Prints "ready" when it
 * is done and holds what is open until stdin ends. */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELD_MOST 600

static int held[HELD_MOST + 2];
static int held_count;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in6 mapped(bool v4, bool any)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6};

	if (!any)
		a.sin6_addr = in6addr_loopback;
	if (v4) {
		a.sin6_addr = in6addr_any;
		a.sin6_addr.s6_addr[10] = a.sin6_addr.s6_addr[11] = 0xff;
		a.sin6_addr.s6_addr[12] = 127;
		a.sin6_addr.s6_addr[15] = 1;
	}
	return a;
}

static int listen_on(const void *addr, socklen_t size)
{
	int zero = 0, fd = socket(((const struct sockaddr *)addr)->sa_family, SOCK_STREAM, 0);

	if (fd < 0)
		die("socket");
	if (size == sizeof(struct sockaddr_in6))
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
	if (bind(fd, addr, size) < 0 || listen(fd, 512) < 0)
		die("listen");
	return fd;
}

static in_port_t port_of(int fd)
{
	struct sockaddr_in6 a = {0};
	socklen_t size = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		die("getsockname");
	return a.sin6_port; /* at the same place as sin_port */
}

static int connect_v4(in_port_t port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("connect");
	return fd;
}

static int connect_v6(in_port_t port, bool v4)
{
	struct sockaddr_in6 a = mapped(v4, false);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	a.sin6_port = port;
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("connect");
	return fd;
}

static void reset(int fd)
{
	struct linger now = {.l_onoff = 1};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
}

static void say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		die("send");
}

static void wait_for_end(int fd)
{
	char buf[64];

	while (recv(fd, buf, sizeof buf, 0) > 0)
		;
}

static void hold(int fd)
{
	held[held_count++] = fd;
	while (held_count >= HELD_MOST) {
		int pick = rand() % held_count;
		int old = held[pick];
		held[pick] = held[--held_count];
		if (rand() % 3)
			close(old);
		else
			reset(old);
	}
}

/* a and b are the two ends, in either order. */
static void end_somehow(int a, int b)
{
	switch (rand() % 9) {
	case 0: /* both stay */
		hold(a);
		hold(b);
		return;
	case 1: /* one closes, the other stays: FIN_WAIT2 without an owner, CLOSE_WAIT */
		close(a);
		hold(b);
		return;
	case 2: /* FIN_WAIT2 with an owner */
		shutdown(a, SHUT_WR);
		hold(a);
		hold(b);
		return;
	case 3:
		reset(a);
		close(b);
		return;
	case 4: /* unread data at close is a reset */
		say(b, "unread");
		close(a);
		close(b);
		return;
	case 5: /* data after the close */
		close(a);
		send(b, "late", 4, MSG_NOSIGNAL);
		close(b);
		return;
	case 6:
		shutdown(a, SHUT_WR);
		shutdown(b, SHUT_WR);
		hold(a);
		hold(b);
		return;
	default:
		say(a, "hello");
		shutdown(a, SHUT_WR);
		wait_for_end(b);
		close(b);
		wait_for_end(a);
		close(a);
	}
}

static void refused(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		die("port 1 listens");
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 any = mapped(false, true);
	struct rlimit files = {4096, 4096};
	long count = argc > 1 ? atol(argv[1]) : 0;

	srand(argc > 2 ? (unsigned)atol(argv[2]) : 1);
	setrlimit(RLIMIT_NOFILE, &files);
	int one = listen_on(&v4, sizeof v4), two = listen_on(&any, sizeof any);
	for (long i = 0; i < count; i++) {
		int way = rand() % 4, client, server;
		if (way == 0)
			client = connect_v4(port_of(one));
		else if (way == 1)
			client = connect_v4(port_of(two));
		else
			client = connect_v6(port_of(two), way == 2);
		server = accept(way == 0 ? one : two, NULL, NULL);
		if (server < 0)
			die("accept");
		if (rand() % 2)
			end_somehow(client, server);
		else
			end_somehow(server, client);
		if (i % 100 == 0)
			refused();
	}
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
