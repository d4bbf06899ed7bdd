// SPDX-License-Identifier: MIT
/* Programs that take a log by a pipe and write it to files: rotatelogs(8), cronolog(1). */
#include "conf/build.h"

#include <ctype.h>

static struct str next_word(struct str *rest)
{
	while (rest->n && isspace((unsigned char)*rest->p)) {
		rest->p++;
		rest->n--;
	}
	char quote = rest->n && (*rest->p == '"' || *rest->p == '\'') ? *rest->p : '\0';
	size_t i = quote != '\0', start = i;
	while (i < rest->n && (quote ? rest->p[i] != quote : !isspace((unsigned char)rest->p[i])))
		i++;
	struct str word = {rest->p + start, i - start};
	i += quote && i < rest->n;
	rest->p += i;
	rest->n -= i;
	return word;
}

static bool is_program(struct str word, struct str name)
{
	const char *slash = word.n ? memrchr(word.p, '/', word.n) : NULL;
	struct str base =
		slash ? (struct str){slash + 1, (size_t)(word.p + word.n - slash) - 1} : word;

	return str_eq(base, name);
}

/* "/var/log/x.%Y%m%d" becomes "/var/log/x.**". Returns the length. */
static size_t glob_of(struct str name, bool is_numbered, char out[static PATH_MAX])
{
	size_t n = 0;
	bool dated = false;

	for (size_t i = 0; i < name.n && n + 2 < PATH_MAX; i++) {
		if (name.p[i] != '%') {
			out[n++] = name.p[i];
			continue;
		}
		i++;
		if (n == 0 || out[n - 1] != '*')
			out[n++] = '*';
		dated = true;
	}
	if (!dated && is_numbered) {
		out[n++] = '.'; /* and the time at which the file begins */
		out[n++] = '*';
	}
	return n;
}

/* Writes the names that a pipe's program writes, as a glob, and returns its length; or 0, with a
 * note that says where `what` goes. */
static size_t files_of(
	struct conf_build *b, const char *what, struct str command, char out[static PATH_MAX])
{
	struct str rest = command, word;

	while (rest.n && (*rest.p == '|' || *rest.p == '$')) {
		rest.p++;
		rest.n--;
	}
	struct str program = next_word(&rest);
	bool rotates = is_program(program, STR_LIT("rotatelogs"));
	if (!rotates && !is_program(program, STR_LIT("cronolog"))) {
		conf_note(b, "%s goes to the program %.*s", what, STR_FMT(program));
		return 0;
	}
	for (word = next_word(&rest); word.n; word = next_word(&rest)) {
		bool option =
			rotates && word.n == 2 && word.p[0] == '-' && strchr("Lnp", word.p[1]);
		if (option)
			next_word(&rest);
		if (word.p[0] == '/')
			return glob_of(word, rotates, out);
	}
	conf_note(
		b, "%s goes to %.*s, to a file that is not named in full", what, STR_FMT(program));
	return 0;
}

void conf_add_pipe(struct conf_build *b, struct str command, struct str format)
{
	char path[PATH_MAX];
	size_t n = files_of(b, "a log", command, path);

	if (n > 0)
		conf_add_log(b, (struct str){path, n}, format, STR_ABSENT);
}

void conf_add_error_pipe(struct conf_build *b, struct str command)
{
	char path[PATH_MAX];
	size_t n = files_of(b, "an error log", command, path);

	if (n > 0)
		conf_add_error_log(b, (struct str){path, n});
}
