// SPDX-License-Identifier: MIT
#include "pages/completion.h"
#include "pages/pages.h"

#define UPDATE "__fish_seen_subcommand_from geoip-update"

static void put_value(FILE *out, enum completion of, const char *words)
{
	switch (of) {
	case COMPLETE_WORDS:
		fputs(" -x -a '", out);
		completion_put_words(out, words);
		putc('\'', out);
		break;
	case COMPLETE_FILES:
		fputs(" -r -F", out);
		break;
	case COMPLETE_DIRS:
		fputs(" -x -a '(__fish_complete_directories)'", out);
		break;
	case COMPLETE_INTERFACES:
		fputs(" -x -a '(__fish_print_interfaces)'", out);
		break;
	case COMPLETE_UNITS:
		fputs(" -x -a '(" COMPLETION_UNITS ")'", out);
		break;
	case COMPLETE_FILTER:
		fputs(" -x -a '", out);
		completion_put_fields(out, "\\>");
		putc('\'', out);
		break;
	case COMPLETE_NOTHING:
		fputs(" -x", out);
	}
}

static void put_flag(FILE *out, const struct options_state *s, const struct option_ref *o)
{
	const struct option_def *d = o->def;
	const char *words;
	enum completion of = completion_of(s, o, &words);

	fprintf(out, "complete -c nethergaze -l %s", d->flag);
	if (!d->of_all)
		fprintf(out, " -n '%s" UPDATE "'", d->of_update ? "" : "not ");
	if (d->implied) { /* it may stand alone: -x would want a value */
		fputs(" -f -a '", out);
		completion_put_words(out, words);
		putc('\'', out);
	} else if (d->arg)
		put_value(out, of, words);
	fputs(" -d '", out);
	completion_put_help(out, d->help, "\\", "\\'");
	fputs("'\n", out);
}

void page_fish(FILE *out, const struct options_state *s)
{
	struct option_ref o;

	fputs("# fish completion for nethergaze, made by src/pages from the program's own "
	      "tables\n\n"
	      "complete -c nethergaze -f\n"
	      "complete -c nethergaze -n __fish_is_first_token -a geoip-update "
	      "-d 'fetch GeoIP databases'\n",
		out);
	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->flag)
			put_flag(out, s, &o);
}
