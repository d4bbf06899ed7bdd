// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/option_setup.h"

#include <limits.h>

void doctor_config(FILE *out, const struct options *options)
{
	const struct text_list *read = &options->config_files;
	char text[2 * PATH_MAX];

	fputs("\nConfiguration: a later file replaces what an earlier one sets\n", out);
	for (size_t i = 0; i < read->count; i++)
		doctor_mark(out, true, read->items[i]);
	if (!read->count)
		doctor_under(out, "no config file was read");
	if (options->config)
		snprintf(text, sizeof text, "looked for: --config %s, and no other",
			options->config);
	else
		snprintf(text, sizeof text,
			"looked for: %s/config.toml, %s/conf.d/*.toml, and the user's "
			"(nethergaze --help)",
			option_setup_machine_dir, option_setup_machine_dir);
	doctor_under(out, text);
}
