// SPDX-License-Identifier: MIT
#include "filter_story.h"

static void fields_of_addresses(void **state)
{
	static const char *const rows[][2] = {{"", "ABCD"}, {A, "A"}, {"203.0.113.0/24", "AB"},
		{"ip:" A, "A"}, {"NET:203.0.113.0/31", "A"}, {"cidr=2001:db8::/32", "D"}, {D, "D"},
		{"2001:db8:", "D"}, {"-203.0.113.0/24", "CD"}, {"country:br", "A"},
		{"cc:br,VN", "AB"}, {"-country:BR", "BCD"}, {"asn:64500", "A"},
		{"as:AS64500,64501", "AB"}, {"org:telecom", "A"}, {"org~^example*ltd$", "A"},
		{"org=\"Other Net\"", "B"}, {"org:\"Telecom, Ltd\"", "A"}, {"city:rec", "AB"},
		{"state:syn_recv", "C"}, {"state:syn_recv,ESTABLISHED", "AC"}, {"port:443", "C"},
		{"port:8000-8999", "A"}, {"port:443,8443", "AC"}, {"flag:scanner", "B"},
		{"flag:syn-flood", "C"}, {"flag:F", "C"}, {"flag:f,x", "BC"}, {"flag:any", "BC"},
		{"-flag:any", "AD"}, {"crawler:google", "B"}, {"crawler:refuted", "B"},
		{"crawler:any", "B"}, {"is:suspicious", "BC"}, {"-is:suspicious", "AD"},
		{"crawler:confirmed", ""}, {"blocked:yes", "BC"}, {"blocked:no", "AD"},
		{"-blocked:yes", "AD"}, {"blocked:nft", "B"}, {"blocked:ours", "B"},
		{"blocked:fail2ban,nft", "BC"}, {"blocked:sshd", "C"}, {"blocked:part", ""},
		{"telecom", "A"}, {"rate>20", "B"}, {"rate>=31", "B"}, {"rate>31", ""},
		{"reqs>=1 reqs<10", "AD"}, {"requests=2", "A"}, {"reqs:1-2", "AD"},
		{"reqs<=1", "CD"}, {"half>1", "C"}, {"half_open:2", "C"}, {"conns>0", "AC"},
		{"bytes>4k", "B"}, {"bytes>=4k", "AB"}, {"rx>=1M", "A"}, {"rx>1M", ""},
		{"rtt>79.5ms", "A"}, {"rtt>80", ""}, {"rtt=80000us", "A"}, {"auth_failed>0", "D"},
		{"held>1h", ""}};
	struct model *m = story();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_passes(m, rows[i][0], rows[i][1]);
	model_free(m);
}

static void fields_of_requests(void **state)
{
	static const char *const rows[][2] = {{"status:404", "AB"}, {"status:4xx", "AB"},
		{"status:5XX", "B"}, {"status:500-599,404", "AB"}, {"status>=500", "B"},
		{"status>404 status<502", ""}, {"-status:404", "CD"}, {"path:cart", "AB"},
		{"path=/shop", ""}, {"path=/SHOP/cart", "AB"}, {"path~^/shop", "AB"},
		{"path~^/shop$", ""}, {"path~cart$", "AB"}, {"path~/s*t", "AB"},
		{"path:/wp-login.php?a=b", "B"}, {"ua:zgrab,curl", "BD"}, {"-ua~curl", "ABC"},
		{"agent:\"X11; Linux\"", "A"}, {"vhost:shop.example", "ABD"}, {"host=shop", ""},
		{"referer:evil", "ABD"}, {"method:get", "ABD"}, {"proto=HTTP/1.1", "ABD"},
		{"user:root", "D"}, {"user:admin", ""}, {"method:password", ""},
		/* one and the same request */
		{"path:cart status:200", "A"}, {"path:cart status:404", ""}, {"cart zgrab", "B"},
		{"path:cart -status:5xx", "A"},
		/* words of one field are alternatives, but for comparisons */
		{"status:502 status:404", "AB"}, {"net:" A " net:" C, "AC"}, {A " " B, "AB"},
		{"-net:" A " -" B, "CD"}, {"203.0.113.0/24 -" B, "A"}, {"since:5m", "ABC"},
		{"-since:5m", "D"}, {"since:2h path:/old", "D"}, {"since:5m path:/old", ""}};
	struct model *m = story();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_passes(m, rows[i][0], rows[i][1]);
	model_free(m);
}

/* How many lines of the journal pass. */
static size_t lines(const struct model *m, const char *text)
{
	struct filter f = compiled(text);
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	size_t n = 0;

	for (; e; e = journal_at(&m->journal, e->before))
		n += filter_request(&f, m, e);
	return n;
}

static void lines_pass(void **state)
{
	struct model *m = story();

	(void)state;
	assert_int_equal(lines(m, ""), 35);
	assert_int_equal(lines(m, "path:cart status:200"), 1);
	assert_int_equal(lines(m, "-status:404"), 5);
	assert_int_equal(lines(m, "country:BR"), 2);
	assert_int_equal(lines(m, "flag:X"), 31);
	assert_int_equal(lines(m, "port:8443"), 2);
	assert_int_equal(lines(m, "telecom"), 2);
	assert_int_equal(lines(m, "rate>20"), 31);
	assert_int_equal(lines(m, "since:30m"), 33);
	assert_int_equal(lines(m, "user:root"), 1);
	assert_int_equal(lines(m, "\"wp-login.php?a=b\""), 30);
	model_free(m);
}

static void a_mark_is_a_moment(void **state)
{
	struct filter_env marked = env;
	struct model *m = story();
	struct filter_error error;
	struct filter f;

	(void)state;
	marked.has_mark = true;
	assert_int_equal(filter_compile(&f, STR_LIT("since:mark"), &marked, &error), 0);
	assert_true(filter_host(&f, m, host_named(m, D))); /* without one: the beginning */
	m->machine->mark.at = T0 - SEC;
	assert_false(filter_host(&f, m, host_named(m, D)));
	assert_true(filter_host(&f, m, host_named(m, A)));
	model_free(m);
}

/* T0 is 08:16:40 UTC, an hour later where this is. */
static void a_time_of_day_is_the_latest(void **state)
{
	struct model *m = story();
	time_t at = (time_t)(T0 / SEC) + 3600;
	struct tm tm;
	char text[32];

	(void)state;
	assert_non_null(gmtime_r(&at, &tm));
	strftime(text, sizeof text, "since:%H:%M:%S", &tm);
	assert_passes(m, text, "ABC");
	at += 2;
	assert_non_null(gmtime_r(&at, &tm));
	strftime(text, sizeof text, "since:%H:%M:%S", &tm); /* not yet: yesterday's */
	assert_passes(m, text, "ABCD");
	at -= 1800;
	assert_non_null(gmtime_r(&at, &tm));
	strftime(text, sizeof text, "since:%H:%M", &tm);
	assert_passes(m, text, "ABC");
	model_free(m);
}

static void errors_have_a_place(void **state)
{
	static const struct {
		const char *text;
		size_t at, n;
		const char *says;
	} rows[] = {
		{"net:203.0.113.0/24 rat>60", 19, 3, "no field \"rat\"; rate"},
		{"statsu:404", 0, 6, "status?"},
		{"xyzzy:1", 0, 5, "in quotes it is text"},
		{"localhost:8080", 0, 9, "no field"},
		{"a=b", 0, 1, "no field"},
		{"path>3", 4, 1, "path takes : = ~, not >"},
		{"-net~3", 4, 1, "net takes : =, not ~"},
		{"status:", 7, 1, "status: takes 404, 4xx or 400-499"},
		{"status:404,", 11, 1, "takes 404"},
		{"status:404,abc", 11, 3, "takes 404"},
		{"status:1000", 7, 4, "takes 404"},
		{"state:HALF", 6, 4, "TCP state"},
		{"country:BRA", 8, 3, "two letters"},
		{"asn:0", 4, 1, "a number such as 64500"},
		{"net:1.2.3", 4, 5, "an address or a network"},
		{"port:70000", 5, 5, "443"},
		{"rate>abc", 5, 3, "a number"},
		{"rate>1,2", 5, 3, "one number"},
		{"rate>", 5, 1, "a number"},
		{"bytes>5x", 6, 2, "bytes such as"},
		{"rtt>5m", 4, 2, "milliseconds"},
		{"since:later", 6, 5, "a time ago"},
		{"since:25:00", 6, 5, "a time ago"},
		{"since:mark", 6, 4, "no mark yet"},
		{"flag:scaner", 5, 6, "scanner?"},
		{"flag:Q", 5, 1, "a flag such as"},
		{"path:\"/a", 5, 3, "no closing quote"},
		{"path:\"/a\"b", 9, 1, "a blank or a comma"},
		{"a b c d e f g h i j k l m n o p q", 32, 1, "at most 16 words"},
		{"a\x1b[2J", 0, 5, "cannot be shown"},
	};
	const struct filter before = {.count = 3};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct filter_error error = {0};
		struct filter f = before;
		if (filter_compile(&f, str_of(rows[i].text), &env, &error) != -22)
			fail_msg("\"%s\" is taken", rows[i].text);
		if (error.at != rows[i].at || error.n != rows[i].n ||
			!strstr(error.text, rows[i].says))
			fail_msg("\"%s\": at %zu, %zu: %s", rows[i].text, error.at, error.n,
				error.text);
		assert_int_equal(f.count, 3);
	}
}

static void bounds_hold(void **state)
{
	char text[FILTER_TEXT_MAX + 1], complaint[FILTER_COMPLAINT_MAX];
	struct filter_error error = {0};
	struct filter f;

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(
		filter_compile(&f, (struct str){text, FILTER_TEXT_MAX - 1}, NULL, &error), 0);
	assert_int_equal(
		filter_compile(&f, (struct str){text, FILTER_TEXT_MAX}, NULL, &error), -22);
	assert_true(strstr(error.text, "too long") != NULL);
	for (size_t i = 0; i + 2 <= 400; i += 2)
		memcpy(text + i, "4,", 2);
	memcpy(text, "port:4", 6);
	assert_int_equal(filter_compile(&f, (struct str){text, 399}, NULL, &error), -22);
	assert_true(strstr(error.text, "64 values") != NULL);
	error = (struct filter_error){4, 3, "no such thing"};
	filter_complaint(&error, STR_LIT("a b rat>6"), complaint);
	assert_string_equal(complaint, "at 5, \"rat\": no such thing");
	error = (struct filter_error){400, 3, "no such thing"};
	filter_complaint(&error, STR_LIT("a"), complaint);
	assert_string_equal(complaint, "at 401: no such thing");
}

/* What was text before there were fields still is; what was a field still is that. */
static void old_filters_hold(void **state)
{
	static const struct {
		const char *text;
		uint8_t kind;
		bool negated;
	} rows[] = {{"/wp-content", FILTER_TEXT, false}, {"!", FILTER_TEXT, false},
		{"-", FILTER_TEXT, false}, {"!GET", FILTER_TEXT, true},
		{"shop.example:443", FILTER_TEXT, false}, {"http://x/", FILTER_TEXT, false},
		{"fe80:", FILTER_TEXT, false}, {"dead:beef", FILTER_TEXT, false},
		{"cafe::1", FILTER_NET, false}, {"1.2.3.4/33", FILTER_TEXT, false},
		{"<script>", FILTER_TEXT, false}, {"\"", FILTER_TEXT, false},
		{"\"foo", FILTER_TEXT, false}, {"/a?b=c", FILTER_TEXT, false},
		{"wp-login.php?a=b", FILTER_TEXT, false}, {"!state:SYN_RECV", FILTER_STATE, true},
		{"asn:AS64500", FILTER_ASN, false}, {"\"rat:60\"", FILTER_TEXT, false},
		{"\xe6\x97\xa5", FILTER_TEXT, false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct filter f = compiled(rows[i].text);
		assert_int_equal(f.count, 1);
		if (f.words[0].field->kind != rows[i].kind || f.words[0].negated != rows[i].negated)
			fail_msg("\"%s\" is of kind %u", rows[i].text, f.words[0].field->kind);
	}
}

/* Where the word is that cannot speak of such rows; -1: there is none. */
static int refused(enum group_by by, const char *text)
{
	struct filter f = compiled(text);
	struct filter_error error = {0};

	return filter_check(&f, by, &error) < 0 ? (int)error.at : -1;
}

static void words_fit_their_rows(void **state)
{
	(void)state;
	assert_int_equal(refused(GROUP_NONE, "path:x rate>1 net:1.2.3.4"), -1);
	assert_int_equal(refused(GROUP_COUNTRY, "telecom path:x ips>3"), -1);
	assert_int_equal(refused(GROUP_NONE, "telecom ips>3"), 8);
}

static void assert_groups(const struct model *m, enum group_by by, const char *text, uint32_t want)
{
	struct rows rows = rows_of(m, by, text);

	if (rows.matched != want)
		fail_msg("\"%s\": got %u, expected %u", text, rows.matched, want);
	rows_done(&rows);
}

static void groups_pass(void **state)
{
	struct model *m = story();

	(void)state;
	assert_groups(m, GROUP_NET, "203.0.113.1", 1); /* it lies in there */
	assert_groups(m, GROUP_NET, "203.0.0.0/16", 1);
	assert_groups(m, GROUP_NET, "-203.0.0.0/16", 2);
	assert_groups(m, GROUP_NET, "ips>1", 1);
	assert_groups(m, GROUP_NET, "flag:any", 2);
	assert_groups(m, GROUP_NET, "flag:syn-flood state:syn_recv", 1);
	assert_groups(m, GROUP_NET, "198.51", 1);
	assert_groups(m, GROUP_AS, "org:telecom", 1);
	assert_groups(m, GROUP_AS, "asn:64500,64501", 2);
	assert_groups(m, GROUP_COUNTRY, "country:VN", 1);
	assert_groups(m, GROUP_COUNTRY, "rate>20", 1);
	/* What says nothing of a group asks its addresses. */
	assert_groups(m, GROUP_NET, "status:404", 1);
	assert_groups(m, GROUP_NET, "-status:404", 2);
	assert_groups(m, GROUP_NET, "rate>32 path:cart", 1); /* the two of them, together */
	assert_groups(m, GROUP_NONE, "rate>32 path:cart", 0);
	assert_groups(m, GROUP_AS, "203.0.113.1", 1);
	assert_groups(m, GROUP_COUNTRY, "flag:scanner", 1);
	model_free(m);
}

static bool event_passes(const struct model *m, const char *text, const struct event *event)
{
	struct filter f = compiled(text);

	return filter_event(&f, m, event);
}

static void events_pass(void **state)
{
	struct model *m = story();
	struct event conn = conn_event(T0, A, 1009, TCP_CLOSE_WAIT);
	struct event asked = event_make(EVENT_REQUEST, T0);
	struct event login = event_make(EVENT_AUTH, T0);
	struct event tick = event_make(EVENT_TICK, T0);

	(void)state;
	asked.request.ip = ip_of("192.0.2.9"); /* unknown */
	asked.request.path = STR_LIT("/x");
	asked.request.status = 404;
	login.auth.ip = ip_of(D);
	login.auth.user = STR_LIT("root");
	assert_true(event_passes(m, "status:404 net:192.0.2.0/24", &asked));
	assert_false(event_passes(m, "status:200", &asked));
	assert_false(event_passes(m, "country:BR", &asked));
	assert_true(event_passes(m, "-country:BR", &asked));
	assert_true(event_passes(m, "state:close_wait port:443", &conn));
	assert_false(event_passes(m, "port:8443", &conn));
	assert_true(event_passes(m, "country:BR", &conn));
	assert_false(event_passes(m, "path:cart", &conn));
	assert_true(event_passes(m, "user:root", &login));
	assert_true(event_passes(m, "path:none", &tick));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_addresses),
		cmocka_unit_test(fields_of_requests),
		cmocka_unit_test(lines_pass),
		cmocka_unit_test(a_time_of_day_is_the_latest),
		cmocka_unit_test(a_mark_is_a_moment),
		cmocka_unit_test(errors_have_a_place),
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(old_filters_hold),
		cmocka_unit_test(words_fit_their_rows),
		cmocka_unit_test(groups_pass),
		cmocka_unit_test(events_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
