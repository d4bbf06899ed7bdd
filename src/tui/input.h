/* SPDX-License-Identifier: MIT
 *
 * input: one thing that the operator did: a key, the mouse, a paste, another size of the terminal.
 */
#ifndef NG_TUI_INPUT_H
#define NG_TUI_INPUT_H

#include "base/str.h"

#include <stdint.h>

#define PASTE_MAX 4096 /* bytes of a paste; the rest of it is left out */

/* A key is its character's code point (Ctrl-F is 6, Tab 9, Enter 13, Esc 27), or one of these,
 * which lie beyond Unicode. Keys that mean the same come as one: Enter of the keypad as Enter, DEL
 * and Ctrl-H as Backspace. */
enum key_code {
	CODE_NONE = 0,
	CODE_TAB = 9,
	CODE_ENTER = 13,
	CODE_ESC = 27,
	CODE_UP = 0x110000,
	CODE_DOWN,
	CODE_LEFT,
	CODE_RIGHT,
	CODE_HOME,
	CODE_END,
	CODE_PAGE_UP,
	CODE_PAGE_DOWN,
	CODE_INSERT,
	CODE_DELETE,
	CODE_BACKSPACE,
	CODE_BACK_TAB,
	CODE_F1, /* to F12 */
	CODE_F12 = CODE_F1 + 11,
	/* What begins something longer; struct decode takes these, nobody else meets them. */
	CODE_PASTE_BEGIN,
	CODE_PASTE_END,
	CODE_MOUSE,
	CODE_REPLY,      /* of the terminal to a question */
	CODE_STRING_END, /* what may end it */
	CODE_RESIZE
};

enum input_kind {
	INPUT_NONE,
	INPUT_KEY,
	INPUT_MOUSE,
	INPUT_PASTE,
	INPUT_RESIZE,
	INPUT_REPLY /* from decode to screen, which makes INPUT_NONE of it: another frame is due */
};

enum mouse_button {
	MOUSE_LEFT,
	MOUSE_MIDDLE,
	MOUSE_RIGHT,
	MOUSE_NO_BUTTON, /* it moved */
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
	MOUSE_OTHER
};

enum {
	MOUSE_SHIFT = 1,
	MOUSE_ALT = 2,
	MOUSE_CTRL = 4
};

struct input {
	enum input_kind kind;
	uint32_t code; /* INPUT_KEY */
	struct {
		int x, y; /* from 0, of the whole screen */
		enum mouse_button button;
		unsigned modifiers; /* MOUSE_SHIFT, ... */
		bool released, dragged;
	} mouse;
	/* INPUT_PASTE, INPUT_REPLY: as it came, not clean; good until the next input. */
	struct str paste;
};

#endif
