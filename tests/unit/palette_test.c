// SPDX-License-Identifier: MIT
/* What the palette looks like to eyes: contrast as WCAG 2.1 has it, and how far apart two meanings
 * are (CIEDE2000; Sharma, Wu, Dalal, Color Res. Appl. 30, 2005) for those who lack the cones for
 * red or green (Machado, Oliveira, Fernandes, IEEE TVCG 15, 2009, severity 1). Twenty is told at a
 * glance. */
#include "unit.h"

#include "tui/palette.h"

#include <math.h>

#define CONTRAST 4.5 /* WCAG 2.1, 1.4.3, level AA */
#define APART    20.0

struct rgb {
	double r, g, b; /* linear, 0 to 1 */
};

struct lab {
	double l, a, b;
};

static double linear(int byte)
{
	double c = byte / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static struct rgb of_bytes(int r, int g, int b)
{
	return (struct rgb){linear(r), linear(g), linear(b)};
}

/* The first sixteen as xterm's XTerm-col.ad has them, the cube and the greys of 256colres.pl. */
static struct rgb of_xterm(int i)
{
	static const unsigned char basic[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0},
		{205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
		{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255},
		{255, 0, 255}, {0, 255, 255}, {255, 255, 255}};

	if (i < 16)
		return of_bytes(basic[i][0], basic[i][1], basic[i][2]);
	if (i >= 232)
		return of_bytes(8 + 10 * (i - 232), 8 + 10 * (i - 232), 8 + 10 * (i - 232));
	int level[3] = {(i - 16) / 36, (i - 16) / 6 % 6, (i - 16) % 6};
	for (int k = 0; k < 3; k++)
		level[k] = level[k] ? 55 + 40 * level[k] : 0;
	return of_bytes(level[0], level[1], level[2]);
}

static double luminance(struct rgb c)
{
	return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

static double contrast(struct rgb one, struct rgb two)
{
	double a = luminance(one) + 0.05, b = luminance(two) + 0.05;

	return a > b ? a / b : b / a;
}

enum eyes {
	NORMAL,
	DEUTAN,
	PROTAN,
	EYES
};

static double clipped(double v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

static struct rgb seen(struct rgb c, enum eyes eyes)
{
	static const double m[EYES][3][3] = {
		[NORMAL] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		[DEUTAN] = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
			{-0.011820, 0.042940, 0.968881}},
		[PROTAN] = {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
			{-0.003882, -0.048116, 1.051998}},
	};
	double out[3];

	for (int i = 0; i < 3; i++)
		out[i] = clipped(m[eyes][i][0] * c.r + m[eyes][i][1] * c.g + m[eyes][i][2] * c.b);
	return (struct rgb){out[0], out[1], out[2]};
}

static double lab_f(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* CIE 1976 L*a*b* of sRGB, D65. */
static struct lab to_lab(struct rgb c)
{
	double x = lab_f((0.4124564 * c.r + 0.3575761 * c.g + 0.1804375 * c.b) / 0.95047);
	double y = lab_f(0.2126729 * c.r + 0.7151522 * c.g + 0.0721750 * c.b);
	double z = lab_f((0.0193339 * c.r + 0.1191920 * c.g + 0.9503041 * c.b) / 1.08883);

	return (struct lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

static double rad(double degrees)
{
	return degrees * 3.14159265358979323846 / 180;
}

static double hue(double a, double b)
{
	double h = a == 0 && b == 0 ? 0 : atan2(b, a) / rad(1);

	return h < 0 ? h + 360 : h;
}

static double mean_hue(double h1, double h2, double chromas)
{
	if (chromas == 0)
		return h1 + h2;
	if (fabs(h1 - h2) <= 180)
		return (h1 + h2) / 2;
	return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

static double seventh(double chroma)
{
	return sqrt(pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7)));
}

static double difference(struct lab p, struct lab q)
{
	double g = 1.5 - 0.5 * seventh((hypot(p.a, p.b) + hypot(q.a, q.b)) / 2);
	double c1 = hypot(g * p.a, p.b), c2 = hypot(g * q.a, q.b);
	double h1 = hue(g * p.a, p.b), h2 = hue(g * q.a, q.b);
	double turn = c1 * c2 == 0 ? 0 : fmod(h2 - h1 + 540, 360) - 180;
	double dl = q.l - p.l, dc = c2 - c1, dh = 2 * sqrt(c1 * c2) * sin(rad(turn / 2));
	double l = (p.l + q.l) / 2, c = (c1 + c2) / 2, h = mean_hue(h1, h2, c1 * c2);
	double t = 1 - 0.17 * cos(rad(h - 30)) + 0.24 * cos(rad(2 * h)) +
		   0.32 * cos(rad(3 * h + 6)) - 0.20 * cos(rad(4 * h - 63));
	double sl = 1 + 0.015 * pow(l - 50, 2) / sqrt(20 + pow(l - 50, 2));
	double sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
	double rt = -sin(rad(60 * exp(-pow((h - 275) / 25, 2)))) * 2 * seventh(c);

	return sqrt(
		pow(dl / sl, 2) + pow(dc / sc, 2) + pow(dh / sh, 2) + rt * (dc / sc) * (dh / sh));
}

/* The measure itself, by three of the pairs that its authors give. */
static void the_measure_is_right(void **state)
{
	static const struct {
		struct lab p, q;
		double difference;
	} pairs[] = {
		{{50.0000, 2.6772, -79.7751}, {50.0000, 0.0000, -82.7485}, 2.0425},
		{{50.0000, 2.5000, 0.0000}, {73.0000, 25.0000, -18.0000}, 27.1492},
		{{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
		{{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_true(fabs(difference(pairs[i].p, pairs[i].q) - pairs[i].difference) < 1e-4);
	assert_true(fabs(contrast(of_bytes(255, 255, 255), of_bytes(0, 0, 0)) - 21) < 1e-9);
}

/* What a terminal of that theme has for itself: the usual dark grey, and white. */
static const struct own {
	int ground[3], text[3];
} owns[THEMES] = {
	[THEME_DARK] = {{0x1e, 0x1e, 0x1e}, {0xd4, 0xd4, 0xd4}},
	[THEME_LIGHT] = {{255, 255, 255}, {0, 0, 0}},
	[THEME_DARK_16] = {{0, 0, 0}, {229, 229, 229}},
	[THEME_LIGHT_16] = {{255, 255, 255}, {0, 0, 0}},
	[THEME_MONO] = {{0, 0, 0}, {229, 229, 229}},
};

static struct rgb of_look(short colour, const int own[3])
{
	return colour < 0 ? of_bytes(own[0], own[1], own[2]) : of_xterm(colour);
}

static void inks(
	const struct look *look, const struct own *own, struct rgb *text, struct rgb *ground)
{
	struct rgb fg = of_look(look->fg, own->text), bg = of_look(look->bg, own->ground);
	bool reverse = look->attrs & LOOK_REVERSE;

	*text = reverse ? bg : fg;
	*ground = reverse ? fg : bg;
}

static void assert_contrast(enum theme theme, unsigned style, const struct own *own)
{
	struct look look = palette_look(theme, style);
	struct rgb text, ground;

	inks(&look, own, &text, &ground);
	double is = contrast(text, ground);
	if (is < CONTRAST)
		fail_msg("theme %d, style %#x: contrast %.2f", (int)theme, style, is);
}

static void everything_can_be_read(void **state)
{
	static const unsigned states[] = {0, STYLE_SELECTED, STYLE_SELECTED_IDLE};
	static const struct own black = {{0, 0, 0}, {0xd4, 0xd4, 0xd4}};

	(void)state;
	for (unsigned style = 0; style < STYLES; style++)
		for (size_t i = 0; i < ARRAY_LEN(states); i++) {
			assert_contrast(THEME_DARK, style | states[i], &owns[THEME_DARK]);
			assert_contrast(THEME_DARK, style | states[i], &black);
			assert_contrast(THEME_LIGHT, style | states[i], &owns[THEME_LIGHT]);
		}
}

/* A selected row of what was taken for the other kind of terminal stays readable: a silent light
 * terminal counts as dark. */
static void a_wrong_guess_hides_no_selection(void **state)
{
	(void)state;
	assert_contrast(THEME_DARK, STYLE_PLAIN | STYLE_SELECTED, &owns[THEME_LIGHT]);
	assert_contrast(THEME_LIGHT, STYLE_PLAIN | STYLE_SELECTED, &owns[THEME_DARK]);
	assert_contrast(THEME_DARK, STYLE_BOLD | STYLE_SELECTED, &owns[THEME_LIGHT]);
	assert_contrast(THEME_LIGHT, STYLE_BOLD | STYLE_SELECTED, &owns[THEME_DARK]);
}

static bool is_filled(const struct look *look)
{
	return look->bg >= 0 || look->attrs & LOOK_REVERSE;
}

static bool attributes_tell(const struct look *a, const struct look *b)
{
	return a->attrs != b->attrs || is_filled(a) != is_filled(b);
}

/* By what is coloured: the text, or what it stands on. */
static double apart(enum theme theme, unsigned a, unsigned b, enum eyes eyes)
{
	struct look looks[2] = {palette_look(theme, a), palette_look(theme, b)};
	struct lab colours[2];

	for (int i = 0; i < 2; i++) {
		struct rgb text, ground;
		inks(&looks[i], &owns[theme], &text, &ground);
		colours[i] = to_lab(seen(is_filled(&looks[i]) ? ground : text, eyes));
	}
	return difference(colours[0], colours[1]);
}

static double least_apart(enum theme theme, unsigned a, unsigned b)
{
	double least = apart(theme, a, b, NORMAL);

	for (enum eyes eyes = DEUTAN; eyes < EYES; eyes++)
		least = fmin(least, apart(theme, a, b, eyes));
	return least;
}

/* Any two meanings, in any theme: by colour, by an attribute, or because the text says it. */
static void no_two_meanings_look_alike(void **state)
{
	(void)state;
	for (enum theme theme = 0; theme < THEMES; theme++)
		for (unsigned a = 0; a < STYLES; a++)
			for (unsigned b = a + 1; b < STYLES; b++) {
				struct look one = palette_look(theme, a),
					    two = palette_look(theme, b);
				if (theme == THEME_MONO || least_apart(theme, a, b) < APART)
					if (!attributes_tell(&one, &two) &&
						!palette_text_tells(a) && !palette_text_tells(b))
						fail_msg("theme %d: styles %u and %u look alike",
							(int)theme, a, b);
			}
}

/* The few that carry most of what is said are told by colour alone, but for these, which are bold,
 * and have a letter. */
static void main_meanings_differ_by_colour(void **state)
{
	static const enum style main_ones[] = {
		STYLE_PLAIN, STYLE_DIM, STYLE_INFO, STYLE_WARN, STYLE_BAD};
	static const struct {
		enum theme theme;
		enum style one, two;
	} by_bold[] = {
		{THEME_DARK, STYLE_DIM, STYLE_BAD},   /* protan: 14 */
		{THEME_LIGHT, STYLE_WARN, STYLE_BAD}, /* deutan: 6 */
	};
	size_t found = 0;

	(void)state;
	for (enum theme theme = THEME_DARK; theme <= THEME_LIGHT; theme++)
		for (size_t i = 0; i < ARRAY_LEN(main_ones); i++)
			for (size_t k = i + 1; k < ARRAY_LEN(main_ones); k++) {
				if (least_apart(theme, main_ones[i], main_ones[k]) >= APART)
					continue;
				assert_true(found < ARRAY_LEN(by_bold));
				assert_int_equal(theme, by_bold[found].theme);
				assert_int_equal(main_ones[i], by_bold[found].one);
				assert_int_equal(main_ones[k], by_bold[found].two);
				found++;
			}
	assert_int_equal(found, ARRAY_LEN(by_bold));
	for (size_t i = 0; i < found; i++) {
		struct look one = palette_look(by_bold[i].theme, by_bold[i].one);
		struct look two = palette_look(by_bold[i].theme, by_bold[i].two);
		assert_int_not_equal(one.attrs & LOOK_BOLD, two.attrs & LOOK_BOLD);
	}
}

static void a_selected_row_keeps_its_colours(void **state)
{
	(void)state;
	for (enum theme theme = THEME_DARK; theme <= THEME_LIGHT; theme++)
		for (unsigned style = 0; style < STYLES; style++) {
			struct look plain = palette_look(theme, style);
			struct look selected = palette_look(theme, style | STYLE_SELECTED);
			struct look idle = palette_look(theme, style | STYLE_SELECTED_IDLE);
			assert_int_equal(plain.attrs, selected.attrs);
			if (plain.fg >= 0)
				assert_int_equal(plain.fg, selected.fg);
			if (plain.bg >= 0)
				assert_int_equal(plain.bg, selected.bg);
			else if (!(plain.attrs & LOOK_REVERSE))
				assert_int_not_equal(selected.bg, idle.bg);
		}
	/* Without backgrounds a filled cell is the one that is not reversed. */
	assert_true(palette_look(THEME_MONO, STYLE_PLAIN | STYLE_SELECTED).attrs & LOOK_REVERSE);
	assert_false(
		palette_look(THEME_MONO, STYLE_FILL_BAD | STYLE_SELECTED).attrs & LOOK_REVERSE);
	assert_true(
		palette_look(THEME_MONO, STYLE_PLAIN | STYLE_SELECTED_IDLE).attrs & LOOK_UNDERLINE);
}

/* Marks are told in monochrome by more than their letter. */
static void mono_has_its_marks(void **state)
{
	static const enum style marks[] = {STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_WARN,
		STYLE_BAD, STYLE_FILL_INFO, STYLE_FILL_WARN, STYLE_FILL_BAD};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		for (size_t k = i + 1; k < ARRAY_LEN(marks); k++)
			assert_int_not_equal(palette_look(THEME_MONO, marks[i]).attrs,
				palette_look(THEME_MONO, marks[k]).attrs);
	for (unsigned style = 0; style < STYLES; style++) {
		assert_int_equal(palette_look(THEME_MONO, style).fg, -1);
		assert_int_equal(palette_look(THEME_MONO, style | STYLE_SELECTED).bg, -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_measure_is_right),
		cmocka_unit_test(everything_can_be_read),
		cmocka_unit_test(a_wrong_guess_hides_no_selection),
		cmocka_unit_test(no_two_meanings_look_alike),
		cmocka_unit_test(main_meanings_differ_by_colour),
		cmocka_unit_test(a_selected_row_keeps_its_colours),
		cmocka_unit_test(mono_has_its_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
