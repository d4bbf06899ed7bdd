// SPDX-License-Identifier: MIT
/* many COUNT ADDRESS: opens COUNT connections to itself, at ADDRESS and the addresses that follow
 * it, in processes of 9 000 connections each, so that no limit on descriptors has to be raised;
 * there are twice as many sockets. Prints "ready" when all are open, and holds them until stdin
 * ends; each line that comes meanwhile makes every client say a byte, answered by "said". */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EACH          9000
#define CHILDREN_MOST 64

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_at(struct sockaddr_in *a)
{
	socklen_t size = sizeof *a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)a, size) < 0 || listen(fd, 128) < 0 ||
		getsockname(fd, (struct sockaddr *)a, &size) < 0)
		die("listen");
	return fd;
}

static int connect_to(const struct sockaddr_in *to)
{
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = to->sin_addr};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	/* The port is chosen at connect(), by the whole tuple (ip(7)). */
	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) < 0 ||
		bind(fd, (struct sockaddr *)&from, sizeof from) < 0 ||
		connect(fd, (const struct sockaddr *)to, sizeof *to) < 0)
		die("connect");
	return fd;
}

/* Opens, answers a byte, and says and answers for each byte that comes. */
static void child(long count, struct sockaddr_in to, int talk)
{
	static int clients[EACH];
	int listener = listen_at(&to);
	char byte = 0;

	for (long i = 0; i < count; i++) {
		clients[i] = connect_to(&to);
		if (accept(listener, NULL, NULL) < 0)
			die("accept");
	}
	do {
		if (write(talk, &byte, 1) != 1)
			break;
		if (read(talk, &byte, 1) != 1)
			break;
		for (long i = 0; i < count; i++)
			if (send(clients[i], "x", 1, MSG_NOSIGNAL) < 0)
				die("send");
	} while (1);
	_exit(0);
}

/* Waits until every child has answered. */
static void hear(const int *talks, int children, const char *word)
{
	char byte;

	for (int i = 0; i < children; i++)
		if (read(talks[i], &byte, 1) != 1)
			die("a child");
	puts(word);
	fflush(stdout);
}

static int start(long count, struct sockaddr_in to, int *talks)
{
	int children = 0;

	for (; count > 0 && children < CHILDREN_MOST; count -= EACH, children++) {
		int pair[2];
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			die("socketpair");
		if (fork() == 0) {
			for (int i = 0; i < children; i++)
				close(talks[i]);
			close(pair[0]);
			child(count < EACH ? count : EACH, to, pair[1]);
		}
		close(pair[1]);
		talks[children] = pair[0];
		to.sin_addr.s_addr = htonl(ntohl(to.sin_addr.s_addr) + 1);
	}
	return children;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct rlimit limit;
	int talks[CHILDREN_MOST];
	char line[64];

	if (argc != 3 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: many COUNT ADDRESS\n");
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	int children = start(atol(argv[1]), to, talks);
	hear(talks, children, "ready");
	while (fgets(line, sizeof line, stdin)) {
		for (int i = 0; i < children; i++)
			if (write(talks[i], line, 1) != 1)
				die("a child");
		hear(talks, children, "said");
	}
	for (int i = 0; i < children; i++)
		close(talks[i]);
	while (wait(NULL) > 0)
		;
	return 0;
}
