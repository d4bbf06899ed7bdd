// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "base/wrap.h"
#include "config/exit_code.h"
#include "config/parts.h"

#define HELP_INDENT 29
#define HELP_WIDTH  80

/* What the value may be, behind the help's words: " (auto|ebpf|proc) [auto]". */
static void print_tail(
	char *buf, size_t cap, const struct option_def *d, const struct option_check *check)
{
	const char *choices = d->choices ? d->choices : check ? check->choices : NULL;
	const char *others = check ? check->others : NULL;
	bool shown = d->fallback && d->arg;

	snprintf(buf, cap, "%s%s%s%s%s%s%s%s", choices ? " (" : "", choices ? choices : "",
		choices && others ? ", or " : "", choices && others ? others : "",
		choices ? ")" : "", shown ? " [" : "", shown ? d->fallback : "", shown ? "]" : "");
}

static void print_option(FILE *out, const struct option_def *d, const struct option_check *check)
{
	char head[64], tail[256], text[512];
	const char *open = d->implied ? "[=" : d->arg ? " " : "";
	int n = snprintf(head, sizeof head, "  --%s%s%s%s", d->flag, open, d->arg ? d->arg : "",
		d->implied ? "]" : "");

	if (n < HELP_INDENT)
		fprintf(out, "%-*s", HELP_INDENT, head);
	else
		fprintf(out, "%s\n%*s", head, HELP_INDENT, "");
	print_tail(tail, sizeof tail, d, check);
	snprintf(text, sizeof text, "%s%s", d->help, tail);
	wrap_print(out, HELP_INDENT, HELP_WIDTH, text);
}

static bool is_of_console(const struct option_def *d)
{
	return !d->of_update;
}

static bool is_of_update(const struct option_def *d)
{
	return d->of_update;
}

static void print_machine(const struct options_state *s, FILE *out)
{
	if (s->setup.machine_dir)
		fprintf(out, "Before it, %s/config.toml and conf.d/*.toml are read.\n",
			s->setup.machine_dir);
}

static void print_codes(FILE *out)
{
	fputs("Exit status:", out);
	for (int i = 0; i < EXIT_CODES; i++)
		fprintf(out, "%s %d %s", i ? "," : "", i, exit_meanings[i].brief);
	fputs(".\n", out);
}

void options_print_help(const struct options_state *s, FILE *out)
{
	static const struct {
		const char *title;
		bool (*has)(const struct option_def *d);
	} parts[] = {
		{"", is_of_console},
		{"\ngeoip-update fetches DB-IP's free GeoIP databases; its options:\n",
			is_of_update},
	};
	struct option_ref o;

	fputs("Usage: nethergaze [OPTION]...\n"
	      "       nethergaze geoip-update [--url URL]... [--data-dir DIR]\n"
	      "Live triage console for a web server: TCP connections joined with access logs.\n\n",
		out);
	for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
		fputs(parts[k].title, out);
		for (size_t i = 0; option_at(s, i, &o); i++)
			if (o.def->flag && parts[k].has(o.def))
				print_option(out, o.def, option_check_of(s, &o));
	}
	fputs("\nDurations: 500ms, 30s, 5m, 1h, 1d, 1h30m; a number alone is seconds.\n"
	      "Each config key can also be set by an environment variable; --print-config lists\n"
	      "both. Flags override the environment, which overrides the config file:\n"
	      "$XDG_CONFIG_HOME/nethergaze/config.toml (or ~/.config/…), else "
	      "~/.nethergaze.toml.\n",
		out);
	print_machine(s, out);
	print_codes(out);
}
