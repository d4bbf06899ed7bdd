// SPDX-License-Identifier: MIT
#include "pages/completion.h"
#include "pages/pages.h"

/* "--a|--b) " of the flags with this kind of value; false: there is none. */
static bool put_pattern(FILE *out, const struct options_state *s, enum completion of)
{
	struct option_ref o;
	const char *words;
	bool any = false;

	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!o.def->flag || !o.def->arg || completion_of(s, &o, &words) != of)
			continue;
		fprintf(out, "%s--%s", any ? " | " : "\t", o.def->flag);
		any = true;
	}
	if (any)
		fputs(") ", out);
	return any;
}

static void put_cases(FILE *out, const struct options_state *s)
{
	struct option_ref o;
	const char *words;

	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!o.def->flag || !o.def->arg || completion_of(s, &o, &words) != COMPLETE_WORDS)
			continue;
		/* A value that may be left out is only one behind =. */
		fprintf(out, "\t--%s) %swords='", o.def->flag,
			o.def->implied ? "[ -z \"$joined\" ] || " : "");
		completion_put_words(out, words);
		fputs("' ;;\n", out);
	}
	if (put_pattern(out, s, COMPLETE_FILES))
		fputs("_nethergaze_files -f \"$cur\"; return ;;\n", out);
	if (put_pattern(out, s, COMPLETE_DIRS))
		fputs("_nethergaze_files -d \"$cur\"; return ;;\n", out);
	if (put_pattern(out, s, COMPLETE_INTERFACES))
		fputs("_nethergaze_lines \"$cur\" < <(ls /sys/class/net 2>/dev/null); return ;;\n",
			out);
	if (put_pattern(out, s, COMPLETE_UNITS))
		fputs("_nethergaze_lines \"$cur\" < <(" COMPLETION_UNITS "); return ;;\n", out);
	if (put_pattern(out, s, COMPLETE_FILTER)) {
		fputs("compopt -o nospace 2>/dev/null; words='", out);
		completion_put_fields(out, ">");
		fputs("' ;;\n", out);
	}
	if (put_pattern(out, s, COMPLETE_NOTHING))
		fputs("return ;;\n", out);
}

static void put_flags(FILE *out, const struct options_state *s, bool of_update)
{
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->flag && (o.def->of_all || o.def->of_update == of_update))
			fprintf(out, " --%s", o.def->flag);
}

/* Names of others (interfaces, units) never reach compgen -W, which expands what it is given. */
static const char head[] =
	"# bash completion for nethergaze, made by src/pages from the program's own tables\n"
	"# shellcheck shell=bash\n\n"
	"_nethergaze_files() {\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$2\")\n"
	"}\n\n"
	"_nethergaze_lines() {\n"
	"\tlocal line\n"
	"\twhile read -r line; do\n"
	"\t\t[[ $line != \"$1\"* ]] || COMPREPLY+=(\"$(printf %q \"$line\")\")\n"
	"\tdone\n"
	"}\n\n"
	"_nethergaze() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words='' "
	"joined=''\n"
	"\tCOMPREPLY=()\n"
	"\t# COMP_WORDBREAKS has = and :, so --flag=value comes as three words.\n"
	"\tif [ \"$cur\" = = ]; then\n"
	"\t\tcur='' joined=1\n"
	"\telif [ \"$prev\" = = ] && [ \"$COMP_CWORD\" -ge 2 ]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]} joined=1\n"
	"\tfi\n"
	"\tcase $prev in\n"
	"\t:) return ;;\n";

void page_bash(FILE *out, const struct options_state *s)
{
	fputs(head, out);
	put_cases(out, s);
	fputs("\tesac\n"
	      "\tif [ -n \"$words$joined\" ]; then\n"
	      "\t\t:\n"
	      "\telif [ \"${COMP_WORDS[1]}\" = geoip-update ] && [ \"$COMP_CWORD\" -gt 1 ]; then\n"
	      "\t\twords='",
		out);
	put_flags(out, s, true);
	fputs("'\n\telse\n\t\twords='", out);
	put_flags(out, s, false);
	fputs("'\n\t\t[ \"$COMP_CWORD\" -gt 1 ] || words+=' geoip-update'\n"
	      "\tfi\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "\tCOMPREPLY=(\"${COMPREPLY[@]//>/\\\\>}\")\n"
	      "}\n\n"
	      "complete -F _nethergaze nethergaze\n",
		out);
}
