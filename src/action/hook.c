// SPDX-License-Identifier: MIT
#include "action/hook.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define OF_SHELLS "|&;<>()$`"

__attribute__((format(printf, 2, 3))) static int refuse(
	char why[static HOOK_WHY_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, HOOK_WHY_MAX, format, args);
	va_end(args);
	return -EINVAL;
}

/* Words. */

struct splitter {
	struct hook *h;
	struct str rest;
	size_t n; /* bytes of text */
	char *why;
};

static int begin_word(struct splitter *s)
{
	if (s->h->word_count == HOOK_WORDS_MAX)
		return refuse(s->why, "more than %d words", HOOK_WORDS_MAX);
	s->h->words[s->h->word_count++] = (uint16_t)s->n;
	return 0;
}

static int put(struct splitter *s, char c)
{
	/* Each word that is still to come has room for its NUL. */
	if (s->n >= HOOK_TEXT_MAX)
		return refuse(s->why, "longer than %d bytes", HOOK_TEXT_MAX);
	s->h->text[s->n++] = c;
	return 0;
}

static int put_all(struct splitter *s, struct str text)
{
	int err = 0;

	for (size_t i = 0; i < text.n && !err; i++)
		err = put(s, text.p[i]);
	return err;
}

static void end_word(struct splitter *s)
{
	s->h->text[s->n++] = '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static char next(struct splitter *s)
{
	char c = s->rest.p[0];

	s->rest = str_skip(s->rest, 1);
	return c;
}

static int quoted(struct splitter *s, char quote)
{
	while (s->rest.n) {
		char c = next(s);
		if (c == quote)
			return 0;
		if (quote == '"' && c == '\\' && s->rest.n && strchr("\"\\", s->rest.p[0]))
			c = next(s);
		int err = put(s, c);
		if (err)
			return err;
	}
	return refuse(s->why, "a quote %c does not end", quote);
}

static int refuse_shells(struct splitter *s, char c)
{
	return refuse(s->why, "only a shell knows what %c means: quote it, or set shell = true", c);
}

static int word(struct splitter *s)
{
	int err = s->rest.p[0] == '~' ? refuse_shells(s, '~') : begin_word(s);

	while (!err && s->rest.n && !is_blank(s->rest.p[0])) {
		char c = next(s);
		if (c == '\'' || c == '"')
			err = quoted(s, c);
		else if (c == '\\' && !s->rest.n)
			err = refuse(s->why, "it ends in a backslash");
		else if (c == '\\')
			err = put(s, next(s));
		else if (strchr(OF_SHELLS, c))
			err = refuse_shells(s, c);
		else
			err = put(s, c);
	}
	if (!err)
		end_word(s);
	return err;
}

static int split(struct splitter *s)
{
	int err = 0;

	while (!err) {
		while (s->rest.n && is_blank(s->rest.p[0]))
			next(s);
		if (!s->rest.n)
			break;
		err = word(s);
	}
	return err;
}

static int take_word(struct splitter *s, struct str text)
{
	int err = begin_word(s);

	if (!err)
		err = put_all(s, text);
	if (!err)
		end_word(s);
	return err;
}

static const char *word_at(const struct hook *h, size_t i)
{
	return h->text + h->words[i];
}

/* Addresses in it. */

enum place {
	PLACE_NONE,
	PLACE_IP,
	PLACE_PREFIX,
	PLACE_FLAG
};

/* What text begins with; its bytes are taken off. */
static enum place take_place(struct str *text)
{
	if (str_take(text, STR_LIT("{ip}")))
		return PLACE_IP;
	if (str_take(text, STR_LIT("{prefix}")))
		return PLACE_PREFIX;
	return str_take(text, STR_LIT("{flag}")) ? PLACE_FLAG : PLACE_NONE;
}

static void find_places(struct hook *h)
{
	for (size_t i = 0; i < h->word_count; i++) {
		struct str rest = str_of(word_at(h, i));
		while (rest.n) {
			enum place place = take_place(&rest);
			h->takes_ip |= place == PLACE_IP;
			h->takes_prefix |= place == PLACE_PREFIX;
			h->takes_flag |= place == PLACE_FLAG;
			if (place == PLACE_NONE)
				rest = str_skip(rest, 1);
		}
	}
}

static int check_program(const struct hook *h, char why[static HOOK_WHY_MAX])
{
	const char *name = h->word_count ? word_at(h, 0) : "";

	if (!name[0])
		return refuse(why, "there is no command");
	if (h->shell)
		return 0;
	if (strchr(name, '{'))
		return refuse(why, "the program's name is fixed; expected no { in it");
	if (name[0] != '/' && strchr(name, '/'))
		return refuse(why, "expected the program's name, or its path from / on");
	return 0;
}

int hook_compile(struct hook *ret, const struct str *items, size_t n, bool shell,
	char why[static HOOK_WHY_MAX])
{
	struct splitter s = {.h = ret, .why = why};
	int err = 0;

	*ret = (struct hook){.shell = shell};
	if (shell && n > 1)
		return refuse(why, "a shell takes one string");
	if (n == 1 && !shell) {
		s.rest = items[0];
		err = split(&s);
	} else {
		for (size_t i = 0; i < n && !err; i++)
			err = take_word(&s, items[i]);
	}
	if (!err)
		err = check_program(ret, why);
	if (!err)
		find_places(ret);
	return err;
}

const char *hook_refuses(const struct hook *h, const struct prefix *on, const char *flag)
{
	if (h->takes_flag && !flag)
		return "it needs a finding, and runs on one by itself";
	if (!on && (h->takes_ip || h->takes_prefix))
		return "it needs an address, and none is under the cursor";
	if (h->takes_ip && on->bits != ADDR_BITS)
		return "it needs one address, and this is a network";
	return NULL;
}

/* Argv. */

struct filler {
	char *text;
	size_t n;
	bool full;
	const struct prefix *on;
	const char *flag;
};

static void fill(struct filler *f, struct str text)
{
	f->full |= text.n >= HOOK_FILL_MAX - f->n;
	if (f->full)
		return;
	memcpy(f->text + f->n, text.p, text.n);
	f->n += text.n;
}

static void fill_place(struct filler *f, enum place place)
{
	char text[PREFIX_TEXT_MAX];

	if (place == PLACE_FLAG)
		fill(f, str_of(f->flag));
	else if (place == PLACE_IP)
		fill(f, (struct str){text, addr_format(&f->on->addr, text)});
	else
		fill(f, (struct str){text, prefix_format(f->on, text)});
}

static const char *fill_word(struct filler *f, const char *text)
{
	const char *start = f->text + f->n;
	struct str rest = str_of(text);

	while (rest.n && !f->full) {
		struct str here = {rest.p, 1};
		enum place place = take_place(&rest);
		if (place != PLACE_NONE) {
			fill_place(f, place);
			continue;
		}
		fill(f, here);
		rest = str_skip(rest, 1);
	}
	fill(f, (struct str){"", 1});
	return start;
}

int hook_fill(const struct hook *h, const struct prefix *on, const char *flag,
	const char *argv[static HOOK_ARGS_MAX], char text[static HOOK_FILL_MAX])
{
	struct filler f = {.on = on, .flag = flag};
	size_t n = 0;

	f.text = text;
	if (hook_refuses(h, on, flag))
		return -EINVAL;
	if (h->shell) {
		argv[n++] = "/bin/sh";
		argv[n++] = "-c";
	}
	for (size_t i = 0; i < h->word_count && !f.full; i++)
		argv[n++] = fill_word(&f, word_at(h, i));
	argv[n] = NULL;
	return f.full ? -E2BIG : 0;
}

/* Showing. */

static bool is_plain(const char *word)
{
	size_t n = strlen(word);
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./:=+,@%";

	return n && strspn(word, plain) == n;
}

struct shower {
	char *buf;
	size_t n, cap;
};

static void show(struct shower *s, struct str text)
{
	s->n += text_sanitise(s->buf + s->n, s->cap - 1 - s->n, text);
}

static void show_word(struct shower *s, const char *word)
{
	if (is_plain(word)) {
		show(s, str_of(word));
		return;
	}
	show(s, STR_LIT("'"));
	for (const char *quote; (quote = strchr(word, '\'')); word = quote + 1) {
		show(s, (struct str){word, (size_t)(quote - word)});
		show(s, STR_LIT("'\\''"));
	}
	show(s, str_of(word));
	show(s, STR_LIT("'"));
}

size_t hook_show(const char *const *argv, char *buf, size_t cap)
{
	struct shower s = {.buf = buf, .cap = cap};

	for (size_t i = 0; argv[i]; i++) {
		if (i)
			show(&s, STR_LIT(" "));
		show_word(&s, argv[i]);
	}
	buf[s.n] = '\0';
	return s.n;
}
