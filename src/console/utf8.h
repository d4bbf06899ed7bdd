/* SPDX-License-Identifier: MIT
 *
 * utf8: the bytes of a character that was typed.
 */
#ifndef NG_CONSOLE_UTF8_H
#define NG_CONSOLE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Encodes a code point as UTF-8. Returns its length, or 0, with nothing written, when there is no
 * such code point. A surrogate is encoded like others: it is for text_is_clean() to refuse. */
static inline size_t text_put_utf8(char buf[static 4], uint32_t cp)
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

#endif
