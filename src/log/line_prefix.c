// SPDX-License-Identifier: MIT
#include "log/line_prefix.h"

#include "base/addr.h"
#include "log/addr.h"

#define ROUNDS_MAX 4   /* wrappers within wrappers */
#define TAG_MAX    64  /* a container's or program's name */
#define LABEL_MAX  256 /* a file's, a pod's */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The bytes up to the next space or the end. */
static struct str token(struct str s)
{
	const char *space = s.n ? memchr(s.p, ' ', s.n) : NULL;

	return (struct str){s.p, space ? (size_t)(space - s.p) : s.n};
}

/* Behind the first token and the one space after it; empty when there is none. */
static struct str next(struct str s)
{
	struct str t = token(s);

	return str_skip(s, t.n < s.n ? t.n + 1 : s.n);
}

static bool matches(struct str s, const char *shape)
{
	size_t n = strlen(shape);

	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (shape[i] == '0' ? !is_digit(s.p[i]) && s.p[i] != ' '
				    : shape[i] != 'a' && shape[i] != s.p[i])
			return false;
	return true;
}

static bool is_address(struct str s)
{
	struct addr a;

	return addr_parse(s, &a) == 0;
}

/* "nginx:", "nginx[12]:". An IPv6 address may end in a colon too. */
static bool is_tag(struct str t)
{
	return t.n > 1 && t.n <= TAG_MAX && t.p[t.n - 1] == ':' && !is_address(t);
}

static bool is_object(struct str s)
{
	return s.n && *s.p == '{';
}

/* Without "[12]" and the colon. */
static struct str name_of(struct str tag)
{
	const char *open = memchr(tag.p, '[', tag.n);
	size_t colon = tag.p[tag.n - 1] == ':';

	return (struct str){tag.p, open ? (size_t)(open - tag.p) : tag.n - colon};
}

/* "host tag: " or "tag: " behind a time; what is left when there is neither is no wrapper, unless
 * it cannot be anything but the line. */
static struct str after_tag(struct str s, struct str whole, struct log_head *head)
{
	struct str first = token(s), second = next(s);

	if (is_tag(first)) {
		head->program = name_of(first);
		return second;
	}
	if (is_object(second))
		return second;
	if (is_object(s))
		return s;
	if (!is_tag(token(second)))
		return whole;
	head->program = name_of(token(second));
	return next(second);
}

/* Behind "Nov 22 08:14:15 " or, as journald has it, "Nov 22 08:14:15.123456 "; n is 14 where the
 * day has one digit and nothing before it. */
static struct str skip_stamp(struct str s, size_t n)
{
	struct str rest = str_skip(s, n);

	if (*rest.p == '.')
		return next(rest);
	return *rest.p == ' ' ? str_skip(rest, 1) : s;
}

/* Behind "[id name=\"value\" …]", whose values have "\]" for a bracket (RFC 5424, 6.3.3). Empty
 * when it does not end. */
static struct str skip_element(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == ']')
			return str_skip(s, i + 1);
	}
	return str_skip(s, s.n);
}

/* RFC 5424: "1 TIME HOST APP PROCID MSGID SD ", SD being "-" or one "[…]" after the other. */
static struct str skip_rfc5424(struct str s, struct log_head *head)
{
	struct str rest = s;

	head->stamp = next(s);
	for (int i = 0; i < 6; i++) {
		if (i == 3)
			head->program = token(rest);
		rest = next(rest);
	}
	if (!rest.n || *rest.p != '[')
		return next(rest);
	while (rest.n && *rest.p == '[')
		rest = skip_element(rest);
	return rest.n ? rest : s;
}

static struct str skip_priority(struct str s, struct log_head *head)
{
	size_t i = 1;

	while (i < s.n && i <= 3 && is_digit(s.p[i]))
		i++;
	if (i == 1 || i >= s.n || s.p[i] != '>')
		return s;
	struct str rest = str_skip(s, i + 1);
	return matches(rest, "1 0000-00-00T") ? skip_rfc5424(rest, head) : rest;
}

/* "2026-11-22T08:14:15.123Z stdout F " (CRI), "2026-11-22T08:14:15+00:00 host nginx: ", or nothing
 * but the time, in nanoseconds (docker logs -t). */
static struct str skip_iso(struct str s, struct log_head *head)
{
	struct str rest = next(s), stream = token(rest), kind = token(next(rest));
	bool named = str_eq(stream, STR_LIT("stdout")) || str_eq(stream, STR_LIT("stderr"));

	if (named && (str_eq(kind, STR_LIT("F")) || str_eq(kind, STR_LIT("P"))))
		return next(next(rest));
	if (matches(s, "0000-00-00T00:00:00.000000000Z "))
		return rest;
	return after_tag(rest, s, head);
}

/* "Sun 2026-11-22 08:14:15 UTC web1 sshd[71]: " (journalctl -o short-full). */
static struct str skip_full(struct str s, struct log_head *head)
{
	struct str stamp = next(s), rest = after_tag(next(next(next(stamp))), s, head);

	if (rest.n < s.n)
		head->stamp = stamp;
	return rest;
}

/* "1795335255.123456 web1 sshd[71]: " (short-unix), "[ 1234.567890] web1 sshd[71]: " (of the boot:
 * no time that we know). */
static struct str skip_seconds(struct str s, struct log_head *head)
{
	const char *close = *s.p == '[' ? memchr(s.p, ']', s.n < TAG_MAX ? s.n : TAG_MAX) : NULL;
	struct str rest =
		after_tag(close ? next(str_skip(s, (size_t)(close - s.p))) : next(s), s, head);

	if (rest.n < s.n && !close)
		head->stamp = s;
	return rest;
}

/* An address, with or without a port: what stands behind it is not the first thing that was logged.
 */
static bool is_peer(struct str s)
{
	struct addr a;
	uint32_t port;

	return log_addr_parse(s, &a, &port) == 0;
}

/* A word that nobody but whoever collects logs writes before one. */
static bool is_label(struct str word)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i], lower = (char)(c | 0x20);
		if (!(lower >= 'a' && lower <= 'z') && !is_digit(c) && !memchr("._-@/:[]", c, 8))
			return false;
	}
	return word.n && word.n <= LABEL_MAX;
}

/* "[pod/caddy-5d/caddy] {…" (kubectl logs --prefix), "caddy-5d caddy {…" (stern): one or two words
 * before an object. */
static struct str skip_labels(struct str s)
{
	struct str rest = s;

	for (int i = 0; i < 2; i++) {
		if (!is_label(token(rest)) || is_peer(token(rest)))
			return s;
		rest = next(rest);
		if (rest.n > 1 && rest.p[0] == '{' && rest.p[1] == '"')
			return rest;
	}
	return s;
}

/* "access.log:192.0.2.7 - - [" (grep over several files, also with the line's number),
 * "web\t192.0.2.7 - - [". Where an IPv6 address begins behind a colon nobody can tell. */
static struct str skip_stuck(struct str s)
{
	struct str first = token(s);
	struct addr a;
	size_t i = first.n < LABEL_MAX ? first.n : LABEL_MAX;

	while (i > 1 && first.p[i - 1] != ':' && first.p[i - 1] != '\t')
		i--;
	if (i < 2)
		return s;
	struct str label = {first.p, i - 1};
	bool tab = first.p[i - 1] == '\t';
	bool file = memchr(label.p, '/', label.n) || memmem(label.p, label.n, ".log", 4);
	bool stuck = addr_parse(str_skip(first, i), &a) == 0 && (tab || (file && addr_is_v4(&a)));
	return stuck && is_label(label) && !is_peer(label) ? str_skip(s, i) : s;
}

/* "caddy  | " */
static struct str skip_compose(struct str s)
{
	struct str name = token(s), rest = str_skip(s, name.n);

	if (name.n == 0 || name.n > TAG_MAX || memchr(name.p, ':', name.n))
		return s;
	while (rest.n && *rest.p == ' ')
		rest = str_skip(rest, 1);
	if (rest.n < 2 || rest.p[0] != '|' || rest.p[1] != ' ' || is_address(name))
		return s;
	return str_skip(rest, 2);
}

/* What begins with no time that we know. */
static struct str skip_words(struct str s)
{
	struct str rest = skip_compose(s);

	if (rest.n == s.n)
		rest = skip_labels(s);
	return rest.n == s.n ? skip_stuck(s) : rest;
}

static struct str skip_wrapper(struct str s, struct log_head *head)
{
	struct str rest;

	if (s.n == 0)
		return s;
	if (*s.p == '<')
		return skip_priority(s, head);
	if (matches(s, "1 0000-00-00T")) /* without a priority, as rsyslog writes it to files */
		return skip_rfc5424(s, head);
	if (matches(s, "aaa 0000-00-00 00:00:00 "))
		return skip_full(s, head);
	if (matches(s, "0000000000.000000 ") || matches(s, "[00000.000000] "))
		return skip_seconds(s, head);
	bool short_day = matches(s, "aaa 0 00:00:00a");
	if (short_day || matches(s, "aaa 00 00:00:00a")) {
		rest = skip_stamp(s, short_day ? 14 : 15);
		rest = rest.n < s.n ? after_tag(rest, s, head) : s;
	} else if (matches(s, "0000-00-00T")) {
		rest = skip_iso(s, head);
	} else {
		return skip_words(s);
	}
	if (rest.n < s.n)
		head->stamp = s;
	return rest;
}

/* "\x1b[36m": the colours of compose and stern. */
static struct str skip_colour(struct str s)
{
	size_t i = 2;

	if (s.n < 3 || s.p[0] != '\x1b' || s.p[1] != '[')
		return s;
	while (i < s.n && i < 20 && (is_digit(s.p[i]) || s.p[i] == ';'))
		i++;
	return i < s.n && s.p[i] == 'm' ? str_skip(s, i + 1) : s;
}

static struct str trim(struct str s)
{
	static const char bom[] = "\xef\xbb\xbf";

	while (s.n && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
		s.n--;
	for (;;) {
		if (s.n && (*s.p == '\0' || *s.p == ' '))
			s = str_skip(s, 1);
		else if (skip_colour(s).n < s.n)
			s = skip_colour(s);
		else if (str_starts(s, (struct str){bom, 3}))
			s = str_skip(s, 3);
		else
			return s;
	}
}

/* Up to the last wrapper, or behind the first that names the program. */
static struct str unwrap(struct str line, bool to_program, struct log_head *head)
{
	line = trim(line);
	for (int i = 0; i < ROUNDS_MAX && !(to_program && head->program.p); i++) {
		struct str rest = skip_wrapper(line, head);
		if (rest.n == line.n)
			break;
		line = trim(rest);
	}
	return line;
}

struct str log_unwrap(struct str line)
{
	struct log_head head = {STR_ABSENT, STR_ABSENT};

	return unwrap(line, false, &head);
}

struct str log_unwrap_head(struct str line, struct log_head *ret_head)
{
	*ret_head = (struct log_head){STR_ABSENT, STR_ABSENT};
	return unwrap(line, true, ret_head);
}
