// SPDX-License-Identifier: MIT
#include "console/view.h"

#include "base/text.h"

#include <stdio.h>
#include <wchar.h>

void prompt_open(struct console *c)
{
	struct prompt_view *p = &c->prompt;

	p->open = true;
	p->error = NULL;
	text_copy(p->text, sizeof p->text, str_of(c->filter.text));
	memcpy(p->before, p->text, sizeof p->before);
}

/* Each change counts at once. While the text is no filter the last one that was stays. */
static void apply(struct console *c)
{
	struct prompt_view *p = &c->prompt;

	p->error = NULL;
	console_set_filter(c, str_of(p->text), &p->error);
}

/* UTF-8 of one code point (RFC 3629); 0 when it is none. */
static size_t encode(char buf[static 4], uint32_t cp)
{
	if (cp < 0x80) {
		buf[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : cp < 0x110000 ? 4 : 0;
	for (size_t i = n; i-- > 1; cp >>= 6)
		buf[i] = (char)(0x80 | (cp & 0x3f));
	if (n)
		buf[0] = (char)(cp | (0xf0u << (4 - n)));
	return n;
}

static void type(struct prompt_view *p, uint32_t cp)
{
	size_t n = strlen(p->text);
	char ch[4];
	struct str s = {ch, encode(ch, cp)};

	/* Pasted controls and such are no text to look for. */
	if (!s.n || n + s.n >= sizeof p->text || !text_is_clean(s))
		return;
	memcpy(p->text + n, s.p, s.n);
	p->text[n + s.n] = '\0';
}

static size_t without_last(const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && ((unsigned char)text[--n] & 0xc0) == 0x80)
		;
	return n;
}

static size_t without_word(const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == ' ')
		n--;
	while (n > 0 && text[n - 1] != ' ')
		n--;
	return n;
}

static void undo(struct console *c)
{
	memcpy(c->prompt.text, c->prompt.before, sizeof c->prompt.text);
	apply(c);
	c->prompt.open = false;
}

void prompt_key(struct console *c, int key)
{
	struct prompt_view *p = &c->prompt;

	switch (keys_find(key, IN_PROMPT)) {
	case ACT_ACCEPT: /* not while it is wrong: nothing would tell why it does not work */
		p->open = p->error != NULL;
		return;
	case ACT_CLOSE:
		undo(c);
		return;
	case ACT_ERASE_CHAR:
		p->text[without_last(p->text)] = '\0';
		break;
	case ACT_ERASE_WORD:
		p->text[without_word(p->text)] = '\0';
		break;
	case ACT_ERASE_LINE:
		p->text[0] = '\0';
		break;
	default:
		if (key <= 0)
			return;
		type(p, (uint32_t)key);
	}
	apply(c);
}

/* A long filter is shown from its end, where the cursor is. */
static struct str tail(const char *text, int width)
{
	struct str s = str_of(text);

	while (s.n && text_width(s) > width) {
		uint32_t cp;
		size_t len = text_utf8(s, &cp);
		s.p += len ? len : 1;
		s.n -= len ? len : 1;
	}
	return s;
}

void prompt_draw(const struct console *c, struct area a)
{
	const struct prompt_view *p = &c->prompt;
	int x = screen_print(a, 0, 0, STYLE_BOLD, "/");

	x += screen_text(a, 0, x, STYLE_PLAIN, tail(p->text, a.w - x - 1));
	int cursor = x;
	x += 2;
	if (p->error)
		x += screen_print(a, 0, x, STYLE_BAD, "%s", p->error) + 2;
	else if (!p->text[0])
		x += screen_print(a, 0, x, STYLE_DIM,
			     "text  203.0.113.0/24  status:4xx  "
			     "state:SYN_RECV  !not") +
		     2;
	for (size_t i = 0; i < key_count; i++)
		if (keys[i].where & IN_PROMPT && keys[i].note)
			x += screen_print(a, 0, x, STYLE_DIM, "%s %s", keys[i].name, keys[i].note) +
			     2;
	if (a.h > 0 && a.w > 0)
		screen_cursor(a.y, a.x + (cursor < a.w ? cursor : a.w - 1));
}
