// SPDX-License-Identifier: MIT
#include "fleet/otlp_url.h"

#include "base/addr.h"
#include "base/num.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define EXPECTED "expected otlp+https://HOST[:PORT][/PATH] or otlp+http://..."

/* "a-b.example.org", or 192.0.2.1 */
static bool is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("-._", s.p[i]))
			return false;
	return s.n > 0 && s.n < 254 && s.p[0] != '-';
}

/* "[2001:db8::1]" */
static bool is_bracketed(struct str s)
{
	struct addr a;

	return s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']' && !memchr(s.p, '%', s.n) &&
	       addr_parse((struct str){s.p + 1, s.n - 2}, &a) == 0;
}

static bool is_port(struct str s)
{
	uint64_t port;

	return s.n <= 5 && num_u64(s, &port) == 0 && port > 0 && port <= 65535;
}

/* RFC 3986, 3.3: what may stand in a path as it is, and percent signs. */
static bool is_path(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("/-._~!$&'()*+,;=:@%", s.p[i]))
			return false;
	return true;
}

/* Splits HOST[:PORT][/PATH]; *ret_port is absent when there is none. */
static bool split(struct str s, struct str *ret_host, struct str *ret_port, struct str *ret_path)
{
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	size_t n = slash ? (size_t)(slash - s.p) : s.n;
	const char *colon = n ? memrchr(s.p, ':', n) : NULL;

	if (colon && s.p[0] == '[' && s.p[n - 1] == ']')
		colon = NULL;
	size_t host = colon ? (size_t)(colon - s.p) : n;
	*ret_host = (struct str){s.p, host};
	*ret_port = colon ? (struct str){colon + 1, n - host - 1} : STR_ABSENT;
	*ret_path = str_skip(s, n);
	return (is_host(*ret_host) || is_bracketed(*ret_host)) && (!colon || is_port(*ret_port)) &&
	       is_path(*ret_path);
}

bool otlp_url(const char *url, char buf[static OTLP_URL_MAX], struct reason *ret_reason)
{
	struct str rest = str_of(url), host, port, path;
	bool plain = str_take(&rest, STR_LIT("otlp+http://"));

	if ((!plain && !str_take(&rest, STR_LIT("otlp+https://"))) ||
		!split(rest, &host, &port, &path) || rest.n > OTLP_URL_MAX - 64) {
		reason_set(ret_reason, EXPECTED);
		return false;
	}
	if (path.n <= 1)
		path = STR_LIT("/v1/logs");
	if (!port.n && plain)
		port = STR_LIT("4318");
	snprintf(buf, OTLP_URL_MAX, "%s://%.*s%s%.*s%.*s", plain ? "http" : "https", STR_FMT(host),
		port.n ? ":" : "", STR_FMT(port), STR_FMT(path));
	return true;
}

/* RFC 9110, 5.6.2 */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("!#$%&'*+-.^_`|~", s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_ours(struct str name)
{
	static const char *const ours[] = {"content-type", "content-length", "content-encoding",
		"transfer-encoding", "expect", "connection"};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (name.n == strlen(ours[i]) && strncasecmp(name.p, ours[i], name.n) == 0)
			return true;
	return false;
}

const char *otlp_header_fault(struct str header)
{
	const char *colon = header.n ? memchr(header.p, ':', header.n) : NULL;
	struct str name = {header.p, colon ? (size_t)(colon - header.p) : 0};

	if (header.n > OTLP_HEADER_MAX)
		return "too long";
	if (!colon || !is_token(name))
		return "no \"Name: value\"";
	if (is_ours(name))
		return "not to be set";
	struct str value = str_skip(header, name.n + 1);
	while (value.n && value.p[0] == ' ')
		value = str_skip(value, 1);
	if (!value.n)
		return "no value";
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
			return "a control character in it";
	return NULL;
}
