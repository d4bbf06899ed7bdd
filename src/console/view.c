// SPDX-License-Identifier: MIT
#include "console/view.h"

#include <stdarg.h>
#include <stdio.h>

static void say(struct view *v, bool bad, const char *format, va_list args)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	vsnprintf(v->said.text, sizeof v->said.text, format, args);
	v->said.bad = bad;
	v->said.until = now + SAID_FOR;
	v->changed = true;
	if (!v->wake_at || v->wake_at > v->said.until)
		v->wake_at = v->said.until;
}

void view_say(struct view *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(v, false, format, args);
	va_end(args);
}

void view_refuse(struct view *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(v, true, format, args);
	va_end(args);
}

void view_say_expire(struct view *v, usec_t now)
{
	if (!v->said.text[0])
		return;
	if (now >= v->said.until)
		v->said.text[0] = '\0';
	else if (!v->wake_at || v->wake_at > v->said.until)
		v->wake_at = v->said.until;
}
