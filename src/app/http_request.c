// SPDX-License-Identifier: MIT
#include "app/http_request.h"

#include "base/num.h"

#include <strings.h>

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static size_t token_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_token(s.p[n]))
		n++;
	return n;
}

static struct str trimmed(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_skip(s, 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool is_called(struct str s, const char *name)
{
	return s.n == strlen(name) && strncasecmp(s.p, name, s.n) == 0;
}

/* The next line without its end (a bare LF is one, too); false: it is not whole. */
static bool take_line(struct str *text, struct str *ret)
{
	const char *end = memchr(text->p, '\n', text->n);

	if (!end)
		return false;
	size_t n = (size_t)(end - text->p);
	*ret = (struct str){text->p, n && end[-1] == '\r' ? n - 1 : n};
	*text = str_skip(*text, n + 1);
	return true;
}

/* The part up to a separator, which is skipped. */
static struct str take_part(struct str *s, char separator)
{
	const char *end = s->n ? memchr(s->p, separator, s->n) : NULL;
	struct str part = {s->p, end ? (size_t)(end - s->p) : s->n};

	*s = str_skip(*s, end ? part.n + 1 : part.n);
	return part;
}

/* Controls are in no line, whatever it is; tabs and bytes of UTF-8 may be. */
static bool is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

/* The request line. */

/* "/metrics?x", or with a scheme and a host before it (RFC 9112, 3.2.2). */
static bool is_our_path(struct str target)
{
	if (target.n > 7 && strncasecmp(target.p, "http://", 7) == 0) {
		target = str_skip(target, 7);
		const char *slash = memchr(target.p, '/', target.n);
		target = str_skip(target, slash ? (size_t)(slash - target.p) : target.n);
	}
	return str_eq(take_part(&target, '?'), STR_LIT(HTTP_PATH));
}

static bool is_version(struct str s)
{
	return str_eq(s, STR_LIT("HTTP/1.1")) || str_eq(s, STR_LIT("HTTP/1.0"));
}

static enum http_status read_first(struct str line, struct http_request *ret)
{
	size_t n = token_length(line);
	struct str method = take_part(&line, ' '), target = take_part(&line, ' ');

	if (!n || n != method.n || !target.n || !is_version(line) || !is_text(target))
		return HTTP_BAD_REQUEST;
	ret->head = str_eq(method, STR_LIT("HEAD"));
	if (!ret->head && !str_eq(method, STR_LIT("GET")))
		return HTTP_NOT_ALLOWED;
	return is_our_path(target) ? HTTP_OK : HTTP_NOT_FOUND;
}

/* What it wants (RFC 9110, 12.5.1). */

struct wanted {
	double open, text; /* the weights of both forms; below 0: not named */
};

static double weight_of(struct str parameter)
{
	double q;

	return num_double(parameter, &q) == 0 && q >= 0 && q <= 1 ? q : 0;
}

/* " application/openmetrics-text;version=1.0.0;q=0.5" */
static void read_range(struct str range, struct wanted *w)
{
	struct str type = trimmed(take_part(&range, ';'));
	bool known = true; /* that version */
	double q = 1;

	while (range.n) {
		struct str value = trimmed(take_part(&range, ';'));
		struct str name = trimmed(take_part(&value, '='));
		value = trimmed(value);
		if (is_called(name, "q"))
			q = weight_of(value);
		else if (is_called(name, "version"))
			known = str_eq(value, STR_LIT("1.0.0")) ||
				str_eq(value, STR_LIT("\"1.0.0\""));
	}
	if (is_called(type, "application/openmetrics-text") && known && q > w->open)
		w->open = q;
	else if ((is_called(type, "text/plain") || is_called(type, "text/*")) && q > w->text)
		w->text = q;
}

/* Headers. */

struct headers {
	struct wanted wanted;
	bool has_body;
};

/* False: it is none. */
static bool read_header(struct str line, struct headers *h)
{
	size_t n = token_length(line);

	if (!n || n == line.n || line.p[n] != ':' || !is_text(line))
		return false; /* a line that goes on with a blank as well, as RFC 9112, 5.2 has it
			       */
	struct str name = {line.p, n}, value = trimmed(str_skip(line, n + 1));
	if (is_called(name, "Accept"))
		while (value.n)
			read_range(take_part(&value, ','), &h->wanted);
	h->has_body |= is_called(name, "Transfer-Encoding") ||
		       (is_called(name, "Content-Length") && !str_eq(value, STR_LIT("0")));
	return true;
}

static enum http_status read_rest(struct str text, struct http_request *ret, bool *ret_has_body)
{
	struct headers h = {.wanted = {-1, -1}};
	struct str line;

	while (take_line(&text, &line)) {
		if (!line.n) {
			ret->open_metrics = h.wanted.open > 0 && h.wanted.open >= h.wanted.text;
			*ret_has_body = h.has_body;
			return HTTP_OK;
		}
		if (!read_header(line, &h))
			return HTTP_BAD_REQUEST;
	}
	return HTTP_MORE;
}

/* What has come of the first line cannot become one: TLS, SSH, and whatever else is tried. */
static bool is_hopeless(struct str text)
{
	size_t n = token_length(text);

	text.n -= text.n && text.p[text.n - 1] == '\r'; /* its end may be about to come */
	return text.n && (!n || (n < text.n && text.p[n] != ' ') || !is_text(text));
}

enum http_status http_request_read(struct str text, struct http_request *ret)
{
	struct str rest = {text.p, text.n < HTTP_REQUEST_MAX ? text.n : HTTP_REQUEST_MAX}, line;
	struct http_request request = {0};
	enum http_status first, status;
	bool has_body = false;

	if (!text.n)
		return HTTP_MORE;
	if (!take_line(&rest, &line)) {
		if (is_hopeless(rest))
			return HTTP_BAD_REQUEST;
		return text.n >= HTTP_REQUEST_MAX ? HTTP_TOO_LARGE : HTTP_MORE;
	}
	first = read_first(line, &request);
	if (first == HTTP_BAD_REQUEST)
		return first;
	status = read_rest(rest, &request, &has_body);
	if (status == HTTP_MORE)
		return text.n >= HTTP_REQUEST_MAX ? HTTP_TOO_LARGE : HTTP_MORE;
	if (status != HTTP_OK || first != HTTP_OK)
		return status == HTTP_OK ? first : status;
	if (has_body)
		return HTTP_BAD_REQUEST;
	*ret = request;
	return HTTP_OK;
}

const char *http_reason(enum http_status status)
{
	switch (status) {
	case HTTP_MORE:
		break;
	case HTTP_OK:
		return "OK";
	case HTTP_BAD_REQUEST:
		return "Bad Request";
	case HTTP_NOT_FOUND:
		return "Not Found";
	case HTTP_NOT_ALLOWED:
		return "Method Not Allowed";
	case HTTP_TOO_LARGE:
		return "Request Header Fields Too Large";
	}
	return "";
}
