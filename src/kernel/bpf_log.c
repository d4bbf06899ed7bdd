// SPDX-License-Identifier: MIT
#include "kernel/bpf_log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>

/* libbpf has one print hook for the whole process and passes it no context. */
static char text[16 << 10];
static size_t used;

/* Long logs lose their older half: what matters comes last. */
static void make_room(void)
{
	if (used <= sizeof text / 2)
		return;
	size_t cut = used - sizeof text / 2;
	memmove(text, text + cut, used - cut);
	used -= cut;
}

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[8 << 10];
	int n;

	if (level != LIBBPF_WARN)
		return 0;
	n = vsnprintf(line, sizeof line, format, args);
	if (n <= 0)
		return 0;
	size_t len = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
	make_room();
	memcpy(text + used, line, len);
	used += len;
	return n;
}

void bpf_log_begin(void)
{
	used = 0;
	libbpf_set_print(keep);
}

struct str bpf_log_text(void)
{
	return (struct str){text, used};
}
