// SPDX-License-Identifier: MIT
#include "detect/ranges_json.h"

#include <errno.h>

struct reader {
	struct str text;
	size_t at;
	unsigned line;
	unsigned depth;
	bool is_object[RANGES_JSON_DEPTH + 1]; /* by depth, from 1 on */
	struct str key;                        /* the latest, of the object that is read */
	ranges_json_fn *take;
	void *ctx;
};

static void skip_blank(struct reader *r)
{
	for (; r->at < r->text.n; r->at++) {
		char c = r->text.p[r->at];
		if (c == '\n')
			r->line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			break;
	}
}

/* The next character that is not blank, or 0 at the end. */
static char peek(struct reader *r)
{
	skip_blank(r);
	return (char)(r->at < r->text.n ? r->text.p[r->at] : 0);
}

static bool accept(struct reader *r, char c)
{
	if (peek(r) != c || r->at == r->text.n)
		return false;
	r->at++;
	return true;
}

static int read_text(struct reader *r, struct str *ret)
{
	size_t start;

	if (!accept(r, '"'))
		return -EBADMSG;
	for (start = r->at; r->at < r->text.n; r->at++) {
		char c = r->text.p[r->at];
		if (c == '"') {
			*ret = (struct str){r->text.p + start, r->at++ - start};
			return 0;
		}
		if ((unsigned char)c < 0x20)
			return -EBADMSG;
		r->at += c == '\\';
	}
	r->at = r->text.n;
	return -EBADMSG;
}

/* Numbers and the three words: nobody looks at them. */
static int skip_word(struct reader *r)
{
	size_t start = r->at;

	for (; r->at < r->text.n; r->at++) {
		char c = r->text.p[r->at], lower = (char)(c | 0x20);
		if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			    c == '+' || c == '.'))
			break;
	}
	return r->at > start ? 0 : -EBADMSG;
}

static bool means_network(struct str key)
{
	static const char *const keys[] = {"ipv4Prefix", "ipv6Prefix", "ip_prefix", "ipv6_prefix",
		"ipPrefix", "cidr", "prefix"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (str_eq(key, str_of(keys[i])))
			return true;
	return false;
}

static int take_text(struct reader *r)
{
	struct str text = STR_ABSENT;
	unsigned line = r->line;
	bool in_object = r->depth && r->is_object[r->depth];
	int err = read_text(r, &text);

	if (err)
		return err;
	if (in_object)
		return means_network(r->key) ? r->take(r->ctx, line, text, true) : 0;
	return r->depth ? r->take(r->ctx, line, text, r->depth == 1) : 0;
}

static int read_key(struct reader *r)
{
	int err = read_text(r, &r->key);

	if (err)
		return err;
	return accept(r, ':') ? 0 : -EBADMSG;
}

/* After a value: closes what ends here; sets *ret_more when another value must follow. */
static int end_value(struct reader *r, bool *ret_more)
{
	while (r->depth > 0) {
		bool object = r->is_object[r->depth];
		if (accept(r, ',')) {
			*ret_more = true;
			return object ? read_key(r) : 0;
		}
		if (!accept(r, object ? '}' : ']'))
			return -EBADMSG;
		r->depth--;
	}
	*ret_more = false;
	return 0;
}

/* Opens an object or an array. One that is empty is a value like any other. */
static int open_value(struct reader *r, bool object, bool *ret_is_value)
{
	r->at++;
	*ret_is_value = accept(r, object ? '}' : ']');
	if (*ret_is_value)
		return 0;
	if (r->depth == RANGES_JSON_DEPTH)
		return -EBADMSG;
	r->is_object[++r->depth] = object;
	return object ? read_key(r) : 0;
}

static int read_value(struct reader *r, bool *ret_is_value)
{
	char c = peek(r);

	*ret_is_value = true;
	if (c == '{' || c == '[')
		return open_value(r, c == '{', ret_is_value);
	return c == '"' ? take_text(r) : skip_word(r);
}

int ranges_json_read(struct str text, ranges_json_fn *take, void *ctx, unsigned *ret_line)
{
	struct reader r = {.text = text, .line = 1, .take = take, .ctx = ctx};
	bool more = true, is_value;
	int err = 0;

	while (!err && more) {
		err = read_value(&r, &is_value);
		if (!err && is_value)
			err = end_value(&r, &more);
	}
	if (!err && (peek(&r) || r.at < text.n))
		err = -EBADMSG;
	*ret_line = r.line;
	return err;
}
