/* SPDX-License-Identifier: MIT
 *
 * text: makes bytes from outside fit to be shown, and measures what is shown.
 *
 * "Clean" text is valid UTF-8 without C0, DEL, C1, zero-width and bidirectional controls
 * (U+200B-200F, U+2028-202E, U+2060-2069, U+FEFF, U+00AD, U+061C, U+180E), and without what
 * changes the width of its neighbour. Everything else is
 * spelled out: a bad byte as \xNN, a bad code point as \u{…}. Clean text cannot move a
 * terminal's cursor, reorder a line or break JSON, CSV or a log.
 */
#ifndef NG_BASE_TEXT_H
#define NG_BASE_TEXT_H

#include "base/str.h"

#include <stdint.h>

/* True when text_sanitise would change nothing. */
bool text_is_clean(struct str s);

/* Writes the clean form of s to buf, at most cap bytes, never cutting a character or an escape
 * in two; what does not fit is left out. No NUL. Returns the length. */
size_t text_sanitise(char *buf, size_t cap, struct str s);

/* Decodes one UTF-8 sequence (RFC 3629) at s.p, s.n > 0. Returns its length and sets *ret_cp,
 * or returns 0 when the first byte does not begin a valid sequence. */
size_t text_utf8(struct str s, uint32_t *ret_cp);

/* Encodes a code point as UTF-8. Returns its length, or 0, with nothing written, when there is no
 * such code point. A surrogate is encoded like others: it is for text_is_clean() to refuse. */
size_t text_put_utf8(char buf[static 4], uint32_t cp);

/* Terminal columns that clean text takes (wcwidth); needs setlocale(LC_CTYPE). */
int text_width(struct str s);

/* The longest beginning of clean text that takes at most `columns`, whole characters only. */
struct str text_cut(struct str s, int columns);

/* The longest beginning of at most `bytes` bytes that cuts no character in two. */
struct str text_clip(struct str s, size_t bytes);

/* Case-insensitive (ASCII) search. */
bool text_contains(struct str haystack, struct str needle);

/* Copies into a NUL-terminated array, cut at a character's edge. */
void text_copy(char *buf, size_t cap, struct str s);

/* "1.2k", "34M": at most 5 columns. Powers of 1000 for counts, of 1024 for bytes. */
size_t text_count(char buf[static 8], uint64_t n);
size_t text_bytes(char buf[static 8], uint64_t n);

/* "34s", "12m", "3h05m", "2d03h" */
size_t text_span(char buf[static 16], uint64_t seconds);

/* A time of microseconds: "85us", "0.4ms", "18ms", "1.2s" */
size_t text_micros(char buf[static 8], uint64_t us);

#endif
