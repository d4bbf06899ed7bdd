// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/text.h"
#include "model/layout.h"
#include "output/table.h"

#include <errno.h>

#define START (INT64_C(1767226400) * USEC_PER_SEC)

static struct model *model_of_nothing(void)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	assert_non_null(m);
	return m;
}

static void put_source(struct model *m, const char *source, struct str note)
{
	struct event e = event_make(EVENT_SOURCE, START);

	e.source.source = str_of(source);
	e.source.sees = CAN_SEE_CONNS | (strcmp(source, "ebpf") == 0 ? CAN_SEE_HANDSHAKES : 0);
	e.source.note = note;
	model_apply(m, &e);
}

static void put_conn(struct model *m, const char *ip, uint16_t port, enum tcp_state state)
{
	struct event e = event_make(EVENT_CONN, START);

	e.conn.ip = ip_of(ip);
	e.conn.lip = ip_of("9.9.9.9");
	e.conn.port = port;
	e.conn.lport = 443;
	e.conn.state = (uint8_t)state;
	model_apply(m, &e);
}

static void put_request(struct model *m, const char *ip, const char *path)
{
	struct event e = event_make(EVENT_REQUEST, START);

	e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.status = 200;
	e.request.bytes = 2048;
	model_apply(m, &e);
}

/* What table_print writes; to be freed. */
static char *printed(const struct model *m, bool show_private, int width)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(
		table_print(
			out, m, &(struct table_view){.show_private = show_private, .width = width}),
		0);
	fclose(out);
	return text;
}

static void nothing(void **state)
{
	struct model *m = model_of_nothing();
	char *text = printed(m, false, 80);

	(void)state;
	assert_string_equal(text, "connections: none\n"
				  "0 IPs; 0 requests, 0 sent\n");
	free(text);
	model_free(m);
}

static void rows_and_sums(void **state)
{
	struct model *m = model_of_nothing();

	(void)state;
	put_source(m, "ebpf", STR_ABSENT);
	put_conn(m, "5.5.5.5", 1000, TCP_ESTABLISHED);
	put_conn(m, "6.6.6.6", 1000, TCP_SYN_RECV);
	put_conn(m, "6.6.6.6", 1001, TCP_SYN_RECV);
	put_request(m, "5.5.5.5", "/index.html");
	char *text = printed(m, false, 80);
	assert_non_null(strstr(text, "connections: ebpf\n"));
	assert_non_null(strstr(
		text, "3 connections, 1 established, 2 half-open; 2 IPs; 1 request, 2.0k sent\n"));
	const char *flood = strstr(text, "\n6.6.6.6 "), *visitor = strstr(text, "\n5.5.5.5 ");
	assert_non_null(flood);
	assert_non_null(visitor);
	assert_true(flood < visitor);
	assert_non_null(strstr(flood, " 2    2 ")); /* connections, half-open */
	assert_non_null(strstr(visitor, "GET /index.html\n"));
	assert_null(strstr(text, " \n"));
	free(text);
	model_free(m);
}

static void private_is_hidden(void **state)
{
	struct model *m = model_of_nothing();

	(void)state;
	put_request(m, "10.1.2.3", "/inside");
	char *text = printed(m, false, 80);
	assert_null(strstr(text, "10.1.2.3"));
	assert_non_null(strstr(text, "1 private addresses are hidden"));
	free(text);
	text = printed(m, true, 80);
	assert_non_null(strstr(text, "10.1.2.3"));
	assert_null(strstr(text, "hidden"));
	free(text);
	model_free(m);
}

static void trouble_is_said(void **state)
{
	struct model *m = model_of_nothing();
	struct event log = event_make(EVENT_LOG, START), lost = event_make(EVENT_LOST, START);

	(void)state;
	put_source(m, "proc", STR_LIT("eBPF refused: no BTF"));
	log.log.log = STR_LIT("/var/log/a.log");
	log.log.state = LOG_DENIED;
	log.log.lines = 5;
	log.log.rejected = 2;
	log.log.sample = STR_LIT("garbage");
	log.log.note = STR_LIT("Permission denied");
	model_apply(m, &log);
	lost.lost.what = STR_LIT("ring");
	lost.lost.n = 7;
	model_apply(m, &lost);
	char *text = printed(m, false, 80);
	assert_non_null(strstr(text, "note: eBPF refused: no BTF\n"));
	assert_non_null(strstr(text, "log /var/log/a.log: denied: Permission denied\n"));
	assert_non_null(strstr(text, "2 of 5 lines in no known format, such as: garbage\n"));
	assert_non_null(strstr(text, "lost: 7 records\n"));
	free(text);
	model_free(m);
}

/* Every line fits, whatever the width, and the address is never given up. */
static void widths(void **state)
{
	struct model *m = model_of_nothing();

	(void)state;
	put_source(m, "ebpf", STR_ABSENT);
	put_conn(m, "2a00:1450:4001:81b:2003:1234:5678:9abc", 1000, TCP_ESTABLISHED);
	put_request(m, "2a00:1450:4001:81b:2003:1234:5678:9abc",
		"/a/rather/long/path/that/does/not/fit/anywhere/at/all/it/just/goes/on/and/on");
	for (int width = 1; width <= 250; width++) {
		char *text = printed(m, false, width), *table = strstr(text, "\n\n");
		assert_non_null(table);
		table = strstr(table, "\n2a");
		if (width >= 2)
			assert_non_null(table);
		for (char *line = table ? table + 1 : NULL; line && *line;) {
			size_t n = strcspn(line, "\n");
			assert_true(text_width((struct str){line, n}) <= width);
			line += n + (line[n] == '\n');
		}
		free(text);
	}
	model_free(m);
}

static void layout_keeps_the_sort_column(void **state)
{
	const struct column *status = column_find(STR_LIT("bytes"));
	struct model *m = model_of_nothing();
	struct layout l;
	bool found = false;

	(void)state;
	layout_fit(&l, m, &(struct layout_wish){.width = 30, .must = status});
	for (size_t i = 0; i < l.n; i++)
		found |= l.at[i].column == status;
	assert_true(found);
	layout_fit(&l, m, &(struct layout_wish){.width = 5, .must = status});
	assert_int_equal(l.n, 1);
	assert_string_equal(l.at[0].column->id, "ip");
	assert_int_equal(l.at[0].width, 5);
	model_free(m);
}

static bool layout_has(const struct layout *l, const struct column *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].column == c)
			return true;
	return false;
}

/* Whatever rows are, and are sorted by, and however long names are. */
static void more_room_never_means_fewer_columns(void **state)
{
	static const int names[] = {0, 18, 39};
	struct model *m = model_of_nothing();

	(void)state;
	put_source(m, "ebpf", STR_ABSENT);
	for (int by = 0; by < GROUPS; by++)
		for (size_t c = 0; c <= column_count; c++)
			for (size_t n = 0; n < ARRAY_LEN(names); n++) {
				struct layout_wish wish = {.by = (enum group_by)by,
					.name_width = names[n],
					.marks = n & 1,
					.must = c < column_count && columns[c].title ? &columns[c]
										     : NULL};
				struct layout before = {.n = 0}, l;
				for (wish.width = 20; wish.width <= 500; wish.width++) {
					layout_fit(&l, m, &wish);
					for (size_t i = 0; i < before.n; i++)
						assert_true(layout_has(&l, before.at[i].column));
					struct layout_column *last = &l.at[l.n - 1];
					assert_true(last->x + last->width <= wish.width);
					before = l;
				}
			}
	model_free(m);
}

static void addresses_take_what_is_left_first(void **state)
{
	struct model *m = model_of_nothing();
	struct layout l;

	(void)state;
	layout_fit(&l, m, &(struct layout_wish){.width = 80, .name_width = 19});
	assert_string_equal(l.at[0].column->id, "ip");
	assert_int_equal(l.at[0].width, 19);
	layout_fit(&l, m, &(struct layout_wish){.width = 80, .name_width = 39});
	assert_in_range(l.at[0].width, 20, 24); /* cut all the same, but less */
	model_free(m);
}

static void addresses_keep_both_ends(void **state)
{
	char full[] = "2001:db8:85a3:8d3:1319:8a2e:370:7348";
	struct str s = layout_cut_addr(full, strlen(full), 20);

	(void)state;
	assert_int_equal(s.n, 20);
	assert_memory_equal(s.p, "2001:db8:85a", 12);
	assert_memory_equal(s.p + 12, "..", 2);
	assert_memory_equal(s.p + 14, "0:7348", 6);
}

static void a_full_disk_is_said(void **state)
{
	struct model *m = model_of_nothing();
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(table_print(full, m, &(struct table_view){.width = 80}), -EIO);
	fclose(full);
	model_free(m);
}

static void put_flag(struct model *m, const char *name, enum flag_scope scope, const char *who,
	const char *prefixes, enum severity severity, const char *cause)
{
	struct event e = event_make(EVENT_FLAG, START);

	e.flag.flag = str_of(name);
	e.flag.on = true;
	e.flag.scope = (uint8_t)scope;
	e.flag.who = str_of(who);
	e.flag.prefixes = str_of(prefixes);
	e.flag.severity = severity;
	e.flag.since = START - 12 * USEC_PER_SEC;
	e.flag.evidence = STR_LIT("figures");
	e.flag.cause = str_of(cause);
	model_apply(m, &e);
}

static void the_judgement_comes_first(void **state)
{
	struct model *m = model_of_nothing();
	struct event verdict = event_make(EVENT_VERDICT, START);

	(void)state;
	put_flag(m, "burst", SCOPE_HOST, "5.5.5.5", NULL, SEVERITY_SUSPECT, "syn-flood");
	put_flag(m, "garbage", SCOPE_HOST, "6.6.6.6", NULL, SEVERITY_NOTE, NULL);
	put_flag(m, "syn-flood", SCOPE_MACHINE, "7.7.7.0/24", "7.7.7.0/24", SEVERITY_ATTACK, NULL);
	verdict.verdict.text = STR_LIT("SYN flood");
	verdict.verdict.held = STR_LIT("silent, slow-read: the log is buffered\nunparsed: x");
	verdict.verdict.learning_s = 40;
	verdict.verdict.severity = SEVERITY_ATTACK;
	model_apply(m, &verdict);
	char *text = printed(m, false, 80);
	assert_string_equal(text, "verdict: SYN flood\n"
				  "learning what is usual here, for 40 s more\n"
				  "cannot be judged: silent, slow-read: the log is buffered\n"
				  "cannot be judged: unparsed: x\n"
				  "flag syn-flood: 7.7.7.0/24, for 12 s: figures\n"
				  "flag garbage: 6.6.6.6, for 12 s: figures\n"
				  "flag burst: 5.5.5.5, for 12 s: figures; part of syn-flood\n"
				  "\n"
				  "connections: none\n"
				  "0 IPs; 0 requests, 0 sent\n");
	free(text);
	model_free(m);
}

static void more_flags_than_fit_are_counted(void **state)
{
	struct model *m = model_of_nothing();

	(void)state;
	for (int i = 0; i < 25; i++) {
		char who[16];
		snprintf(who, sizeof who, "5.5.5.%d", i);
		put_flag(m, "scanner", SCOPE_HOST, who, NULL, SEVERITY_SUSPECT, NULL);
	}
	char *text = printed(m, false, 80);
	assert_non_null(strstr(text, "flag scanner: 5.5.5.0, for 12 s: figures\n"));
	assert_non_null(strstr(text, "\nand 5 more flags\n\n"));
	free(text);
	model_free(m);
}

static void rows_that_are_left_out_are_counted(void **state)
{
	struct model *m = model_of_nothing();
	struct filter filter;
	struct filter_error error;
	char *text = NULL;
	size_t n = 0;

	(void)state;
	put_request(m, "5.5.5.5", "/");
	put_request(m, "6.6.6.6", "/");
	put_request(m, "10.0.0.1", "/"); /* is not shown anyway */
	put_flag(m, "scanner", SCOPE_HOST, "6.6.6.6", NULL, SEVERITY_SUSPECT, NULL);
	assert_int_equal(filter_compile(&filter, STR_LIT(FILTER_OF_SUSPICIOUS), NULL, &error), 0);
	for (enum group_by by = GROUP_NONE; by <= GROUP_COUNTRY; by++) {
		struct table_view view = {.by = by, .filter = &filter, .width = 80};
		FILE *out = open_memstream(&text, &n);
		assert_non_null(out);
		assert_int_equal(table_print(out, m, &view), 0);
		fclose(out);
		if (by == GROUP_NONE || by == GROUP_NET)
			assert_non_null(strstr(
				text, "\n1 of 2 rows are left out by the filter is:suspicious\n"));
		if (by == GROUP_NONE || by == GROUP_NET)
			assert_null(strstr(text, "\n5.5.5."));
		assert_non_null(strstr(text, by == GROUP_NONE  ? "\n6.6.6.6 "
					     : by == GROUP_NET ? "\n6.6.6.0/24 "
							       : "\nunknown "));
		free(text);
	}
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(rows_and_sums),
		cmocka_unit_test(private_is_hidden),
		cmocka_unit_test(trouble_is_said),
		cmocka_unit_test(the_judgement_comes_first),
		cmocka_unit_test(more_flags_than_fit_are_counted),
		cmocka_unit_test(rows_that_are_left_out_are_counted),
		cmocka_unit_test(widths),
		cmocka_unit_test(layout_keeps_the_sort_column),
		cmocka_unit_test(more_room_never_means_fewer_columns),
		cmocka_unit_test(addresses_take_what_is_left_first),
		cmocka_unit_test(addresses_keep_both_ends),
		cmocka_unit_test(a_full_disk_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
