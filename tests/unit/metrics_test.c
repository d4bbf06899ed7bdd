// SPDX-License-Identifier: MIT
/* Metrics: names by the rules, labels without addresses, and where a port may be. */
#include "facts.h"

#include "app/metrics_server.h"
#include "output/metrics.h"

#include <ctype.h>
#include <errno.h>

static void labels(void **state)
{
	static const char *const of[][2] = {
		{"/var/log/nginx/access.log", "/var/log/nginx/access.log"},
		{"a\"b\\c\nd", "a\\\"b\\\\c\\nd"},
		{"/var/log/203.0.113.9.log", "/var/log/*.log"},
		{"a203.0.113.9", "a*"},
		{"1.203.0.113.9", "*.9"},
		{"log-2001:db8::1-x", "log-*-x"},
		{"[2001:db8::1]:443", "[*]:443"},
		{"::ffff:203.0.113.9", "*"},
		{"203.0.113", "203.0.113"},
		{"12:30", "12:30"},
		{"access", "access"},
		{"", ""},
	};
	char buf[64], little[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		size_t n = metrics_label(buf, sizeof buf, str_of(of[i][0]));
		assert_string_equal(buf, of[i][1]);
		assert_int_equal(n, strlen(buf));
	}
	assert_true(metrics_label(little, sizeof little,
			    STR_LIT("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4")) < 8);
	assert_true(metrics_label(little, sizeof little, STR_LIT("\"\"\"\"\"\"\"\"")) % 2 == 0);
}

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), e = strlen(end);

	return n > e && strcmp(text + n - e, end) == 0;
}

/* docs: OpenMetrics 1.0, "Metric Naming"; Prometheus, "Metric and label naming". */
static void names(void **state)
{
	(void)state;
	for (size_t i = 0; i < figure_count; i++) {
		const struct figure *f = &figures[i];
		const char *name = f->metric.name;
		if (!name)
			continue;
		for (const char *p = name; *p; p++)
			assert_true(islower((unsigned char)*p) || *p == '_' ||
				    isdigit((unsigned char)*p));
		assert_false(ends_in(name, "_total") || ends_in(name, "_info"));
		if ((f->unit == FIGURE_BYTES) != ends_in(name, "_bytes"))
			fail_msg("%s: bytes, or not", name);
		assert_int_equal(f->unit == FIGURE_PERCENT, ends_in(name, "_ratio"));
		assert_int_equal(f->unit == FIGURE_RATE, ends_in(name, "_per_second"));
		assert_int_not_equal(f->unit, FIGURE_MINUTE);
		for (size_t k = 0; k < i; k++)
			assert_true(!figures[k].metric.name ||
				    strcmp(figures[k].metric.name, name) != 0);
	}
}

static char *print(const struct model *m, enum metrics_format format)
{
	static const struct metrics_self self;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	metrics_print(
		f, &(struct metrics_ask){.m = m, .format = format, .version = "1", .self = &self});
	assert_int_equal(fclose(f), 0);
	return text;
}

static void put_flag(struct model *m, const char *who)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = STR_LIT("scanner");
	e.flag.on = true;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = str_of(who);
	model_apply(m, &e);
}

/* Of a flood of addresses, flags and logs there are as many samples as of a few. */
static void bounded(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char ip[24], name[64];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(ip, sizeof ip, "9.0.%u.%u", i / 256, i % 256);
		put_request(m, T0, ip);
		put_flag(m, ip);
	}
	for (unsigned i = 0; i < 3 * METRICS_LOGS_MAX; i++) {
		struct event e = event_make(EVENT_LOG, T0);
		snprintf(name, sizeof name, "/var/log/%u.log", i);
		e.log = (struct event_log){.log = str_of(name), .state = LOG_READING, .lines = 1};
		model_apply(m, &e);
	}
	char *text = print(m, METRICS_TEXT);
	assert_non_null(strstr(text, "\nnethergaze_requests_total 2000\n"));
	assert_non_null(strstr(text, "\nnethergaze_flags{flag=\"scanner\"} 2000\n"));
	assert_non_null(strstr(text, "log_file_lines_total{log=\"/var/log/63.log\"} 1\n"));
	assert_non_null(strstr(text, "log_file_lines_total{log=\"others\"} 128\n"));
	assert_null(strstr(text, "9.0."));
	assert_null(strstr(text, "# EOF"));
	assert_in_range(strlen(text), 1, 96u << 10);
	free(text);
	text = print(m, METRICS_OPEN);
	assert_true(ends_in(text, "\n# EOF\n"));
	free(text);
	model_free(m);
}

/* What nobody counts is absent, not 0. */
static void unknown(void **state)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	(void)state;
	assert_non_null(m);
	char *text = print(m, METRICS_OPEN);
	assert_non_null(strstr(text, "# TYPE nethergaze_half_open_connections gauge\n"));
	assert_null(strstr(text, "\nnethergaze_half_open_connections "));
	assert_null(strstr(text, "\nnethergaze_syns_total"));
	assert_non_null(strstr(text, "\nnethergaze_requests_total 0\n"));
	free(text);
	model_free(m);
}

static void places(void **state)
{
	static const struct {
		const char *text;
		int err, family;
		bool loopback;
	} of[] = {
		{"9101", 0, AF_INET, true},
		{":9101", 0, AF_INET, true},
		{"localhost:9101", 0, AF_INET, true},
		{"127.9.9.9:9101", 0, AF_INET, true},
		{"[::1]:9101", 0, AF_INET6, true},
		{"0.0.0.0:9101", 0, AF_INET, false},
		{"[::]:9101", 0, AF_INET6, false},
		{"192.0.2.1:65535", 0, AF_INET, false},
		{"[2001:db8::1]:1", 0, AF_INET6, false},
		{"", -EINVAL, 0, false},
		{"0", -EINVAL, 0, false},
		{"65536", -EINVAL, 0, false},
		{"web1:9101", -EINVAL, 0, false},
		{"::1:9101", -EINVAL, 0, false},
		{"[127.0.0.1]:9101", -EINVAL, 0, false},
		{"[localhost]:9101", -EINVAL, 0, false},
		{"127.0.0.1", -EINVAL, 0, false},
		{"127.0.0.1:", -EINVAL, 0, false},
		{"127.0.0.1:x", -EINVAL, 0, false},
		{"[]:9101", -EINVAL, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct metrics_place place = {.n = 0};
		int err = metrics_place_parse(str_of(of[i].text), &place);
		if (err != of[i].err || place.is_loopback != of[i].loopback ||
			(!err && place.addr.ss_family != of[i].family))
			fail_msg("%s", of[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(names),
		cmocka_unit_test(bounded),
		cmocka_unit_test(unknown),
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
