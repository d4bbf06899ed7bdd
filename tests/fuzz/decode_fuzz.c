// SPDX-License-Identifier: MIT
/* Any bytes are what a terminal sends: characters, and codes of keys that begin something longer.
 * An answer among them is asked what it says of the background. */
#include "tui/background.h"
#include "tui/decode.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

/* ASCII is itself; above are the codes that are no characters, and what lies beyond one byte. */
static uint32_t code_of(uint8_t byte)
{
	if (byte < 0x80)
		return byte;
	if (byte < 0xc0)
		return CODE_UP + (byte - 0x80u) % (CODE_RESIZE - CODE_UP + 1);
	return byte < 0xe0 ? byte : byte < 0xf0 ? 0x4e00u + byte : 0x1f000u + byte;
}

static void check_mouse(const struct input *in)
{
	require(in->mouse.x >= 0 && in->mouse.y >= 0);
	require(in->mouse.x < 100000 && in->mouse.y < 100000);
	require(in->mouse.button <= MOUSE_OTHER);
}

static void check(const struct input *in)
{
	bool light;

	switch (in->kind) {
	case INPUT_KEY:
		require(in->code < CODE_PASTE_BEGIN);
		break;
	case INPUT_MOUSE:
		check_mouse(in);
		break;
	case INPUT_PASTE:
		require(in->paste.n <= PASTE_MAX);
		break;
	case INPUT_REPLY:
		require(in->paste.n <= REPLY_TEXT_MAX);
		background_of_reply(in->paste, &light);
		break;
	default:
		require(in->kind == INPUT_RESIZE);
	}
}

static void decode(struct str bytes, bool awaits)
{
	struct decode d = {.awaits = awaits};
	struct input in;

	for (size_t i = 0; i < bytes.n; i++)
		if (decode_code(&d, code_of((uint8_t)bytes.p[i]), &in))
			check(&in);
	require(d.n <= sizeof d.text);
}

static void read_environment(struct str text)
{
	char value[256];
	size_t n = text.n < sizeof value ? text.n : sizeof value - 1;
	bool light;

	if (n)
		memcpy(value, text.p, n);
	value[n] = '\0';
	background_of_environment(value, &light);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str bytes = {(const char *)data, size};
	bool light;

	decode(bytes, false);
	decode(bytes, true);
	background_of_reply(bytes, &light);
	read_environment(bytes);
	return 0;
}
