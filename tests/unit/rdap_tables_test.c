// SPDX-License-Identifier: MIT
/* The pieces of a table, as they may come, and the file that they make. */
#include "unit.h"

#include "enrich/rdap_tables.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW (1000 * USEC_PER_SEC)

static struct bench {
	struct rdap_tables tables;
	char dir[64];
} bench;

static int set_up(void **state)
{
	(void)state;
	strcpy(bench.dir, "/tmp/ng-rdap-tables-XXXXXX");
	if (!mkdtemp(bench.dir))
		return -1;
	rdap_tables_init(&bench.tables, bench.dir);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"rdap-ipv4.json", "rdap-ipv6.json"};
	char path[128];

	(void)state;
	rdap_tables_done(&bench.tables);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof path, "%s/%s", bench.dir, names[i]);
		unlink(path);
	}
	rmdir(bench.dir);
	return 0;
}

/* Checked, then taken, as the console does. */
static enum look_fault take(uint32_t table, uint32_t total, uint32_t at, uint32_t n, usec_t now)
{
	union look_message m;

	look_begin(&m, LOOK_TABLE);
	m.table.table = table;
	m.table.total = total;
	m.table.at = at;
	m.table.n = n;
	memset(m.table.bytes, 'a' + (int)(at / LOOK_PIECE_MAX) % 26, LOOK_PIECE_MAX);
	enum look_fault fault = look_check(&m, sizeof m.table, false);
	return fault ? fault : rdap_tables_take(&bench.tables, &m.table, now);
}

/* Bytes of the file; -1: there is none. */
static off_t kept(unsigned table)
{
	int fd = rdap_tables_open(bench.dir, table);
	struct stat st = {.st_size = -1};

	if (fd < 0)
		return -1;
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	return st.st_size;
}

static void pieces_make_a_file(void **state)
{
	(void)state;
	for (uint32_t at = 0; at < LOOK_TABLE_MAX; at += LOOK_PIECE_MAX) {
		assert_int_equal(kept(0), -1);
		assert_int_equal(take(0, LOOK_TABLE_MAX, at, LOOK_PIECE_MAX, NOW), LOOK_FINE);
		if (at == 0) /* the other one comes between */
			assert_int_equal(take(1, 7, 0, 7, NOW), LOOK_FINE);
	}
	assert_int_equal(kept(0), LOOK_TABLE_MAX);
	assert_int_equal(kept(1), 7);
}

static void pieces_that_are_none(void **state)
{
	(void)state;
	assert_int_equal(take(2, 7, 0, 7, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 0, 0, 0, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, LOOK_TABLE_MAX + 1, 0, LOOK_PIECE_MAX, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, UINT32_MAX, UINT32_MAX - 1, 1, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 3000, 0, 2047, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 100, 0, 101, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 100, 0, 0, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 100, 100, 0, NOW), LOOK_BAD_NUMBER);
	/* Not the next one. */
	assert_int_equal(take(0, 3000, 2048, 952, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 3000, 0, 2048, NOW), LOOK_FINE);
	assert_int_equal(take(0, 3000, 0, 2048, NOW), LOOK_BAD_NUMBER);
	assert_int_equal(take(0, 3000, 2048, 952, NOW), LOOK_FINE);
	assert_int_equal(kept(0), 3000);
}

/* No disk is written to as often as somebody likes. */
static void a_table_rests(void **state)
{
	(void)state;
	assert_int_equal(take(0, 9, 0, 9, NOW), LOOK_FINE);
	assert_int_equal(take(0, 8, 0, 8, NOW + USEC_PER_SEC), LOOK_BAD_KIND);
	assert_int_equal(kept(0), 9);
	assert_int_equal(take(0, 8, 0, 8, NOW + 600 * USEC_PER_SEC), LOOK_FINE);
	assert_int_equal(kept(0), 8);
}

static void without_a_directory_none_is_kept(void **state)
{
	(void)state;
	rdap_tables_done(&bench.tables);
	rdap_tables_init(&bench.tables, NULL);
	assert_int_equal(take(0, 9, 0, 9, NOW), LOOK_FINE);
	assert_int_equal(kept(0), -1);
	assert_int_equal(rdap_tables_open(NULL, 0), -ENOENT);
	assert_int_equal(rdap_tables_open("", 0), -ENOENT);
}

/* Nobody has root read what a link in the directory leads to. */
static void a_link_is_no_table(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/rdap-ipv4.json", bench.dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(rdap_tables_open(bench.dir, 0), -ELOOP);
	assert_int_equal(take(0, 9, 0, 9, NOW), LOOK_FINE);
	assert_int_equal(kept(0), 9);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(pieces_make_a_file),
		CASE(pieces_that_are_none),
		CASE(a_table_rests),
		CASE(without_a_directory_none_is_kept),
		CASE(a_link_is_no_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
