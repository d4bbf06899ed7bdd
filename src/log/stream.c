// SPDX-License-Identifier: MIT
#include "log/stream.h"

#include "base/opener.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

#define REPORT_INTERVAL USEC_PER_SEC /* of counters alone */

int log_stream_init(struct log_stream *s, const char *name)
{
	char label[LOG_LABEL_MAX];
	size_t n = text_sanitise(label, sizeof label, str_of(name));

	*s = (struct log_stream){.is_state_reported = true};
	s->label = malloc(n + 1);
	if (!s->label)
		return -ENOMEM;
	memcpy(s->label, label, n);
	s->label_n = n;
	return 0;
}

void log_stream_done(struct log_stream *s)
{
	free(s->label);
	container_pieces_done(&s->pieces);
}

void log_stream_set_state(struct log_stream *s, enum log_state state, const char *note)
{
	char text[LOG_NOTE_MAX];

	text_copy(text, sizeof text, str_of(note ? note : ""));
	if (s->state == state && strcmp(s->note, text) == 0)
		return;
	s->state = state;
	memcpy(s->note, text, sizeof text);
	s->is_state_reported = false;
}

bool log_stream_is_reported(const struct log_stream *s)
{
	const struct log_account *now = &s->account;
	const struct log_reported *then = &s->reported;

	return s->is_state_reported && now->lines == then->lines &&
	       now->rejected == then->rejected && now->skipped == then->skipped &&
	       now->rotated == then->rotated && now->missed == then->missed && then->lag == 0;
}

void log_stream_reported(struct log_stream *s, usec_t now, uint64_t lag)
{
	const struct log_account *a = &s->account;

	s->reported = (struct log_reported){.lines = a->lines,
		.rejected = a->rejected,
		.skipped = a->skipped,
		.rotated = a->rotated,
		.missed = a->missed,
		.lag = lag,
		.at = now};
	s->is_state_reported = true;
}

void log_stream_set_error(struct log_stream *s, int err)
{
	enum log_state state = LOG_UNREADABLE;

	if (err == -ENOENT || err == -ENOTDIR || err == -ESRCH)
		state = LOG_MISSING;
	else if (err == -EACCES || err == -EPERM || err == -EKEYREJECTED)
		state = LOG_DENIED;
	log_stream_set_state(s, state,
		err == -ENXIO   ? "Not a file or pipe"
		: err == -E2BIG ? "Too many names for one pattern"
				: opener_reason(err));
}

bool log_stream_is_due(const struct log_stream *s, usec_t now, bool all)
{
	/* The wall clock may have been set back. */
	bool due = all || now - s->reported.at >= REPORT_INTERVAL || now < s->reported.at;

	return !s->is_state_reported || (due && !log_stream_is_reported(s));
}
