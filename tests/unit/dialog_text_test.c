// SPDX-License-Identifier: MIT
#include "unit.h"

#include "console/dialog_text.h"

#include <errno.h>

enum {
	STATE,
	STATUS,
	RATE,
	NET,
	COUNTRY,
	PATH,
	AGENT,
	VHOST,
	FLAG_OF,
	ELSE
};

static void read_text(struct dialog_values *v, const char *text)
{
	struct filter_error error = {0};
	struct filter *f = calloc(1, sizeof *f);

	if (filter_compile(f, str_of(text), NULL, &error) < 0)
		fail_msg("%s: %s", text, error.text);
	dialog_read(v, f);
	free(f);
}

/* Through the fields and back, the filter says the same. */
static void texts_come_back(void **state)
{
	static const struct {
		const char *text;
		int field;
		const char *value, *back;
	} cases[] = {
		{"", STATUS, "", ""},
		{"status:404", STATUS, "404", "status:404"},
		{"status:4xx,5xx", STATUS, "4xx,5xx", "status:4xx,5xx"},
		{"status>=500", STATUS, ">=500", "status>=500"},
		{"rate>60", RATE, ">60", "rate>60"},
		{"203.0.113.0/24", NET, "203.0.113.0/24", "net:203.0.113.0/24"},
		{"2001:db8::/32", NET, "2001:db8::/32", "net:2001:db8::/32"},
		{"ip:2001:db8::1", NET, "2001:db8::1", "net:2001:db8::1"},
		{"::1", NET, "::1", "net:::1"},
		{"net:::/32,203.0.113.7", NET, "::/32,203.0.113.7", "net:::/32,203.0.113.7"},
		{"path::a", PATH, ":a", "path::a"},
		{"path:=a", ELSE, "path:=a", "path:=a"},
		{"CC:br", COUNTRY, "br", "country:br"},
		{"path=/login", PATH, "=/login", "path=/login"},
		{"ua~bot*1", AGENT, "~bot*1", "ua~bot*1"},
		{"ua:\"a b\"", AGENT, "\"a b\"", "ua:\"a b\""},
		{"-status:404", STATUS, "", "-status:404"},
		{"-status:404", ELSE, "-status:404", "-status:404"},
		{"status:404 status:500", STATUS, "404", "status:404 status:500"},
		{"wp-login since:5m", ELSE, "wp-login since:5m", "wp-login since:5m"},
		{"conns>5 status:404 rate>1", RATE, ">1", "status:404 rate>1 conns>5"},
		{"flag:any state:syn_recv", FLAG_OF, "any", "state:syn_recv flag:any"},
	};
	struct dialog_values *v = calloc(1, sizeof *v);
	char back[FILTER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		read_text(v, cases[i].text);
		assert_string_equal(v->at[cases[i].field], cases[i].value);
		assert_int_equal(dialog_write(v, back), 0);
		assert_string_equal(back, cases[i].back);
		read_text(v, back); /* is a filter */
	}
	free(v);
}

static void values_are_typed(void **state)
{
	struct dialog_values *v = calloc(1, sizeof *v);
	char back[FILTER_TEXT_MAX];

	(void)state;
	strcpy(v->at[AGENT], "  Mozilla 5  ");
	strcpy(v->at[STATUS], " 404 ");
	strcpy(v->at[NET], "::1");
	assert_int_equal(dialog_write(v, back), 0);
	assert_string_equal(back, "status:404 net:::1 ua:\"Mozilla 5\"");
	memset(v->at[PATH], 'a', FILTER_TEXT_MAX - 1);
	strcpy(back, "untouched");
	assert_int_equal(dialog_write(v, back), -ENOSPC);
	assert_string_equal(back, "untouched");
	free(v);
}

static void fields_are_those_of_filters(void **state)
{
	(void)state;
	for (int i = 0; i < DIALOG_FIELDS; i++)
		if (dialog_fields[i].field)
			assert_non_null(filter_field_find(str_of(dialog_fields[i].field)));
	assert_null(dialog_fields[DIALOG_FIELDS - 1].field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(values_are_typed),
		cmocka_unit_test(fields_are_those_of_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
