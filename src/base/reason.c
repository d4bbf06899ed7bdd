// SPDX-License-Identifier: MIT
#include "base/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reason_set(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason->text, sizeof reason->text, format, args);
	va_end(args);
}

void reason_set_error(struct reason *reason, int err)
{
	reason_set(reason, "%s", strerror(-err));
}
