// SPDX-License-Identifier: MIT
/*
 * make_log LINES ADDRESSES [combined|caddy|nginx]: writes an access log to stdout, the same bytes
 * at every run: combined, JSON as Caddy writes it, or flat JSON as nginx is told to. Combined lines
 * are about 200 bytes, nginx's 300, Caddy's 600; 2000 a second. Each address occurs when LINES >=
 * ADDRESSES; half of the remaining lines come from one address in a hundred. One address in 16 is
 * IPv6. All are outside the private and documentation ranges, so that nothing is hidden by default.
 */
#include <inttypes.h>
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
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		"Chrome/126.0.0.0 Safari/537.36",
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

int main(int argc, char **argv)
{
	uint64_t lines = argc > 2 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t addresses = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	size_t format = 0;

	while (argc > 3 && format < COUNT(formats) && strcmp(argv[3], formats[format].name) != 0)
		format++;
	if (!lines || !addresses || addresses > UINT64_C(1) << 20 || format == COUNT(formats)) {
		fprintf(stderr, "usage: make_log LINES ADDRESSES [combined|caddy|nginx]"
				" (at most 1048576 addresses)\n");
		return 2;
	}
	for (uint64_t i = 0; i < lines; i++) {
		struct request r = make_request(i, pick_address(i, lines, addresses));
		formats[format].put(&r);
	}
	return fflush(stdout) || ferror(stdout);
}
