// SPDX-License-Identifier: MIT
/*
 * make_log LINES ADDRESSES: writes a combined access log to stdout, the same bytes at every run.
 * Lines are about 200 bytes, 2000 a second. Each address occurs when LINES >= ADDRESSES; half of
 * the remaining lines come from one address in a hundred. One address in 16 is IPv6. All are
 * outside the private and documentation ranges, so that nothing is hidden by default.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static void put_address(uint64_t id)
{
	unsigned a = (unsigned)(id >> 14 & 0x3f), b = (unsigned)(id >> 6 & 0xff);

	if (id % 16 == 15)
		printf("2a01:4f8:%x:%x::%x", 0x100 + a, 0x1000 + b, (unsigned)(id & 0xfff) + 1);
	else
		printf("%u.%u.%u.%u", 45 + a / 16, a % 16 + 64, b, (unsigned)(id & 0x3f) * 4 + 1);
}

static void put_line(uint64_t line, uint64_t address)
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
	uint64_t second = line / LINES_PER_SEC + 8 * 3600 + 14 * 60 + 15;

	put_address(address);
	printf(" - - [%02" PRIu64 "/Nov/2026:%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " +0000] ",
		1 + second / 86400 % 30, second / 3600 % 24, second / 60 % 60, second % 60);
	printf("\"%s %s%" PRIu32 " HTTP/1.1\" ", methods[next_random() % COUNT(methods)],
		paths[next_random() % COUNT(paths)], next_random() % 10000);
	printf("%u %" PRIu32 " ", statuses[next_random() % COUNT(statuses)],
		next_random() % 200000);
	printf("\"%s\" \"%s\"\n", referers[next_random() % COUNT(referers)],
		agents[next_random() % 8 < 6 ? next_random() % 2 : next_random() % COUNT(agents)]);
}

int main(int argc, char **argv)
{
	uint64_t lines = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t addresses = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!lines || !addresses || addresses > UINT64_C(1) << 20) {
		fprintf(stderr, "usage: make_log LINES ADDRESSES (at most 1048576 addresses)\n");
		return 2;
	}
	for (uint64_t i = 0; i < lines; i++)
		put_line(i, pick_address(i, lines, addresses));
	return fflush(stdout) || ferror(stdout);
}
