// SPDX-License-Identifier: MIT
#include "pages/roff.h"

#include "base/str.h"

#include <stdlib.h>

#ifndef NG_DATE /* the Makefile's to say: of the version */
#define NG_DATE ""
#endif

#define WIDTH 66 /* of a source line before escapes: mandoc has an opinion on 80 */

/* Of one word or line; columns of the source that it takes. */
static int put_escaped(FILE *out, struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '\\':
			n += fprintf(out, "\\e");
			break;
		case '-':
			n += fprintf(out, "\\-");
			break;
		case '^':
			n += fprintf(out, "\\(ha");
			break;
		case '~':
			n += fprintf(out, "\\(ti");
			break;
		case '`':
			n += fprintf(out, "\\(ga");
			break;
		case '\'':
			n += fprintf(out, "\\(aq");
			break;
		case '"':
			n += fprintf(out, "\\(dq");
			break;
		default:
			putc(s.p[i], out);
			n++;
		}
	}
	return n;
}

static bool is_of_flag(char c)
{
	return c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Where a --flag begins and ends in a word; false: there is none. */
static bool find_flag(struct str word, size_t *ret_at, size_t *ret_end)
{
	size_t at = word.n > 0 && (word.p[0] == '(' || word.p[0] == '"');

	if (word.n < at + 3 || word.p[at] != '-' || word.p[at + 1] != '-')
		return false;
	*ret_at = at;
	for (*ret_end = at; *ret_end < word.n && is_of_flag(word.p[*ret_end]);)
		++*ret_end;
	return true;
}

static int put_word(FILE *out, struct str word)
{
	size_t at, end;
	int n = word.p[0] == '.' ? fprintf(out, "\\&") : 0;

	if (!find_flag(word, &at, &end))
		return n + put_escaped(out, word);
	n += put_escaped(out, (struct str){word.p, at});
	n += fprintf(out, "\\fB");
	n += put_escaped(out, (struct str){word.p + at, end - at});
	n += fprintf(out, "\\fR");
	return n + put_escaped(out, (struct str){word.p + end, word.n - end});
}

void roff_text(FILE *out, const char *text)
{
	int column = 0;

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " \n");
		if (n && column && column + (int)n > WIDTH) {
			putc('\n', out);
			column = 0;
		}
		if (n && column) {
			putc(' ', out);
			column++;
		}
		if (n)
			column += put_word(out, (struct str){p, n});
		p += n + (p[n] != '\0');
	}
	if (column)
		putc('\n', out);
}

void roff_title(FILE *out, const char *name, const char *section, const char *volume)
{
	fputs(".\\\" Made by src/pages from the program's own tables.\n", out);
	fprintf(out, ".TH %s %s %s \"nethergaze %s\" \"%s\"\n", name, section, NG_DATE, NG_VERSION,
		volume);
}

void roff_heading(FILE *out, const char *text)
{
	fprintf(out, ".SH %s\n", text);
}

void roff_subheading(FILE *out, const char *text)
{
	fputs(".SS ", out);
	put_escaped(out, str_of(text));
	putc('\n', out);
}

void roff_paragraph(FILE *out)
{
	fputs(".PP\n", out);
}

void roff_tag(FILE *out, const char *bold, const char *italic)
{
	fputs(".TP\n", out);
	if (bold) {
		fputs("\\fB", out);
		put_escaped(out, str_of(bold));
		fputs("\\fR", out);
	}
	if (italic) {
		fputs("\\fI", out);
		put_escaped(out, str_of(italic));
		fputs("\\fR", out);
	}
	putc('\n', out);
}

void roff_lines(FILE *out, const char *text)
{
	fputs(".RS 4\n.nf\n", out);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		if (*p == '.')
			fputs("\\&", out);
		put_escaped(out, (struct str){p, n});
		putc('\n', out);
		p += n + (p[n] != '\0');
	}
	fputs(".fi\n.RE\n", out);
}
