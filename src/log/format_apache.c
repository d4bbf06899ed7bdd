// SPDX-License-Identifier: MIT
/* mod_log_config's formats; lighttpd's mod_accesslog knows a part of them. */
#include "log/format_apache.h"

#include <strings.h>

/* A directive: %[MODIFIERS][{ARGUMENT}]LETTER. */
struct directive {
	struct str argument; /* absent or empty: none */
	char letter;
	bool final; /* ">" */
};

/* By their letter. */
static const struct log_meaning directives[] = {
	{"h", LOG_ADDR, 0},
	{"a", LOG_ADDR, 1},
	{"r", LOG_REQUEST, 0},
	{"m", LOG_METHOD, 0},
	{"U", LOG_URI, 0},
	{"q", LOG_ARGS, 0},
	{"H", LOG_PROTO, 0},
	{"s", LOG_STATUS, 0},
	{"b", LOG_BYTES, 1},
	{"B", LOG_BYTES, 1},
	{"O", LOG_BYTES, 0},
	{"v", LOG_VHOST, 0},
	{"V", LOG_VHOST, 1},
	{"D", LOG_TOOK, TOOK_RANK_US},
	{"I", LOG_NUMBER, 0},
	{"S", LOG_NUMBER, 0},
	{"k", LOG_NUMBER, 0},
	{"p", LOG_NUMBER, 0},
	{"P", LOG_SKIP, 0},
	{"A", LOG_SKIP, 0},
	{"C", LOG_SKIP, 0},
	{"e", LOG_SKIP, 0},
	{"f", LOG_SKIP, 0},
	{"i", LOG_SKIP, 0},
	{"l", LOG_SKIP, 0},
	{"L", LOG_SKIP, 0},
	{"n", LOG_SKIP, 0},
	{"o", LOG_SKIP, 0},
	{"R", LOG_SKIP, 0},
	{"u", LOG_SKIP, 0},
	{"X", LOG_SKIP, 0},
	{"c", LOG_SKIP, 0}, /* of mod_ssl and of old servers */
	{"x", LOG_SKIP, 0},
};

/* Request headers: %{NAME}i. */
static const struct log_meaning headers[] = {
	{"Referer", LOG_REFERER, 0},
	{"User-Agent", LOG_AGENT, 0},
	{"Host", LOG_VHOST, 2},
	{"X-Forwarded-For", LOG_CLAIMS, 2},
	{"X-Real-IP", LOG_CLAIMS, 0},
	{"CF-Connecting-IP", LOG_CLAIMS, 0},
	{"True-Client-IP", LOG_CLAIMS, 0},
	{"Forwarded", LOG_CLAIMS, 0},
};

static bool is(struct str text, const char *word)
{
	return strlen(word) == text.n && (!text.n || strncasecmp(word, text.p, text.n) == 0);
}

/* "%t" brings its brackets. */
static int read_clf_time(struct format_build *s)
{
	static const struct log_meaning clf = {"", LOG_TIME_CLF, 0};
	int err = format_build_literal(s, '[');

	if (!err)
		err = format_build_field(s, &clf);
	return err ? err : format_build_literal(s, ']');
}

static int read_time(struct format_build *s, struct str argument)
{
	static const struct log_meaning words[] = {
		{"sec", LOG_TIME_SEC, 0},
		{"msec", LOG_TIME_MSEC, 0},
		{"usec", LOG_TIME_USEC, 0},
		{"msec_frac", LOG_NUMBER, 0},
		{"usec_frac", LOG_NUMBER, 0},
	};
	static const struct str phases[] = {{"begin:", 6}, {"end:", 4}};

	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		if (!str_starts(argument, phases[i]))
			continue;
		argument.p += phases[i].n;
		argument.n -= phases[i].n;
	}
	if (argument.n == 0)
		return read_clf_time(s);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (is(argument, words[i].name))
			return format_build_field(s, &words[i]);
	return format_build_strftime(s, argument);
}

/* "%T", also with a unit; of one that is not known the number is passed over.
 * https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats */
static int read_took(struct format_build *s, struct str unit)
{
	static const struct log_meaning units[] = {
		{"", LOG_TOOK, TOOK_RANK_S},
		{"s", LOG_TOOK, TOOK_RANK_S},
		{"ms", LOG_TOOK, TOOK_RANK_MS},
		{"us", LOG_TOOK, TOOK_RANK_US},
	};
	static const struct log_meaning unknown = {"", LOG_NUMBER, 0};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (is(unit, units[i].name))
			return format_build_field(s, &units[i]);
	return format_build_field(s, &unknown);
}

static int read_header(struct format_build *s, struct str name)
{
	static const struct log_meaning skip = {"", LOG_SKIP, 0};

	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (is(name, headers[i].name))
			return format_build_field(s, &headers[i]);
	return format_build_field(s, &skip);
}

static int read_directive(struct format_build *s, size_t start, const struct directive *d)
{
	static const struct log_meaning peer = {"", LOG_PEER, 0}, port = {"", LOG_PORT, 0},
					final = {"", LOG_STATUS, 1};

	if (d->letter == 't')
		return read_time(s, d->argument);
	if (d->letter == 'T')
		return read_took(s, d->argument);
	if (d->letter == 'i' && d->argument.n)
		return read_header(s, d->argument);
	if (d->letter == 'a' && is(d->argument, "c"))
		return format_build_field(s, &peer);
	if (d->letter == 'p' && is(d->argument, "remote"))
		return format_build_field(s, &port);
	if (d->letter == 's' && d->final)
		return format_build_field(s, &final);
	for (size_t i = 0; i < ARRAY_LEN(directives); i++)
		if (directives[i].name[0] == d->letter)
			return format_build_field(s, &directives[i]);
	return format_build_fail(s, start, "a directive that Apache does not have",
		"one such as %h, %t, %r or %>s; %% is a percent sign");
}

/* From "{" on. */
static int read_argument(struct format_build *s, struct directive *d)
{
	const char *open = s->source.p + s->at, *end = s->source.p + s->source.n;
	const char *close = memchr(open, '}', (size_t)(end - open));

	if (!close)
		return format_build_fail(s, s->at, "unterminated \"%{\"", "\"}\" and a letter");
	d->argument = (struct str){open + 1, (size_t)(close - open) - 1};
	s->at += d->argument.n + 2;
	return 0;
}

/* Behind the "%". Modifiers may come in any order (parse_log_item() in mod_log_config.c). */
static int read_item(struct format_build *s)
{
	struct directive d = {0};
	size_t start = s->at - 1;
	int err = 0;

	while (!err && s->at < s->source.n) {
		char c = s->source.p[s->at];
		if (c == '{') {
			err = read_argument(s, &d);
			continue;
		}
		s->at++;
		if (c == '%')
			return format_build_literal(s, '%');
		d.final |= c == '>';
		if (c == '>' || c == '<' || c == '!' || c == ',' || (c >= '0' && c <= '9'))
			continue;
		/* "^ti" and "^to": trailers, of two letters more. */
		if (c == '^') {
			s->at += s->source.n - s->at < 2 ? s->source.n - s->at : 2;
			c = 'n';
		}
		d.letter = c;
		return read_directive(s, start, &d);
	}
	return err ? err : format_build_fail(s, start, "\"%\" at the end", "a directive behind it");
}

/* Behind a backslash; the configuration's own quoting is undone already, or never was. */
static int read_escape(struct format_build *s)
{
	char c = s->at < s->source.n ? s->source.p[s->at] : '\0';

	if (c != 'n' && c != 't' && c != '"' && c != '\\')
		return format_build_literal(s, '\\');
	s->at++;
	return format_build_literal(s, c == 'n' ? '\n' : c == 't' ? '\t' : c);
}

int format_apache_read(struct format_build *s)
{
	int err = 0;

	while (!err && s->at < s->source.n) {
		char c = s->source.p[s->at++];
		if (c == '%')
			err = read_item(s);
		else
			err = c == '\\' ? read_escape(s) : format_build_literal(s, c);
	}
	return err;
}
