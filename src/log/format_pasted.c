// SPDX-License-Identifier: MIT
#include "log/format_pasted.h"

#include <errno.h>
#include <stdio.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str trim(struct str s)
{
	while (s.n && is_space(*s.p))
		s = str_skip(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The word at the front, which is taken. */
static struct str take_word(struct str *s)
{
	size_t n = 0;

	*s = trim(*s);
	while (n < s->n && !is_space(s->p[n]))
		n++;
	struct str word = {s->p, n};
	*s = trim(str_skip(*s, n));
	return word;
}

/* Where the quoted text that s begins with ends; 0: it begins with none, or does not end. */
static size_t quoted_length(struct str s)
{
	if (!s.n || (*s.p != '"' && *s.p != '\''))
		return 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == *s.p)
			return i + 1;
	}
	return 0;
}

/* Adds what stands between quotes, in which a quote or a backslash is written with a backslash. */
static void add_quoted(struct format_pasted *f, struct str quoted, bool unescape)
{
	for (size_t i = 1; i + 1 < quoted.n && f->text.n < sizeof f->buf; i++) {
		if (unescape && quoted.p[i] == '\\' && i + 2 < quoted.n &&
			(quoted.p[i + 1] == *quoted.p || quoted.p[i + 1] == '\\'))
			i++;
		f->buf[f->text.n++] = quoted.p[i];
	}
	f->text.p = f->buf;
}

/* One quoted text behind the other. False when something else stands there. */
static bool add_all(struct format_pasted *f, struct str s, bool rest_is_name)
{
	bool any = false;
	size_t n;

	for (; (n = quoted_length(s)); s = trim(str_skip(s, n)), any = true) {
		if (any && rest_is_name)
			break;
		add_quoted(f, (struct str){s.p, n}, true);
	}
	return any && (!s.n || rest_is_name);
}

/* "log_format NAME [escape=json] '…' '…'" */
static bool read_nginx(struct format_pasted *f, struct str s)
{
	f->dialect = LOG_DIALECT_NGINX;
	take_word(&s);
	if (str_starts(s, STR_LIT("escape=")))
		f->dialect = str_eq(take_word(&s), STR_LIT("escape=none")) ? LOG_DIALECT_NGINX_RAW
									   : LOG_DIALECT_NGINX;
	return add_all(f, s, false);
}

/* "LogFormat \"…\" NAME" */
static bool read_apache(struct format_pasted *f, struct str s)
{
	f->dialect = LOG_DIALECT_APACHE;
	return add_all(f, s, true);
}

/* "CustomLog PATH \"…\"" */
static bool read_custom_log(struct format_pasted *f, struct str s)
{
	size_t n = quoted_length(s);

	if (n)
		s = trim(str_skip(s, n));
	else
		take_word(&s);
	return read_apache(f, s);
}

/* "log-format \"…\"", or with a backslash before each blank. */
static bool read_haproxy(struct format_pasted *f, struct str s)
{
	f->dialect = LOG_DIALECT_HAPROXY;
	if (quoted_length(s) == s.n)
		return add_all(f, s, false);
	f->text = s;
	return s.n > 0;
}

static const struct {
	struct str word;
	bool (*read)(struct format_pasted *f, struct str rest);
} directives[] = {
	{{"log_format", 10}, read_nginx},
	{{"LogFormat", 9}, read_apache},
	{{"CustomLog", 9}, read_custom_log},
	{{"log-format", 10}, read_haproxy},
};

/* What only one program's language has. */
static const struct {
	const char *part;
	enum log_dialect dialect; /* LOG_DIALECT_GUESS: none that is read */
	const char *whose;
} marks[] = {
	{"%^", LOG_DIALECT_GUESS, "GoAccess's"},
	{"%d:%t", LOG_DIALECT_GUESS, "GoAccess's"},
	{"%dT%t", LOG_DIALECT_GUESS, "GoAccess's"},
	{"%REQ(", LOG_DIALECT_GUESS, "Envoy's (whose default formats are read without it)"},
	{"%>a", LOG_DIALECT_GUESS, "Squid's (whose own format is read without it)"},
	{"%ci", LOG_DIALECT_HAPROXY, NULL},
	{"%ST", LOG_DIALECT_HAPROXY, NULL},
	{"%tr", LOG_DIALECT_HAPROXY, NULL},
	{"%[", LOG_DIALECT_HAPROXY, NULL},
	{"%{+", LOG_DIALECT_HAPROXY, NULL},
	{"%HM", LOG_DIALECT_HAPROXY, NULL},
};

static int settle_dialect(struct format_pasted *f, char error[static FORMAT_STRING_ERROR_MAX])
{
	for (size_t i = 0; i < ARRAY_LEN(marks) && f->dialect == LOG_DIALECT_GUESS; i++) {
		if (!memmem(f->text.p, f->text.n, marks[i].part, strlen(marks[i].part)))
			continue;
		f->dialect = marks[i].dialect;
		if (f->dialect != LOG_DIALECT_GUESS)
			break;
		snprintf(error, FORMAT_STRING_ERROR_MAX,
			"\"%s\" is of %s language; expected a format string as in nginx's "
			"log_format, Apache's LogFormat or HAProxy's log-format",
			marks[i].part, marks[i].whose);
		return -EINVAL;
	}
	return 0;
}

int format_pasted_read(
	struct str pasted, struct format_pasted *ret, char error[static FORMAT_STRING_ERROR_MAX])
{
	struct str s = trim(pasted), rest = s;

	ret->text = pasted;
	ret->dialect = LOG_DIALECT_GUESS;
	if (s.n > FORMAT_PASTED_MAX)
		return 0; /* who compiles it says that it is too long */
	struct str word = take_word(&rest);
	for (size_t i = 0; i < ARRAY_LEN(directives); i++) {
		if (!str_eq(word, directives[i].word))
			continue;
		if (rest.n && rest.p[rest.n - 1] == ';')
			rest = trim((struct str){rest.p, rest.n - 1});
		ret->text = (struct str){ret->buf, 0};
		if (directives[i].read(ret, rest))
			return 0;
		snprintf(error, FORMAT_STRING_ERROR_MAX,
			"%.*s without a format in quotes; expected the directive as it stands in "
			"the file, or the format alone",
			STR_FMT(word));
		return -EINVAL;
	}
	if (s.n && s.p[s.n - 1] == ';' && (*s.p == '\'' || *s.p == '"'))
		s = trim((struct str){s.p, s.n - 1});
	/* All of it in one pair of quotes, or in several of nginx's. */
	struct format_pasted inside = {.text = {ret->buf, 0}};
	bool wrapped = quoted_length(s) == s.n || (s.n && *s.p == '\'');
	if (wrapped && s.n > 2 && add_all(&inside, s, false)) {
		memcpy(ret->buf, inside.buf, inside.text.n);
		ret->text = (struct str){ret->buf, inside.text.n};
	}
	return settle_dialect(ret, error);
}
