// SPDX-License-Identifier: MIT
#include "pages/completion.h"

#include "model/filter_field.h"

enum completion completion_of(
	const struct options_state *s, const struct option_ref *o, const char **ret_words)
{
	static const struct {
		const char *arg;
		enum completion of;
	} args[] = {
		{"PATH", COMPLETE_FILES},
		{"FILE", COMPLETE_FILES},
		{"DIR", COMPLETE_DIRS},
		{"IFACE", COMPLETE_INTERFACES},
		{"UNIT", COMPLETE_UNITS},
	};
	const struct option_check *check = option_check_of(s, o);
	const struct option_def *d = o->def;

	*ret_words = d->choices                ? d->choices
		     : check && check->choices ? check->choices
					       : d->implied;
	if (*ret_words)
		return COMPLETE_WORDS;
	if (d->key && strcmp(d->key, "view.filter") == 0)
		return COMPLETE_FILTER;
	for (size_t i = 0; i < ARRAY_LEN(args); i++)
		if (d->arg && strstr(d->arg, args[i].arg))
			return args[i].of;
	return COMPLETE_NOTHING;
}

bool completion_is_list(const struct option_def *d)
{
	return d->type == OPTION_TEXTS || d->type == OPTION_NETS;
}

void completion_put_words(FILE *out, const char *words)
{
	for (const char *p = words; *p; p++)
		putc(*p == '|' ? ' ' : *p, out);
}

void completion_put_fields(FILE *out, const char *more)
{
	for (size_t i = 0; i < filter_field_count; i++)
		fprintf(out, "%s%s%s", i ? " " : "", filter_fields[i].names[0],
			filter_fields[i].kind == FILTER_NUMBER ? more : ":");
}

void completion_put_help(FILE *out, const char *help, const char *escaped, const char *quote)
{
	size_t n = strcspn(help, ";");

	for (size_t i = 0; i < n; i++) {
		if (help[i] == '\'') {
			fputs(quote, out);
			continue;
		}
		if (strchr(escaped, help[i]))
			putc('\\', out);
		putc(help[i], out);
	}
}
