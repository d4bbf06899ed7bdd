/* SPDX-License-Identifier: MIT
 *
 * decode: makes inputs of the codes that a terminal sends. A paste, the mouse and an answer of the
 * terminal's are many codes, which may come in pieces; the decoder keeps what it has until the rest
 * is there.
 */
#ifndef NG_TUI_DECODE_H
#define NG_TUI_DECODE_H

#include "tui/input.h"

#define MOUSE_TEXT_MAX 24  /* "64;1000;1000M" is longer than any that is sent */
#define REPLY_TEXT_MAX 256 /* of "11;rgb:ffff/ffff/ffff"; behind that come keys again */

struct decode {
	enum {
		DECODE_KEYS,
		DECODE_PASTE,
		DECODE_MOUSE,
		DECODE_REPLY,
		DECODE_REPLY_ESC /* which may begin its end */
	} state;
	bool awaits;  /* the terminal was asked something: to be set then; an answer clears it */
	bool escaped; /* the last key was Esc */
	char text[PASTE_MAX];
	size_t n;
	size_t end; /* bytes of the paste's end that came as plain characters */
};

/* Takes the next code: a character, or one of enum key_code. True with an input when it is
 * complete; its paste borrows from d. */
bool decode_code(struct decode *d, uint32_t code, struct input *ret_input);

#endif
