// SPDX-License-Identifier: MIT
#include "log/format_haproxy.h"

#include <ctype.h>

#define NAME_MOST 4 /* letters of an alias */

/* Aliases and samples that say something. Others are passed over: they are texts that end where
 * what stands behind them begins. */
static const struct log_meaning meanings[] = {
	{"ci", LOG_ADDR, 0},
	{"cp", LOG_PORT, 0},
	{"r", LOG_REQUEST, 0},
	{"HM", LOG_METHOD, 0},
	{"HU", LOG_URI, 1},
	{"HP", LOG_URI, 0},
	{"HPO", LOG_URI, 0},
	{"HQ", LOG_ARGS, 0},
	{"HV", LOG_PROTO, 0},
	{"ST", LOG_STATUS, 0},
	{"B", LOG_BYTES, 0},
	{"t", LOG_TIME_CLF, 0},
	{"tr", LOG_TIME_CLF, 0},
	{"trg", LOG_TIME_CLF, 0},
	{"trl", LOG_TIME_CLF, 0},
	{"T", LOG_TIME_CLF, 0},
	{"Tl", LOG_TIME_CLF, 0},
	{"Ts", LOG_TIME_SEC, 0},
	{"Ta", LOG_TOOK, TOOK_RANK_MS},
	{"Tt", LOG_TOOK, TOOK_RANK_MS},
	{"[src]", LOG_ADDR, 1},
	{"[src_port]", LOG_PORT, 1},
	{"[status]", LOG_STATUS, 1},
	{"[fc_src]", LOG_PEER, 0},
};

static const struct log_meaning *find(struct str name)
{
	static const struct log_meaning skip = {"", LOG_SKIP, 0};

	for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
		if (str_eq(name, str_of(meanings[i].name)))
			return &meanings[i];
	return &skip;
}

/* Numbers and times are never quoted, whatever the flags say (sess_build_logline() in log.c). */
static bool is_text(struct str name)
{
	static const char *const texts[] = {"ci", "bi", "fi", "si", "H", "ID", "f", "ft", "b", "s",
		"r", "HM", "HU", "HP", "HPO", "HQ", "HV", "CC", "CS", "hr", "hs", "hrl", "hsl",
		"sslc", "sslv"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_eq(name, str_of(texts[i])))
			return true;
	return name.n && *name.p == '[';
}

/* "{+Q,-E}": whether the value is quoted; without a word on it, as all others are. */
static int read_flags(struct format_build *s, bool *quoted)
{
	const char *open = s->source.p + s->at, *end = s->source.p + s->source.n;
	const char *close = memchr(open, '}', (size_t)(end - open));

	if (!close)
		return format_build_fail(s, s->at, "unterminated \"%{\"", "\"}\" and a name");
	for (const char *p = open + 1; p + 1 < close; p++)
		if (p[1] == 'Q')
			*quoted = *p == '+';
	s->at += (size_t)(close - open) + 1;
	return 0;
}

/* "[capture.req.hdr(0),lower]": brackets may be within it. */
static struct str read_sample(struct format_build *s)
{
	struct str rest = str_skip(s->source, s->at);
	size_t depth = 0, n = 0;

	for (; n < rest.n; n++) {
		depth += rest.p[n] == '[';
		if (rest.p[n] == ']' && --depth == 0) {
			n++;
			break;
		}
	}
	s->at += n;
	return (struct str){rest.p, n};
}

/* The longest alias is meant: "%tsc" is one, "%ts" another. */
static struct str read_alias(struct format_build *s)
{
	struct str rest = str_skip(s->source, s->at);
	size_t n = 0;

	while (n < rest.n && n < NAME_MOST && isalpha((unsigned char)rest.p[n]))
		n++;
	s->at += n;
	return (struct str){rest.p, n};
}

/* Behind the "%". */
static int read_item(struct format_build *s, bool *all_quoted)
{
	size_t start = s->at - 1;
	bool quoted = *all_quoted;
	int err = 0;

	if (s->at < s->source.n && s->source.p[s->at] == '%') {
		s->at++;
		return format_build_literal(s, '%');
	}
	if (s->at < s->source.n && s->source.p[s->at] == '{')
		err = read_flags(s, &quoted);
	if (err)
		return err;
	bool sample = s->at < s->source.n && s->source.p[s->at] == '[';
	struct str name = sample ? read_sample(s) : read_alias(s);
	if (name.n == 0)
		return format_build_fail(
			s, start, "\"%\" without a name", "one such as %ci, %ST or %{+Q}r");
	if (str_eq(name, STR_LIT("o"))) { /* nothing but flags, for all that follow */
		*all_quoted = quoted;
		return 0;
	}
	quoted &= is_text(name);
	if (quoted)
		err = format_build_literal(s, '"');
	if (!err)
		err = format_build_field(s, find(name));
	return err || !quoted ? err : format_build_literal(s, '"');
}

/* Several blanks are one, and at the start none (LOG_FMT_SEPARATOR in HAProxy's log.c). */
int format_haproxy_read(struct format_build *s)
{
	bool all_quoted = false, blank = true;
	int err = 0;

	while (!err && s->at < s->source.n) {
		size_t parts = s->custom->count;
		char c = s->source.p[s->at++];
		bool item = c == '%';
		if (c == '\\' && s->at < s->source.n) /* "\ " in a configuration */
			c = s->source.p[s->at++];
		if (item)
			err = read_item(s, &all_quoted);
		else if (c != ' ' || !blank)
			err = format_build_literal(s, c);
		blank = item ? blank && parts == s->custom->count : c == ' ';
	}
	return err;
}
