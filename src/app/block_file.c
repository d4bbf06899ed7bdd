// SPDX-License-Identifier: MIT
#include "app/block_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCRIPT_MAX (2 * BLOCK_TEXT_MAX + 2048)

/* Each line of a text as a comment. */
static size_t put_comments(char *buf, size_t cap, const char *text)
{
	size_t n = 0;

	while (*text && n + 3 < cap) {
		size_t line = strcspn(text, "\n");
		int w = snprintf(buf + n, cap - n, "# %.*s\n", (int)line, text);
		if (w < 0 || (size_t)w >= cap - n)
			break;
		n += (size_t)w;
		text += line + (text[line] == '\n');
	}
	return n;
}

static size_t write_script(
	char *buf, const struct block_text *text, const char *who, const struct tm *tm)
{
	char when[32];

	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", tm);
	size_t n = (size_t)snprintf(buf, SCRIPT_MAX,
		"#!/bin/sh\n# Blocks %.1000s. Written by nethergaze at %s; to be run as root.\n",
		who, when);
	n += put_comments(buf + n, SCRIPT_MAX - n, text->note);
	n += (size_t)snprintf(buf + n, SCRIPT_MAX - n, "# To undo it:\n");
	n += put_comments(buf + n, SCRIPT_MAX - n, text->undo);
	int w = snprintf(buf + n, SCRIPT_MAX - n, "set -e\n%s", text->command);
	return w < 0 || (size_t)w >= SCRIPT_MAX - n ? 0 : n + (size_t)w;
}

int block_file_write(const struct block_text *text, const char *who, usec_t now,
	char ret_path[static OWN_FILE_PATH_MAX])
{
	time_t seconds = (time_t)(now / USEC_PER_SEC);
	char *script = malloc(SCRIPT_MAX);
	struct tm tm;

	if (!script)
		return -ENOMEM;
	size_t n = gmtime_r(&seconds, &tm) ? write_script(script, text, who, &tm) : 0;
	int err = n ? own_file_write_state(ret_path, "block", ".sh", now, script, n) : -E2BIG;
	free(script);
	return err;
}
