// SPDX-License-Identifier: MIT
#include "detect/paths.h"

#include "base/num.h"
#include "base/text.h"

#define ID_LEAST 6 /* "2024-05" is a month, "123456" nobody's word */
#define UUID_LEN 36
#define FOLDED   "{n}"

struct str path_bare(struct str path)
{
	const char *mark = path.n ? memchr(path.p, '?', path.n) : NULL;

	return mark ? (struct str){path.p, (size_t)(mark - path.p)} : path;
}

struct str path_dir(struct str bare)
{
	if (!bare.n || bare.p[0] != '/')
		return STR_ABSENT;
	const char *slash = memchr(bare.p + 1, '/', bare.n - 1);
	return (struct str){bare.p, slash ? (size_t)(slash + 1 - bare.p) : 1};
}

struct str path_query(struct str path)
{
	size_t bare = path_bare(path).n;

	return bare == path.n ? STR_ABSENT : (struct str){path.p + bare + 1, path.n - bare - 1};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	char lower = (char)(c | 0x20);

	return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/* RFC 9562: 8-4-4-4-12 hexadecimal digits, and nothing more of a word behind them. */
static bool is_uuid(struct str s)
{
	if (s.n < UUID_LEN || s.p[8] != '-' || (s.n > UUID_LEN && is_word(s.p[UUID_LEN])))
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? s.p[i] != '-' : num_hex(s.p[i]) < 0)
			return false;
	}
	return true;
}

struct folder {
	char *to;
	size_t n;
	bool is_full; /* something did not fit: what follows is left out */
};

static void put(struct folder *f, const char *p, size_t n)
{
	if (f->is_full)
		return;
	struct str fit = text_clip((struct str){p, n}, PATH_FOLDED_MAX - f->n);
	memcpy(f->to + f->n, fit.p, fit.n);
	f->n += fit.n;
	f->is_full = fit.n < n;
}

static void put_id(struct folder *f)
{
	if (PATH_FOLDED_MAX - f->n >= sizeof FOLDED - 1)
		put(f, FOLDED, sizeof FOLDED - 1);
	else
		f->is_full = true;
}

/* A word that is no identifier, but may have a number in it: "photo123456". */
static void put_word(struct folder *f, struct str word)
{
	size_t from = 0, i = 0;

	while (i < word.n) {
		size_t start = i;
		while (i < word.n && is_digit(word.p[i]))
			i++;
		if (i - start >= ID_LEAST) {
			put(f, word.p + from, start - from);
			put_id(f);
			from = i;
		}
		i += i < word.n;
	}
	put(f, word.p + from, word.n - from);
}

/* Letters and digits from s on; says whether they are an identifier. */
static size_t take_word(struct str s, bool *ret_is_id)
{
	bool digits = false, hex = true;
	size_t n = 0;

	if (is_uuid(s)) {
		*ret_is_id = true;
		return UUID_LEN;
	}
	for (; n < s.n && is_word(s.p[n]); n++) {
		digits |= is_digit(s.p[n]);
		hex &= num_hex(s.p[n]) >= 0;
	}
	*ret_is_id = n >= ID_LEAST && digits && hex;
	return n;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written to by way of the folder */
struct str path_fold(struct str path, char buf[static PATH_FOLDED_MAX])
{
	struct folder f = {.to = buf};
	size_t from = 0, i = 0;

	path = path_bare(path);
	while (i < path.n && !f.is_full) {
		struct str rest = {path.p + i, path.n - i};
		bool is_id = false;
		size_t n = take_word(rest, &is_id);
		if (n >= ID_LEAST) {
			put(&f, path.p + from, i - from);
			if (is_id)
				put_id(&f);
			else
				put_word(&f, (struct str){rest.p, n});
			from = i + n;
		}
		i += n;
		i += i < path.n && !is_word(path.p[i]);
	}
	if (i > from)
		put(&f, path.p + from, i - from);
	return (struct str){buf, f.n};
}

#define EXT_MAX 5

static bool is_asset_ext(struct str ext)
{
	static const char exts[][8] = {"css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif",
		"svg", "ico", "webp", "avif", "bmp", "woff", "woff2", "ttf", "otf", "eot", "mp3",
		"mp4", "m4a", "m4s", "ogg", "webm", "wasm", "deb", "rpm", "apk", "zip", "gz", "xz",
		"bz2", "zst", "tgz", "whl", "jar", "iso", "exe", "dmg", "pack", "idx"};
	char lower[8] = {0};

	for (size_t i = 0; i < ext.n; i++)
		lower[i] = (char)(ext.p[i] | 0x20);
	for (size_t i = 0; i < ARRAY_LEN(exts); i++)
		if (memcmp(lower, exts[i], sizeof lower) == 0)
			return true;
	return false;
}

/* What git, containers' registries and the like take piece by piece. */
static bool is_piece(struct str path)
{
	static const char *const parts[] = {".git/objects/", "/blobs/sha256:", "/.well-known/acme"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (memmem(path.p, path.n, parts[i], strlen(parts[i])))
			return true;
	return false;
}

bool path_is_asset(struct str path)
{
	size_t n = 0;

	path = path_bare(path);
	if (path.n && is_piece(path))
		return true;
	while (n < path.n && n <= EXT_MAX && is_word(path.p[path.n - n - 1]))
		n++;
	if (n == 0 || n > EXT_MAX || n == path.n || path.p[path.n - n - 1] != '.')
		return false;
	return is_asset_ext((struct str){path.p + path.n - n, n});
}
