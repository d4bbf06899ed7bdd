// SPDX-License-Identifier: MIT
#include "action/json_slices.h"

#include "base/num.h"

static struct str skip_blank(struct str s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\n' || *s.p == '\t' || *s.p == '\r'))
		s = str_skip(s, 1);
	return s;
}

/* The length of the text at the front, its quotes included; 0 when it does not end. */
static size_t text_length(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"')
			return i + 1;
		i += s.p[i] == '\\';
	}
	return 0;
}

/* Of an array or an object. That brackets match is not checked: who enters them sees. */
static size_t container_length(struct str s)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < s.n;) {
		char c = s.p[i];
		if (c == '"') {
			size_t n = text_length(str_skip(s, i));
			if (!n)
				return 0;
			i += n;
			continue;
		}
		i++;
		depth += c == '[' || c == '{';
		if ((c == ']' || c == '}') && --depth == 0)
			return i;
	}
	return 0;
}

/* Of a number or a word: what follows it has to be there, else it may go on. */
static size_t word_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && !strchr(",]} \n\t\r", s.p[i]))
		i++;
	return i < s.n ? i : 0;
}

static size_t value_length(struct str s)
{
	if (!s.n)
		return 0;
	if (*s.p == '"')
		return text_length(s);
	return *s.p == '[' || *s.p == '{' ? container_length(s) : word_length(s);
}

bool slices_enter(struct slices_walk *w, struct str value)
{
	value = skip_blank(value);
	*w = (struct slices_walk){.is_object = value.n && *value.p == '{'};
	if (!w->is_object && (!value.n || *value.p != '['))
		return false;
	w->rest = str_skip(value, 1);
	return true;
}

static bool end(struct slices_walk *w, bool cut)
{
	w->rest.n = 0;
	w->cut = cut;
	return false;
}

static bool take_key(struct slices_walk *w)
{
	size_t n = w->rest.n && *w->rest.p == '"' ? text_length(w->rest) : 0;

	if (!n)
		return false;
	w->key = (struct str){w->rest.p + 1, n - 2};
	w->rest = skip_blank(str_skip(w->rest, n));
	if (!str_take(&w->rest, STR_LIT(":")))
		return false;
	w->rest = skip_blank(w->rest);
	return true;
}

bool slices_next(struct slices_walk *w)
{
	if (w->cut)
		return end(w, true);
	w->rest = skip_blank(w->rest);
	if (w->rest.n && *w->rest.p == ',')
		w->rest = skip_blank(str_skip(w->rest, 1));
	if (!w->rest.n)
		return end(w, true);
	if (*w->rest.p == (w->is_object ? '}' : ']'))
		return end(w, false);
	if (w->is_object && !take_key(w))
		return end(w, true);
	size_t n = value_length(w->rest);
	if (!n && (!w->rest.n || (*w->rest.p != '[' && *w->rest.p != '{')))
		return end(w, true); /* nothing of it is to be had */
	w->cut = n == 0;
	w->value = (struct str){w->rest.p, n ? n : w->rest.n};
	w->rest = str_skip(w->rest, w->value.n);
	return true;
}

struct str slices_member(struct str object, const char *key)
{
	struct slices_walk w;

	if (!slices_enter(&w, object) || !w.is_object)
		return STR_ABSENT;
	while (slices_next(&w))
		if (slices_key_is(&w, key) && !w.cut)
			return w.value;
	return STR_ABSENT;
}

struct str slices_text(struct str value)
{
	if (value.n < 2 || value.p[0] != '"')
		return STR_ABSENT;
	return (struct str){value.p + 1, value.n - 2};
}

bool slices_number(struct str value, uint64_t *ret)
{
	return value.n && num_u64(value, ret) == 0;
}
