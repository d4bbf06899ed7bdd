// SPDX-License-Identifier: MIT
/* What a recording holds, in a small file beside it, and what is made of one that is not whole or
 * not of this recording. */
#include "unit.h"

#include "record/outline.h"
#include "record/segment_index.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct overview o, got;
static char text[SEGMENT_INDEX_MAX];

static size_t write_some(void)
{
	const struct segment_print print = {.size = 1234, .crc = 99};

	overview_init(&o);
	for (usec_t i = 0; i < 5000; i++)
		overview_add(&o, (1000 + i) * USEC_PER_SEC, (uint64_t)(i % 7));
	overview_note(&o, &(struct overview_moment){
				  .at = 1500 * USEC_PER_SEC, .name = "syn-flood", .severity = 3});
	overview_note(&o, &(struct overview_moment){.at = 1200 * USEC_PER_SEC});
	return segment_index_write(&o, &print, text);
}

static void test_what_is_written_is_read(void **state)
{
	struct segment_print print;
	size_t n = write_some();

	(void)state;
	assert_true(segment_index_read((struct str){text, n}, &got, &print));
	assert_int_equal(print.size, 1234);
	assert_int_equal(print.crc, 99);
	assert_int_equal(got.begin, o.begin);
	assert_int_equal(got.end, o.end);
	assert_int_equal(got.width, o.width);
	assert_memory_equal(got.parts, o.parts, sizeof o.parts);
	assert_int_equal(got.moment_count, 2);
	assert_string_equal(got.moments[1].name, "syn-flood");
	assert_int_equal(got.moments[1].severity, 3);
}

static void test_half_of_one_is_none(void **state)
{
	struct segment_print print;
	size_t n = write_some();

	(void)state;
	for (size_t i = 0; i < n; i += 3)
		assert_false(segment_index_read((struct str){text, i}, &got, &print));
	text[n] = 'x';
	assert_false(segment_index_read((struct str){text, n + 1}, &got, &print));
}

static void test_what_lies_is_none(void **state)
{
	static const char *const lies[] = {"",
		"nethergaze-index 2\nfile 1 1\ntime 1 2 1\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 0 2 1\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 3 2 1\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 0\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 9007199254740993 1\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 9007199254740991\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts 9007199254740993\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts -1\nend\n",
		"nethergaze-index 1\nfile 1 4294967296\ntime 1 2 1\nparts\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts\nmoment 1 10\nend\n",
		"nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts\nmoment 1 1 \x1b[31m\nend\n",
		("nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts\nmoment 1 1 "
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nend\n")};
	struct segment_print print;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++)
		assert_false(segment_index_read(str_of(lies[i]), &got, &print));
	assert_true(segment_index_read(
		STR_LIT("nethergaze-index 1\nfile 1 1\ntime 1 2 1\nparts\nend\n"), &got, &print));
}

static int file_with(const char *content, size_t n)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, n), (ssize_t)n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static bool index_is_good(int index, int fd, usec_t begin)
{
	assert_int_equal(lseek(index, 0, SEEK_SET), 0);
	return segment_index_of(index, fd, begin, &got);
}

static void test_it_is_of_one_file_in_one_state(void **state)
{
	static char recording[20000];
	struct segment_print print;

	(void)state;
	write_some();
	memset(recording, 'r', sizeof recording);
	int fd = file_with(recording, sizeof recording);
	assert_int_equal(segment_print_of(fd, &print), 0);
	size_t n = segment_index_write(&o, &print, text);
	int index = file_with(text, n);
	assert_true(index_is_good(index, fd, o.begin));
	assert_false(index_is_good(index, fd, o.end + 1)); /* it ends before it begins */
	assert_int_equal(pwrite(fd, "x", 1, sizeof recording - 10), 1);
	assert_false(index_is_good(index, fd, o.begin));
	assert_int_equal(pwrite(fd, "r", 1, sizeof recording - 10), 1);
	assert_true(index_is_good(index, fd, o.begin));
	assert_int_equal(ftruncate(fd, sizeof recording + 1), 0);
	assert_false(index_is_good(index, fd, o.begin));
	assert_int_equal(ftruncate(index, SEGMENT_INDEX_MAX + 1), 0);
	assert_false(index_is_good(index, fd, o.begin));
	close(index);
	close(fd);
}

/* Merged, the parts of a recording are what it is in one. */
static void test_parts_make_a_whole(void **state)
{
	static struct outline all;
	static struct overview first, second;
	uint64_t sum = 0, is = 0;

	(void)state;
	overview_init(&first);
	overview_init(&second);
	outline_init(&all);
	for (usec_t i = 0; i < 100000; i++) {
		overview_add(i < 70000 ? &first : &second, (5000 + i) * USEC_PER_SEC, 2);
		sum += 2;
	}
	overview_note(&second, &(struct overview_moment){.at = 90000 * USEC_PER_SEC, .name = "a"});
	outline_merge(&all, &first);
	outline_merge(&all, &second);
	for (size_t i = 0; i < OVERVIEW_PARTS; i++)
		is += all.overview.parts[i];
	assert_int_equal(is, sum);
	assert_int_equal(all.overview.begin, first.begin);
	assert_int_equal(all.overview.end, second.end);
	assert_int_equal(all.overview.moment_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_half_of_one_is_none),
		cmocka_unit_test(test_what_lies_is_none),
		cmocka_unit_test(test_it_is_of_one_file_in_one_state),
		cmocka_unit_test(test_parts_make_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
