// SPDX-License-Identifier: MIT
/* What is wrong, in which order, and on lines of which width the culprits still stand. */
#include "facts.h"

#include "console/findings.h"
#include "model/figures.h"

#include <stdio.h>

#define NETS "203.0.113.0/24", "198.51.100.0/24"

static void put_flag(struct model *m, const char *name, uint8_t scope, uint32_t severity,
	const char *who, const char *evidence)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = str_of(name);
	e.flag.on = true;
	e.flag.scope = scope;
	e.flag.severity = severity;
	e.flag.since = T0;
	e.flag.who = str_of(who);
	e.flag.evidence = str_of(evidence);
	e.flag.disproof = STR_LIT("it is none");
	if (strchr(who, '/') && who[0] != '/')
		e.flag.prefixes = STR_LIT("198.51.100.0/24 203.0.113.0/24");
	model_apply(m, &e);
}

static void put_flood(struct model *m)
{
	char ip[32];

	for (uint16_t i = 0; i < 120; i++) {
		snprintf(ip, sizeof ip, "%s.%u", i % 3 ? "203.0.113" : "198.51.100", i % 15 + 1u);
		put_conn(m, T0, ip, i, TCP_SYN_RECV);
	}
	put_flag(m, "syn-flood", SCOPE_MACHINE, SEVERITY_ATTACK, "203.0.113.0/24,198.51.100.0/24",
		"120 half-open, 0 handshakes in 10 s, 100% from 2 networks; SYN cookies 9/s");
}

static void put_log(struct model *m, const char *name, enum log_state state, uint64_t rejected)
{
	struct event e = event_make(EVENT_LOG, T0);

	e.log.log = str_of(name);
	e.log.state = (uint8_t)state;
	e.log.lines = 182;
	e.log.rejected = rejected;
	e.log.skipped = 0;
	model_apply(m, &e);
}

static void look(struct troubles *t, const struct model *m)
{
	troubles_of(t,
		&(struct trouble_facts){.m = m, .show_private = true, .target = 443, .notice = ""});
}

/* All lines of so many, as they would be drawn, with newlines between. */
static const char *lines(const struct troubles *t, int w, int room)
{
	static char text[4096];
	struct findings_plan plan;
	size_t used = 0;

	findings_plan(&plan, t, w, room);
	text[0] = '\0';
	for (size_t i = 0; i < plan.n; i++) {
		struct bar b;
		int x = 0;
		findings_bar(&b, t, plan.at[i], w);
		bar_fit(&b, w);
		for (size_t k = 0; k < b.n; k++) {
			if (b.at[k].x < 0)
				continue;
			assert_true(b.at[k].x + (int)b.at[k].text.n <= w);
			used += (size_t)snprintf(text + used, sizeof text - used, "%*s%.*s",
				b.at[k].x - x, "", STR_FMT(b.at[k].text));
			x = b.at[k].x + (int)b.at[k].text.n;
		}
		used += (size_t)snprintf(text + used, sizeof text - used, "\n");
	}
	return text;
}

static void has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no \"%s\" in:\n%s", want, text);
}

static void the_culprits_stand_at_every_width(void **state)
{
	static const char *const nets[] = {NETS};
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct troubles t;

	(void)state;
	put_flood(m);
	put_log(m, "access.log", LOG_READING, 3);
	look(&t, m);
	for (int w = 36; w < 240; w++)
		for (int room = 1; room <= 4; room++)
			for (size_t i = 0; i < ARRAY_LEN(nets); i++)
				has(lines(&t, w, room), nets[i]);
	for (int w = 25; w < 33; w++) /* one, and that there is another */
		has(lines(&t, w, 1), " +1");
	model_free(m);
}

static void a_flood_is_two_lines(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct troubles t;
	char clock[64];

	(void)state;
	put_flood(m);
	put_log(m, "access.log", LOG_READING, 0);
	look(&t, m);
	const char *text = lines(&t, 78, 2);
	has(text, "F  SYN flood on :443 since ");
	has(text, "120 half-open, 0 handshakes in 10 s");
	has(text, "\n   100% from 203.0.113.0/24 80 and 198.51.100.0/24 40  maybe forged");
	snprintf(clock, sizeof clock, "%.60s", text);
	assert_null(strstr(text, "from 2 networks"));
	/* A caveat never outlives what it qualifies. */
	for (int w = 10; w < 120; w++)
		if (strstr(lines(&t, w, 2), "forged"))
			has(lines(&t, w, 2), "198.51.100.0/24");
	model_free(m);
}

/* The judgement's evidence is some seconds old: what can be counted is counted. */
static void a_flood_that_is_over_says_so(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct troubles t;

	(void)state;
	put_flood(m);
	put_log(m, "access.log", LOG_READING, 0);
	put_flag(m, "syn-flood", SCOPE_MACHINE, SEVERITY_ATTACK, "203.0.113.0/24,198.51.100.0/24",
		"201 half-open, 0 handshakes in 10 s, 100% from 2 networks");
	look(&t, m);
	has(lines(&t, 78, 2), "120 half-open, 0 handshakes");
	assert_null(strstr(lines(&t, 78, 2), "ending"));
	model_free(m);

	m = model_with(&MODEL_LIMITS_DEFAULT);
	put_log(m, "access.log", LOG_READING, 0);
	put_flag(m, "syn-flood", SCOPE_MACHINE, SEVERITY_ATTACK, "203.0.113.0/24,198.51.100.0/24",
		"201 half-open, 0 handshakes in 10 s, 100% from 2 networks");
	look(&t, m);
	has(lines(&t, 78, 2), "0 half-open, 0 handshakes");
	has(lines(&t, 78, 2), "ending");
	assert_null(strstr(lines(&t, 78, 2), "forged"));
	model_free(m);
}

static void made_up_sources_are_a_flood(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct troubles t;

	(void)state;
	put_log(m, "access.log", LOG_READING, 0);
	put_flag(m, "syn-spoofed", SCOPE_MACHINE, SEVERITY_ATTACK, "",
		"2500 half-open from 2500 networks: sources look made up; 0 handshakes in 10 s");
	look(&t, m);
	has(lines(&t, 78, 2), "F  SYN flood, forged on :443 since ");
	has(lines(&t, 78, 2), "2500 half-open from 2500 networks\n   sources look made up");
	has(lines(&t, 36, 1), "F  SYN flood, forged on :443");
	model_free(m);
}

static void grave_things_stand_first(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct troubles t;
	char word[TROUBLE_WORD_MAX];

	(void)state;
	put_log(m, "access.log", LOG_READING, 3);
	put_log(m, "other.log", LOG_DENIED, 0);
	put_flag(m, "scanner", SCOPE_HOST, SEVERITY_SUSPECT, "192.0.2.77", "12 paths");
	put_flag(m, "scanner", SCOPE_HOST, SEVERITY_SUSPECT, "192.0.2.78", "13 paths");
	put_flag(m, "garbage", SCOPE_HOST, SEVERITY_NOTE, "192.0.2.79", "3 times");
	put_flood(m);
	look(&t, m);
	assert_string_equal(t.at[0].flag, "syn-flood");
	assert_string_equal(t.at[1].flag, "scanner");
	assert_int_equal(t.at[1].who_count, 2);
	has(t.at[2].text, "log denied: other.log");
	assert_string_equal(t.at[3].flag, "garbage");
	has(t.at[4].text, "3 of 364 log lines");
	assert_int_equal(t.n, 5);
	assert_int_equal(t.findings, 2);
	assert_true(troubles_word(&t, word));
	assert_string_equal(word, "SYN FLOOD +1");
	has(lines(&t, 78, 2), "X  scan since ");
	has(lines(&t, 78, 2), "192.0.2.77 and 192.0.2.78");
	model_free(m);
}

static void blindness_is_said(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_SOURCE, T0);
	struct troubles t;
	char word[TROUBLE_WORD_MAX];

	(void)state;
	put_log(m, "access.log", LOG_MISSING, 0);
	e.source.source = STR_LIT("proc");
	e.source.sees = CAN_SEE_CONNS;
	e.source.note = STR_LIT("a note that is much longer than any line of a screen has columns, "
				"so that it would not leave room for anything beside it, or after");
	model_apply(m, &e);
	look(&t, m);
	has(lines(&t, 78, 2), "No access log is read: requests are missing.");
	has(lines(&t, 78, 2), "log missing: access.log"); /* before a probe that is missing */
	assert_true(troubles_word(&t, word));
	assert_string_equal(word, "half blind");
	troubles_of(&t, &(struct trouble_facts){.m = m, .brief = true, .notice = ""});
	assert_int_equal(t.n, 2);
	model_free(m);
}

static void calm_is_said_with_figures(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct findings_plan plan;
	struct troubles t;
	char text[TROUBLE_TEXT_MAX], word[TROUBLE_WORD_MAX];

	(void)state;
	put_log(m, "access.log", LOG_READING, 0);
	put_request(m, T0, "8.8.8.8");
	look(&t, m);
	assert_false(troubles_word(&t, word));
	assert_string_equal(word, "calm");
	findings_plan(&plan, &t, 78, 2);
	assert_true(plan.calm);
	assert_int_equal(plan.n, 0);
	findings_calm(&(struct trouble_facts){.m = m}, 78, text);
	assert_string_equal(text, "nothing stands out: 0 half-open, 4xx 0, 5xx 0");
	findings_calm(&(struct trouble_facts){.m = m}, 34, text);
	assert_string_equal(text, "nothing stands out: 0 half-open");
	findings_calm(&(struct trouble_facts){.m = m}, 20, text);
	assert_string_equal(text, "nothing stands out");
	model_free(m);
}

/* Logs that find no place, and rotations that were faster than a look. */
static void what_is_not_read_is_said(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event left = event_make(EVENT_LOGS, T0), gone = event_make(EVENT_LOG, T0);
	struct troubles t;

	(void)state;
	put_log(m, "access.log", LOG_READING, 0);
	look(&t, m);
	assert_null(strstr(lines(&t, 100, 8), "not followed"));
	left.logs.followed = 16384;
	left.logs.not_followed = 44;
	model_apply(m, &left);
	gone.log.log = STR_LIT("shop.log");
	gone.log.state = LOG_READING;
	gone.log.rotated = 3;
	gone.log.missed = 1;
	model_apply(m, &gone);
	look(&t, m);
	has(lines(&t, 100, 8), "44 logs not followed (no room)");
	has(lines(&t, 100, 8), "1 rotation missed: lines gone before they could be read");
	struct figure_view view = figures_view(m, true);
	assert_int_equal(figure_number(figure_find("logs_not_followed"), &view), 44);
	assert_int_equal(figure_number(figure_find("log_missed"), &view), 1);
	/* They have room again. */
	left.logs.not_followed = 0;
	model_apply(m, &left);
	look(&t, m);
	assert_null(strstr(lines(&t, 100, 8), "not followed"));
	has(lines(&t, 100, 8), "1 rotation missed");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_culprits_stand_at_every_width),
		cmocka_unit_test(a_flood_is_two_lines),
		cmocka_unit_test(a_flood_that_is_over_says_so),
		cmocka_unit_test(made_up_sources_are_a_flood),
		cmocka_unit_test(grave_things_stand_first),
		cmocka_unit_test(blindness_is_said),
		cmocka_unit_test(calm_is_said_with_figures),
		cmocka_unit_test(what_is_not_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
