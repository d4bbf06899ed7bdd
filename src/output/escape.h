/* SPDX-License-Identifier: MIT
 *
 * escape: puts text into a page so that it is text there and nothing else. Bytes that are not
 * clean (base/text.h) come out spelled, so that what a report is made of need not be trusted twice.
 */
#ifndef NG_OUTPUT_ESCAPE_H
#define NG_OUTPUT_ESCAPE_H

#include "base/str.h"

#include <stdio.h>

/* For HTML, between tags and in quoted attributes alike. A newline stays. */
void escape_html(FILE *out, struct str s);

/* For Markdown, within a line: what could begin markup, an entity or a link has a backslash. */
void escape_markdown(FILE *out, struct str s);

/* A code span, in which nothing is markup, a link or a mention. In a row of a table (GFM), what
 * holds a pipe is an HTML element with everything spelled, because no code span can hold one there

 * whatever stands before it. Newlines are spelled. */
void escape_markdown_code(FILE *out, struct str s, bool in_table);

/* A fenced block of lines, indented by `indent` spaces. */
void escape_markdown_block(FILE *out, struct str s, int indent);

#endif
