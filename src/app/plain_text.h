/* SPDX-License-Identifier: MIT
 *
 * plain_text: text for a terminal whose locale is not UTF-8: it would take bytes of our UTF-8 for
 * other characters, and some (0x80 to 0x9f) for controls (C1, ECMA-48). What is not ASCII becomes
 * the ASCII sign that stands for it on such screens, or '?'. Where the locale is UTF-8, nothing is
 * changed. Records and reports are UTF-8 everywhere, as their formats are.
 */
#ifndef NG_APP_PLAIN_TEXT_H
#define NG_APP_PLAIN_TEXT_H

#include "base/str.h"

#include <stdio.h>

/* The locale is not UTF-8. After setlocale(LC_CTYPE). */
bool plain_text_is_due(void);

/* In place: it never gets longer. Returns the text with its new length. */
struct str plain_text(char *p, size_t n);

/* A stream whose text gets to `to` so, to be closed with plain_text_close; `to` itself where
 * nothing is to be changed, or memory is out. */
FILE *plain_text_open(FILE *to);
void plain_text_close(FILE *f, FILE *to);

#endif
