// SPDX-License-Identifier: MIT
/* Reports of models that others have filled with whatever they like. */
#include "facts.h"
#include "lib/page.h"

#include "output/abuse.h"
#include "output/report_writers.h"

#include <json-c/json.h>

#define CULPRIT   "203.0.113.9"
#define BYSTANDER "198.51.100.23"

/* What outsiders would like to see in a page, as clean text. */
static const char *const hostile[] = {"<script>alert(1)</script>", "\"onload=\"alert(1)",
	"'><img src=//evil.example/x>", "javascript:alert(1)", "]]>", "-->", "a|b", "`code`",
	"&lt;", "@everyone #1 www.evil.example http://evil.example", "</pre></code><h1>",
	"${7*7} {{x}}"};

static void ask(struct model *m, usec_t ts, const char *ip, const char *path, const char *agent)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.proto = STR_LIT("HTTP/1.1");
	e.request.agent = e.request.referer = str_of(agent);
	e.request.status = 404;
	model_apply(m, &e);
}

static void flag(struct model *m, usec_t ts, const char *name, const char *who, const char *says,
	unsigned severity, bool on)
{
	struct event e = event_make(EVENT_FLAG, ts);

	e.flag.flag = str_of(name);
	e.flag.on = on;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = str_of(who);
	e.flag.severity = severity;
	e.flag.since = T0 + SEC;
	e.flag.value = 10;
	e.flag.evidence = on ? str_of(says) : STR_ABSENT;
	model_apply(m, &e);
}

static void register_net(struct model *m, const char *says)
{
	struct event e = event_make(EVENT_REGISTRATION, T0);
	struct addr a = ip_of(CULPRIT);

	e.registration.net = prefix_of(&a, 24);
	e.registration.by = STR_LIT("rdap");
	e.registration.org = e.registration.name = str_of(says);
	e.registration.abuse = STR_LIT("abuse@example.org");
	model_apply(m, &e);
}

static struct model *model_of(const char *text)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event mark = event_make(EVENT_MARK, T0 + 2 * SEC), act = event_make(EVENT_ACT, T0);
	struct event verdict = event_make(EVENT_VERDICT, T0 + 3 * SEC);

	for (int i = 0; i < 90; i++)
		put_tick(m, T0 + i * SEC);
	ask(m, T0, CULPRIT, text, text);
	ask(m, T0, BYSTANDER, "/a?token=secret&page=2", text);
	flag(m, T0 + SEC, "scanner", CULPRIT, text, SEVERITY_SUSPECT, true);
	register_net(m, text);
	mark.mark.name = str_of(text);
	model_apply(m, &mark);
	act.act.what = STR_LIT("block");
	act.act.who = STR_LIT(CULPRIT);
	act.act.command = act.act.result = str_of(text);
	act.act.ok = true;
	model_apply(m, &act);
	verdict.verdict.text = str_of(text);
	verdict.verdict.severity = SEVERITY_SUSPECT;
	verdict.verdict.held = STR_LIT("silent: the log is buffered");
	model_apply(m, &verdict);
	return m;
}

static struct report_ask ask_of(const struct model *m)
{
	return (struct report_ask){
		.m = m, .version = "0", .recording = "a.ndjson", .made = T0, .show_private = true};
}

/* For free(). */
static char *written(const struct report_ask *ask, enum report_format format, size_t *ret_n)
{
	struct report_work *w = report_work_new(ask);
	char *text = NULL;

	assert_non_null(w);
	while (report_work(w))
		;
	assert_int_equal(report_write(report_of(w), format, &text, ret_n), 0);
	assert_non_null(text);
	report_work_free(w);
	return text;
}

static void a_page_is_ours_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		struct model *m = model_of(hostile[i]);
		struct report_ask ask = ask_of(m);
		size_t n;
		char *page = written(&ask, REPORT_HTML, &n);
		const char *stray = page_stray((struct str){page, n});
		if (stray)
			fail_msg("%s: %.60s", hostile[i], stray > page + 20 ? stray - 20 : page);
		assert_false(page_refers((struct str){page, n}));
		assert_non_null(strstr(page, "<section id=\"findings\">"));
		assert_non_null(strstr(page, CULPRIT));
		free(page);
		model_free(m);
	}
}

/* Outside of code and of entities there is no sign that could begin markup. */
static bool has_html(const char *page)
{
	for (const char *p = page; (p = strchr(p, '<')); p++) {
		const char *line = p;
		size_t ticks = 0;
		while (line > page && line[-1] != '\n')
			ticks += *--line == '`';
		bool fenced = strncmp(line, "  ", 2) == 0;
		if (!fenced && ticks % 2 == 0 && strncmp(p, "<code>", 6) != 0 &&
			strncmp(p, "</code>", 7) != 0)
			return true;
	}
	return false;
}

static void markdown_is_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		struct model *m = model_of(hostile[i]);
		struct report_ask ask = ask_of(m);
		size_t n;
		char *page = written(&ask, REPORT_MARKDOWN, &n);
		if (has_html(page))
			fail_msg("%s:\n%s", hostile[i], page);
		assert_non_null(strstr(page, "\n## Findings\n"));
		free(page);
		model_free(m);
	}
}

static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *got = NULL;

	assert_true(json_object_object_get_ex(o, key, &got));
	return got;
}

static void json_is_one_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		struct model *m = model_of(hostile[i]);
		struct report_ask ask = ask_of(m);
		size_t n;
		char *page = written(&ask, REPORT_JSON, &n);
		struct json_object *o = json_tokener_parse(page);
		if (o) { /* json-c may have been refused memory */
			assert_string_equal(json_object_get_string(member(o, "t")), "report");
			assert_int_equal(json_object_get_int(member(o, "schema")), EVENT_SCHEMA);
			assert_string_equal(
				json_object_get_string(member(o, "verdict")), hostile[i]);
			assert_int_equal(json_object_array_length(member(o, "sections")), 16);
		}
		json_object_put(o);
		free(page);
		model_free(m);
	}
}

static bool has(const char *page, const char *text)
{
	return strstr(page, text) != NULL;
}

static void redaction_masks_bystanders(void **state)
{
	struct model *m = model_of("/x");
	struct report_ask ask = ask_of(m);
	size_t n;

	(void)state;
	for (int format = 0; format < REPORT_FORMATS; format++) {
		ask.redact = false;
		char *page = written(&ask, (enum report_format)format, &n);
		assert_true(has(page, BYSTANDER));
		free(page);
		ask.redact = true;
		page = written(&ask, (enum report_format)format, &n);
		assert_false(has(page, BYSTANDER));
		assert_true(has(page, "198.51.100.x-"));
		assert_true(has(page, CULPRIT));
		free(page);
	}
	model_free(m);
}

static void secrets_of_a_culprit_are_masked(void **state)
{
	struct model *m = model_of("/login?password=hunter2&next=/");
	struct report_ask ask = ask_of(m);
	size_t n;

	(void)state;
	ask.redact = true;
	char *page = written(&ask, REPORT_MARKDOWN, &n);
	assert_false(has(page, "hunter2"));
	assert_true(has(page, "/login?password=***&next=/"));
	free(page);
	model_free(m);
}

/* Clients choose the text of a path and of an agent. */
static void flag_client(struct model *m, usec_t ts, unsigned scope, const char *who, bool on)
{
	struct event e = event_make(EVENT_FLAG, ts);

	e.flag.flag = STR_LIT("flood-path");
	e.flag.on = on;
	e.flag.scope = (uint8_t)scope;
	e.flag.who = str_of(who);
	e.flag.prefixes = on ? STR_LIT("203.0.113.0/24") : STR_ABSENT;
	e.flag.severity = SEVERITY_ATTACK;
	e.flag.since = T0 + SEC;
	e.flag.value = 10;
	e.flag.evidence = on ? STR_LIT("10 requests") : STR_ABSENT;
	model_apply(m, &e);
}

static bool any_way(void *ctx, const struct prefix *p, size_t i, struct report_way *ret)
{
	char text[PREFIX_TEXT_MAX];

	(void)ctx;
	prefix_format(p, text);
	*ret = (struct report_way){.name = "any"};
	snprintf(ret->command, sizeof ret->command, "drop %s", text);
	return i == 0;
}

static void text_of_clients_names_nobody(void **state)
{
	static const char *const all[] = {"x,0.0.0.0/0,::/0", "/x," BYSTANDER, BYSTANDER,
		BYSTANDER "," BYSTANDER "/32", "198.51.100.0/24"};
	const struct report_ways ways = {any_way, NULL};
	struct addr bystander = ip_of(BYSTANDER);
	const struct prefix about = {bystander, ADDR_BITS};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all) * 4; i++) {
		struct model *m = model_of("/x");
		unsigned scope = i & 1 ? SCOPE_PATH : SCOPE_AGENT;
		struct report_ask ask = ask_of(m);
		char *letter = NULL;
		size_t n;
		flag_client(m, T0 + SEC, scope, all[i / 4], true);
		if (i & 2)
			flag_client(m, T0 + 95 * SEC, scope, all[i / 4], false);
		ask.redact = true;
		ask.ways = &ways;
		char *page = written(&ask, REPORT_MARKDOWN, &n);
		assert_false(has(page, BYSTANDER));
		assert_false(has(page, "drop 198.51.100."));
		assert_false(has(page, "drop 0.0.0.0"));
		assert_true(has(page, "drop 203.0.113.0/24"));
		free(page);
		assert_int_equal(abuse_write(m, &about, "0", &letter, &n), 0);
		assert_true(has(letter, "came to our notice"));
		free(letter);
		model_free(m);
	}
}

/* A report that is written afterwards says what there was. */
static void what_is_over_is_told(void **state)
{
	struct model *m = model_of("/x");
	struct event calm = event_make(EVENT_VERDICT, T0 + 95 * SEC);
	struct report_ask ask = ask_of(m);
	size_t n;

	(void)state;
	flag(m, T0 + 95 * SEC, "scanner", CULPRIT, "", SEVERITY_SUSPECT, false);
	model_apply(m, &calm);
	char *page = written(&ask, REPORT_MARKDOWN, &n);
	assert_true(has(page, "**Over: scan**"));
	assert_true(has(page, "### scan \\(over\\)"));
	assert_true(has(page, "- until: 2026-11-22 08:18:15\n"));
	assert_true(has(page, "| begins: scan |"));
	assert_true(has(page, "| over: scan |"));
	assert_true(has(page, "| mark: /x |"));
	free(page);
	model_free(m);
}

static bool one_way(void *ctx, const struct prefix *p, size_t i, struct report_way *ret)
{
	char text[PREFIX_TEXT_MAX];

	(void)ctx;
	if (i > 0)
		return false;
	prefix_format(p, text);
	*ret = (struct report_way){.name = "nftables"};
	snprintf(ret->command, sizeof ret->command, "nft add %s\nnft list", text);
	snprintf(ret->undo, sizeof ret->undo, "nft delete %s", text);
	return true;
}

static void ways_to_block_are_listed(void **state)
{
	struct model *m = model_of("/x");
	struct report_ask ask = ask_of(m);
	const struct report_ways ways = {one_way, NULL};
	size_t n;

	(void)state;
	ask.ways = &ways;
	char *page = written(&ask, REPORT_HTML, &n);
	assert_true(has(page, "<dt>nftables</dt><dd><pre>nft add 203.0.113.9/32\nnft list</pre>"));
	assert_true(has(page, "<dt>undo</dt><dd><pre>nft delete 203.0.113.9/32</pre>"));
	free(page);
	model_free(m);
}

static void an_empty_model_has_a_report(void **state)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);
	struct report_ask ask = ask_of(m);
	size_t n;

	(void)state;
	assert_non_null(m);
	for (int format = 0; format < REPORT_FORMATS; format++)
		free(written(&ask, (enum report_format)format, &n));
	model_free(m);
}

static void a_letter_is_about_one(void **state)
{
	struct model *m = model_of("/login?password=hunter2");
	struct addr a = ip_of(CULPRIT);
	const struct prefix about[] = {{a, ADDR_BITS}, prefix_of(&a, 24)};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(about); i++) {
		char *text = NULL;
		size_t n = 0;
		assert_int_equal(abuse_write(m, &about[i], "0", &text, &n), 0);
		assert_non_null(text);
		assert_true(has(text, i ? "Subject: Abuse from 203.0.113.0/24: scan\n"
					: "Subject: Abuse from 203.0.113.9: scan\n"));
		assert_true(has(text, "To: abuse@example.org\n"));
		assert_true(has(text, "Z 203.0.113.9 \"GET /login?password=*** HTTP/1.1\" 404 "));
		assert_true(has(text, "(all times are UTC)"));
		assert_false(has(text, BYSTANDER));
		free(text);
	}
	model_free(m);
}

static void names_tell_the_format(void **state)
{
	(void)state;
	assert_int_equal(report_format_of("a.html"), REPORT_HTML);
	assert_int_equal(report_format_of("b/a.HTM"), REPORT_HTML);
	assert_int_equal(report_format_of("a.md"), REPORT_MARKDOWN);
	assert_int_equal(report_format_of("a.b.json"), REPORT_JSON);
	assert_int_equal(report_format_of(".html"), REPORT_FORMATS);
	assert_int_equal(report_format_of("a.txt"), REPORT_FORMATS);
	assert_int_equal(report_format_of(""), REPORT_FORMATS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_ours_alone),
		cmocka_unit_test(markdown_is_text),
		cmocka_unit_test(json_is_one_object),
		cmocka_unit_test(redaction_masks_bystanders),
		cmocka_unit_test(secrets_of_a_culprit_are_masked),
		cmocka_unit_test(text_of_clients_names_nobody),
		cmocka_unit_test(what_is_over_is_told),
		cmocka_unit_test(ways_to_block_are_listed),
		cmocka_unit_test(an_empty_model_has_a_report),
		cmocka_unit_test(a_letter_is_about_one),
		cmocka_unit_test(names_tell_the_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
