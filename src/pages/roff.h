/* SPDX-License-Identifier: MIT
 *
 * roff: text as a manual page in man(7), which groff and mandoc understand. Text is clean UTF-8;
 * what roff would take for a command is escaped here.
 */
#ifndef NG_PAGES_ROFF_H
#define NG_PAGES_ROFF_H

#include <stdio.h>

/* The page's first line: "NETHERGAZE", "1", "User Commands". */
void roff_title(FILE *out, const char *name, const char *section, const char *volume);

/* A heading; capitals by convention. */
void roff_heading(FILE *out, const char *text);
void roff_subheading(FILE *out, const char *text);

/* A paragraph begins. */
void roff_paragraph(FILE *out);

/* Words, filled; --flags among them are bold. */
void roff_text(FILE *out, const char *text);

/* What stands left of an indented description: `bold`, then `italic` behind it; either may be NULL.
 * The description follows by roff_text. */
void roff_tag(FILE *out, const char *bold, const char *italic);

/* Lines as they are. */
void roff_lines(FILE *out, const char *text);

#endif
