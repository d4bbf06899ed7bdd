// SPDX-License-Identifier: MIT
/* A stream that waits for no reader: what finds no room goes, the oldest first and sets as a whole,
 * and is counted; what is written is whole. */
#include "output/stream.h"

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#define SETS 400

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

/* What is in the pipe now, behind what was read before. */
static void drain(int fd, char *buf, size_t *n, size_t cap)
{
	ssize_t got;

	while ((got = read(fd, buf + *n, cap - *n)) > 0)
		*n += (size_t)got;
}

static unsigned count_whole_sets(char *text, size_t n)
{
	unsigned sets = 0, parts = 3, number, last = 0;

	text[n] = '\0';
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, "{\"t\":\"machine\",\"seq\":%u}", &number) == 1) {
			assert_int_equal(parts, 3);
			assert_true(number > last);
			last = number;
			parts = 0;
			sets++;
		} else {
			assert_string_equal(line, "{\"t\":\"share\",\"net\":\"192.0.2.1\"}");
			parts++;
		}
	}
	assert_int_equal(parts, 3);
	return sets;
}

static void test_drops_whole_sets(void **state)
{
	static char text[1 << 20];
	int fds[2], out = dup(STDOUT_FILENO);
	struct stream s;
	size_t n = 0;

	(void)state;
	fflush(stdout);
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	assert_true(fcntl(fds[1], F_SETPIPE_SZ, 4096) >= 4096);
	assert_true(dup2(fds[1], STDOUT_FILENO) >= 0);
	stream_init(&s, NULL, never, NULL);
	s.most = 5000;
	for (unsigned i = 1; i <= SETS; i++) {
		char set[256];
		int len = snprintf(set, sizeof set, "{\"t\":\"machine\",\"seq\":%u}\n%s%s%s", i,
			"{\"t\":\"share\",\"net\":\"192.0.2.1\"}\n",
			"{\"t\":\"share\",\"net\":\"192.0.2.1\"}\n",
			"{\"t\":\"share\",\"net\":\"192.0.2.1\"}\n");
		stream_put(&s, (struct str){set, (size_t)len});
		stream_flush(&s);
		assert_in_range(s.text.n, 0, s.most);
	}
	while (s.text.n) {
		drain(fds[0], text, &n, sizeof text - 1);
		stream_flush(&s);
	}
	drain(fds[0], text, &n, sizeof text - 1);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(fds[0]);
	close(fds[1]);
	assert_true(s.dropped > 0);
	assert_int_equal(s.err, 0);
	assert_int_equal(count_whole_sets(text, n) + s.dropped, SETS);
	stream_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_drops_whole_sets)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
