// SPDX-License-Identifier: MIT
/* pages NAME: prints a page to stdout. The Makefile makes what is installed of it. */
#include "app/option_setup.h"
#include "pages/pages.h"

static void page_example(FILE *out, const struct options_state *s)
{
	options_print_config(s, out);
}

static const struct {
	const char *name;
	void (*print)(FILE *out, const struct options_state *s);
} pages[] = {
	{"nethergaze.1", page_program},
	{"nethergaze.toml.5", page_config},
	{"nethergaze.bash", page_bash},
	{"_nethergaze", page_zsh},
	{"nethergaze.fish", page_fish},
	{"config.toml", page_example},
};

int main(int argc, char **argv)
{
	struct options_state s;

	if (options_init(&s, option_setup()) < 0) {
		fprintf(stderr, "pages: %s\n", s.error);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(pages) && argc == 2; i++) {
		if (strcmp(argv[1], pages[i].name) != 0)
			continue;
		pages[i].print(stdout, &s);
		options_done(&s);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	options_done(&s);
	fputs("usage: pages NAME; expected one of", stderr);
	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		fprintf(stderr, " %s", pages[i].name);
	fputs("\n", stderr);
	return 2;
}
