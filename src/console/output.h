/* SPDX-License-Identifier: MIT
 *
 * output: a page of what a program wrote that the operator asked for. It opens when the program is
 * started and is filled when that has ended. The text is from outside: it is made clean line by
 * line, and bounded.
 */
#ifndef NG_CONSOLE_OUTPUT_H
#define NG_CONSOLE_OUTPUT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define OUTPUT_TEXT_MAX  (1000u << 10) /* bytes of clean text */
#define OUTPUT_LINES_MAX 10000

struct view;

/* All but text are clean. */
struct console_output {
	const char *result; /* "exit status 0" */
	const char *hint;   /* what may help; NULL: nothing */
	bool bad;           /* it failed */
	bool cut;           /* text is not all of it */
	struct str text;    /* raw; until the call returns */
};

/* Opens the page. Its number, for output_end. */
uint32_t output_begin(struct view *v, const char *title, const char *command);

/* Fills the page, unless it is another one's by now; says so when nobody looks at it. */
void output_end(struct view *v, uint32_t id, const struct console_output *output);

/* Opens the page of the last one again. False: there is none. */
bool output_reopen(struct view *v);

#endif
