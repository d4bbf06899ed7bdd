// SPDX-License-Identifier: MIT
#include "log/w3c.h"

#include "base/num.h"
#include "log/addr.h"
#include "log/request.h"
#include "log/scan.h"
#include "log/text.h"
#include "log/time.h"
#include "log/took.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

enum column {
	COLUMN_OTHER,
	COLUMN_DATE,
	COLUMN_TIME,
	COLUMN_IP,
	COLUMN_PORT,
	COLUMN_METHOD,
	COLUMN_STEM,
	COLUMN_QUERY,
	COLUMN_VERSION,
	COLUMN_STATUS,
	COLUMN_BYTES,
	COLUMN_TOOK,
	COLUMN_HOST,
	COLUMN_AGENT,
	COLUMN_REFERER,
	COLUMN_CLAIMS,
	COLUMNS
};

static const struct {
	const char *name;
	uint8_t column;
} names[] = {
	{"date", COLUMN_DATE},
	{"time", COLUMN_TIME},
	{"c-ip", COLUMN_IP},
	{"c-port", COLUMN_PORT},
	{"cs-method", COLUMN_METHOD},
	{"cs-uri-stem", COLUMN_STEM},
	{"cs-uri", COLUMN_STEM},
	{"cs-uri-query", COLUMN_QUERY},
	{"cs-version", COLUMN_VERSION},
	{"cs-protocol-version", COLUMN_VERSION},
	{"sc-status", COLUMN_STATUS},
	{"sc-bytes", COLUMN_BYTES},
	{"time-taken", COLUMN_TOOK},
	{"cs-host", COLUMN_HOST},
	{"cs(Host)", COLUMN_HOST},
	{"x-host-header", COLUMN_HOST},
	{"cs(User-Agent)", COLUMN_AGENT},
	{"cs(Referer)", COLUMN_REFERER},
	{"x-forwarded-for", COLUMN_CLAIMS},
	{"cs(X-Forwarded-For)", COLUMN_CLAIMS},
};

static const struct str directives[] = {{"#Fields:", 8}, {"#Version:", 9}, {"#Software:", 10},
	{"#Date:", 6}, {"#Remark:", 8}, {"#Start-Date:", 12}, {"#End-Date:", 10}};

static int read_nothing(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	(void)self, (void)line, (void)scratch, (void)ret;
	return -EINVAL;
}

const struct log_format log_w3c = {
	"w3c", "W3C's extended format: IIS, CloudFront", read_nothing, false, false, NULL};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool take_word(struct str *rest, struct str *ret)
{
	size_t n = 0;

	while (rest->n && is_blank(*rest->p))
		*rest = str_skip(*rest, 1);
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*ret = (struct str){rest->p, n};
	*rest = str_skip(*rest, n);
	return n > 0;
}

static uint8_t column_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == name.n &&
			strncasecmp(names[i].name, name.p, name.n) == 0)
			return names[i].column;
	return COLUMN_OTHER;
}

bool w3c_take_directive(struct w3c *w, struct str line)
{
	struct str word;

	if (!line.n || *line.p != '#')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(directives); i++) {
		if (!str_take(&line, directives[i]))
			continue;
		if (i > 0)
			return true;
		w->n = 0;
		while (w->n < W3C_COLUMNS_MAX && take_word(&line, &word))
			w->columns[w->n++] = column_of(word);
		return true;
	}
	return false;
}

/* "-" is nothing. Where the same is said twice the first counts. */
static void keep(struct str texts[static COLUMNS], uint8_t column, struct str word)
{
	if (!texts[column].p && !str_eq(word, STR_LIT("-")))
		texts[column] = word;
}

/* Milliseconds (IIS), or seconds with a point (CloudFront). */
static uint64_t read_took(struct str s)
{
	return s.n ? log_took(s, memchr(s.p, '.', s.n) ? TOOK_S : TOOK_MS) : ABSENT;
}

static usec_t read_time(struct str date, struct str time, struct log_scratch *scratch)
{
	char stamp[48];
	usec_t t = 0;
	int n = snprintf(stamp, sizeof stamp, "%.*sT%.*sZ", STR_FMT(date), STR_FMT(time));

	if (!date.n || !time.n || n >= (int)sizeof stamp)
		return 0;
	(void)log_time_iso((struct str){stamp, (size_t)n}, scratch, &t);
	return t;
}

static bool read_number(struct str s, uint64_t most, uint64_t *ret)
{
	uint64_t n;

	if (!s.n || num_u64(s, &n) < 0 || n > most)
		return false;
	*ret = n;
	return true;
}

static void fill(
	const struct str t[static COLUMNS], struct log_scratch *scratch, struct event_request *r)
{
	uint64_t port = 0;

	log_request_clear(r);
	r->client = (struct addr){{0}};
	r->cut = false;
	r->upstream_status = ABSENT;
	if (!r->port && read_number(t[COLUMN_PORT], UINT16_MAX, &port))
		r->port = (uint32_t)port;
	if (!read_number(t[COLUMN_BYTES], INT64_MAX, &r->bytes))
		r->bytes = ABSENT;
	r->took_us = read_took(t[COLUMN_TOOK]);
	r->logged = read_time(t[COLUMN_DATE], t[COLUMN_TIME], scratch);
	r->method = log_text_as(scratch, LOG_LITERAL, t[COLUMN_METHOD]);
	r->path = log_text_as(scratch, LOG_LITERAL, t[COLUMN_STEM]);
	if (t[COLUMN_QUERY].n)
		r->path = log_text_with_query(
			scratch, r->path, log_text_as(scratch, LOG_LITERAL, t[COLUMN_QUERY]));
	r->proto = log_text_as(scratch, LOG_LITERAL, t[COLUMN_VERSION]);
	r->vhost = log_text_as(scratch, LOG_LITERAL, t[COLUMN_HOST]);
	r->agent = log_text_as(scratch, LOG_LITERAL, t[COLUMN_AGENT]);
	r->referer = log_text_as(scratch, LOG_LITERAL, t[COLUMN_REFERER]);
	r->claims =
		log_text_as(scratch, LOG_LITERAL, log_addr_cut(t[COLUMN_CLAIMS], EVENT_TEXT_MAX));
}

int w3c_parse(const struct w3c *w, struct str line, struct log_scratch *scratch, struct event *ret)
{
	struct str texts[COLUMNS] = {{0}}, word;
	struct addr ip;
	uint32_t port;
	uint64_t status;
	uint8_t n = 0;

	for (; n < w->n && take_word(&line, &word); n++)
		keep(texts, w->columns[n], word);
	if (!w->n || n < w->n || take_word(&line, &word) || !texts[COLUMN_STEM].n ||
		log_addr_parse(texts[COLUMN_IP], &ip, &port) < 0)
		return -EINVAL;
	scratch->used = 0;
	ret->kind = EVENT_REQUEST;
	ret->request.ip = ip;
	ret->request.port = port;
	bool known = read_number(texts[COLUMN_STATUS], 999, &status) && status >= 100;
	ret->request.status = known ? status : ABSENT;
	fill(texts, scratch, &ret->request);
	return 0;
}
