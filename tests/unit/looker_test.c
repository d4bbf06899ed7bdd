// SPDX-License-Identifier: MIT
/* Who looks up: in this process, with the console's half; and behind a pair, as the process has it.
 * The servers are played here, on the loopback. */
#include "unit.h"

#include "enrich/look_link.h"
#include "enrich/look_serve.h"
#include "enrich/lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (20 * USEC_PER_SEC)

/* A whois server that says the same to everybody, when it is asked to. */
static struct whois {
	int fd, client;
	char name[32];
	unsigned asked;
	char query[64];
} whois;

static void open_whois(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof a;

	whois = (struct whois){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .client = -1};
	assert_true(whois.fd >= 0);
	assert_int_equal(bind(whois.fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(whois.fd, 8), 0);
	assert_int_equal(getsockname(whois.fd, (struct sockaddr *)&a, &n), 0);
	snprintf(whois.name, sizeof whois.name, "127.0.0.1:%u", ntohs(a.sin_port));
}

/* Without waiting: who asks may be this process. */
static void serve_whois(void)
{
	static const char text[] = "inetnum: 8.8.8.0 - 8.8.8.255\r\nnetname: HERE\r\n";

	if (whois.client < 0)
		whois.client = accept4(whois.fd, NULL, NULL, SOCK_NONBLOCK);
	if (whois.client < 0)
		return;
	ssize_t n = read(whois.client, whois.query, sizeof whois.query - 1);
	if (n < 0)
		return;
	whois.query[n] = '\0';
	whois.asked++;
	assert_int_equal(write(whois.client, text, sizeof text - 1), sizeof text - 1);
	close(whois.client);
	whois.client = -1;
}

static struct looker_options options_of(const char *resolver)
{
	return (struct looker_options){.networks = true,
		.by_name = resolver != NULL,
		.inquiries = {.bootstrap = "http://127.0.0.1:1/", /* nobody is there */
			.whois_server = whois.name,
			.workers = 3},
		.names = {.server = resolver}};
}

static const struct looker_files no_files = {{-1, -1}};

/* In this process. */

static struct heard {
	struct event_sink sink;
	unsigned n;
	char net[PREFIX_TEXT_MAX], name[64];
} heard;

static void hear(struct event_sink *sink, const struct event *e)
{
	struct heard *h = (struct heard *)sink;

	if (e->kind != EVENT_REGISTRATION)
		return;
	h->n++;
	prefix_format(&e->registration.net, h->net);
	snprintf(h->name, sizeof h->name, "%.*s", (int)e->registration.name.n,
		e->registration.name.p ? e->registration.name.p : "");
}

static void one_process_is_enough(void **state)
{
	struct looker_files files = no_files;
	struct addr ip = ip_of("8.8.8.8"), private = ip_of("10.1.1.1");
	struct reason why;
	int err;

	(void)state;
	open_whois();
	struct looker_options options = options_of(NULL);
	heard = (struct heard){.sink = {.put = hear}};
	struct looker *looker = looker_new(&options, &files, &why, &err);
	assert_non_null(looker);
	struct look_link *link = look_link_new(&look_here, looker);
	assert_non_null(link);
	struct source *lookup =
		lookup_new(&(struct lookup_options){.link = link, .cache_ttl = 60 * USEC_PER_SEC});
	assert_non_null(lookup);
	assert_true(lookup_want(lookup, &ip, WANT_SOME));
	assert_false(lookup_want(lookup, &private, WANT_SOME));
	usec_t until = clock_now() + PATIENCE;
	while (!heard.n && clock_now() < until) {
		struct pollfd polled = {.fd = looker_fd(looker), .events = POLLIN};
		poll(&polled, 1, 10);
		serve_whois();
		source_poll(look_link_source(link), clock_now(), &heard.sink);
		source_poll(lookup, clock_now(), &heard.sink);
	}
	assert_int_equal(heard.n, 1);
	assert_string_equal(heard.net, "8.8.8.0/24");
	assert_string_equal(heard.name, "HERE");
	assert_string_equal(whois.query, "8.8.8.8\r\n");
	source_free(lookup);
	source_free(look_link_source(link));
	look_link_free(link);
	looker_free(looker);
	close(whois.fd);
}

static void a_resolver_that_is_none(void **state)
{
	struct looker_files files = no_files;
	struct looker_options options = options_of("nonsense");
	struct reason why;
	int err = 0;

	(void)state;
	assert_null(looker_new(&options, &files, &why, &err));
	assert_int_equal(err, -EINVAL);
	assert_true(why.text[0] != '\0');
}

/* Behind a pair. */

struct far {
	int fd;
	pid_t pid;
};

static int open_signals(void)
{
	sigset_t taken;

	sigemptyset(&taken);
	sigaddset(&taken, SIGTERM);
	sigprocmask(SIG_BLOCK, &taken, NULL);
	return signalfd(-1, &taken, SFD_NONBLOCK);
}

static void start(struct far *f, const struct looker_options *options, int err)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	fflush(stdout);
	f->fd = pair[0];
	f->pid = fork();
	assert_true(f->pid >= 0);
	if (f->pid == 0) {
		struct looker_files files = no_files;
		struct look_serve_options o = {
			.looker = *options, .fd = pair[1], .signals = open_signals(), .err = err};
		close(pair[0]);
		_exit(look_serve(&o, &files));
	}
	close(pair[1]);
}

/* The next packet; 0: it has ended. */
static size_t next(const struct far *f, union look_message *m)
{
	struct pollfd polled = {.fd = f->fd, .events = POLLIN};

	assert_int_equal(poll(&polled, 1, (int)(PATIENCE / USEC_PER_MSEC)), 1);
	ssize_t n = look_receive(f->fd, m);
	assert_true(n >= 0);
	assert_true(n == 0 || look_check(m, (size_t)n, false) == LOOK_FINE);
	return (size_t)n;
}

static int finish(struct far *f)
{
	int status = -1;

	close(f->fd);
	assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
	return status;
}

static void is_ready(const struct far *f)
{
	union look_message m;

	assert_true(next(f, &m) > 0);
	assert_int_equal(m.head.kind, LOOK_READY);
	assert_int_equal(m.ready.err, 0);
}

static union look_message question(uint32_t id, const char *ip)
{
	union look_message m;
	struct addr a = ip_of(ip);

	look_begin(&m, LOOK_ASK);
	m.ask.id = id;
	memcpy(m.ask.ip, a.b, 16);
	return m;
}

static void a_question_is_answered_once(void **state)
{
	union look_message m = question(7, "8.8.8.8"), next_to = question(8, "8.8.8.9");
	unsigned answers = 0;
	struct far f;

	(void)state;
	open_whois();
	struct looker_options options = options_of(NULL);
	start(&f, &options, 0);
	is_ready(&f);
	assert_int_equal(look_send(f.fd, &m), 0);
	assert_int_equal(look_send(f.fd, &next_to), 0);
	while (answers < 2) {
		struct pollfd polled[] = {{.fd = f.fd, .events = POLLIN},
			{.fd = whois.client < 0 ? whois.fd : whois.client, .events = POLLIN}};
		assert_true(poll(polled, 2, (int)(PATIENCE / USEC_PER_MSEC)) > 0);
		if (polled[1].revents)
			serve_whois();
		if (!polled[0].revents)
			continue;
		assert_true(next(&f, &m) > 0);
		if (m.head.kind == LOOK_BEGUN)
			continue;
		assert_int_equal(m.head.kind, LOOK_ANSWER);
		assert_int_equal(m.answer.id, answers ? 8 : 7);
		assert_int_equal(m.answer.outcome, answers ? LOOK_SERVED : LOOK_FOUND);
		assert_int_equal(m.answer.is_whois, answers ? m.answer.is_whois : 1);
		answers++;
	}
	assert_int_equal(whois.asked, 1);
	assert_int_equal(finish(&f), 0);
	close(whois.fd);
}

/* Whoever sends it what is no question has taken over the console. */
static void is_not_listened_to(const union look_message *m, size_t n, const char *resolver)
{
	union look_message said;
	struct far f;
	struct looker_options options = options_of(resolver);

	start(&f, &options, 0);
	is_ready(&f);
	assert_int_equal(send(f.fd, m, n, MSG_NOSIGNAL), (ssize_t)n);
	assert_int_equal(next(&f, &said), 0);
	assert_int_equal(finish(&f), 0);
}

static void what_is_no_question_ends_it(void **state)
{
	union look_message m;

	(void)state;
	open_whois();
	m = question(1, "8.8.8.8");
	is_not_listened_to(&m, look_size(LOOK_ASK) - 1, NULL);
	m = question(1, "192.168.1.1");
	is_not_listened_to(&m, look_size(LOOK_ASK), NULL);
	m = question(0, "8.8.8.8");
	is_not_listened_to(&m, look_size(LOOK_ASK), NULL);
	m = question(1, "8.8.8.8");
	m.ask.urgency = LOOK_URGENCY_MAX + 1;
	is_not_listened_to(&m, look_size(LOOK_ASK), NULL);
	look_begin(&m, LOOK_READY);
	is_not_listened_to(&m, look_size(LOOK_READY), NULL);
	/* Names, which this one does not look up. */
	struct addr a = ip_of("8.8.8.8");
	look_begin(&m, LOOK_ASK_NAME);
	m.ask_name.id = 1;
	memcpy(m.ask_name.ip, a.b, 16);
	is_not_listened_to(&m, look_size(LOOK_ASK_NAME), NULL);
	close(whois.fd);
}

static void more_questions_than_there_is_room_for(void **state)
{
	union look_message m;
	struct far f;

	(void)state;
	open_whois();
	struct looker_options options = options_of(NULL);
	start(&f, &options, 0);
	is_ready(&f);
	kill(f.pid, SIGSTOP); /* all of them are there when it looks */
	for (uint32_t i = 1; i <= LOOK_NETWORKS + 1; i++) {
		char ip[16];
		snprintf(ip, sizeof ip, "8.%u.8.8", i);
		m = question(i, ip);
		assert_int_equal(look_send(f.fd, &m), 0);
	}
	kill(f.pid, SIGCONT);
	while (next(&f, &m) > 0)
		;
	assert_int_equal(finish(&f), 0);
	close(whois.fd);
}

static void what_cannot_be_set_up_is_said(void **state)
{
	union look_message m;
	struct far f;
	struct looker_options options = options_of("nonsense");

	(void)state;
	start(&f, &options, 0);
	assert_true(next(&f, &m) > 0);
	assert_int_equal(m.ready.err, -EINVAL);
	assert_true(m.ready.why[0] != '\0');
	assert_int_not_equal(finish(&f), 0);
	options = options_of(NULL);
	start(&f, &options, -EINVAL); /* which is not about the resolver */
	assert_true(next(&f, &m) > 0);
	assert_int_equal(m.ready.err, -EPERM);
	assert_int_not_equal(finish(&f), 0);
}

static void a_signal_ends_it(void **state)
{
	union look_message m;
	struct far f;

	(void)state;
	open_whois();
	struct looker_options options = options_of("127.0.0.1:1");
	start(&f, &options, 0);
	is_ready(&f);
	kill(f.pid, SIGTERM);
	assert_int_equal(next(&f, &m), 0);
	assert_int_equal(finish(&f), 0);
	close(whois.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_process_is_enough),
		cmocka_unit_test(a_resolver_that_is_none),
		cmocka_unit_test(a_question_is_answered_once),
		cmocka_unit_test(what_is_no_question_ends_it),
		cmocka_unit_test(more_questions_than_there_is_room_for),
		cmocka_unit_test(what_cannot_be_set_up_is_said),
		cmocka_unit_test(a_signal_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
