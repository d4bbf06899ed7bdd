// SPDX-License-Identifier: MIT
/* Logs that say what their columns are. */
#include "log_lines.h"

#include "log/w3c.h"

#include <errno.h>

#define IIS                                                                                   \
	"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip " \
	"cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
#define CLOUDFRONT                                                                              \
	"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem "      \
	"sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header cs-protocol cs-bytes " \
	"time-taken x-forwarded-for cs-protocol-version c-port"

static void expect(const char *fields, const char *line, const char *want)
{
	static struct log_scratch scratch;
	struct w3c w = {0};
	struct event e;
	struct jsonw out = {0};
	char buf[2048];

	assert_true(w3c_take_directive(&w, str_of(fields)));
	memset(&e, 0x5a, sizeof e);
	int err = w3c_parse(&w, str_of(line), &scratch, &e);
	assert_int_equal(err, want ? 0 : -EINVAL);
	if (!want)
		return;
	event_begin(&e, e.kind, USEC_PER_SEC);
	json_put_event(&out, &e);
	struct str text = quoted(want, buf, sizeof buf);
	if (!memmem(out.p, out.n, text.p, text.n))
		fail_msg("%.*s\nhas no %s", (int)out.n, out.p, want);
	jsonw_done(&out);
}

static void iis(void **state)
{
	(void)state;
	expect(IIS,
		"2026-11-22 08:14:15 10.0.0.1 GET /x a=1&b=2 443 - 192.0.2.7 curl/8 - 404 0 2 15",
		"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':'/x?a=1&b=2',"
		"'status':404,'agent':'curl/8','took_us':15000}");
	expect(IIS,
		"2026-11-22 08:14:15 10.0.0.1 POST /y - 80 u 2001:db8::7 - http://a/ 200 0 0 0\r",
		"'ip':'2001:db8::7','logged':1795335255.000000,'method':'POST','path':'/y',"
		"'status':200,'referer':'http://a/','took_us':0}");
}

static void cloudfront(void **state)
{
	(void)state;
	expect(CLOUDFRONT,
		"2026-11-22\t08:14:15\tFRA1\t500\t192.0.2.7\tGET\td.example\t/x\t200\t-\tcurl/"
		"8\t-\t"
		"www.example.test\thttps\t30\t0.125\t203.0.113.66\tHTTP/2.0\t5555",
		"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':'/"
		"x','status':200,"
		"'bytes':500,'proto':'HTTP/2.0','agent':'curl/8','claims':'203.0.113.66',"
		"'vhost':'d.example','port':5555,'took_us':125000}");
}

static void what_does_not_fit(void **state)
{
	static const char *const lines[] = {"", "x", "2026-11-22 08:14:15",
		/* One column less, one more; no address, no path. */
		"2026-11-22 08:14:15 10.0.0.1 GET /x - 443 - 192.0.2.7 curl/8 - 404 0 2",
		"2026-11-22 08:14:15 10.0.0.1 GET /x - 443 - 192.0.2.7 curl/8 - 404 0 2 15 16",
		"2026-11-22 08:14:15 10.0.0.1 GET /x - 443 - here curl/8 - 404 0 2 15",
		"2026-11-22 08:14:15 10.0.0.1 GET - - 443 - 192.0.2.7 curl/8 - 404 0 2 15"};
	char huge[4096] = "#Fields:";
	struct w3c w = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		expect(IIS, lines[i], NULL);
	expect("#Fields:", "x", NULL);
	for (size_t i = 0; i < 1000; i++)
		strcat(huge, " c");
	assert_true(w3c_take_directive(&w, str_of(huge)));
	assert_int_equal(w.n, W3C_COLUMNS_MAX);
	assert_true(w3c_take_directive(&w, STR_LIT("#Software: Microsoft")));
	assert_int_equal(w.n, W3C_COLUMNS_MAX);
	assert_false(w3c_take_directive(&w, STR_LIT("# a remark")));
	assert_false(w3c_take_directive(&w, STR_LIT("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iis),
		cmocka_unit_test(cloudfront),
		cmocka_unit_test(what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
