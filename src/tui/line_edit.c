// SPDX-License-Identifier: MIT
#include "tui/line_edit.h"

#include "base/text.h"

void line_edit_init(struct line_edit *e, size_t cap)
{
	*e = (struct line_edit){.cap = cap < sizeof e->text ? cap : sizeof e->text};
}

static void cut_out(struct line_edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->n - to + 1);
	e->n -= to - from;
	e->at = from;
}

/* Clean text, whole characters. */
static bool put_in(struct line_edit *e, struct str s)
{
	if (!s.n || e->n + s.n >= e->cap)
		return false;
	memmove(e->text + e->at + s.n, e->text + e->at, e->n - e->at + 1);
	memcpy(e->text + e->at, s.p, s.n);
	e->n += s.n;
	e->at += s.n;
	return true;
}

void line_edit_set(struct line_edit *e, struct str text)
{
	struct str s = text_clip(text, e->cap - 1);

	e->n = e->at = 0;
	e->text[0] = '\0';
	put_in(e, s);
}

/* The character, with what combines with it, that begins at `at`: where the next one does. */
static size_t next(const struct line_edit *e, size_t at)
{
	uint32_t cp;

	for (bool first = true; at < e->n; first = false) {
		struct str s = {e->text + at, e->n - at};
		size_t len = text_utf8(s, &cp);
		if (!len)
			len = 1;
		if (!first && text_width((struct str){s.p, len}) > 0)
			break;
		at += len;
	}
	return at;
}

static size_t previous(const struct line_edit *e, size_t at)
{
	size_t before = 0;

	for (size_t i = 0; i < at; i = next(e, i))
		before = i;
	return before;
}

static size_t word_before(const struct line_edit *e)
{
	size_t at = e->at;

	while (at > 0 && e->text[at - 1] == ' ')
		at--;
	while (at > 0 && e->text[at - 1] != ' ')
		at--;
	return at;
}

bool line_edit_type(struct line_edit *e, uint32_t code)
{
	char ch[4];
	struct str s = {ch, text_put_utf8(ch, code)};

	return text_is_clean(s) && put_in(e, s);
}

static struct str trimmed(struct str s)
{
	while (s.n && (unsigned char)s.p[0] <= ' ')
		s = (struct str){s.p + 1, s.n - 1};
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

void line_edit_paste(struct line_edit *e, struct str text)
{
	for (struct str s = trimmed(text); s.n;) {
		uint32_t cp;
		size_t len = text_utf8(s, &cp);
		if (!len)
			len = 1;
		else if (cp == '\t' || cp == '\n' || cp == '\r')
			line_edit_type(e, ' ');
		else if (!line_edit_type(e, cp) && e->n + len >= e->cap)
			return;
		s = (struct str){s.p + len, s.n - len};
	}
}

bool line_edit_input(struct line_edit *e, const struct input *in)
{
	if (in->kind != INPUT_PASTE)
		return in->kind == INPUT_KEY && line_edit_type(e, in->code);
	line_edit_paste(e, in->paste);
	return true;
}

bool line_edit_act(struct line_edit *e, enum action action)
{
	switch (action) {
	case ACT_LEFT:
		e->at = previous(e, e->at);
		return true;
	case ACT_RIGHT:
		e->at = next(e, e->at);
		return true;
	case ACT_LINE_START:
		e->at = 0;
		return true;
	case ACT_LINE_END:
		e->at = e->n;
		return true;
	case ACT_DELETE:
		cut_out(e, e->at, next(e, e->at));
		return true;
	case ACT_ERASE_CHAR:
		cut_out(e, previous(e, e->at), e->at);
		return true;
	case ACT_ERASE_WORD:
		cut_out(e, word_before(e), e->at);
		return true;
	case ACT_ERASE_LINE:
		cut_out(e, 0, e->n);
		return true;
	default:
		return false;
	}
}

int line_edit_draw(const struct line_edit *e, struct area a, int y, int x, int width,
	unsigned style, int *ret_cursor)
{
	struct area line = {a.y, a.x, a.h, x + width < a.w ? x + width : a.w};
	size_t from = 0;

	while (from < e->at && text_width((struct str){e->text + from, e->at - from}) > width)
		from = next(e, from);
	*ret_cursor = x + text_width((struct str){e->text + from, e->at - from});
	return screen_text(line, y, x, style, (struct str){e->text + from, e->n - from});
}
