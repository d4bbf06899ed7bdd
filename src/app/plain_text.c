// SPDX-License-Identifier: MIT
#include "app/plain_text.h"

#include "base/text.h"
#include "tui/screen.h"

#include <langinfo.h>

bool plain_text_is_due(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

struct str plain_text(char *p, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; plain_text_is_due() && i < n;) {
		uint32_t cp;
		size_t len = text_utf8((struct str){p + i, n - i}, &cp);
		struct str c = {p + i, len ? len : 1};
		struct str sign = len == 1 ? c : screen_ascii(c);
		i += c.n;
		memmove(p + out, sign.p, sign.n);
		out += sign.n;
	}
	return (struct str){p, plain_text_is_due() ? out : n};
}

/* A line at a time: no character is cut in two. */
static ssize_t write_plain(void *to, const char *p, size_t n)
{
	char part[256];

	for (size_t i = 0; i < n;) {
		struct str rest = text_clip((struct str){p + i, n - i}, sizeof part);
		if (!rest.n) /* no character at all */
			rest.n = n - i < sizeof part ? n - i : sizeof part;
		memcpy(part, rest.p, rest.n);
		i += rest.n;
		rest = plain_text(part, rest.n);
		if (fwrite(rest.p, 1, rest.n, to) != rest.n)
			return 0;
	}
	return (ssize_t)n;
}

FILE *plain_text_open(FILE *to)
{
	FILE *f = plain_text_is_due()
			  ? fopencookie(to, "w", (cookie_io_functions_t){.write = write_plain})
			  : NULL;

	if (f)
		setvbuf(f, NULL, _IOLBF, 1u << 16);
	return f ? f : to;
}

void plain_text_close(FILE *f, FILE *to)
{
	if (f != to)
		fclose(f);
}
