// SPDX-License-Identifier: MIT
/*
 * mutate SEED BYTES [FILE...]: writes about so many bytes of hostile log to stdout, the same ones
 * for a seed: without files random bytes, else the files' lines, most of them changed a little,
 * some beyond recognition. Prints to stderr how many lines a follower must have counted: all but
 * blank ones and NULs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4096
#define ROOM      (2u << 20) /* eight times the longest line that is read */

struct line {
	char *p;
	size_t n;
};

static struct line seeds[LINES_MAX];
static size_t seed_count;
static uint64_t state;
static uint64_t counted;

/* xorshift64*: rand(3) differs between libcs. */
static uint32_t next_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)(state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

static size_t below(size_t n)
{
	return n ? next_random() % n : 0;
}

static void read_seeds(const char *path)
{
	FILE *f = fopen(path, "r");
	char *p = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	while (seed_count < LINES_MAX && (n = getline(&p, &cap, f)) > 0) {
		n -= p[n - 1] == '\n';
		seeds[seed_count++] = (struct line){p, (size_t)n};
		p = NULL;
		cap = 0;
	}
	free(p);
	fclose(f);
}

static void insert(struct line *l, size_t at, const char *p, size_t n)
{
	if (l->n + n > ROOM)
		return;
	memmove(l->p + at + n, l->p + at, l->n - at);
	memcpy(l->p + at, p, n);
	l->n += n;
}

/* A part of the line again, now and then so often that the line gets too long. */
static void repeat(struct line *l)
{
	static char text[ROOM];
	size_t at = below(l->n), n = 1 + below(64), times = below(400) ? 1 + below(8) : 20000;

	n = n < l->n - at ? n : l->n - at;
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, l->p + at, n);
	insert(l, at, text, times * n);
}

static void put_special(struct line *l)
{
	static const struct line pieces[] = {{"\"", 1}, {"\\", 1}, {"{", 1}, {"}", 1}, {"[", 1},
		{"]", 1}, {" ", 1}, {"-", 1}, {",", 1}, {":", 1}, {"\0", 1}, {"\x1b[2J", 4},
		{"\xff", 1}, {"\xe2\x80\xae", 3}, {"\\u0000", 6}, {"\\ud800", 6}, {"\\x00", 4},
		{"#22", 3}, {"\t{", 2}, {"] \"", 3}, {"\n", 1}, {"\r", 1}, {"<134>", 5},
		{"999999999999999999999", 21}, {"::ffff:1.2.3.4", 14}};
	const struct line *piece = &pieces[below(sizeof pieces / sizeof pieces[0])];

	insert(l, below(l->n + 1), piece->p, piece->n);
}

static void change(struct line *l)
{
	const struct line *other = &seeds[below(seed_count)];
	size_t at = below(l->n), n;

	switch (l->n ? next_random() % 7 : 0) {
	case 0:
		put_special(l);
		break;
	case 1:
		l->p[at] = (char)next_random();
		break;
	case 2: /* a part less */
		n = below(l->n - at);
		memmove(l->p + at, l->p + at + n, l->n - at - n);
		l->n -= n;
		break;
	case 3:
		repeat(l);
		break;
	case 4: /* cut off */
		l->n = at;
		break;
	case 5: /* the rest of another */
		n = below(other->n);
		l->n = at;
		insert(l, at, other->p + n, other->n - n);
		break;
	default: /* the half of another within */
		insert(l, at, other->p, below(other->n));
		break;
	}
}

/* Lines within: a change may have put a newline in. */
static void count(const char *p, size_t n)
{
	const char *end = p + n;

	while (p < end) {
		const char *close = memchr(p, '\n', (size_t)(end - p));
		close = close ? close : end;
		while (p < close && *p == '\0')
			p++;
		counted += close - p > 1 || (close - p == 1 && *p != '\r');
		p = close + 1;
	}
}

static size_t put_line(struct line *l)
{
	const struct line *seed = &seeds[below(seed_count)];
	size_t changes = below(4) ? below(3) : below(40);

	l->n = 0;
	insert(l, 0, seed->p, seed->n);
	while (changes-- > 0)
		change(l);
	count(l->p, l->n);
	fwrite(l->p, 1, l->n, stdout);
	putchar('\n');
	return l->n + 1;
}

/* Of random bytes one in 256 ends a line; so that longer ones occur, too, most of these do not. */
static size_t put_random(struct line *l)
{
	size_t n = 1 + below(below(64) ? 400 : ROOM / 4);

	for (size_t i = 0; i < n; i++) {
		l->p[i] = (char)next_random();
		if (l->p[i] == '\n' && below(4))
			l->p[i] = 'n';
	}
	count(l->p, n);
	fwrite(l->p, 1, n, stdout);
	putchar('\n');
	return n + 1;
}

int main(int argc, char *argv[])
{
	static char text[ROOM];
	struct line l = {text, 0};

	if (argc < 3) {
		fprintf(stderr, "usage: mutate SEED BYTES [FILE...]\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	uint64_t bytes = strtoull(argv[2], NULL, 10);
	for (int i = 3; i < argc; i++)
		read_seeds(argv[i]);
	for (uint64_t n = 0; n < bytes;)
		n += seed_count ? put_line(&l) : put_random(&l);
	fprintf(stderr, "%" PRIu64 "\n", counted);
	return fflush(stdout) || ferror(stdout);
}
