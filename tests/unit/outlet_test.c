// SPDX-License-Identifier: MIT
/* The way of a frame to a terminal: a pseudo-terminal stands for stdout meanwhile. */
#include "unit.h"

#include "tui/outlet.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#define FRAME (1u << 20) /* more than any terminal holds */

static struct {
	int master, slave, out;
} pair;

static int begin(void **state)
{
	struct termios raw;

	(void)state;
	if (openpty(&pair.master, &pair.slave, NULL, NULL, NULL) < 0)
		return -1;
	tcgetattr(pair.slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(pair.slave, TCSANOW, &raw);
	fcntl(pair.master, F_SETFL, O_NONBLOCK);
	pair.out = dup(STDOUT_FILENO);
	return dup2(pair.slave, STDOUT_FILENO) < 0 ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	dup2(pair.out, STDOUT_FILENO);
	close(pair.out);
	close(pair.slave);
	close(pair.master);
	return 0;
}

static char letter(size_t i)
{
	return (char)('a' + i * 7 % 26);
}

/* What the terminal holds is looked at, and is what comes behind the first *n. */
static void read_some(size_t *n)
{
	char buf[4096];
	ssize_t got;

	while ((got = read(pair.master, buf, sizeof buf)) > 0)
		for (ssize_t i = 0; i < got; i++)
			assert_int_equal(buf[i], letter((*n)++));
}

static void put_frame(struct outlet *o)
{
	char *frame = malloc(FRAME + 1);

	assert_non_null(frame);
	for (size_t i = 0; i < FRAME; i++)
		frame[i] = letter(i);
	frame[FRAME] = '\0';
	outlet_put(o, frame);
	free(frame);
}

static void a_frame_waits_and_arrives_whole(void **state)
{
	struct outlet o;
	size_t n = 0;

	(void)state;
	assert_int_equal(outlet_open(&o), 0);
	put_frame(&o);
	assert_false(outlet_drain(&o));
	assert_true(o.waits);
	assert_false(outlet_drain_for(&o, USEC_PER_MSEC)); /* nobody reads: it gives up */
	while (n < FRAME) {
		read_some(&n);
		outlet_drain(&o);
	}
	assert_false(o.waits);
	outlet_close(&o);
}

/* What is written next is not followed by what lies in memory from before. */
static void a_small_frame_after_a_large_one(void **state)
{
	struct outlet o;
	size_t n = 0;

	(void)state;
	assert_int_equal(outlet_open(&o), 0);
	put_frame(&o);
	while (!outlet_drain(&o))
		read_some(&n);
	read_some(&n);
	assert_int_equal(n, FRAME);
	outlet_put(&o, "a");
	assert_true(outlet_drain(&o));
	n = 0;
	read_some(&n);
	assert_int_equal(n, 1);
	outlet_close(&o);
}

static void nobody_is_there_to_take_it(void **state)
{
	struct outlet o;

	(void)state;
	assert_int_equal(outlet_open(&o), 0);
	close(pair.master);
	pair.master = -1;
	put_frame(&o);
	assert_true(outlet_drain(&o));
	assert_false(o.waits);
	outlet_close(&o);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_frame_waits_and_arrives_whole),
		CASE(a_small_frame_after_a_large_one),
		CASE(nobody_is_there_to_take_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
