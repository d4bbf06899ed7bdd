// SPDX-License-Identifier: MIT
/* How long a request took, and what its backend answered, in every format that says so. */
#include "log_lines.h"

#include "log/format_string.h"
#include "log/took.h"

#define T  "[22/Nov/2026:08:14:15 +0000]"
#define US TOOK_US

static void numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t unit, want;
	} all[] = {
		{"0", TOOK_S, 0},
		{"0.000", TOOK_S, 0},
		{"0.125", TOOK_S, 125000},
		{"1.0000019", TOOK_S, 1000001},
		{"42", TOOK_MS, 42000},
		{"838", US, 838},
		{"1999", TOOK_NS, 1},
		{"7.3259e-05", TOOK_S, 73},
		{"1e3", TOOK_MS, 1000000},
		{"0.1234567890123456789012345678901234567890", TOOK_S, 123456},
		{"31622399.999", TOOK_S, LOG_TOOK_MAX - 1000},
		{"31622400", TOOK_S, ABSENT},
		{"", TOOK_S, ABSENT},
		{"-", TOOK_S, ABSENT},
		{"-1", TOOK_MS, ABSENT},
		{"-0.5", TOOK_S, ABSENT},
		{"+1", TOOK_MS, ABSENT},
		{".5", TOOK_S, ABSENT},
		{"5.", TOOK_S, ABSENT},
		{"1.2.3", TOOK_S, ABSENT},
		{"nan", TOOK_S, ABSENT},
		{"NaN", TOOK_S, ABSENT},
		{"inf", TOOK_S, ABSENT},
		{"0x10", TOOK_S, ABSENT},
		{"1e300", TOOK_S, ABSENT},
		{"1e999", TOOK_S, ABSENT},
		{"1e", TOOK_S, ABSENT},
		{"1 ", TOOK_S, ABSENT},
		{"18446744073709551615", US, ABSENT},
		{"99999999999999999999999999999", TOOK_NS, ABSENT},
		{"999999999999999999", TOOK_NS, ABSENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		uint64_t got = log_took(str_of(all[i].text), all[i].unit);
		if (got != all[i].want)
			fail_msg("%s: %llu", all[i].text, (unsigned long long)got);
	}
}

static void numbers_with_units(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t want;
	} all[] = {
		{"73.259\xc2\xb5s", 73},
		{"73.259\xce\xbcs", 73},
		{"73.259us", 73},
		{"1.5ms", 1500},
		{"42 ms", 42000},
		{"100ns", 0},
		{"0s", 0},
		{"2.5s", 2500000},
		{"1h2m3.5s", 3723500000},
		{"1m0.000001s", 60000001},
		{"", ABSENT},
		{"5", ABSENT},
		{"ms", ABSENT},
		{"1.ms", ABSENT},
		{"-1ms", ABSENT},
		{"1ms2", ABSENT},
		{"1ms 2ms", ABSENT},
		{"1e3ms", ABSENT},
		{"NaNs", ABSENT},
		{"9999999h", ABSENT},
		{"8000h8000h", ABSENT},
		{"999999999999999999999s", ABSENT},
		{"5 parsecs", ABSENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		uint64_t got = log_took_with_unit(str_of(all[i].text));
		if (got != all[i].want)
			fail_msg("%s: %llu", all[i].text, (unsigned long long)got);
	}
}

static void upstreams(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t want;
	} all[] = {
		{"200", 200},
		{"502, 200", 200},
		{"504 : 502", 502},
		{"502, 502 : -, 503", 503},
		{"200, -", ABSENT},
		{"-", ABSENT},
		{"", ABSENT},
		{"099", ABSENT},
		{"20", ABSENT},
		{"2000", ABSENT},
		{"200,", ABSENT},
		{"2x0", ABSENT},
		{"-20", ABSENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (log_upstream_status(str_of(all[i].text)) != all[i].want)
			fail_msg("%s", all[i].text);
}

/* A format string, a line, and what is known then. */
struct said {
	const char *format, *line;
	uint64_t took_us, upstream_status;
};

static struct event read_said(const struct said *said)
{
	static struct log_scratch scratch;
	struct log_format *f;
	char why[FORMAT_STRING_ERROR_MAX], format[512], buf[1024];
	struct event e;

	assert_int_equal(format_string_new(quoted(said->format, format, sizeof format),
				 LOG_DIALECT_GUESS, STR_LIT("t"), &f, why),
		0);
	memset(&e, 0x5a, sizeof e);
	if (log_format_parse(f, quoted(said->line, buf, sizeof buf), &scratch, &e) < 0)
		fail_msg("rejected: %s", said->line);
	event_begin(&e, e.kind, USEC_PER_SEC);
	format_string_free(f);
	return e;
}

static void check_said(const struct said *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct event e = read_said(&all[i]);
		if (e.request.took_us != all[i].took_us ||
			e.request.upstream_status != all[i].upstream_status)
			fail_msg("%s: took %llu, upstream %llu", all[i].line,
				(unsigned long long)e.request.took_us,
				(unsigned long long)e.request.upstream_status);
	}
}

#define NGINX "$remote_addr [$time_local] '$request' $status "
#define LINE  "192.0.2.1 " T " 'GET / HTTP/1.1' 200 "

static void of_nginx(void **state)
{
	(void)state;
	static const struct said all[] = {
		{NGINX "$request_time", LINE "0.125", 125000, ABSENT},
		{NGINX "$request_time '$upstream_status'", LINE "1.002 '504'", 1002000, 504},
		{NGINX "$request_time '$upstream_status' x", LINE "1.002 '504, 200 : 502' x",
			1002000, 502},
		{NGINX "us=$upstream_status rt=$request_time", LINE "us=502, 200 rt=0.000", 0, 200},
		{NGINX "us=$upstream_status rt=$request_time", LINE "us=- rt=0.000", 0, ABSENT},
		{NGINX "us=$upstream_status ut=$upstream_response_time",
			LINE "us=504 : 502 ut=1.000 : 0.000", ABSENT, 502},
		{NGINX "$upstream_response_time", LINE "1.000", ABSENT, ABSENT},
		{NGINX "$request_time x", LINE "-1.5 x", ABSENT, ABSENT},
		{NGINX "$request_time x", LINE "- x", ABSENT, ABSENT},
		{NGINX "$request_time x", LINE "99999999999999999.000 x", ABSENT, ABSENT},
		{NGINX "$request_time x", LINE "nan x", ABSENT, ABSENT},
		{NGINX "$request_time x", LINE "1e300 x", ABSENT, ABSENT},
		{NGINX, LINE, ABSENT, ABSENT},
	};

	check_said(all, ARRAY_LEN(all));
}

#define APACHE "%h %t '%r' %>s "

static void of_apache(void **state)
{
	(void)state;
	static const struct said all[] = {
		{APACHE "%D", LINE "838", 838, ABSENT},
		{APACHE "%T", LINE "2", 2000000, ABSENT},
		{APACHE "%{ms}T", LINE "7", 7000, ABSENT},
		{APACHE "%{us}T", LINE "7", 7, ABSENT},
		{APACHE "%{s}T", LINE "7", 7000000, ABSENT},
		/* the finer counts */
		{APACHE "%T %D", LINE "1 1001204", 1001204, ABSENT},
		{APACHE "%D %T", LINE "1001204 1", 1001204, ABSENT},
		{APACHE "%{ms}T/%T", LINE "1001/1", 1001000, ABSENT},
		{APACHE "%{weeks}T", LINE "1", ABSENT, ABSENT},
		{APACHE "%D", LINE "-5", ABSENT, ABSENT},
		{APACHE "%D", LINE "-", ABSENT, ABSENT},
		{APACHE "%D", LINE "18446744073709551616", ABSENT, ABSENT},
	};

	check_said(all, ARRAY_LEN(all));
}

#define TEMPLATE "{'remote_addr':'$remote_addr','request':'$request','status':$status,"
#define OBJECT   "{'remote_addr':'192.0.2.1','request':'GET / HTTP/1.1','status':200,"

/* What the variable is counts, whatever the key is called. */
static void of_json_templates(void **state)
{
	(void)state;
	static const struct said all[] = {
		{TEMPLATE "'request_time':$request_time,'upstream_status':'$upstream_status'}",
			OBJECT "'request_time':0.125,'upstream_status':'502, 200'}", 125000, 200},
		{TEMPLATE "'rt':'$request_time','us':'$upstream_status'}",
			OBJECT "'rt':'0.125','us':'504 : 502'}", 125000, 502},
		{TEMPLATE "'duration_ms':'$request_time'}", OBJECT "'duration_ms':'0.125'}", 125000,
			ABSENT},
		{TEMPLATE "'request_time':'$upstream_response_time'}",
			OBJECT "'request_time':'9.5'}", ABSENT, ABSENT},
		{TEMPLATE "'rt':'$request_time'}", OBJECT "'rt':'-1'}", ABSENT, ABSENT},
		{"{'a':'%h','request':'%r','status':'%>s','request_time':'%D'}",
			"{'a':'192.0.2.1','request':'GET / "
			"HTTP/1.1','status':'200','request_time':'838'"
			"}",
			838, ABSENT},
	};

	check_said(all, ARRAY_LEN(all));
}

#define R    "'remote_addr':'192.0.2.1','request':'GET / HTTP/1.1','status':200"
#define READ "'ip':'192.0.2.1','method':'GET','path':'/','status':200,'proto':'HTTP/1.1'"
#define CADDY                                                                            \
	"{'request':{'remote_ip':'192.0.2.1','proto':'HTTP/1.1','method':'GET','uri':'/" \
	"'},'status':"                                                                   \
	"200,"

static void of_json(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"{" R ",'request_time':0.004}", READ ",'took_us':4000"},
		{"{" R ",'request_time':'0.004'}", READ ",'took_us':4000"},
		{"{" R ",'upstream_status':'502, 504'}", READ ",'upstream_status':504"},
		{"{" R ",'upstream_status':502}", READ ",'upstream_status':502"},
		{"{" R ",'upstream_status':'-'}", READ},
		{"{" R ",'upstream_status':['502']}", READ ",'upstream_status':502"},
		{"{" R ",'duration_ms':42}", READ ",'took_us':42000"},
		{"{" R ",'latency_ms':'1.5'}", READ ",'took_us':1500"},
		{"{" R ",'latency':'0.012s'}", READ ",'took_us':12000"},
		{"{" R ",'latency':'73.259\\u00b5s'}", READ ",'took_us':73"},
		/* in nobody knows what */
		{"{" R ",'latency':12}", READ},
		{"{" R ",'duration':1.5}", READ},
		{"{" R ",'duration':0}", READ ",'took_us':0"},
		{"{" R ",'request_time':1234}", READ},
		/* hostile */
		{"{" R ",'request_time':-0.004}", READ},
		{"{" R ",'request_time':NaN}", READ},
		{"{" R ",'request_time':1.5e300}", READ},
		{"{" R ",'request_time':'1.5e300'}", READ},
		{"{" R ",'request_time':null}", READ},
		{"{" R ",'request_time':[]}", READ},
		{"{" R ",'request_time':{}}", READ},
		{"{" R ",'duration_ms':1e300}", READ},
		{"{" R ",'duration_ms':99999999999999999999}", READ},
		{"{" R ",'upstream_status':99999999999999999999}", READ},
		/* Caddy, as it is and as it may be asked to be */
		{CADDY "'duration':0.00441416}", READ ",'took_us':4414"},
		{CADDY "'duration':'1.5ms'}", READ ",'took_us':1500"},
		{CADDY "'duration':4414160}", READ},
		{CADDY "'duration':-0.5}", READ},
		/* Traefik */
		{"{'ClientAddr':'192.0.2.1:5','RequestMethod':'GET','RequestPath':'/"
		 "','DownstreamStatus':"
		 "502,'Duration':1042000,'OriginStatus':500}",
			"'ip':'192.0.2.1','method':'GET','path':'/','status':502,'port':5,"
			"'took_us':1042,'upstream_status':500"},
	};

	check_vectors(log_format_find(STR_LIT("json")), all, ARRAY_LEN(all));
}

#define COMBINED "192.0.2.1 - - " T " 'GET / HTTP/1.1' 200 1 '-' 'x'"
#define COMBINED_READ                                                          \
	"'ip':'192.0.2.1','logged':1795335255.000000,'method':'GET','path':'/" \
	"','status':200,'bytes"                                                \
	"':1,'proto':'HTTP/1.1','agent':'x'"

static void of_traefik_lines(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{COMBINED, COMBINED_READ},
		{COMBINED " 244 'r@docker' 'http://172.17.0.3:80' 42ms",
			COMBINED_READ ",'took_us':42000"},
		{COMBINED " 244 'r@docker' '-' 0ms", COMBINED_READ ",'took_us':0"},
		{COMBINED " 42", COMBINED_READ},
		{COMBINED " 42ms", COMBINED_READ},
		{COMBINED " 'a' ms", COMBINED_READ},
		{COMBINED " 'a' -1ms", COMBINED_READ},
		{COMBINED " 'a' 99999999999999999999ms", COMBINED_READ},
	};

	check_vectors(log_format_find(STR_LIT("combined")), all, ARRAY_LEN(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(numbers_with_units),
		cmocka_unit_test(upstreams),
		cmocka_unit_test(of_nginx),
		cmocka_unit_test(of_apache),
		cmocka_unit_test(of_json_templates),
		cmocka_unit_test(of_json),
		cmocka_unit_test(of_traefik_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
