// SPDX-License-Identifier: MIT
/*
 * agents: many machines of a fleet, played by one process that costs next to nothing.
 *
 * agents play SETS PORT PREFIX COUNT EVERY SECONDS: reads what `nethergaze --publish -` wrote of
 * one machine, and says it again as COUNT machines, PREFIX1 to PREFIXn, each over a connection of
 * its own to the NATS server at 127.0.0.1:PORT, a set each EVERY seconds, with the times and
 * numbers of now. No two of them are at the same set. Once a second one of them raises a flag whose
 * evidence says when it was sent. At the end it prints "messages bytes seconds" to stdout.
 *
 * agents say SETS NAME EVERY SECONDS: one of these, to stdout, as ssh would bring it.
 *
 * agents delays: reads what a hub writes with --json, and prints for each of these flags how many
 * milliseconds it was under way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SETS_MAX   4096
#define AGENTS_MAX 16384
#define TEXT_MAX   (256u << 10)
#define HELLO      "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n"
#define SENT_AT    "sent at "

/* A set, and the flags that were said before it; borrowed from the file's text. */
struct set {
	const char *flags, *begin, *end; /* flags up to begin */
};

struct agent {
	int fd;
	char name[64];
	uint64_t seq;
	size_t at; /* the set that is next */
	double due;
};

static struct set sets[SETS_MAX];
static size_t set_count;
static struct agent *agents;
static size_t agent_count;
static double every; /* seconds from one set to the next */
static uint64_t messages, bytes;
static char text[TEXT_MAX + 512];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *read_file(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "r");
	char *all = NULL;
	size_t n = 0, room = 0, got = 1;

	if (!f)
		die(path);
	for (; got; n += got) {
		if (n + (1u << 16) > room)
			all = realloc(all, room = 2 * room + (1u << 17));
		if (!all)
			die("realloc");
		got = fread(all + n, 1, room - n - 1, f);
	}
	all[n] = '\0';
	fclose(f);
	*ret_n = n;
	return all;
}

static bool starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static const char *line_end(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

static bool is_part(const char *line)
{
	return starts(line, "{\"t\":\"share\"") || starts(line, "{\"t\":\"herd\"");
}

static bool is_flag(const char *line)
{
	return starts(line, "{\"t\":\"flag\"") || starts(line, "{\"t\":\"verdict\"");
}

static void find_sets(const char *line)
{
	const char *flags = NULL;

	while (*line && set_count < SETS_MAX) {
		if (!starts(line, "{\"t\":\"machine\"")) {
			flags = !is_flag(line) ? NULL : flags ? flags : line;
			line = line_end(line);
			continue;
		}
		struct set *s = &sets[set_count++];
		*s = (struct set){flags ? flags : line, line, line_end(line)};
		while (is_part(s->end))
			s->end = line_end(s->end);
		line = s->end;
		flags = NULL;
	}
	if (!set_count) {
		fputs("agents: there is no set in it\n", stderr);
		exit(2);
	}
}

/* One that has been copied: everything but the value of a key that is to be another. */
struct change {
	const char *key;
	char value[96];
};

static size_t put_line(
	char *to, const char *line, const char *end, const struct change *c, size_t n)
{
	char *at = to;

	while (line < end) {
		size_t i = 0;
		while (i < n && !starts(line, c[i].key))
			i++;
		if (i == n) {
			*at++ = *line++;
			continue;
		}
		at += sprintf(at, "%s%s", c[i].key, c[i].value);
		line += strlen(c[i].key);
		line += *line == '"' ? strcspn(line + 1, "\"") + 2 : strcspn(line, ",}");
	}
	return (size_t)(at - to);
}

/* from..end as this agent says it now, in text. */
static size_t render(struct agent *a, const char *from, const char *end)
{
	struct change changes[] = {{"\"ts\":", ""}, {"\"since\":", ""}, {"\"name\":", ""},
		{"\"seq\":", ""}, {"\"every_us\":", ""}};
	size_t n = 0;

	if ((size_t)(end - from) > TEXT_MAX / 2)
		end = line_end(from);
	snprintf(changes[0].value, sizeof changes[0].value, "%.6f", now());
	memcpy(changes[1].value, changes[0].value, sizeof changes[1].value);
	snprintf(changes[2].value, sizeof changes[2].value, "\"%s\"", a->name);
	snprintf(changes[3].value, sizeof changes[3].value, "%ju", (uintmax_t)a->seq);
	snprintf(changes[4].value, sizeof changes[4].value, "%.0f", every * 1e6);
	while (from < end) {
		const char *next = line_end(from);
		bool head = starts(from, "{\"t\":\"machine\"");
		n += put_line(text + n, from, next, changes, head ? 5 : 2);
		from = next;
	}
	return n;
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t took = write(fd, p, n);
		if (took < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 1000);
			continue;
		}
		if (took < 0)
			die("write");
		p += took;
		n -= (size_t)took;
	}
}

static void publish(struct agent *a, const char *what, size_t n)
{
	char head[128];

	messages++;
	bytes += n;
	if (a->fd != STDOUT_FILENO) {
		int h = snprintf(head, sizeof head, "PUB ng.%s.%s %zu\r\n", a->name, what, n);
		send_all(a->fd, head, (size_t)h);
		memcpy(text + n, "\r\n", 2);
		n += 2;
	}
	send_all(a->fd, text, n);
}

static void say_set(struct agent *a)
{
	const struct set *s = &sets[a->at++ % set_count];
	size_t n;

	a->seq++;
	if (s->flags < s->begin && (n = render(a, s->flags, s->begin)))
		publish(a, "flag", n);
	n = render(a, s->begin, s->end);
	publish(a, "summary", n);
}

static void say_flag(struct agent *a, unsigned number)
{
	double t = now();

	publish(a, "flag",
		(size_t)sprintf(text,
			"{\"t\":\"flag\",\"ts\":%.6f,\"flag\":\"scanner\",\"on\":true,\"scope\":"
			"\"host\","
			"\"who\":\"198.18.%u.%u\",\"prefixes\":[\"198.18.%u.%u\"],\"severity\":2,"
			"\"since\":%.6f,\"value\":1,\"evidence\":\"" SENT_AT "%.6f\","
			"\"disproof\":\"none\"}\n",
			t, number / 250 % 256, number % 250 + 1, number / 250 % 256,
			number % 250 + 1, t, t));
}

/* What the server says is not of interest, but that it asks whether we are there. */
static void hear(struct agent *a)
{
	char said[4096];
	ssize_t n;

	while ((n = recv(a->fd, said, sizeof said - 1, MSG_DONTWAIT)) > 0) {
		said[n] = '\0';
		if (strstr(said, "PING"))
			send_all(a->fd, "PONG\r\n", 6);
		if (strstr(said, "-ERR"))
			fprintf(stderr, "agents: %s", said);
	}
	if (n == 0) {
		fputs("agents: the server closed a connection\n", stderr);
		exit(1);
	}
}

static int call(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("connect");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	send_all(fd, HELLO, strlen(HELLO));
	return fd;
}

/* Until the next of them is due, or the server says something. */
static void wait_until(double when)
{
	static struct pollfd watched[AGENTS_MAX];
	double left = (when - now()) * 1000;

	for (size_t i = 0; i < agent_count; i++)
		watched[i] = (struct pollfd){
			.fd = agents[i].fd == STDOUT_FILENO ? -1 : agents[i].fd, .events = POLLIN};
	if (poll(watched, agent_count, left > 0 ? (int)left + 1 : 0) <= 0)
		return;
	for (size_t i = 0; i < agent_count; i++)
		if (watched[i].revents)
			hear(&agents[i]);
}

static struct agent *next_due(void)
{
	struct agent *first = agents;

	for (size_t i = 1; i < agent_count; i++)
		if (agents[i].due < first->due)
			first = &agents[i];
	return first;
}

static void play(double seconds, bool with_flags)
{
	double start = now(), flag_due = start + 1;
	unsigned flags = 0;

	while (now() < start + seconds) {
		struct agent *a = next_due();
		bool flag = with_flags && flag_due < a->due;
		double due = flag ? flag_due : a->due;
		if (due > now()) {
			wait_until(due < start + seconds ? due : start + seconds);
			continue;
		}
		if (flag) {
			/* Not at full seconds: that is when others have something to do, too. */
			say_flag(&agents[(size_t)rand() % agent_count], flags++);
			flag_due += 0.5 + (double)rand() / RAND_MAX;
			continue;
		}
		say_set(a);
		a->due += every;
	}
}

static void make_agents(const char *prefix, size_t count)
{
	agents = calloc(count, sizeof *agents);
	if (!agents)
		die("calloc");
	agent_count = count;
	for (size_t i = 0; i < count; i++) {
		struct agent *a = &agents[i];
		a->fd = STDOUT_FILENO;
		snprintf(a->name, sizeof a->name, "%s%zu", prefix, i + 1);
		a->at = i * 7;
		a->due = now() + every * (double)i / (double)count;
	}
}

static int play_many(char **argv)
{
	size_t n, count = strtoul(argv[3], NULL, 10);
	double seconds = atof(argv[5]);

	find_sets(read_file(argv[0], &n));
	every = atof(argv[4]);
	if (count < 1 || count > AGENTS_MAX || every <= 0)
		return 2;
	make_agents(argv[2], count);
	for (size_t i = 0; i < count; i++)
		agents[i].fd = call(atoi(argv[1]));
	play(seconds, true);
	/* Not before it has all been read there: a close with something unread resets. */
	for (size_t i = 0; i < count; i++) {
		shutdown(agents[i].fd, SHUT_WR);
		while (poll(&(struct pollfd){.fd = agents[i].fd, .events = POLLIN}, 1, 2000) > 0 &&
			read(agents[i].fd, text, sizeof text) > 0)
			;
	}
	printf("%ju %ju %s\n", (uintmax_t)messages, (uintmax_t)bytes, argv[5]);
	return 0;
}

static int say_one(char **argv)
{
	size_t n;

	find_sets(read_file(argv[0], &n));
	every = atof(argv[2]);
	make_agents("", 1);
	snprintf(agents[0].name, sizeof agents[0].name, "%s", argv[1]);
	play(atof(argv[3]), false);
	return 0;
}

static int print_delays(void)
{
	char *line = NULL, *at;
	size_t room = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (getline(&line, &room, stdin) > 0)
		if (is_flag(line) && (at = strstr(line, "\"evidence\":\"" SENT_AT)))
			printf("%.3f\n",
				(now() - atof(at + strlen("\"evidence\":\"" SENT_AT))) * 1000);
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 8 && strcmp(argv[1], "play") == 0)
		return play_many(argv + 2);
	if (argc == 6 && strcmp(argv[1], "say") == 0)
		return say_one(argv + 2);
	if (argc == 2 && strcmp(argv[1], "delays") == 0)
		return print_delays();
	fputs("usage: agents play SETS PORT PREFIX COUNT EVERY SECONDS\n"
	      "       agents say SETS NAME EVERY SECONDS\n"
	      "       agents delays <NDJSON\n",
		stderr);
	return 2;
}
