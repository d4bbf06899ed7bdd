/* SPDX-License-Identifier: MIT
 * Whether a page that a report was written to is markup of ours and nothing else. */
#ifndef NG_TESTS_PAGE_H
#define NG_TESTS_PAGE_H

#include "base/str.h"

#include <ctype.h>
#include <stddef.h>

/* All tags that a report has, as they begin. */
static const char *const page_tags[] = {"!DOCTYPE html>", "html lang=\"en\">", "/html>", "head>",
	"/head>", "meta charset=\"utf-8\">", "meta http-equiv=\"Content-Security-Policy\" ",
	"meta name=\"viewport\" ", "meta name=\"color-scheme\" ", "meta name=\"referrer\" ",
	"title>", "/title>", "style>", "/style>", "body>", "/body>", "h1>", "/h1>", "h2>", "/h2>",
	"h3>", "/h3>", "b>", "/b>", "strong>", "/strong>", "p>", "/p>", "code>", "/code>", "pre>",
	"/pre>", "div>", "div class=\"", "/div>", "span class=\"", "/span>", "dl>", "dl class=\"",
	"/dl>", "dt>", "/dt>", "dd>", "dd class=\"", "/dd>", "section id=\"", "/section>", "table>",
	"/table>", "thead>", "/thead>", "tbody>", "/tbody>", "tr>", "/tr>", "th scope=\"col\"",
	"/th>", "td>", "td class=\"", "/td>", "figure>", "/figure>", "figcaption>", "/figcaption>",
	"svg viewBox=\"", "/svg>", "g class=\"", "/g>", "line class=\"", "/line>", "path class=\"",
	"text x=\"", "/text>", "footer>", "/footer>"};

static inline bool page_knows_tag(struct str rest)
{
	for (size_t i = 0; i < ARRAY_LEN(page_tags); i++)
		if (str_starts(rest, str_of(page_tags[i])))
			return true;
	return false;
}

/* The first byte that is not as it should be; NULL: all is well. A tag that is not ours, a sign
 * that should be an entity, a control character. */
static inline const char *page_stray(struct str page)
{
	bool in_tag = false, in_value = false;

	for (size_t i = 0; i < page.n; i++) {
		char c = page.p[i];
		bool control = (unsigned char)c < 0x20 && c != '\n';
		bool opens = c == '<' && !in_tag;
		if (control || c == '`' || (c == '<' && in_tag) ||
			(opens && !page_knows_tag(str_skip(page, i + 1))))
			return page.p + i;
		if (c == '"' && in_tag)
			in_value = !in_value;
		if (c == '>' && (!in_tag || in_value))
			return page.p + i;
		in_tag = opens || (in_tag && c != '>');
	}
	return in_tag ? page.p + page.n - 1 : NULL;
}

/* A tag has an attribute of that name, or begins so. */
static inline bool page_has(struct str page, const char *sign)
{
	size_t n = strlen(sign);
	const char *at = page.p;

	while ((at = memmem(at, page.n - (size_t)(at - page.p), sign, n))) {
		const char *open = at;
		while (open > page.p && *open != '<' && *open != '>')
			open--;
		if (*open == '<')
			return true;
		at += n;
	}
	return false;
}

/* Something in it is fetched or run: by an attribute, a tag, or the style sheet. */
static inline bool page_refers(struct str page)
{
	static const char *const signs[] = {" href=", " src=", " srcset=", " action=", " data=",
		" style=", " poster=", " xlink:", " onload=\"", "<script", "<link", "<iframe",
		"<object", "<embed", "<img", "<base", "http-equiv=\"refresh"};
	const char *begin = memmem(page.p, page.n, "<style>", 7);
	const char *end = memmem(page.p, page.n, "</style>", 8);
	size_t sheet = begin && end > begin ? (size_t)(end - begin) : 0;

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (page_has(page, signs[i]))
			return true;
	return !sheet || memmem(begin, sheet, "@import", 7) || memmem(begin, sheet, "url(", 4);
}

#endif
