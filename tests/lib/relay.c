// SPDX-License-Identifier: MIT
/* relay PORT HOST PORT: forwards each connection to the first port, at any address, to the other
 * end, as docker-proxy does: under its own address, and without a word of who came. Says "ready".
 * What it is called is up to whoever starts it: a copy or a link has its own name in
 * /proc/PID/comm. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS 512

/* Two ends of each; -1: free. */
static int ends[PAIRS][2];
static struct pollfd polls[1 + PAIRS * 2];

static int must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static int listen_at(const char *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	must(bind(fd, (struct sockaddr *)&a, sizeof a), "bind");
	must(listen(fd, 128), "listen");
	return fd;
}

static int connect_to(const struct sockaddr_in *a)
{
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	if (connect(fd, (const struct sockaddr *)a, sizeof *a) == 0)
		return fd;
	close(fd);
	return -1;
}

static void take(int listener, const struct sockaddr_in *to)
{
	int client = accept(listener, NULL, NULL), i = 0;

	while (i < PAIRS && ends[i][0] >= 0)
		i++;
	int server = client >= 0 && i < PAIRS ? connect_to(to) : -1;
	if (server < 0) {
		if (client >= 0)
			close(client);
		return;
	}
	ends[i][0] = client;
	ends[i][1] = server;
}

/* When one side has said all, both are over: enough for a test. */
static void pass(int pair, int from)
{
	char buf[16384];
	ssize_t n = read(ends[pair][from], buf, sizeof buf);

	if (n > 0 && send(ends[pair][!from], buf, (size_t)n, MSG_NOSIGNAL) == n)
		return;
	close(ends[pair][0]);
	close(ends[pair][1]);
	ends[pair][0] = ends[pair][1] = -1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (argc != 4 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((in_port_t)atoi(argv[3]));
	for (int i = 0; i < PAIRS; i++)
		ends[i][0] = ends[i][1] = -1;
	polls[0] = (struct pollfd){.fd = listen_at(argv[1]), .events = POLLIN};
	puts("ready");
	fflush(stdout);
	for (;;) {
		for (int i = 0; i < PAIRS * 2; i++)
			polls[1 + i] = (struct pollfd){.fd = ends[i / 2][i % 2], .events = POLLIN};
		must(poll(polls, 1 + PAIRS * 2, -1), "poll");
		for (int i = 0; i < PAIRS * 2; i++)
			if (polls[1 + i].revents && ends[i / 2][i % 2] == polls[1 + i].fd)
				pass(i / 2, i % 2);
		if (polls[0].revents)
			take(polls[0].fd, &to);
	}
}
