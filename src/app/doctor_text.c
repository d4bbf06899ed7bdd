// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"

#include "base/wrap.h"

#define WIDTH  80
#define INDENT 6 /* of what belongs to a line with yes or no */

void doctor_words(FILE *out, int indent, const char *text)
{
	wrap_print(out, indent, WIDTH, text);
}

void doctor_under(FILE *out, const char *text)
{
	fprintf(out, "%*s", INDENT, "");
	doctor_words(out, INDENT, text);
}

void doctor_mark(FILE *out, bool yes, const char *text)
{
	fprintf(out, "%-*s", INDENT, yes ? "  yes" : "  no");
	doctor_words(out, INDENT, text);
}
