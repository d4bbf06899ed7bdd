// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"

#include "base/text.h"

#define WIDTH  80
#define INDENT 6 /* of what belongs to a line with yes or no */

void doctor_words(FILE *out, int indent, const char *text)
{
	int column = indent;
	bool first = true;

	while (*text) {
		size_t bytes = strcspn(text, " ");
		int wide = text_width((struct str){text, bytes});
		if (!first && column + 1 + wide > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : " ", (int)bytes, text);
		column += wide + !first;
		first = false;
		text += bytes + (text[bytes] == ' ');
	}
	fputc('\n', out);
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
