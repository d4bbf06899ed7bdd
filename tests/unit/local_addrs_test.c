// SPDX-License-Identifier: MIT
/* Connections of this very process, by the kernel's own word: followed, and never put. Needs root,
 * and a kernel that lets the first probe load. */
#include "unit.h"

#include "kernel/bpf_transitions.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	struct event_sink sink; /* first */
	uint16_t lport;         /* of the connections that are counted */
	unsigned told;
};

static void count(struct event_sink *sink, const struct event *event)
{
	struct fixture *f = (struct fixture *)sink;

	f->told += event->kind == EVENT_CONN && event->conn.port == f->lport &&
		   event->conn.dir == DIR_OUT;
}

static void connect_and_close(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)to, sizeof *to), 0);
	close(fd);
}

static void ours_and_a_childs(void **state)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fixture f = {.sink.put = count};
	socklen_t size = sizeof to;
	struct bpf_transitions *b = NULL;
	struct socktab t;
	int listener;

	(void)state;
	if (geteuid() != 0 || bpf_transitions_new(PROBE_TRANSITIONS_TP, NULL, 0, &b) < 0) {
		puts("skip: no BPF here");
		skip();
	}
	assert_int_equal(socktab_init(&t, 1024), 0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&to, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&to, &size), 0);
	f.lport = ntohs(to.sin_port);

	connect_and_close(&to);
	bpf_transitions_drain(b, &t, &f.sink, 100000);
	assert_int_equal(f.told, 0);

	pid_t child = fork();
	if (child == 0) {
		connect_and_close(&to);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	bpf_transitions_drain(b, &t, &f.sink, 100000);
	assert_in_range(f.told, 2, 8);
	close(listener);
	bpf_transitions_free(b);
	socktab_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ours_and_a_childs),
	};

	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
