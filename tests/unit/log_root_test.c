// SPDX-License-Identifier: MIT
/* Logs below the root of a container: what its links and globs lead to is in it. */
#include "tail.h"

#include "remove_tree.h"

static char root[128];

/* As a configuration in the container names it. */
static void open_below(const char *const paths[], size_t n)
{
	struct log_input inputs[8];
	char whole[8][512];
	int err;

	assert_true(n <= 8);
	for (size_t i = 0; i < n; i++) {
		snprintf(whole[i], sizeof whole[i], "%s%s", root, paths[i]);
		inputs[i] = (struct log_input){.path = whole[i]};
	}
	bench.tail = log_tail_new(
		&(struct log_tail_options){
			.inputs = inputs, .input_count = n, .root = root, .from_start = true},
		&err);
	assert_non_null(bench.tail);
	drain();
}

static void link_to(const char *target, const char *name)
{
	assert_int_equal(symlink(target, at(name)), 0);
}

static int below_begin(void **state)
{
	int err = set_up(state);

	snprintf(root, sizeof root, "%s/c", bench.dir);
	if (err || mkdir(root, 0755) || mkdir(at("c/log"), 0755) || mkdir(at("c/data"), 0755))
		return -1;
	append_lines("secret.log", 0, 3); /* this machine's */
	append_lines("c/data/own.log", 10, 13);
	return 0;
}

static int below_end(void **state)
{
	(void)state;
	source_free(bench.tail);
	bench.tail = NULL;
	return remove_tree(bench.dir);
}

static void nothing_of_this_machine_is_read(void **state)
{
	char target[256];

	(void)state;
	link_to("../../secret.log", "c/log/up.log");
	snprintf(target, sizeof target, "%s", at("secret.log"));
	link_to(target, "c/log/absolute.log");
	snprintf(target, sizeof target, "/proc/self/root%s", at("secret.log"));
	link_to(target, "c/log/magic.log");
	link_to("/proc/kmsg", "c/log/kmsg.log");
	link_to(bench.dir, "c/out");
	open_below(
		(const char *const[]){"/../secret.log", "/log/*.log", "/out/*.log", "/*/secret*"},
		4);
	for (int i = 0; i < 5; i++)
		after(USEC_PER_SEC);
	append_lines("secret.log", 3, 4);
	after(USEC_PER_SEC);
	assert_int_equal(bench.requests, 0);
	for (size_t i = 0; i < bench.log_count; i++)
		assert_int_equal(bench.logs[i].last.lines, 0);
}

/* "/data/own.log" is the container's, not this machine's. */
static void its_own_links_are_followed(void **state)
{
	(void)state;
	link_to("/data/own.log", "c/log/own.log");
	link_to("/data", "c/log/dir");
	open_below((const char *const[]){"/log/own.log", "/log/dir/more*.log"}, 2);
	assert_each_once(10, 13);
	append_lines("c/data/own.log", 13, 14);
	append_lines("c/data/more1.log", 20, 22);
	after(USEC_PER_SEC);
	after(2 * USEC_PER_SEC);
	assert_each_once(10, 14);
	assert_each_once(20, 22);
	/* And they turn. */
	append_lines("c/data/next.log", 30, 31);
	link_to("/data/next.log", "c/log/new");
	assert_int_equal(rename(at("c/log/new"), at("c/log/own.log")), 0);
	after(USEC_PER_SEC);
	append_lines("c/data/own.log", 14, 15);
	append_lines("c/data/next.log", 31, 32);
	after(2 * USEC_PER_SEC);
	assert_each_once(10, 15);
	assert_each_once(30, 32);
	assert_int_equal(bench.requests, 5 + 2 + 2);
}

/* Whoever may write to the log directory leads us to what root may read: not with a link of his. */
static void links_of_others_do_not_count(void **state)
{
	char path[256];

	(void)state;
	if (geteuid() != 0) {
		print_message("skip: only root can give files away\n");
		skip();
	}
	link_to("/data/own.log", "c/log/trap.log");
	assert_int_equal(lchown(at("c/log/trap.log"), 12345, 12345), 0);
	open_below((const char *const[]){"/log/*.log"}, 1);
	after(2 * USEC_PER_SEC);
	assert_int_equal(bench.requests, 0);
	snprintf(path, sizeof path, "%s/log/trap.log", root);
	assert_int_equal(log_of(path)->last.state, LOG_UNREADABLE);
	/* To his own file he may lead. */
	assert_int_equal(chown(at("c/data/own.log"), 12345, 12345), 0);
	for (int i = 0; i < 3; i++)
		after(USEC_PER_SEC);
	assert_each_once(10, 13);
}

#define BELOW(f) cmocka_unit_test_setup_teardown(f, below_begin, below_end)

int main(void)
{
	const struct CMUnitTest tests[] = {BELOW(nothing_of_this_machine_is_read),
		BELOW(its_own_links_are_followed), BELOW(links_of_others_do_not_count)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
