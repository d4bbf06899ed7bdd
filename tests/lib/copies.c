// SPDX-License-Identifier: MIT
/* copies TEXT SAID: at each key but q, which ends it, copies the text as the console does and
 * writes what is said of it to the file SAID. SAID is there, and empty, once keys are taken. */
#include "tui/clipboard.h"
#include "tui/screen.h"

#include <poll.h>
#include <stdio.h>

static void say(const char *said, const char *file)
{
	FILE *f = fopen(file, "w");

	if (f) {
		fputs(said, f);
		fclose(f);
	}
}

static void copy(const char *text, const char *file)
{
	char said[CLIPBOARD_SAID_MAX];

	clipboard_copy(str_of(text), said);
	say(said, file);
}

static int next_key(void)
{
	struct pollfd key = {.fd = screen_fd(), .events = POLLIN};
	struct input in;

	do
		poll(&key, 1, -1);
	while (!screen_input(&in) || in.kind != INPUT_KEY);
	return (int)in.code;
}

int main(int argc, char **argv)
{
	char reason[256];

	if (argc != 3 || screen_open(reason) != 0)
		return 2;
	say("", argv[2]);
	while (next_key() != 'q')
		copy(argv[1], argv[2]);
	screen_close();
	return 0;
}
