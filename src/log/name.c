// SPDX-License-Identifier: MIT
#include "log/name.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void log_name_state(struct log_name *name, enum log_state state, const char *note)
{
	char text[LOG_NOTE_MAX];

	text_copy(text, sizeof text, str_of(note ? note : ""));
	if (name->state == state && strcmp(name->note, text) == 0)
		return;
	name->state = (uint8_t)state;
	memcpy(name->note, text, sizeof text);
	name->state_said = false;
}

bool log_name_is_said(const struct log_name *name)
{
	const struct log_account *now = &name->account, *said = &name->said;

	return name->state_said && now->lines == said->lines && now->rejected == said->rejected &&
	       now->skipped == said->skipped && now->rotated == said->rotated &&
	       name->said_lag == 0;
}

void log_name_error(struct log_name *name, int err)
{
	enum log_state state = LOG_UNREADABLE;

	if (err == -ENOENT || err == -ENOTDIR)
		state = LOG_MISSING;
	else if (err == -EACCES || err == -EPERM)
		state = LOG_DENIED;
	log_name_state(name, state, err == -ENXIO ? "Not a file or pipe" : strerror(-err));
}

void log_name_free(struct log_name *name)
{
	if (!name)
		return;
	free(name->path);
	container_pieces_done(&name->pieces);
	free(name);
}

struct log_name *log_name_new(const char *path)
{
	struct log_name *name = calloc(1, sizeof *name);

	if (!name || !(name->path = strdup(path))) {
		free(name);
		return NULL;
	}
	name->label_n = text_sanitise(name->label, sizeof name->label, str_of(path));
	name->state_said = true; /* nothing to say yet */
	return name;
}
