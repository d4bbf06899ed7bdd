// SPDX-License-Identifier: MIT
#include "base/toml.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct parser {
	struct str in;
	size_t at;
	int line;
	struct toml_error *error;
	char table[TOML_PATH_MAX]; /* "actions.hooks." or "" */
	int table_number;
	struct { /* arrays of tables, and how many of each there were */
		char path[TOML_PATH_MAX];
		int n;
	} arrays[TOML_ARRAYS_MAX];
	size_t array_count;
	struct toml_value *items; /* TOML_ITEMS_MAX of them */
	char *text;               /* decoded strings of the current value */
	size_t text_n;
};

#define TEXT_TOTAL (TOML_TEXT_MAX * 4u)

const char *toml_type_name(enum toml_type type)
{
	static const char *const names[] = {"a string", "a number", "a boolean", "an array"};

	return names[type];
}

__attribute__((format(printf, 2, 3))) static int fail(struct parser *p, const char *format, ...)
{
	char text[sizeof p->error->text];
	va_list args;

	p->error->line = p->line;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	size_t n = text_sanitise(p->error->text, sizeof p->error->text - 1, str_of(text));
	p->error->text[n] = '\0';
	return -EINVAL;
}

static int peek(const struct parser *p)
{
	return p->at < p->in.n ? (unsigned char)p->in.p[p->at] : -1;
}

static void skip_blanks(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t')
		p->at++;
}

static void skip_comment(struct parser *p)
{
	if (peek(p) == '#')
		while (p->at < p->in.n && p->in.p[p->at] != '\n')
			p->at++;
}

/* Blanks, comments and newlines, as between an array's items. */
static void skip_lines(struct parser *p)
{
	for (;;) {
		skip_blanks(p);
		skip_comment(p);
		if (peek(p) != '\n' && peek(p) != '\r')
			return;
		p->line += peek(p) == '\n';
		p->at++;
	}
}

/* What may follow a value or a header: a comment, then the line's end. */
static int end_of_line(struct parser *p)
{
	skip_blanks(p);
	skip_comment(p);
	if (peek(p) == '\r')
		p->at++;
	if (peek(p) != -1 && peek(p) != '\n')
		return fail(p, "unexpected text after the value; expected the end of the line");
	return 0;
}

static bool is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static int put_char(struct parser *p, char c)
{
	if (p->text_n == TEXT_TOTAL)
		return fail(p, "the value is too long; expected at most %d bytes", TOML_TEXT_MAX);
	p->text[p->text_n++] = c;
	return 0;
}

static int put_code_point(struct parser *p, int digits)
{
	uint32_t cp = 0;

	for (int i = 0; i < digits; i++, p->at++) {
		int c = peek(p);
		int v = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;
		if (v < 0)
			return fail(p, "bad \\u escape; expected %d hex digits", digits);
		cp = cp << 4 | (uint32_t)v;
	}
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return fail(p, "bad \\u escape; expected a Unicode character");
	char bytes[4];
	size_t n = text_put_utf8(bytes, cp);
	int err = 0;
	for (size_t i = 0; i < n && !err; i++)
		err = put_char(p, bytes[i]);
	return err;
}

static int escape(struct parser *p)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	int c = peek(p);
	const char *known = c > 0 ? strchr(from, c) : NULL;

	p->at++;
	if (known)
		return put_char(p, to[known - from]);
	if (c == 'u' || c == 'U')
		return put_code_point(p, c == 'u' ? 4 : 8);
	return fail(p, "bad escape in a string; expected \\\" \\\\ \\n \\t \\uXXXX");
}

static int string(struct parser *p, struct str *ret)
{
	char quote = p->in.p[p->at++];
	size_t start = p->text_n;

	if (p->at + 1 < p->in.n && p->in.p[p->at] == quote && p->in.p[p->at + 1] == quote)
		return fail(p, "multi-line strings are not supported; expected one line in quotes");
	for (;;) {
		int c = peek(p), err;
		if (c == -1 || c == '\n')
			return fail(p, "the string does not end; expected a closing %c", quote);
		p->at++;
		if (c == quote)
			break;
		err = c == '\\' && quote == '"' ? escape(p) : put_char(p, (char)c);
		if (err)
			return err;
	}
	*ret = (struct str){p->text + start, p->text_n - start};
	if (ret->n > TOML_TEXT_MAX || memchr(ret->p ? ret->p : "", '\0', ret->n))
		return fail(p, "the string is too long or holds a NUL; expected at most %d bytes",
			TOML_TEXT_MAX);
	return 0;
}

/* Underscores, and where a sign or an exponent may stand, are for the reader of the number. */
static int check_number(struct parser *p, struct str text)
{
	bool sign = text.n && (text.p[0] == '-' || text.p[0] == '+');
	int digit = text.n > sign ? text.p[sign] : -1;

	if (digit < '0' || digit > '9')
		return fail(
			p, "no value; expected a \"string\", a number, true, false or an [array]");
	for (size_t i = sign; i < text.n; i++)
		if (!strchr("0123456789+-._eE", text.p[i]))
			return fail(p, "%.*s is not a number; expected quotes around a string",
				text.n > 40 ? 40 : (int)text.n, text.p);
	return 0;
}

static int scalar(struct parser *p, struct toml_value *ret)
{
	int c = peek(p);
	size_t start = p->at;

	if (c == '"' || c == '\'') {
		ret->type = TOML_STRING;
		return string(p, &ret->text);
	}
	if (c == '{')
		return fail(p, "inline tables are not supported; expected a separate [table]");
	while (is_bare(peek(p)) || peek(p) == '+' || peek(p) == '.' || peek(p) == ':')
		p->at++;
	ret->text = (struct str){p->in.p + start, p->at - start};
	if (str_eq(ret->text, STR_LIT("true")) || str_eq(ret->text, STR_LIT("false"))) {
		ret->type = TOML_BOOL;
		return 0;
	}
	ret->type = TOML_NUMBER;
	return check_number(p, ret->text);
}

static int array(struct parser *p, struct toml_value *ret)
{
	size_t n = 0;

	p->at++;
	for (;;) {
		skip_lines(p);
		if (peek(p) == ']')
			break;
		if (n == TOML_ITEMS_MAX)
			return fail(p, "the array is too long; expected at most %d items",
				TOML_ITEMS_MAX);
		if (peek(p) == '[')
			return fail(p, "arrays in arrays are not supported");
		int err = scalar(p, &p->items[n++]);
		if (err)
			return err;
		skip_lines(p);
		if (peek(p) == ',')
			p->at++;
		else if (peek(p) != ']')
			return fail(p, "the array does not end; expected ',' or ']'");
	}
	p->at++;
	*ret = (struct toml_value){.type = TOML_ARRAY, .items = p->items, .count = n};
	return 0;
}

static int key_part(struct parser *p, char *path, size_t *n)
{
	struct str part = {p->in.p + p->at, 0};

	if (peek(p) == '"' || peek(p) == '\'') {
		p->text_n = 0;
		int err = string(p, &part);
		if (err)
			return err;
	} else {
		while (is_bare(peek(p)))
			p->at++;
		part.n = (size_t)(p->in.p + p->at - part.p);
	}
	if (part.n == 0 || *n + part.n + 2 > TOML_PATH_MAX || !text_is_clean(part))
		return fail(p, "bad key; expected letters, digits, '_' or '-'");
	memcpy(path + *n, part.p, part.n);
	*n += part.n;
	path[*n] = '\0';
	return 0;
}

/* A dotted key after the prefix that is already in path. */
static int key(struct parser *p, char path[static TOML_PATH_MAX])
{
	size_t n = strlen(path);

	for (;;) {
		skip_blanks(p);
		int err = key_part(p, path, &n);
		if (err)
			return err;
		skip_blanks(p);
		if (peek(p) != '.')
			return 0;
		p->at++;
		path[n++] = '.';
		path[n] = '\0';
	}
}

/* The number of the table that begins here, of those of its name. */
static int count_table(struct parser *p, const char *path, int *ret_number)
{
	size_t i = 0;

	while (i < p->array_count && strcmp(p->arrays[i].path, path) != 0)
		i++;
	if (i == TOML_ARRAYS_MAX)
		return fail(p, "too many arrays of tables; expected at most %d", TOML_ARRAYS_MAX);
	if (i == p->array_count)
		strcpy(p->arrays[p->array_count++].path, path);
	*ret_number = p->arrays[i].n++;
	return 0;
}

static int header(struct parser *p)
{
	char path[TOML_PATH_MAX] = "";
	bool many = p->at + 1 < p->in.n && p->in.p[p->at + 1] == '[';

	p->at += many ? 2 : 1;
	int err = key(p, path);
	if (err)
		return err;
	for (int i = 0; i <= many; i++)
		if (peek(p) != ']')
			return fail(p, "the table's name does not end; expected '%s'",
				many ? "]]" : "]");
		else
			p->at++;
	strcat(path, ".");
	p->table_number = 0;
	err = many ? count_table(p, path, &p->table_number) : 0;
	if (err)
		return err;
	strcpy(p->table, path);
	return end_of_line(p);
}

static int assignment(struct parser *p, toml_fn *fn, void *ctx)
{
	struct toml_value value = {0};
	char path[TOML_PATH_MAX];
	int line = p->line;

	strcpy(path, p->table);
	int err = key(p, path);
	if (err)
		return err;
	if (peek(p) != '=')
		return fail(p, "no '=' after the key; expected key = value");
	p->at++;
	skip_blanks(p);
	p->text_n = 0;
	err = peek(p) == '[' ? array(p, &value) : scalar(p, &value);
	if (!err)
		err = end_of_line(p);
	return err ? err : fn(ctx, line, path, p->table_number, &value);
}

int toml_parse(struct str text, toml_fn *fn, void *ctx, struct toml_error *ret_error)
{
	struct parser p = {.in = text, .line = 1, .error = ret_error};
	int err = 0;

	p.items = calloc(TOML_ITEMS_MAX, sizeof *p.items);
	p.text = malloc(TEXT_TOTAL);
	if (!p.items || !p.text)
		err = -ENOMEM;
	if (str_starts(text, STR_LIT("\xef\xbb\xbf")))
		p.at = 3;
	while (!err) {
		skip_lines(&p);
		if (peek(&p) == -1)
			break;
		err = peek(&p) == '[' ? header(&p) : assignment(&p, fn, ctx);
	}
	free(p.items);
	free(p.text);
	return err;
}
