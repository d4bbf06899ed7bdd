// SPDX-License-Identifier: MIT
#include "base/wrap.h"

#include "base/text.h"

/* Wider than the line even alone: it cannot be shown, but must not stay. */
static size_t one_character(struct str s)
{
	uint32_t cp;
	size_t n = text_utf8(s, &cp);

	return n ? n : 1;
}

/* How much of s goes on a line: up to the last blank that leaves it not wider than width. */
static struct str line_of(struct str s, int width, enum wrap_long how)
{
	struct str line = text_cut(s, width > 1 ? width : 1);

	if (line.n == s.n)
		return line;
	for (size_t n = line.n; n > 0; n--)
		if (s.p[n] == ' ')
			return (struct str){s.p, n};
	if (how == WRAP_LONG_CUT)
		return (struct str){s.p, line.n ? line.n : one_character(s)};
	const char *blank = memchr(s.p, ' ', s.n);
	return (struct str){s.p, blank ? (size_t)(blank - s.p) : s.n};
}

struct str wrap_next(struct str *rest, int width, enum wrap_long how)
{
	struct str line = line_of(*rest, width, how);
	size_t n = line.n;

	while (n < rest->n && rest->p[n] == ' ')
		n++;
	*rest = (struct str){rest->p + n, rest->n - n};
	return line;
}

void wrap_print(FILE *out, int indent, int width, const char *text)
{
	struct str rest = str_of(text);
	struct str line = wrap_next(&rest, width - indent, WRAP_LONG_WHOLE);

	fprintf(out, "%.*s", STR_FMT(line));
	while (rest.n) {
		line = wrap_next(&rest, width - indent, WRAP_LONG_WHOLE);
		fprintf(out, "\n%*s%.*s", indent, "", STR_FMT(line));
	}
	fputc('\n', out);
}
