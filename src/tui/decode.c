// SPDX-License-Identifier: MIT
#include "tui/decode.h"

#include "base/text.h"

/* A slow link may part the end of a paste, which then comes as an Esc and its letters. */
static const char paste_end[] = "\033[201~";

static bool give_key(uint32_t code, struct input *ret_input)
{
	if (code == CODE_PASTE_END || code == CODE_STRING_END) /* of nothing */
		return false;
	*ret_input = (struct input){
		.kind = code == CODE_RESIZE ? INPUT_RESIZE : INPUT_KEY, .code = code};
	return true;
}

static void begin(struct decode *d, uint32_t code)
{
	d->state = code == CODE_MOUSE         ? DECODE_MOUSE
		   : code == CODE_PASTE_BEGIN ? DECODE_PASTE
					      : DECODE_REPLY;
	d->n = d->end = 0;
}

static bool give_paste(struct decode *d, struct input *ret_input)
{
	d->state = DECODE_KEYS;
	*ret_input = (struct input){.kind = INPUT_PASTE, .paste = {d->text, d->n}};
	return true;
}

static bool take_paste(struct decode *d, uint32_t code, struct input *ret_input)
{
	char ch[4];

	if (code == CODE_PASTE_END)
		return give_paste(d, ret_input);
	d->end = code == (unsigned char)paste_end[d->end] ? d->end + 1
		 : code == (unsigned char)paste_end[0]    ? 1
							  : 0;
	size_t len = text_put_utf8(ch, code);
	if (d->n + len <= sizeof d->text) {
		memcpy(d->text + d->n, ch, len);
		d->n += len;
	}
	if (d->end < sizeof paste_end - 1)
		return false;
	if (d->n >= d->end && memcmp(d->text + d->n - d->end, paste_end, d->end) == 0)
		d->n -= d->end;
	return give_paste(d, ret_input);
}

/* At most five digits and what must follow them. */
static bool take_number(const char **at, char follows, unsigned *ret)
{
	unsigned value = 0;
	int digits = 0;

	for (; **at >= '0' && **at <= '9' && digits < 5; digits++)
		value = value * 10 + (unsigned)(*(*at)++ - '0');
	*ret = value;
	return digits && *(*at)++ == follows;
}

/* xterm's "button;column;rowM" of its mode 1006; m at the end when the button is let go. */
static bool parse_mouse(const struct decode *d, struct input *ret_input)
{
	static const enum mouse_button buttons[] = {
		MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT, MOUSE_NO_BUTTON};
	const char *at = d->text;
	unsigned b, x, y;

	if (!take_number(&at, ';', &b) || !take_number(&at, ';', &x) ||
		!take_number(&at, d->text[d->n - 1], &y) || *at || !x || !y)
		return false;
	const char end = at[-1];
	const unsigned low = b & 3;
	*ret_input = (struct input){.kind = INPUT_MOUSE};
	ret_input->mouse.x = (int)x - 1;
	ret_input->mouse.y = (int)y - 1;
	ret_input->mouse.button = b & 128  ? MOUSE_OTHER
				  : b & 64 ? (low == 0          ? MOUSE_WHEEL_UP
						     : low == 1 ? MOUSE_WHEEL_DOWN
								: MOUSE_OTHER)
					   : buttons[low];
	ret_input->mouse.modifiers =
		(b & 4 ? MOUSE_SHIFT : 0u) | (b & 8 ? MOUSE_ALT : 0u) | (b & 16 ? MOUSE_CTRL : 0u);
	ret_input->mouse.dragged = b & 32;
	ret_input->mouse.released = end == 'm';
	return true;
}

static bool take_mouse(struct decode *d, uint32_t code, struct input *ret_input)
{
	bool last = code == 'M' || code == 'm';

	if (!last && code != ';' && (code < '0' || code > '9')) {
		d->state = DECODE_KEYS; /* not a mouse; a key that is not text is one of its own */
		return (code < ' ' || code >= 127) && decode_code(d, code, ret_input);
	}
	if (d->n + 1 < MOUSE_TEXT_MAX)
		d->text[d->n++] = (char)code;
	if (!last)
		return false;
	d->text[d->n] = '\0';
	d->state = DECODE_KEYS;
	return parse_mouse(d, ret_input);
}

static bool give_reply(struct decode *d, struct input *ret_input)
{
	d->state = DECODE_KEYS;
	d->awaits = false;
	*ret_input = (struct input){.kind = INPUT_REPLY, .paste = {d->text, d->n}};
	return true;
}

/* An OSC string (ECMA-48, 8.3.89): it begins with a number, and ends with ST, as xterm has it also
 * with BEL. What cannot be one is keys: Alt-] begins like it. */
static bool take_reply(struct decode *d, uint32_t code, struct input *ret_input)
{
	bool text = code >= ' ' && code < 127 && (d->n || (code >= '0' && code <= '9'));

	if (code == '\a' || code == CODE_STRING_END ||
		(d->state == DECODE_REPLY_ESC && code == '\\'))
		return give_reply(d, ret_input);
	if (d->state == DECODE_REPLY && code == CODE_ESC) {
		d->state = DECODE_REPLY_ESC;
		return false;
	}
	if (d->state == DECODE_REPLY && text && d->n < REPLY_TEXT_MAX) {
		d->text[d->n++] = (char)code;
		return false;
	}
	d->state = DECODE_KEYS;
	return decode_code(d, code, ret_input);
}

static bool begins(const struct decode *d, uint32_t *code)
{
	/* A slow link may part an answer too: its Esc was taken for a key by then. */
	if (d->awaits && d->escaped && *code == ']')
		*code = CODE_REPLY;
	return *code == CODE_PASTE_BEGIN || *code == CODE_MOUSE || *code == CODE_REPLY;
}

bool decode_code(struct decode *d, uint32_t code, struct input *ret_input)
{
	switch (d->state) {
	case DECODE_PASTE:
		return take_paste(d, code, ret_input);
	case DECODE_MOUSE:
		return take_mouse(d, code, ret_input);
	case DECODE_REPLY:
	case DECODE_REPLY_ESC:
		return take_reply(d, code, ret_input);
	case DECODE_KEYS:
		break;
	}
	if (begins(d, &code)) {
		begin(d, code);
		d->escaped = false;
		return false;
	}
	d->escaped = code == CODE_ESC;
	return give_key(code, ret_input);
}
