// SPDX-License-Identifier: MIT
/* Any text is a hook's command: as one string, as words, as a script. Whatever it is, each argument
 * has of the address only what inet_ntop(3) writes, and is the same argument for every address. */
#include "action/hook.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static size_t count_args(const char *const *argv)
{
	size_t n = 0;

	while (argv[n])
		n++;
	return n;
}

static void run(const struct hook *h)
{
	static const char *const on[] = {"203.0.113.9", "2001:db8::/32"};
	const char *argv[HOOK_ARGS_MAX];
	char text[HOOK_FILL_MAX], shown[256];
	struct prefix p;

	for (size_t i = 0; i < ARRAY_LEN(on); i++) {
		require(prefix_parse(str_of(on[i]), &p) == 0);
		const char *flag = i ? "syn-flood" : NULL;
		if (hook_refuses(h, &p, flag) || hook_fill(h, &p, flag, argv, text) < 0)
			continue;
		size_t want = h->shell ? 3 : h->word_count;
		require(count_args(argv) == want && want < HOOK_ARGS_MAX);
		size_t n = hook_show(argv, shown, sizeof shown);
		require(n < sizeof shown && text_is_clean((struct str){shown, n}));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str items[HOOK_WORDS_MAX + 2], text = {(const char *)data + 1, size - 1};
	char why[HOOK_WHY_MAX] = "";
	size_t n = 0;
	struct hook h;

	if (size < 1 || memchr(text.p, '\0', text.n))
		return 0;
	/* The first byte says how many strings it is, of equal lengths. */
	size_t parts = data[0] % ARRAY_LEN(items);
	for (; n + 1 < parts; n++) {
		items[n] = (struct str){text.p, text.n / parts};
		text = str_skip(text, items[n].n);
	}
	items[n++] = text;
	if (hook_compile(&h, items, n, data[0] & 0x80, why) == 0)
		run(&h);
	else
		require(why[0] != '\0');
	return 0;
}
