/* SPDX-License-Identifier: MIT
 *
 * registers: a sketch of different things (hll.h) as text, so that those of several machines add
 * up. Digits are those of base64url (RFC 4648, section 5), each worth 6 bits: a rank fits in one.
 *
 *   dense:   "d", then the rank of each register.
 *   sparse:  "s", then of each register that is not 0, how many are passed over since the last one
 *            and its rank; 63 or more are passed over by "_" for each 63, then the rest.
 *
 * The shorter of both is written. Readers take what is exactly one of these, and nothing else.
 */
#ifndef NG_DETECT_REGISTERS_H
#define NG_DETECT_REGISTERS_H

#include "base/str.h"
#include "detect/hll.h"

#include <stddef.h>

#define REGISTERS_BITS_MAX       8
#define REGISTERS_TEXT_MAX(bits) ((1u << (bits)) + 1) /* without an end */

/* Writes 1 << bits registers, bits from 4 to REGISTERS_BITS_MAX; the buffer has room for
 * REGISTERS_TEXT_MAX(bits). Returns the length. No end is put. */
size_t registers_write(const uint8_t *registers, unsigned bits, char *buf);

/* Reads what was written with as many bits. 0; or -EINVAL, and ret_registers is untouched. */
int registers_read(struct str text, unsigned bits, uint8_t *ret_registers);

#endif
