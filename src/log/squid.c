// SPDX-License-Identifier: MIT
/*
 * 1795335255.721  11613 192.0.2.7 TCP_TUNNEL/200 252 CONNECT a.example:443 - HIER_DIRECT/b -
 *
 * Blanks in what a client has sent come as %20, so each word is what its place says.
 */
#include "log/squid.h"

#include "log/line_prefix.h"
#include "log/scan.h"
#include "log/text.h"
#include "log/took.h"

#include <errno.h>

static struct str take(struct str *rest)
{
	size_t n = 0;

	while (rest->n && *rest->p == ' ')
		*rest = str_skip(*rest, 1);
	while (n < rest->n && rest->p[n] != ' ')
		n++;
	struct str word = {rest->p, n};
	*rest = str_skip(*rest, n);
	return word;
}

/* "TCP_MISS/200" */
static bool read_result(struct str word, uint64_t *ret_status)
{
	const char *slash = word.n ? memchr(word.p, '/', word.n) : NULL, *end = word.p + word.n;

	for (const char *p = word.p; slash && p < slash; p++)
		if ((*p < 'A' || *p > 'Z') && *p != '_')
			return false;
	return slash && slash > word.p && log_scan_status(slash + 1, end, ret_status) == end;
}

int log_squid(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct event_request r = {.status = ABSENT, .bytes = ABSENT, .upstream_status = ABSENT};
	struct str rest = log_unwrap(line);

	(void)self;
	scratch->used = 0;
	struct str time = take(&rest), took = take(&rest), ip = take(&rest), result = take(&rest);
	struct str bytes = take(&rest), method = take(&rest), url = take(&rest);
	if (!url.n || addr_parse(ip, &r.ip) < 0 || !read_result(result, &r.status) ||
		log_scan_epoch(time.p, time.p + time.n, USEC_PER_SEC, &r.logged) !=
			time.p + time.n ||
		log_scan_bytes(bytes.p, bytes.p + bytes.n, &r.bytes) != bytes.p + bytes.n ||
		log_scan_method(method.p, method.p + method.n) != method.p + method.n)
		return -EINVAL;
	r.took_us = log_took(took, TOOK_MS);
	r.method = log_text_as(scratch, LOG_LITERAL, method);
	r.path = log_text_as(scratch, LOG_LITERAL, url);
	ret->kind = EVENT_REQUEST;
	ret->request = r;
	return 0;
}
