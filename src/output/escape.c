// SPDX-License-Identifier: MIT
#include "output/escape.h"

#include "base/text.h"

#define PIECE 256

/* Calls back with clean pieces. Newlines are no piece's part; they come as pieces of their own. */
static void each_piece(FILE *out, struct str s, bool lines,
	void (*put)(FILE *out, struct str piece, int how), int how)
{
	char clean[PIECE * 8]; /* a byte is spelled in four, a character in ten */

	while (s.n) {
		struct str line = s;
		const char *end = lines ? memchr(s.p, '\n', s.n) : NULL;
		if (end == s.p) {
			put(out, STR_LIT("\n"), how);
			s = str_skip(s, 1);
			continue;
		}
		if (end)
			line.n = (size_t)(end - s.p);
		struct str piece = text_clip(line, PIECE);
		if (!piece.n)
			piece.n = line.n < PIECE ? line.n : PIECE;
		put(out, (struct str){clean, text_sanitise(clean, sizeof clean, piece)}, how);
		s = str_skip(s, piece.n);
	}
}

/* HTML. */

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '`': /* old parsers take it for a quote */
		return "&#96;";
	default:
		return NULL;
	}
}

static void put_html(FILE *out, struct str s, int how)
{
	(void)how;
	for (size_t i = 0; i < s.n; i++) {
		const char *entity = entity_of(s.p[i]);
		if (entity)
			fputs(entity, out);
		else
			fputc(s.p[i], out);
	}
}

void escape_html(FILE *out, struct str s)
{
	each_piece(out, s, true, put_html, 0);
}

/* Markdown. */

static bool is_punctuation(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
	       (c >= '{' && c <= '~');
}

static bool is_number(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n == s.n;
}

/* What begins a block stands at the start of a line alone (CommonMark 0.31, 4 and 5); links without
 * brackets begin with "www." or a scheme (GFM 0.29, 6.9), pictures by name with a colon. Nobody
 * knows what follows the last byte of a piece. */
static bool is_markup(struct str s, size_t i)
{
	char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : '\0';

	if (strchr("\\`*_{}[]|~#@$^", c))
		return true;
	if (strchr("-+=", c))
		return i == 0;
	if (c == '.' || c == ')')
		return is_number((struct str){s.p, i}) || s.p[i - 1] == 'w' || s.p[i - 1] == 'W';
	return c == ':' && next != ' ';
}

static void put_markdown(FILE *out, struct str s, int how)
{
	(void)how;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '&') {
			fputs(entity_of(s.p[i]), out);
			continue;
		}
		if (is_markup(s, i))
			fputc('\\', out);
		fputc(s.p[i], out);
	}
}

void escape_markdown(FILE *out, struct str s)
{
	each_piece(out, s, false, put_markdown, 0);
}

static size_t longest_run(struct str s, char c)
{
	size_t most = 0, n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n = s.p[i] == c ? n + 1 : 0;
		most = n > most ? n : most;
	}
	return most;
}

static void put_times(FILE *out, char c, size_t n)
{
	while (n--)
		fputc(c, out);
}

static void put_code(FILE *out, struct str s, int how)
{
	(void)how;
	fwrite(s.p, 1, s.n, out);
}

static void put_spelled(FILE *out, struct str s, int how)
{
	(void)how;
	for (size_t i = 0; i < s.n; i++)
		if (is_punctuation(s.p[i]))
			fprintf(out, "&#%d;", s.p[i]);
		else
			fputc(s.p[i], out);
}

void escape_markdown_code(FILE *out, struct str s, bool in_table)
{
	size_t fence = longest_run(s, '`') + 1;
	bool pad = s.n && (s.p[0] == '`' || s.p[s.n - 1] == '`' || s.p[0] == ' ');

	if (!s.n)
		return;
	if (in_table && memchr(s.p, '|', s.n)) {
		fputs("<code>", out);
		each_piece(out, s, false, put_spelled, 0);
		fputs("</code>", out);
		return;
	}
	put_times(out, '`', fence);
	put_times(out, ' ', pad);
	each_piece(out, s, false, put_code, 0);
	put_times(out, ' ', pad);
	put_times(out, '`', fence);
}

static void put_lines(FILE *out, struct str s, int indent)
{
	fwrite(s.p, 1, s.n, out);
	if (s.n == 1 && s.p[0] == '\n')
		put_times(out, ' ', (size_t)indent);
}

void escape_markdown_block(FILE *out, struct str s, int indent)
{
	size_t fence = longest_run(s, '`') + 1;

	fence = fence < 3 ? 3 : fence;
	put_times(out, ' ', (size_t)indent);
	put_times(out, '`', fence);
	fputc('\n', out);
	put_times(out, ' ', (size_t)indent);
	each_piece(out, s, true, put_lines, indent);
	fputc('\n', out);
	put_times(out, ' ', (size_t)indent);
	put_times(out, '`', fence);
	fputc('\n', out);
}
