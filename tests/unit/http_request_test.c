// SPDX-License-Identifier: MIT
/* What a request to the metrics port is, and what else may come. */
#include "unit.h"

#include "app/http_request.h"

#define HOST "Host: localhost:9101\r\n"
#define PROMETHEUS                                                                         \
	"Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;" \
	"version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n"

static enum http_status read_text(const char *text, struct http_request *ret)
{
	return http_request_read(str_of(text), ret);
}

static void requests(void **state)
{
	static const struct {
		const char *text;
		enum http_status status;
	} of[] = {
		{"GET /metrics HTTP/1.1\r\n" HOST "\r\n", HTTP_OK},
		{"GET /metrics HTTP/1.0\r\n\r\n", HTTP_OK},
		{"GET /metrics HTTP/1.0\n\n", HTTP_OK},
		{"GET /metrics?a=b HTTP/1.1\r\n" HOST "\r\n", HTTP_OK},
		{"GET http://web1:9101/metrics HTTP/1.1\r\n" HOST "\r\n", HTTP_OK},
		{"GET /metrics HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\nrest", HTTP_OK},
		{"GET / HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_FOUND},
		{"GET /metrics/ HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_FOUND},
		{"GET http://web1 HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_FOUND},
		{"HEAD /x HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_FOUND},
		{"POST /metrics HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_ALLOWED},
		{"POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", HTTP_NOT_ALLOWED},
		{"get /metrics HTTP/1.1\r\n" HOST "\r\n", HTTP_NOT_ALLOWED},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET  /metrics HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1 \r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /met\x01rics HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST},
		{"\r\nGET /metrics HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST},
		{"\x16\x03\x01\x02", HTTP_BAD_REQUEST},
		{"SSH-2.0-x", HTTP_MORE},
		{"G@T", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1\r\nno header\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1\r\n" HOST " folded\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1\r\nA: \x7f\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\n", HTTP_BAD_REQUEST},
		{"GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BAD_REQUEST},
		{"", HTTP_MORE},
		{"GET", HTTP_MORE},
		{"GET /metrics HTTP/1.1\r\n", HTTP_MORE},
		{"GET /metrics HTTP/1.1\r\n" HOST, HTTP_MORE},
	};
	struct http_request request;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (read_text(of[i].text, &request) != of[i].status)
			fail_msg("%zu: %d, expected %d", i, (int)read_text(of[i].text, &request),
				(int)of[i].status);
}

static void forms(void **state)
{
	static const struct {
		const char *accept;
		bool open;
	} of[] = {
		{PROMETHEUS, true},
		{"", false},
		{"Accept: */*\r\n", false},
		{"Accept: text/html, text/plain\r\n", false},
		{"Accept: application/openmetrics-text\r\n", true},
		{"accept: Application/OpenMetrics-Text; Version=\"1.0.0\"\r\n", true},
		{"Accept: application/openmetrics-text;version=0.0.1\r\n", false},
		{"Accept: application/openmetrics-text;version=2.0.0,text/plain\r\n", false},
		{"Accept: application/openmetrics-text;q=0\r\n", false},
		{"Accept: application/openmetrics-text;q=0.4,text/plain;q=0.5\r\n", false},
		{"Accept: text/plain;q=0.5\r\nAccept: application/openmetrics-text\r\n", true},
		{"Accept: application/openmetrics-text;q=x\r\n", false},
		{"Accept: ,;,;q,=\r\n", false},
	};
	struct http_request request;
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		snprintf(text, sizeof text, "HEAD /metrics HTTP/1.1\r\n%s\r\n", of[i].accept);
		assert_int_equal(read_text(text, &request), HTTP_OK);
		assert_true(request.head);
		if (request.open_metrics != of[i].open)
			fail_msg("%s", of[i].accept);
	}
}

/* Whatever it is cut into, an answer is the same, and none comes before its time. */
static void byte_by_byte(void **state)
{
	static const char text[] = "GET /metrics HTTP/1.1\r\n" HOST PROMETHEUS "\r\n";
	struct http_request request = {0};

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++)
		assert_int_equal(http_request_read((struct str){text, n}, &request), HTTP_MORE);
	assert_int_equal(read_text(text, &request), HTTP_OK);
	assert_true(request.open_metrics && !request.head);
}

static void bounds(void **state)
{
	static char text[HTTP_REQUEST_MAX + 1];
	static const char first[] = "GET /metrics HTTP/1.1\r\nA: ";
	struct http_request request;

	(void)state;
	memset(text, 'a', HTTP_REQUEST_MAX);
	assert_int_equal(read_text(text, &request), HTTP_TOO_LARGE);
	memcpy(text, first, sizeof first - 1);
	assert_int_equal(read_text(text, &request), HTTP_TOO_LARGE);
	text[HTTP_REQUEST_MAX - 1] = '\0';
	assert_int_equal(read_text(text, &request), HTTP_MORE);
	memcpy(text + HTTP_REQUEST_MAX - 4, "\r\n\r\n", 4);
	assert_int_equal(read_text(text, &request), HTTP_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(forms),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
