/* SPDX-License-Identifier: MIT
 *
 * wrap: breaks clean text into lines of a width in terminal columns, between words.
 */
#ifndef NG_BASE_WRAP_H
#define NG_BASE_WRAP_H

#include "base/str.h"

#include <stdio.h>

enum wrap_long {
	WRAP_LONG_WHOLE, /* a word that is wider than a line stands out */
	WRAP_LONG_CUT    /* it is cut to the width */
};

/* Takes the next line off *rest, and the blanks behind it. It borrows from *rest, and is not empty
 * unless *rest begins with a blank; a width below 1 counts as 1. */
struct str wrap_next(struct str *rest, int width, enum wrap_long how);

/* Prints text and a newline, in lines that end before column `width`; all but the first begin with
 * `indent` blanks, and the first is printed where the cursor is, taken to be at `indent`. */
void wrap_print(FILE *out, int indent, int width, const char *text);

#endif
