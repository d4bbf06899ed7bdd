// SPDX-License-Identifier: MIT
#include "pages/completion.h"
#include "pages/pages.h"

static void put_action(FILE *out, enum completion of, const char *words)
{
	switch (of) {
	case COMPLETE_WORDS:
		putc('(', out);
		completion_put_words(out, words);
		putc(')', out);
		break;
	case COMPLETE_FILES:
		fputs("_files", out);
		break;
	case COMPLETE_DIRS:
		fputs("_files -/", out);
		break;
	case COMPLETE_INTERFACES:
		fputs("_net_interfaces", out);
		break;
	case COMPLETE_UNITS:
		fputs("_nethergaze_units", out);
		break;
	case COMPLETE_FILTER:
		fputs("_nethergaze_fields", out);
		break;
	case COMPLETE_NOTHING:
		putc(' ', out); /* a message alone */
	}
}

/* As _arguments wants it: '*--flag=[help]:VALUE:action', in quotes. */
static void put_flag(FILE *out, const struct options_state *s, const struct option_ref *o)
{
	const struct option_def *d = o->def;
	const char *words;
	enum completion of = completion_of(s, o, &words);

	fprintf(out, "\t\t'%s--%s%s[", completion_is_list(d) ? "*" : "", d->flag,
		d->implied ? "=-"
		: d->arg   ? "="
			   : "");
	completion_put_help(out, d->help, "[]\\", "'\\''");
	putc(']', out);
	if (d->arg) {
		fputs(d->implied ? "::" : ":", out);
		completion_put_help(out, d->arg, "[]:\\", "'\\''");
		putc(':', out);
		put_action(out, of, words);
	}
	fputs("' \\\n", out);
}

static void put_flags(FILE *out, const struct options_state *s, bool of_update)
{
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->flag && (o.def->of_all || o.def->of_update == of_update))
			put_flag(out, s, &o);
}

void page_zsh(FILE *out, const struct options_state *s)
{
	fputs("#compdef nethergaze\n"
	      "# zsh completion, made by src/pages from the program's own tables\n\n"
	      "_nethergaze_units() {\n"
	      "\tcompadd -- ${(f)\"$(" COMPLETION_UNITS ")\"}\n"
	      "}\n\n"
	      "_nethergaze_fields() {\n"
	      "\tcompadd -S '' -- ",
		out);
	completion_put_fields(out, "\\>");
	fputs("\n}\n\n"
	      "_nethergaze() {\n"
	      "\tif (( CURRENT > 2 )) && [[ $words[2] == geoip-update ]]; then\n"
	      "\t\tshift words\n"
	      "\t\t(( CURRENT-- ))\n"
	      "\t\t_arguments \\\n",
		out);
	put_flags(out, s, true);
	fputs("\t\t&& return 0\n"
	      "\t\treturn 1\n"
	      "\tfi\n"
	      "\t_arguments \\\n",
		out);
	put_flags(out, s, false);
	fputs("\t\t'1::command:(geoip-update)'\n"
	      "}\n\n"
	      "_nethergaze \"$@\"\n",
		out);
}
