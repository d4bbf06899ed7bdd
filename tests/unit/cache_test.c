// SPDX-License-Identifier: MIT
#include "unit.h"

#include "enrich/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW INT64_C(1795000000000000)

static char dir[64], file[96];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/ng_cache.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	strcat(dir, "/a");
	snprintf(file, sizeof file, "%s/registrations.ndjson", dir);
	return 0;
}

static int remove_dir(void **state)
{
	char path[128];

	(void)state;
	unlink(file);
	snprintf(path, sizeof path, "%s/registrations.lock", dir);
	unlink(path);
	rmdir(dir);
	dir[strlen(dir) - 2] = '\0';
	return rmdir(dir);
}

static struct cache *open_cache(usec_t now)
{
	struct cache *c = cache_new(
		&(struct cache_options){
			.dir = dir, .ttl = 86400 * USEC_PER_SEC, .short_ttl = 600 * USEC_PER_SEC},
		now);

	assert_non_null(c);
	assert_int_equal(cache_error(c), 0);
	return c;
}

static void put(struct cache *c, const char *net, const char *name, const char *note, usec_t ts)
{
	struct event e = event_make(EVENT_REGISTRATION, ts);

	assert_int_equal(prefix_parse(str_of(net), &e.registration.net), 0);
	e.registration.name = str_of(name);
	e.registration.note = str_of(note);
	cache_put(c, &e);
}

/* The name, the note, or "" when there is no answer. */
static void expect(struct cache *c, const char *ip, usec_t now, const char *want)
{
	struct addr a = ip_of(ip);
	struct event e;

	if (!cache_find(c, &a, now, &e)) {
		assert_string_equal("", want);
		return;
	}
	assert_int_equal(e.kind, EVENT_REGISTRATION);
	assert_str(e.registration.note.p ? e.registration.note : e.registration.name, want);
}

static void write_file(const char *text, size_t n)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

static void an_answer_serves_its_network(void **state)
{
	struct cache *c = open_cache(NOW);

	(void)state;
	put(c, "8.8.8.0/22", "WIDE", NULL, NOW);
	put(c, "8.8.9.0/24", "NARROW", NULL, NOW);
	put(c, "8.8.10.0/24", NULL, "nobody knows", NOW);
	put(c, "9.9.9.0/24", NULL, "nobody knows", NOW);
	expect(c, "8.8.8.1", NOW, "WIDE");
	expect(c, "8.8.9.1", NOW, "NARROW");
	expect(c, "8.8.10.1", NOW, "WIDE");
	expect(c, "9.9.9.1", NOW, "nobody knows");
	expect(c, "9.9.8.1", NOW, "");
	cache_free(c);
}

static void answers_grow_old(void **state)
{
	struct cache *c = open_cache(NOW);

	(void)state;
	put(c, "8.8.8.0/22", "WIDE", NULL, NOW);
	put(c, "9.9.9.0/24", NULL, "nobody knows", NOW);
	expect(c, "9.9.9.1", NOW + 599 * USEC_PER_SEC, "nobody knows");
	expect(c, "9.9.9.1", NOW + 600 * USEC_PER_SEC, "");
	expect(c, "8.8.8.1", NOW + 86399 * USEC_PER_SEC, "WIDE");
	expect(c, "8.8.8.1", NOW + 86400 * USEC_PER_SEC, "");
	/* Of a clock that was wrong nothing is believed for long. */
	put(c, "8.8.8.0/22", "FUTURE", NULL, NOW + 3600 * USEC_PER_SEC);
	expect(c, "8.8.8.1", NOW, "");
	cache_free(c);
}

static void the_file_brings_it_back(void **state)
{
	struct cache *c = open_cache(NOW);
	struct stat st;

	(void)state;
	assert_false(cache_is_dirty(c));
	put(c, "8.8.8.0/22", "quote \" and \\", NULL, NOW);
	put(c, "2a00::/12", "SIX", NULL, NOW - 86000 * USEC_PER_SEC);
	assert_int_equal(cache_save(c, NOW, false), 0);
	assert_false(cache_is_dirty(c));
	cache_free(c);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	c = open_cache(NOW + USEC_PER_SEC);
	expect(c, "8.8.8.1", NOW, "quote \" and \\");
	expect(c, "2a01::1", NOW, "SIX");
	/* What is too old is not written again. */
	put(c, "8.9.8.0/22", "NEW", NULL, NOW + 1000 * USEC_PER_SEC);
	assert_int_equal(cache_save(c, NOW + 1000 * USEC_PER_SEC, true), 0);
	cache_free(c);
	c = open_cache(NOW + 1000 * USEC_PER_SEC);
	assert_int_equal(cache_count(c), 2);
	cache_free(c);
}

static void two_consoles_add_up(void **state)
{
	struct cache *a = open_cache(NOW), *b = open_cache(NOW);

	(void)state;
	put(a, "8.8.8.0/22", "OLD", NULL, NOW);
	put(b, "8.8.8.0/22", "NEWER", NULL, NOW + 5);
	put(b, "9.9.8.0/22", "B", NULL, NOW);
	assert_int_equal(cache_save(b, NOW, false), 0);
	assert_int_equal(cache_save(a, NOW, false), 0);
	expect(a, "9.9.9.9", NOW, "B");
	expect(a, "8.8.8.8", NOW, "NEWER");
	cache_free(a);
	cache_free(b);
	a = open_cache(NOW);
	assert_int_equal(cache_count(a), 2);
	expect(a, "8.8.8.8", NOW, "NEWER");
	cache_free(a);
}

static void a_lock_is_not_waited_for(void **state)
{
	struct cache *c = open_cache(NOW);
	char path[128];

	(void)state;
	put(c, "8.8.8.0/22", "X", NULL, NOW);
	snprintf(path, sizeof path, "%s/registrations.lock", dir);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(cache_save(c, NOW, false), -EAGAIN);
	assert_true(cache_is_dirty(c));
	close(fd);
	assert_int_equal(cache_save(c, NOW, false), 0);
	cache_free(c);
}

static void rubbish_costs_its_own_line(void **state)
{
	static const char text[] =
		"\n{}\nnull\n\xff\xfe\0\n{\"t\":\"tick\",\"ts\":1795000000}\n"
		"{\"t\":\"registration\",\"ts\":1795000000,\"net\":\"0.0.0.0/"
		"0\",\"name\":\"ALL\"}\n"
		"{\"t\":\"registration\",\"ts\":1795000000,\"net\":\"::/0\",\"name\":\"ALL\"}\n"
		"{\"t\":\"registration\",\"ts\":\"x\",\"net\":\"9.9.9.0/24\",\"name\":\"BAD\"}\n"
		"{\"t\":\"registration\",\"ts\":1795000000,\"net\":\"8.8.8.0/"
		"24\",\"name\":\"\\u001b[2J\"}\n"
		"{\"t\":\"registration\",\"ts\":1795000000,\"net\":\"9.9.9.0/24\",\"name\":\"CUT";
	struct cache *c;

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	write_file(text, sizeof text - 1);
	c = open_cache(NOW);
	assert_int_equal(cache_count(c), 1);
	expect(c, "8.8.8.8", NOW, "\\x1b[2J");
	expect(c, "9.9.9.9", NOW, "");
	cache_free(c);
}

static void it_stays_bounded(void **state)
{
	struct cache *c = open_cache(NOW);
	char net[32], name[64];

	(void)state;
	for (unsigned i = 0; i < CACHE_ENTRIES + 500; i++) {
		snprintf(net, sizeof net, "8.%u.%u.0/24", i / 256, i % 256);
		snprintf(name, sizeof name, "N%u", i);
		put(c, net, name, NULL, NOW);
	}
	assert_int_equal(cache_count(c), CACHE_ENTRIES);
	expect(c, "8.0.0.1", NOW, "");
	expect(c, "8.64.200.1", NOW, "N16584");
	assert_int_equal(cache_save(c, NOW, false), 0);
	cache_free(c);
	c = open_cache(NOW);
	assert_int_equal(cache_count(c), CACHE_ENTRIES);
	cache_free(c);
}

static void fill(struct cache *c, unsigned net, unsigned n, usec_t ts)
{
	char text[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(text, sizeof text, "%u.%u.%u.0/24", net, i / 256, i % 256);
		put(c, text, text, NULL, ts);
	}
}

/* Of two consoles with full memories neither loses what is fresher. */
static void a_full_cache_keeps_what_is_fresher(void **state)
{
	struct cache *a = open_cache(NOW), *b = open_cache(NOW);

	(void)state;
	fill(a, 8, CACHE_ENTRIES, NOW + 10);
	fill(b, 9, 1000, NOW);
	fill(b, 11, 10, NOW + 20);
	assert_int_equal(cache_save(b, NOW + 30, true), 0);
	assert_int_equal(cache_save(a, NOW + 30, true), 0);
	assert_int_equal(cache_count(a), CACHE_ENTRIES);
	expect(a, "8.0.10.1", NOW + 30, "8.0.10.0/24");
	expect(a, "9.0.0.1", NOW + 30, "");
	expect(a, "11.0.9.1", NOW + 30, "11.0.9.0/24");
	cache_free(a);
	cache_free(b);
}

/* One answer more costs a line, not the whole file. */
static void what_is_new_is_added(void **state)
{
	struct cache *a = open_cache(NOW), *b;
	struct stat before, after;

	(void)state;
	fill(a, 8, 100, NOW);
	assert_int_equal(cache_save(a, NOW, false), 0);
	assert_int_equal(stat(file, &before), 0);
	b = open_cache(NOW);
	put(b, "9.9.8.0/22", "B", NULL, NOW);
	assert_int_equal(cache_save(b, NOW, false), 0);
	put(a, "9.9.4.0/22", "A", NULL, NOW);
	assert_int_equal(cache_save(a, NOW, false), 0);
	assert_int_equal(stat(file, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_true(after.st_size > before.st_size && after.st_size < before.st_size + 400);
	expect(a, "9.9.9.9", NOW, "B");
	/* Another one writes it whole. */
	put(b, "9.9.0.0/22", "C", NULL, NOW);
	assert_int_equal(cache_save(b, NOW, true), 0);
	cache_free(b);
	put(a, "9.8.0.0/22", "D", NULL, NOW);
	assert_int_equal(cache_save(a, NOW, false), 0);
	expect(a, "9.9.0.9", NOW, "C");
	cache_free(a);
	b = open_cache(NOW);
	assert_int_equal(cache_count(b), 104);
	cache_free(b);
}

/* Much that others have found out is taken in bit by bit, and none of it is lost. */
static void the_loop_is_not_held_by_others(void **state)
{
	struct cache *a = open_cache(NOW), *b = open_cache(NOW);

	(void)state;
	fill(b, 9, 8000, NOW);
	assert_int_equal(cache_save(b, NOW, true), 0);
	cache_free(b);
	put(a, "8.8.8.0/24", "A", NULL, NOW);
	assert_int_equal(cache_save(a, NOW, false), 0);
	assert_true(cache_count(a) > 1 && cache_count(a) < 8001);
	for (unsigned i = 0; i < 20; i++) {
		put(a, "8.8.8.0/24", "A", NULL, NOW + i);
		assert_int_equal(cache_save(a, NOW, false), 0);
	}
	assert_int_equal(cache_count(a), 8001);
	cache_free(a);
	a = open_cache(NOW);
	assert_int_equal(cache_count(a), 8001);
	cache_free(a);
}

/* The file is bounded, and what is read of one that is longer is its end. */
static void the_file_stays_bounded(void **state)
{
	struct cache *c = open_cache(NOW);
	struct stat st;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		fill(c, 8, 10000, NOW + i);
		assert_int_equal(cache_save(c, NOW + i, false), 0);
		assert_int_equal(stat(file, &st), 0);
		assert_true(st.st_size <= CACHE_FILE_MAX);
	}
	put(c, "9.9.9.0/24", "LAST", NULL, NOW);
	assert_int_equal(cache_save(c, NOW, false), 0);
	cache_free(c);
	/* Half a line in front of it, and far too much of it. */
	int fd = open(file, O_RDWR);
	char line[256];
	ssize_t n = pread(fd, line, sizeof line, lseek(fd, 0, SEEK_END) - (off_t)sizeof line);
	assert_int_equal(n, sizeof line);
	assert_int_equal(ftruncate(fd, CACHE_FILE_MAX + 5000), 0);
	assert_int_equal(pwrite(fd, line, sizeof line, CACHE_FILE_MAX + 5000), sizeof line);
	close(fd);
	c = open_cache(NOW);
	expect(c, "9.9.9.9", NOW, "LAST");
	assert_true(cache_is_dirty(c));
	assert_int_equal(cache_save(c, NOW, false), 0);
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size <= CACHE_FILE_MAX);
	cache_free(c);
}

static void half_a_line_costs_itself(void **state)
{
	struct cache *c = open_cache(NOW);

	(void)state;
	put(c, "8.8.8.0/24", "A", NULL, NOW);
	assert_int_equal(cache_save(c, NOW, false), 0);
	int fd = open(file, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"t\":\"regis", 11), 11);
	close(fd);
	put(c, "9.9.9.0/24", "B", NULL, NOW);
	assert_int_equal(cache_save(c, NOW, false), 0);
	cache_free(c);
	c = open_cache(NOW);
	expect(c, "8.8.8.8", NOW, "A");
	expect(c, "9.9.9.9", NOW, "B");
	cache_free(c);
}

static void no_directory_is_no_trouble(void **state)
{
	struct cache *c = cache_new(
		&(struct cache_options){
			.dir = "/dev/null/x", .ttl = USEC_PER_SEC, .short_ttl = USEC_PER_SEC},
		NOW);

	(void)state;
	assert_non_null(c);
	assert_int_equal(cache_error(c), -ENOTDIR);
	put(c, "8.8.8.0/22", "X", NULL, NOW);
	expect(c, "8.8.8.8", NOW, "X");
	assert_int_equal(cache_save(c, NOW, true), 0);
	cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_serves_its_network, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(answers_grow_old, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(the_file_brings_it_back, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(two_consoles_add_up, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_lock_is_not_waited_for, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(rubbish_costs_its_own_line, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(it_stays_bounded, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			a_full_cache_keeps_what_is_fresher, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(what_is_new_is_added, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			the_loop_is_not_held_by_others, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(the_file_stays_bounded, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(half_a_line_costs_itself, make_dir, remove_dir),
		cmocka_unit_test(no_directory_is_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
