// SPDX-License-Identifier: MIT
/* copies TEXT SAID: copies the text as the console does, writes what is said of it to the file
 * SAID, and waits for a key. */
#include "tui/clipboard.h"
#include "tui/screen.h"

#include <poll.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char said[CLIPBOARD_SAID_MAX], reason[256];
	struct pollfd key = {.events = POLLIN};
	struct input in;

	if (argc != 3 || screen_open(reason) != 0)
		return 2;
	clipboard_copy(str_of(argv[1]), said);
	key.fd = screen_fd();
	FILE *f = fopen(argv[2], "w");
	if (f) {
		fputs(said, f);
		fclose(f);
	}
	do
		poll(&key, 1, -1);
	while (!screen_input(&in) || in.kind != INPUT_KEY);
	screen_close();
	return 0;
}
