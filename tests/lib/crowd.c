// SPDX-License-Identifier: MIT
/* crowd hold COUNT: COUNT established sockets, both ends of connections to itself on the loopback;
 * says "ready" and keeps them until stdin ends.
 * crowd churn RATE SECONDS [ADDRESS]: opens and closes connections to itself, on the loopback or at
 * another address of this host, RATE a second or as many as go, and prints how many a second it
 * was. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LISTENERS 8 /* a listener's clients are no more than there are ephemeral ports */

static int listeners[LISTENERS];
static struct sockaddr_in names[LISTENERS];
static struct in_addr address;

static int must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void listen_on_all(void)
{
	for (int i = 0; i < LISTENERS; i++) {
		struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = address};
		socklen_t size = sizeof a;

		listeners[i] = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
		must(bind(listeners[i], (struct sockaddr *)&a, size), "bind");
		must(listen(listeners[i], 128), "listen");
		must(getsockname(listeners[i], (struct sockaddr *)&a, &size), "getsockname");
		names[i] = a;
	}
}

static void join(long i, int *ret_client, int *ret_server)
{
	const struct sockaddr_in *to = &names[i % LISTENERS];

	*ret_client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	must(connect(*ret_client, (const struct sockaddr *)to, sizeof *to), "connect");
	*ret_server = must(accept(listeners[i % LISTENERS], NULL, NULL), "accept");
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A process may open so many files; the crowd is as many processes as it takes. */
static long most_each(void)
{
	struct rlimit files;

	must(getrlimit(RLIMIT_NOFILE, &files), "getrlimit");
	files.rlim_cur = files.rlim_max;
	must(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
	return (long)(files.rlim_max < 1u << 20 ? files.rlim_max : 1u << 20) - 64;
}

static void hold_some(long count, int done, int stay)
{
	int client, server;
	char c;

	listen_on_all();
	for (long i = 0; i < count / 2; i++)
		join(i, &client, &server);
	must((int)write(done, "", 1), "write");
	while (read(stay, &c, 1) > 0)
		;
	_exit(0);
}

static void hold(long count)
{
	int done[2], stay[2], parts = 0;
	long each = most_each();
	char c;

	must(pipe(done), "pipe");
	must(pipe(stay), "pipe");
	for (; count > 0; count -= each, parts++) {
		if (must(fork(), "fork") == 0) {
			close(done[0]);
			close(stay[1]);
			hold_some(count < each ? count : each, done[1], stay[0]);
		}
	}
	close(done[1]);
	while (parts && read(done[0], &c, 1) == 1)
		parts--;
	if (parts)
		exit(1);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
}

/* Resets, so that no TIME_WAIT uses up the ports. */
static void part(int client, int server)
{
	struct linger now = {.l_onoff = 1};

	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(client);
	close(server);
}

static void churn(double rate, double duration)
{
	const struct timespec nap = {.tv_nsec = 2000000};
	double start = seconds(), now;
	int client, server;
	long i = 0;

	listen_on_all();
	while ((now = seconds() - start) < duration) {
		if ((double)i >= now * rate) {
			nanosleep(&nap, NULL);
			continue;
		}
		join(i++, &client, &server);
		part(client, server);
	}
	printf("%.0f\n", (double)i / now);
}

int main(int argc, char **argv)
{
	const char *at = argc == 5 ? argv[4] : "127.0.0.1";

	if (inet_pton(AF_INET, at, &address) != 1)
		return 2;
	if (argc == 3 && strcmp(argv[1], "hold") == 0) {
		hold(atol(argv[2]));
	} else if (argc >= 4 && strcmp(argv[1], "churn") == 0) {
		churn(atof(argv[2]), atof(argv[3]));
	} else {
		fprintf(stderr, "usage: crowd hold COUNT | crowd churn RATE SECONDS [ADDRESS]\n");
		return 2;
	}
	return 0;
}
