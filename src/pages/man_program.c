// SPDX-License-Identifier: MIT
#include "config/exit_code.h"
#include "config/parts.h"
#include "detect/flag_defs.h"
#include "log/formats.h"
#include "model/filter_field.h"
#include "pages/pages.h"
#include "pages/roff.h"
#include "tui/bindings.h"

#define TEXT_MAX 1024

static void put_option(FILE *out, const struct options_state *s, const struct option_ref *o)
{
	const struct option_def *d = o->def;
	const struct option_check *check = option_check_of(s, o);
	const char *choices = d->choices ? d->choices : check ? check->choices : NULL;
	const char *others = check ? check->others : NULL;
	char flag[64], arg[64], text[TEXT_MAX];

	snprintf(flag, sizeof flag, "--%s%s", d->flag, d->implied ? "[=" : d->arg ? " " : "");
	snprintf(arg, sizeof arg, "%s%s", d->arg ? d->arg : "", d->implied ? "]" : "");
	roff_tag(out, flag, arg[0] ? arg : NULL);
	snprintf(text, sizeof text, "%s.%s%s%s%s%s%s%s%s", d->help, choices ? " One of " : "",
		choices ? choices : "", choices && others ? ", or " : "",
		choices && others ? others : "", choices ? "." : "",
		d->fallback && d->arg ? " Default: " : "", d->fallback && d->arg ? d->fallback : "",
		d->fallback && d->arg ? "." : "");
	roff_text(out, text);
}

static void put_options(FILE *out, const struct options_state *s, bool of_update)
{
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++)
		if (o.def->flag && o.def->of_update == of_update)
			put_option(out, s, &o);
}

static void put_synopsis(FILE *out)
{
	roff_heading(out, "NAME");
	fputs("nethergaze \\- live triage console for a web server under stress\n", out);
	roff_heading(out, "SYNOPSIS");
	fputs(".B nethergaze\n.RI [ option \\ ...]\n.br\n"
	      ".B nethergaze geoip\\-update\n.RI [ option \\ ...]\n",
		out);
	roff_heading(out, "DESCRIPTION");
	roff_text(out, "nethergaze joins what the kernel knows (TCP connections and their states) "
		       "with what the web server knows (access logs) by IP address, adds who the "
		       "addresses are, and shows it in the terminal, so that floods, scanners and "
		       "clients that misbehave stand out within seconds.");
	roff_paragraph(out);
	roff_text(out,
		"Without options it finds the logs of the web servers that run here and opens "
		"the console. As root it uses the kernel's own events (BPF); without, it "
		"reads /proc/net/tcp and shows less detail. --once prints one report, "
		"--json writes records for other programs, --replay shows a recording.");
}

static void put_update(FILE *out, const struct options_state *s)
{
	roff_heading(out, "GEOIP DATABASES");
	roff_text(out, "The command geoip-update fetches DB-IP's free databases of cities and "
		       "autonomous systems, checks them, and installs them in the directory of "
		       "--data-dir. Those that are there stay until the new ones are complete. "
		       "nethergaze-geoip.timer, which is installed but not enabled, does it once "
		       "a week, into /var/lib/nethergaze/geoip. Its options, beside --config and "
		       "--data-dir:");
	put_options(out, s, true);
}

static void put_filters(FILE *out)
{
	char tag[64];

	roff_heading(out, "FILTERS");
	roff_text(out, "--filter and the console's / take terms with blanks between them; all of "
		       "them must hold. A term is a text, or FIELD:VALUE; some fields also take "
		       "= ~ > < >= <=. A minus in front negates it. Several values are separated "
		       "by commas. The fields:");
	for (size_t i = 0; i < filter_field_count; i++) {
		const struct filter_field *f = &filter_fields[i];
		char text[TEXT_MAX];
		snprintf(tag, sizeof tag, "%s%s%s%s%s", f->names[0], f->names[1] ? ", " : "",
			f->names[1] ? f->names[1] : "", f->names[1] && f->names[2] ? ", " : "",
			f->names[1] && f->names[2] ? f->names[2] : "");
		roff_tag(out, tag, NULL);
		snprintf(text, sizeof text, "%s; takes %s.", f->help, f->takes);
		roff_text(out, text);
	}
}

/* Those of the screen; records have more. */
static void put_columns(FILE *out)
{
	char tag[64], text[TEXT_MAX];

	roff_heading(out, "COLUMNS");
	roff_text(out, "What rows have in the console and with --once, in parentheses the field of "
		       "the records.");
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		if (!c->title || !c->title[0])
			continue;
		snprintf(tag, sizeof tag, "%s (%s)", c->title, c->id);
		snprintf(text, sizeof text, "%s.", c->help);
		roff_tag(out, tag, NULL);
		roff_text(out, text);
	}
}

static void put_formats(FILE *out)
{
	char text[TEXT_MAX];

	roff_heading(out, "LOG FORMATS");
	for (size_t i = 0; i < log_format_count; i++) {
		roff_tag(out, log_formats[i].name, NULL);
		snprintf(text, sizeof text, "%s.", log_formats[i].help);
		roff_text(out, text);
	}
	roff_paragraph(out);
	roff_text(out, "Other formats are given as in nginx's log_format or Apache's LogFormat; "
		       "--explain says which format reads a line.");
}

static void put_flags(FILE *out)
{
	char text[TEXT_MAX];

	roff_heading(out, "WHAT IS JUDGED");
	roff_text(out, "Flags say what is wrong, who is it, and what would disprove it; their "
		       "thresholds are keys of the config file.");
	for (int i = 0; i < FLAGS; i++) {
		roff_tag(out, flag_defs[i].name, NULL);
		snprintf(text, sizeof text, "%s. Severity %u. Wrong if: %s.", flag_defs[i].title,
			flag_defs[i].severity, flag_defs[i].disproof);
		roff_text(out, text);
	}
}

static void put_keys(FILE *out)
{
	char keys[64], text[TEXT_MAX];
	struct bindings defaults;

	roff_heading(out, "KEYS");
	roff_text(out,
		"The name in parentheses is the action's, by which [keys] of the config file "
		"binds other keys.");
	bindings_reset(&defaults);
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++) {
		bindings_names(&defaults, a, IN_ALL, BINDINGS_MAX, keys, sizeof keys);
		roff_tag(out, keys[0] ? keys : "(no key)", NULL);
		snprintf(text, sizeof text, "%s (%s)", actions[a].help, actions[a].name);
		roff_text(out, text);
	}
}

static void put_codes(FILE *out)
{
	char number[8], text[TEXT_MAX];

	roff_heading(out, "EXIT STATUS");
	for (int i = 0; i < EXIT_CODES; i++) {
		snprintf(number, sizeof number, "%d", i);
		roff_tag(out, number, NULL);
		snprintf(text, sizeof text, "%s: %s.", exit_meanings[i].brief,
			exit_meanings[i].help);
		roff_text(out, text);
	}
}

/* Those of other programs, which it reads as well. */
static const char *const others[][2] = {
	{"HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, XDG_STATE_HOME",
		"where files of the user lie; see FILES."},
	{"TERM, COLORTERM, COLORFGBG, NO_COLOR",
		"the terminal, its colours, its background; NO_COLOR, set to anything: none."},
	{"TMUX, STY", "how the clipboard is reached inside tmux and screen."},
	{"NOTIFY_SOCKET, WATCHDOG_USEC",
		"of systemd: with --daemon, whom to tell how the recorder is doing."},
	{"SSH_CONNECTION", "the operator's own address, which is never blocked."},
	{"SUDO_UID, SUDO_GID",
		"the user as whom addresses are looked up when root runs the program."},
	{"http_proxy, https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, no_proxy, NO_PROXY",
		"proxies of look-ups and of geoip-update."},
	{"SSL_CERT_FILE, SSL_CERT_DIR", "certificates that look-ups trust."},
	{"PATH", "where vnstat and other tools are looked for."},
};

static void put_environment(FILE *out, const struct options_state *s)
{
	char name[64], text[TEXT_MAX], key[TOML_PATH_MAX];
	struct option_ref o;

	roff_heading(out, "ENVIRONMENT");
	roff_text(out, "Flags override these, and these override config files. An empty one counts "
		       "as not set; one that begins with NETHERGAZE_ and does not exist is "
		       "warned of.");
	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!o.def->env)
			continue;
		snprintf(name, sizeof name, "NETHERGAZE_%s", o.def->env);
		snprintf(text, sizeof text, "sets %s.", option_key(&o, key));
		roff_tag(out, name, NULL);
		roff_text(out, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		roff_tag(out, others[i][0], NULL);
		roff_text(out, others[i][1]);
	}
}

static void put_files(FILE *out, const struct options_state *s)
{
	char path[256];

	roff_heading(out, "FILES");
	snprintf(path, sizeof path, "%s/config.toml", s->setup.machine_dir);
	roff_tag(out, NULL, path);
	snprintf(path, sizeof path,
		"the machine's configuration, and %s/conf.d/*.toml after it; see "
		"nethergaze.toml(5).",
		s->setup.machine_dir);
	roff_text(out, path);
	roff_tag(out, NULL, "~/.config/nethergaze/config.toml");
	roff_text(out, "the user's configuration, which overrides the machine's.");
	roff_tag(out, NULL, "~/.local/share/nethergaze");
	roff_text(out, "GeoIP databases; also looked for in /var/lib/nethergaze/geoip, "
		       "/usr/share/GeoIP, /var/lib/GeoIP and /usr/local/share/GeoIP.");
	roff_tag(out, NULL, "~/.local/state/nethergaze");
	roff_text(out, "history.db, what earlier runs saw; actions.log, what was done from the "
		       "console. Root without a home has /var/lib/nethergaze.");
	roff_tag(out, NULL, "~/.cache/nethergaze");
	roff_text(out, "answers of registries.");
}

static void put_end(FILE *out)
{
	roff_heading(out, "SIGNALS");
	roff_text(out, "SIGINT and SIGTERM end a run as q does. SIGHUP ends a console; a headless "
		       "run with --record goes on in a new file.");
	roff_heading(out, "EXAMPLES");
	roff_lines(out, "nethergaze --log-path '/var/log/nginx/*access.log'\n"
			"nethergaze --once --json --duration 10 | jq 'select(.t == \"flag\")'\n"
			"nethergaze --record incident.ndjson.gz\n"
			"nethergaze --replay incident.ndjson.gz --report incident.html\n"
			"nethergaze --demo\n"
			"nethergaze --doctor");
	roff_heading(out, "SEE ALSO");
	fputs(".BR nethergaze.toml (5),\n.BR ss (8),\n.BR nft (8),\n.BR journalctl (1)\n", out);
}

void page_program(FILE *out, const struct options_state *s)
{
	roff_title(out, "NETHERGAZE", "1", "User Commands");
	put_synopsis(out);
	roff_heading(out, "OPTIONS");
	put_options(out, s, false);
	roff_paragraph(out);
	roff_text(out,
		"Durations are written as 500ms, 30s, 5m, 1h, 1d or 1h30m; a number alone is "
		"seconds.");
	put_update(out, s);
	put_filters(out);
	put_columns(out);
	put_keys(out);
	put_formats(out);
	put_flags(out);
	put_codes(out);
	put_environment(out, s);
	put_files(out, s);
	put_end(out);
}
