// SPDX-License-Identifier: MIT
/* Outputs of `vnstat --json m -i IFACE` as vnStat 1.18, 2.6 and 2.10 print them. */
#include "unit.h"

#include "action/vnstat.h"
#include "base/text.h"

#include <errno.h>

static const char v1[] =
	"{\"vnstatversion\":\"1.18\",\"jsonversion\":\"1\",\"interfaces\":[{\"id\":\"eth0\","
	"\"nick\":\"eth0\",\"created\":{\"date\":{\"year\":2019,\"month\":2,\"day\":11}},"
	"\"updated\":{\"date\":{\"year\":2019,\"month\":4,\"day\":3},\"time\":{\"hour\":9,"
	"\"minutes\":40}},\"traffic\":{\"total\":{\"rx\":2457600,\"tx\":1228800},\"months\":["
	"{\"id\":0,\"date\":{\"year\":2019,\"month\":4},\"rx\":1048576,\"tx\":2048},"
	"{\"id\":1,\"date\":{\"year\":2019,\"month\":3},\"rx\":700000,\"tx\":600000},"
	"{\"id\":2,\"date\":{\"year\":2018,\"month\":12},\"rx\":700000,\"tx\":600000}]}}]}\n";

static const char v2[] =
	"{\"vnstatversion\":\"2.10\",\"jsonversion\":\"2\",\"interfaces\":[{\"name\":\"eth0\","
	"\"alias\":\"\",\"created\":{\"date\":{\"year\":2026,\"month\":9,\"day\":29},"
	"\"timestamp\":1790666547},\"updated\":{\"date\":{\"year\":2026,\"month\":11,\"day\":29},"
	"\"time\":{\"hour\":7,\"minute\":22},\"timestamp\":1795936947},\"traffic\":{\"total\":{"
	"\"rx\":5278765000000,\"tx\":4738381338777},\"month\":[{\"id\":1,\"date\":{\"year\":2026,"
	"\"month\":10},\"timestamp\":1790812800,\"rx\":11,\"tx\":12},{\"id\":2,\"date\":{\"year\":"
	"2026,\"month\":11},\"timestamp\":1793491200,\"rx\":1319413953331,\"tx\":3738339534438}"
	"]}}]}\n";

/* vnStat 2.0 to 2.6: no timestamps. And a daemon that was just started. */
static const char v2_young[] =
	"{\"vnstatversion\":\"2.6\",\"jsonversion\":\"2\",\"interfaces\":[{\"name\":\"ens3\","
	"\"alias\":\"up\",\"created\":{\"date\":{\"year\":2021,\"month\":1,\"day\":5}},"
	"\"updated\":{\"date\":{\"year\":2021,\"month\":1,\"day\":5},\"time\":{\"hour\":7,"
	"\"minute\":22}},\"traffic\":{\"total\":{\"rx\":0,\"tx\":0},\"month\":[]}}]}";

static void month_is(const char *text, unsigned year, unsigned number, uint64_t rx, uint64_t tx)
{
	struct vnstat_month month;
	char why[VNSTAT_WHY_MAX] = "";

	if (vnstat_read(str_of(text), STR_LIT("eth0"), &month, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(month.year, year);
	assert_int_equal(month.month, number);
	assert_int_equal(month.rx, rx);
	assert_int_equal(month.tx, tx);
}

static void refused(const char *text, const char *interface, int err, const char *want)
{
	struct vnstat_month month = {0};
	char why[VNSTAT_WHY_MAX] = "";

	assert_int_equal(vnstat_read(str_of(text), str_of(interface), &month, why), err);
	assert_string_equal(why, want);
	assert_int_equal(month.month, 0);
}

static void both_versions(void **state)
{
	(void)state;
	month_is(v1, 2019, 4, 1048576ull * 1024, 2048 * 1024);
	month_is(v2, 2026, 11, 1319413953331, 3738339534438);
}

static void what_it_does_not_know(void **state)
{
	(void)state;
	refused(v2, "eth1", -ENOENT, "vnstat does not watch it");
	refused(v2_young, "ens3", -ENODATA, "vnstat has no month of it yet");
	refused("Error: No interface matching \"eth9\" found in database.\n", "eth9", -ENOENT,
		"vnstat: No interface matching \"eth9\" found in database.");
}

static void hostile_text(void **state)
{
	static const char head[] = "{\"jsonversion\":\"2\",\"interfaces\":[{\"name\":\"eth0\","
				   "\"traffic\":{\"month\":[";
	static const char *const months[] = {
		"{\"date\":{\"year\":2026,\"month\":13},\"rx\":1,\"tx\":1}",
		"{\"date\":{\"year\":2026,\"month\":0},\"rx\":1,\"tx\":1}",
		"{\"date\":{\"year\":-1,\"month\":1},\"rx\":1,\"tx\":1}",
		"{\"date\":{\"year\":2026,\"month\":1},\"rx\":-1,\"tx\":1}",
		"{\"date\":{\"year\":2026,\"month\":1},\"rx\":9223372036854775807,\"tx\":1}",
		"{\"date\":{\"year\":2026,\"month\":1},\"rx\":\"1\",\"tx\":1}",
		"{\"date\":[],\"rx\":1,\"tx\":1}", "[]", "null"};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(months); i++) {
		snprintf(text, sizeof text, "%s%s]}}]}", head, months[i]);
		refused(text, "eth0", -ENODATA, "vnstat has no month of it yet");
	}
	refused("", "eth0", -EINVAL, "vnstat answers nothing");
	refused("{", "eth0", -EINVAL, "vnstat's answer is no JSON");
	refused("[[[[[[[[[[[[[[[[[[[[[[[[", "eth0", -EINVAL, "vnstat's answer is no JSON");
	refused("[]", "eth0", -EINVAL, "vnstat answers in a format that is not known");
	refused("{\"jsonversion\":\"3\",\"interfaces\":[]}", "eth0", -EINVAL,
		"vnstat answers in a format that is not known");
	refused("Error: \033[2J\x80", "eth0", -ENOENT, "vnstat: \\x1b[2J\\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_versions),
		cmocka_unit_test(what_it_does_not_know),
		cmocka_unit_test(hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
