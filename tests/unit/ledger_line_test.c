// SPDX-License-Identifier: MIT
#include "console/ledger_line.h"

#include "event/event.h"

#include "unit.h"

static void expect(const struct ledger_facts *f, const char *want)
{
	char line[LEDGER_LINE_MAX];

	assert_int_equal(ledger_line(f, ">", "-", line), strlen(want));
	assert_string_equal(line, want);
}

static void says_what_became_of_who_knocked(void **state)
{
	(void)state;
	expect(&(struct ledger_facts){212, 212, 0, 41u << 10, 31u << 10, 212},
		"SYN 212 > handshakes 212 > in 41k, out 31k > requests 212, 1.0/conn");
	expect(&(struct ledger_facts){1, 1, 0, 0, 0, 221},
		"SYN 1 > handshakes 1 > in 0, out 0 > requests 221, 221/conn");
	expect(&(struct ledger_facts){3420, 0, 0, ABSENT, ABSENT, 0},
		"SYN 3.4k > handshakes 0 > in -, out - > requests 0");
}

static void what_is_not_known_is_not_0(void **state)
{
	(void)state;
	expect(&(struct ledger_facts){ABSENT, ABSENT, 0, ABSENT, ABSENT, ABSENT},
		"SYN - > handshakes - > in -, out - > requests -");
	expect(&(struct ledger_facts){ABSENT, ABSENT, 3, 0, 0, 9},
		"SYN - > handshakes - > in 0, out 0 > requests 9");
}

/* Their handshakes were not seen, but what they asked for is theirs. */
static void those_that_were_open_before_count(void **state)
{
	(void)state;
	expect(&(struct ledger_facts){5, 1, 3, 10, 10, 8},
		"SYN 5 > handshakes 1 (3 before) > in 10, out 10 > requests 8, 2.0/conn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_became_of_who_knocked),
		cmocka_unit_test(what_is_not_known_is_not_0),
		cmocka_unit_test(those_that_were_open_before_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
