// SPDX-License-Identifier: MIT
/*
 * mutant SEED FILE: writes the file to stdout with a few changes anywhere, the same ones for a
 * seed, whatever it is: bits, bytes, numbers of two, four and eight bytes, pieces that are missing,
 * doubled, moved or zeroed, an early end, and what means something in texts. mutate.c does so to
 * lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_READ (8u << 20)
#define GROWTH        (1u << 20)

static unsigned char bytes[SIZE_MAX_READ + GROWTH];
static size_t size;
static uint64_t state;

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

static void insert(size_t at, const void *p, size_t n)
{
	if (size + n > sizeof bytes)
		return;
	memmove(bytes + at + n, bytes + at, size - at);
	memcpy(bytes + at, p, n);
	size += n;
}

static void remove_at(size_t at, size_t n)
{
	memmove(bytes + at, bytes + at + n, size - at - n);
	size -= n;
}

/* Numbers at which something ends, low byte first or last. */
static void put_number(size_t at)
{
	static const uint64_t edges[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
	uint64_t n = edges[below(sizeof edges / sizeof edges[0])];
	size_t width = (size_t)1 << below(4);
	size_t swap = below(2) ? width - 1 : 0;

	for (size_t i = 0; i < width && at + i < size; i++)
		bytes[at + i] = (unsigned char)(n >> 8 * (swap ? swap - i : i));
}

static void put_word(size_t at)
{
	static const char *const words[] = {"\"", "\\", "{", "}", "[", "]", "=", "\n", "\r\n", "#",
		",", ":", "-", "0", "-1", "1e999", "99999999999999999999", "null", "true", "\"\"",
		"\"\"\"", "''", "\\u0000", "\\ud800", "\033[2J", "\302\233", "\342\200\256", "\377",
		"include ", "../", "/", "/dev/zero", "::ffff:1.2.3.4", "0.0.0.0/0", "%s%n", "${",
		"$", "*", "{t:"};
	const char *word = words[below(sizeof words / sizeof words[0])];

	insert(at, word, strlen(word));
}

/* A piece again, here or elsewhere; now and then very often. */
static void repeat(size_t at, size_t n)
{
	static unsigned char piece[4096];
	size_t to = below(3) ? at : below(size + 1), times = below(60) ? 1 + below(4) : 2000;

	n = n < sizeof piece ? n : sizeof piece;
	memcpy(piece, bytes + at, n);
	for (size_t i = 0; i < times; i++)
		insert(to, piece, n);
}

static void change(void)
{
	size_t at = below(size), left = size - at;
	size_t n = below(4) ? below(64) : below(left + 1);

	n = n < left ? n : left;
	switch (below(10)) {
	case 0:
		bytes[at] ^= (unsigned char)(1u << below(8));
		break;
	case 1:
		bytes[at] = (unsigned char)next_random();
		break;
	case 2:
	case 3:
		put_number(at);
		break;
	case 4:
	case 5:
		put_word(at);
		break;
	case 6:
		remove_at(at, n);
		break;
	case 7:
		memset(bytes + at, 0, n);
		break;
	case 8:
		repeat(at, n);
		break;
	default:
		if (below(8) == 0)
			size = at;
		break;
	}
}

static int read_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return -1;
	}
	size = fread(bytes, 1, SIZE_MAX_READ, f);
	fclose(f);
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc != 3) {
		fprintf(stderr, "usage: mutant SEED FILE\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	if (read_file(argv[2]) < 0)
		return 1;
	for (size_t changes = 1 + below(below(4) ? 4 : 40); changes > 0 && size > 0; changes--)
		change();
	fwrite(bytes, 1, size, stdout);
	return fflush(stdout) || ferror(stdout);
}
