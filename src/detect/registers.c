// SPDX-License-Identifier: MIT
#include "detect/registers.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define SKIP 63 /* the last digit: so many are passed over, and more is to come */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t write_dense(const uint8_t *registers, uint32_t count, char *buf)
{
	buf[0] = 'd';
	for (uint32_t i = 0; i < count; i++)
		buf[1 + i] = digits[registers[i] % 64];
	return 1 + count;
}

/* 0 when it would be no shorter than so many bytes. */
static size_t write_sparse(const uint8_t *registers, uint32_t count, char *buf, size_t most)
{
	size_t n = 0;
	uint32_t passed = 0;

	buf[n++] = 's';
	for (uint32_t i = 0; i < count; i++) {
		if (!registers[i]) {
			passed++;
			continue;
		}
		if (n + passed / SKIP + 2 >= most)
			return 0;
		for (; passed >= SKIP; passed -= SKIP)
			buf[n++] = digits[SKIP];
		buf[n++] = digits[passed];
		buf[n++] = digits[registers[i] % 64];
		passed = 0;
	}
	return n;
}

size_t registers_write(const uint8_t *registers, unsigned bits, char *buf)
{
	size_t n = write_sparse(registers, 1u << bits, buf, REGISTERS_TEXT_MAX(bits));

	return n ? n : write_dense(registers, 1u << bits, buf);
}

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? SKIP : -1;
}

/* A rank that a register can have: see hll_add. */
static bool is_rank(int rank, unsigned bits)
{
	return rank >= 0 && rank <= (int)(64 - bits + 1);
}

static bool read_dense(struct str text, unsigned bits, uint8_t *ret)
{
	if (text.n != 1u << bits)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		int rank = digit_of(text.p[i]);
		if (!is_rank(rank, bits))
			return false;
		ret[i] = (uint8_t)rank;
	}
	return true;
}

static bool read_sparse(struct str text, unsigned bits, uint8_t *ret)
{
	uint32_t count = 1u << bits, at = 0;

	memset(ret, 0, count);
	for (size_t i = 0; i < text.n; i++) {
		int passed = digit_of(text.p[i]);
		if (passed < 0 || at + (uint32_t)passed >= count)
			return false;
		at += (uint32_t)passed;
		if (passed == SKIP) {
			if (i + 1 == text.n)
				return false;
			continue;
		}
		int rank = ++i < text.n ? digit_of(text.p[i]) : 0;
		if (rank == 0 || !is_rank(rank, bits))
			return false;
		ret[at++] = (uint8_t)rank;
	}
	return true;
}

int registers_read(struct str text, unsigned bits, uint8_t *ret_registers)
{
	uint8_t read[1u << REGISTERS_BITS_MAX];
	bool ok = false;

	if (!text.n || bits > REGISTERS_BITS_MAX)
		return -EINVAL;
	struct str rest = {text.p + 1, text.n - 1};
	if (text.p[0] == 'd')
		ok = read_dense(rest, bits, read);
	else if (text.p[0] == 's')
		ok = read_sparse(rest, bits, read);
	if (!ok)
		return -EINVAL;
	memcpy(ret_registers, read, 1u << bits);
	return 0;
}
