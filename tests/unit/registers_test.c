// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "detect/registers.h"

#include <errno.h>

enum {
	BITS = 8,
	REGISTERS = 1 << BITS
};

static void fill(uint8_t *registers, uint64_t n)
{
	memset(registers, 0, REGISTERS);
	for (uint64_t i = 0; i < n; i++)
		hll_add(registers, BITS, hash_two(7, i + 1));
}

static size_t round_trip(const uint8_t *registers)
{
	char *buf = malloc(REGISTERS_TEXT_MAX(BITS)); /* no byte beyond: valgrind would say */
	uint8_t back[REGISTERS];

	assert_non_null(buf);
	size_t n = registers_write(registers, BITS, buf);
	assert_true(n <= REGISTERS_TEXT_MAX(BITS));
	memset(back, 0xee, sizeof back);
	assert_int_equal(registers_read((struct str){buf, n}, BITS, back), 0);
	assert_memory_equal(back, registers, REGISTERS);
	free(buf);
	return n;
}

static void any_number_comes_back(void **state)
{
	static const uint64_t counts[] = {0, 1, 2, 20, 100, 126, 128, 150, 1000, 1000000};
	uint8_t registers[REGISTERS];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		fill(registers, counts[i]);
		round_trip(registers);
	}
}

static void few_are_short(void **state)
{
	uint8_t registers[REGISTERS];

	(void)state;
	fill(registers, 0);
	assert_int_equal(round_trip(registers), 1);
	fill(registers, 10);
	assert_true(round_trip(registers) <= 1 + 10 * 2 + REGISTERS / 63);
	fill(registers, 10000);
	assert_int_equal(round_trip(registers), REGISTERS_TEXT_MAX(BITS));
}

/* A run of empty registers of every length, and the last register. */
static void gaps_come_back(void **state)
{
	uint8_t registers[REGISTERS];

	(void)state;
	for (uint32_t at = 0; at < REGISTERS; at++) {
		memset(registers, 0, sizeof registers);
		registers[at] = 64 - BITS + 1;
		registers[REGISTERS - 1] = 1;
		round_trip(registers);
	}
}

static void the_text_is_as_documented(void **state)
{
	uint8_t registers[REGISTERS] = {[0] = 1, [2] = 2, [70] = 57};
	char buf[REGISTERS_TEXT_MAX(BITS)];

	(void)state;
	size_t n = registers_write(registers, BITS, buf);
	assert_int_equal(n, 8);
	assert_memory_equal(buf, "sABBC_E5", 8);
}

static void what_is_not_one_is_refused(void **state)
{
	static const char *const bad[] = {"", "d", "x", "sA", "sAA", "s_", "s____", "sB=", "s=B",
		"s_____B", "sA6", "sABA", "sAB ", "s____EB", "S"};
	uint8_t registers[REGISTERS];
	char dense[REGISTERS_TEXT_MAX(BITS) + 1];

	(void)state;
	memset(registers, 0xee, sizeof registers);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(registers_read(str_of(bad[i]), BITS, registers), -EINVAL);
	memset(dense, 'B', sizeof dense);
	dense[0] = 'd';
	assert_int_equal(
		registers_read((struct str){dense, sizeof dense}, BITS, registers), -EINVAL);
	assert_int_equal(
		registers_read((struct str){dense, sizeof dense - 2}, BITS, registers), -EINVAL);
	dense[9] = '-'; /* 62: a rank that no hash has */
	assert_int_equal(
		registers_read((struct str){dense, sizeof dense - 1}, BITS, registers), -EINVAL);
	assert_int_equal(registers[0], 0xee);
	dense[9] = 'C';
	assert_int_equal(registers_read((struct str){dense, sizeof dense - 1}, BITS, registers), 0);
	assert_int_equal(registers[8], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_comes_back),
		cmocka_unit_test(few_are_short),
		cmocka_unit_test(gaps_come_back),
		cmocka_unit_test(the_text_is_as_documented),
		cmocka_unit_test(what_is_not_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
