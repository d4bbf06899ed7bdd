// SPDX-License-Identifier: MIT
/*
 * make_log LINES ADDRESSES [FORMAT]: writes an access log to stdout, the same bytes at every run:
 * combined, JSON as Caddy writes it, flat JSON as nginx is told to, or one of templates[]. Combined
 * lines are about 200 bytes, nginx's 300, Caddy's 600; 2000 a second. Each address occurs when
 * LINES >= ADDRESSES; half of the remaining lines come from one address in a hundred. One address
 * in 16 is IPv6. All are outside the private and documentation ranges, so that nothing is hidden by
 * default.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_PER_SEC 2000u
#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))

static uint64_t state = 0x9e3779b97f4a7c15;

/* xorshift64*: rand(3) differs between libcs. */
static uint32_t next_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)(state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

static uint64_t pick_address(uint64_t line, uint64_t lines, uint64_t addresses)
{
	uint64_t step = lines / addresses;

	if (step && line % step == 0 && line / step < addresses)
		return line / step;
	if (next_random() % 2)
		return next_random() % (addresses / 100 + 1);
	return next_random() % addresses;
}

struct request {
	uint64_t second; /* of a day in November 2026, in UTC */
	char address[48];
	const char *method, *path, *referer, *agent;
	uint32_t tail, bytes; /* of the path; of the body */
	unsigned status;
};

static void format_address(char *buf, size_t cap, uint64_t id)
{
	unsigned a = (unsigned)(id >> 14 & 0x3f), b = (unsigned)(id >> 6 & 0xff);

	if (id % 16 == 15)
		snprintf(buf, cap, "2a01:4f8:%x:%x::%x", 0x100 + a, 0x1000 + b,
			(unsigned)(id & 0xfff) + 1);
	else
		snprintf(buf, cap, "%u.%u.%u.%u", 45 + a / 16, a % 16 + 64, b,
			(unsigned)(id & 0x3f) * 4 + 1);
}

static struct request make_request(uint64_t line, uint64_t address)
{
	static const char *const methods[] = {"GET", "GET", "GET", "GET", "GET", "HEAD", "POST"};
	static const char *const paths[] = {"/", "/index.html", "/wp-login.php",
		"/api/v1/items?page=", "/static/css/main.css?v=", "/images/products/large/",
		"/search?q=blue+shoes&sort=price&offset=", "/blog/2026/11/how-to-read-a-log-"};
	static const unsigned statuses[] = {
		200, 200, 200, 200, 200, 200, 301, 304, 404, 404, 499, 502};
	static const char *const referers[] = {
		"-", "-", "https://shop.test/", "https://search.test/"};
	static const char *const agents[] = {
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		 "Chrome/126.0.0.0 Safari/537.36"),
		"Mozilla/5.0 (compatible; crawler/2.1; +https://crawler.test/bot.html)",
		"curl/8.5.0"};
	struct request r = {.second = line / LINES_PER_SEC + 8 * 3600 + 14 * 60 + 15};

	format_address(r.address, sizeof r.address, address);
	r.method = methods[next_random() % COUNT(methods)];
	r.path = paths[next_random() % COUNT(paths)];
	r.tail = next_random() % 10000;
	r.status = statuses[next_random() % COUNT(statuses)];
	r.bytes = next_random() % 200000;
	r.referer = referers[next_random() % COUNT(referers)];
	r.agent = agents[next_random() % 8 < 6 ? next_random() % 2 : next_random() % COUNT(agents)];
	return r;
}

static void put_combined(const struct request *r)
{
	printf("%s - - [%02" PRIu64 "/Nov/2026:%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " +0000] ",
		r->address, 1 + r->second / 86400 % 30, r->second / 3600 % 24, r->second / 60 % 60,
		r->second % 60);
	printf("\"%s %s%" PRIu32 " HTTP/1.1\" ", r->method, r->path, r->tail);
	printf("%u %" PRIu32 " \"%s\" \"%s\"\n", r->status, r->bytes, r->referer, r->agent);
}

static const char *referer_of(const struct request *r)
{
	return *r->referer == '-' ? "" : r->referer;
}

static void put_nginx(const struct request *r)
{
	printf("{\"time\":\"2026-11-%02" PRIu64 "T%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64
	       "+00:00\",",
		1 + r->second / 86400 % 30, r->second / 3600 % 24, r->second / 60 % 60,
		r->second % 60);
	printf("\"remote_addr\":\"%s\",\"request\":\"%s %s%" PRIu32 " HTTP/1.1\",", r->address,
		r->method, r->path, r->tail);
	printf("\"status\":%u,\"body_bytes_sent\":%" PRIu32 ",\"request_time\":0.003,", r->status,
		r->bytes);
	printf("\"http_referer\":\"%s\",\"http_user_agent\":\"%s\"}\n", referer_of(r), r->agent);
}

/* As of 2.7. */
static void put_caddy(const struct request *r)
{
	printf("{\"level\":\"info\",\"ts\":%" PRIu64 ".%06" PRIu32
	       ",\"logger\":\"http.log.access.log0\",\"msg\":\"handled request\",",
		UINT64_C(1793491200) + r->second, r->bytes);
	printf("\"request\":{\"remote_ip\":\"%s\",\"remote_port\":\"%" PRIu32
	       "\",\"client_ip\":\"%s\",\"proto\":\"HTTP/1.1\",\"method\":\"%s\",",
		r->address, 1024 + r->tail, r->address, r->method);
	printf("\"host\":\"shop.test\",\"uri\":\"%s%" PRIu32
	       "\",\"headers\":{\"User-Agent\":[\"%s\"],",
		r->path, r->tail, r->agent);
	if (*referer_of(r))
		printf("\"Referer\":[\"%s\"],", r->referer);
	printf("\"Accept\":[\"*/*\"],\"Accept-Encoding\":[\"gzip, deflate, br\"]}},"
	       "\"bytes_read\":0,\"user_id\":\"\",\"duration\":0.000414416,");
	printf("\"size\":%" PRIu32 ",\"status\":%u,\"resp_headers\":{\"Server\":[\"Caddy\"],"
	       "\"Content-Type\":[\"text/html; charset=utf-8\"]}}\n",
		r->bytes, r->status);
}

static const struct {
	const char *name;
	void (*put)(const struct request *r);
} formats[] = {{"combined", put_combined}, {"caddy", put_caddy}, {"nginx", put_nginx}};

#define CLF  "%a - - [%d/Nov/2026:%T +0000] \"%m %p HTTP/1.1\" %s %b"
#define ISO  "2026-11-%dT%T"
#define FULL " \"%r\" \"%u\""

/* What programs write whose format nobody spells out. %a address, %m method, %p path, %s status,
 * %b bytes, %r referer, %u agent, %d day, %T time, %e seconds since 1970, %t port. */
static const struct {
	const char *name, *head, *line;
} templates[] = {
	{"envoy", "",
		"[" ISO ".310Z] \"%m %p HTTP/1.1\" %s - via_upstream - \"-\" 0 %b 3 2 \"-\" "
		"\"%u\" \"cc21d9b0-1\" \"shop.test\" \"10.0.2.1:80\" inbound|80|| "
		"127.0.0.6:1 10.0.2.1:80 %a:%t - default"},
	{"envoy-json", "",
		"{\":authority\":\"shop.test\",\"bytes_sent\":%b,\"downstream_remote_address\":"
		"\"%a:%t\",\"duration\":11,\"method\":\"%m\",\"protocol\":\"HTTP/2\","
		"\"response_code\":%s,\"start_time\":\"" ISO ".000Z\",\"user-agent\":\"%u\","
		"\"x-envoy-origin-path\":\"%p\"}"},
	{"squid", "",
		"%e.721    613 %a TCP_MISS/%s %b %m http://shop.test%p - "
		"HIER_DIRECT/198.51.100.1 text/html"},
	{"npm", "",
		"[%d/Nov/2026:%T +0000] - %s %s - %m https shop.test \"%p\" [Client %a] "
		"[Length %b] [Gzip -] [Sent-to 10.0.0.5] \"%u\" \"%r\""},
	{"openlitespeed", "", "\"" CLF FULL "\""},
	{"uvicorn", "", "INFO:     %a:%t - \"%m %p HTTP/1.1\" %s OK"},
	{"gunicorn", "", CLF FULL},
	{"kong", "",
		"{\"request\":{\"method\":\"%m\",\"uri\":\"%p\",\"size\":77,\"headers\":"
		"{\"host\":\"shop.test\",\"user-agent\":\"%u\"}},\"response\":{\"status\":%s,"
		"\"size\":%b,\"headers\":{}},\"client_ip\":\"%a\",\"started_at\":%e000}"},
	{"pino", "",
		"{\"level\":30,\"time\":%e000,\"req\":{\"method\":\"%m\",\"url\":\"%p\","
		"\"headers\":{\"host\":\"shop.test\",\"user-agent\":\"%u\"},"
		"\"remoteAddress\":\"%a\",\"remotePort\":%t},\"res\":{\"statusCode\":%s},"
		"\"responseTime\":5,\"msg\":\"request completed\"}"},
	{"cloudflare", "",
		"{\"ClientIP\":\"%a\",\"ClientRequestHost\":\"shop.test\","
		"\"ClientRequestMethod\":\"%m\",\"ClientRequestURI\":\"%p\","
		"\"ClientRequestUserAgent\":\"%u\",\"EdgeResponseBytes\":%b,"
		"\"EdgeResponseStatus\":%s,\"EdgeStartTimestamp\":%e000000000,"
		"\"OriginResponseStatus\":200}"},
	{"w3c",
		"#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method "
		"cs(Host) cs-uri-stem sc-status cs(Referer)\n",
		"2026-11-%d\t%T\tFRA1\t%b\t%a\t%m\td.example\t%p\t%s\t%r"},
	{"alb", "",
		"h2 " ISO ".123456Z app/lb/50dc6c495c0c9188 %a:%t 10.0.0.1:80 0.000 0.001 0.000 "
		"%s 200 34 %b \"%m https://shop.test:443%p HTTP/2.0\" \"%u\" ECDHE-RSA TLSv1.2 "
		"arn:aws:x \"Root=1\" \"shop.test\" \"-\" 0"},
	{"haproxy", "",
		"%a:%t [%d/Nov/2026:%T.655] http-in static/srv1 10/0/30/69/109 %s %b - - ---- "
		"1/1/1/1/0 0/0 \"%m %p HTTP/1.1\""},
};

static void put_part(const struct request *r, char what)
{
	switch (what) {
	case 'a':
		fputs(r->address, stdout);
		break;
	case 'm':
		fputs(r->method, stdout);
		break;
	case 'p':
		printf("%s%" PRIu32, r->path, r->tail);
		break;
	case 's':
		printf("%u", r->status);
		break;
	case 'b':
		printf("%" PRIu32, r->bytes);
		break;
	case 'r':
		fputs(r->referer, stdout);
		break;
	case 'u':
		fputs(r->agent, stdout);
		break;
	case 'd':
		printf("%02" PRIu64, 1 + r->second / 86400 % 30);
		break;
	case 'T':
		printf("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, r->second / 3600 % 24,
			r->second / 60 % 60, r->second % 60);
		break;
	case 'e':
		printf("%" PRIu64, UINT64_C(1793491200) + r->second);
		break;
	default:
		printf("%" PRIu32, 1024 + r->tail);
	}
}

static void put_template(const struct request *r, const char *line)
{
	for (; *line; line++) {
		if (*line == '%')
			put_part(r, *++line);
		else
			putchar(*line);
	}
	putchar('\n');
}

static size_t find_template(const char *name)
{
	size_t i = 0;

	while (i < COUNT(templates) && strcmp(templates[i].name, name) != 0)
		i++;
	return i;
}

int main(int argc, char **argv)
{
	uint64_t lines = argc > 2 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t addresses = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	size_t format = 0, template = argc > 3 ? find_template(argv[3]) : COUNT(templates);
	bool is_template = template <COUNT(templates);

	while (argc > 3 && !is_template && format < COUNT(formats) &&
		strcmp(argv[3], formats[format].name) != 0)
		format++;
	if (!lines || !addresses || addresses > UINT64_C(1) << 20 || format == COUNT(formats)) {
		fprintf(stderr, "usage: make_log LINES ADDRESSES [FORMAT]"
				" (at most 1048576 addresses)\n");
		return 2;
	}
	if (is_template)
		fputs(templates[template].head, stdout);
	for (uint64_t i = 0; i < lines; i++) {
		struct request r = make_request(i, pick_address(i, lines, addresses));
		if (is_template)
			put_template(&r, templates[template].line);
		else
			formats[format].put(&r);
	}
	return fflush(stdout) || ferror(stdout);
}
