// SPDX-License-Identifier: MIT
#include "console/entry.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

unsigned status_style(unsigned status)
{
	return status == 0    ? STYLE_DIM
	       : status < 300 ? STYLE_DIM
	       : status < 400 ? STYLE_INFO
	       : status < 500 ? STYLE_WARN
			      : STYLE_BAD;
}

unsigned login_style(const struct journal_entry *e)
{
	return e->status == AUTH_ACCEPTED ? STYLE_GOOD
	       : e->status == AUTH_CLOSED ? STYLE_DIM
					  : STYLE_BAD;
}

struct str login_text(const struct journal_entry *e, char buf[static LOGIN_TEXT_MAX])
{
	struct str method = text_clip(journal_method(e), 24), user = text_clip(journal_user(e), 48);
	const char *what = e->status == AUTH_ACCEPTED ? "accepted"
			   : e->status == AUTH_CLOSED ? "closed"
						      : "failed";
	int n = snprintf(buf, LOGIN_TEXT_MAX, "%s%s%.*s%s%.*s%s", what, method.n ? " " : "",
		STR_FMT(method), user.n ? " " : "", STR_FMT(user),
		e->status == AUTH_INVALID ? " (no such user)" : "");

	if (e->bytes != ABSENT)
		n += snprintf(buf + n, (size_t)(LOGIN_TEXT_MAX - n), " x%" PRIu64, e->bytes);
	return (struct str){buf, (size_t)n};
}

void time_text(char buf[static 16], const char *format, usec_t t)
{
	time_t sec = (time_t)(t / USEC_PER_SEC);
	struct tm tm;

	if (!localtime_r(&sec, &tm) || strftime(buf, 16, format, &tm) == 0)
		*buf = '\0';
}

void clock_text(char buf[static 9], usec_t t)
{
	time_t sec = (time_t)(t / USEC_PER_SEC);
	struct tm tm;

	if (!localtime_r(&sec, &tm) || strftime(buf, 9, "%H:%M:%S", &tm) == 0)
		strcpy(buf, "--:--:--");
}

int draw_vhost(struct area a, int y, int x, unsigned selected, const struct journal_entry *e)
{
	struct str vhost = text_cut(journal_vhost(e), a.w / 4);

	return vhost.n ? screen_text(a, y, x, STYLE_DIM | selected, vhost) + 1 : 0;
}
