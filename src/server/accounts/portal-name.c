/* SPDX-License-Identifier: GPL-3.0-or-later */
/* User names: PRECIS UsernameCaseMapped (RFC 8265 §3.3) with ICU's properties, and what a name looks like, so that
 * nobody takes one that can't be told from another's (UTS #39). No state, any thread. */
#include "portal-name.h"

#include <string.h>
#include <unicode/ubidi.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#define LONGEST 64        /* characters */
#define ROOM 512          /* UTF-16 units that a name may grow to */

static gboolean
normalize (const UNormalizer2 *form, const UChar *from, UChar *to)
{
  UErrorCode code = U_ZERO_ERROR;
  int32_t n = unorm2_normalize (form, from, -1, to, ROOM, &code);

  return U_SUCCESS (code) && n < ROOM;
}

/* Full and half width become the usual one (RFC 8264 §7: the width mapping rule). */
static gboolean
map_width (const UChar *from, UChar *to)
{
  UErrorCode code = U_ZERO_ERROR;
  const UNormalizer2 *nfkc = unorm2_getNFKCInstance (&code);
  int32_t length = u_strlen (from), n = 0;

  for (int32_t i = 0; U_SUCCESS (code) && i < length && n < ROOM - 32;)
    {
      UChar32 c;
      int width;
      int32_t got = -1;

      U16_NEXT (from, i, length, c);
      width = u_getIntPropertyValue (c, UCHAR_EAST_ASIAN_WIDTH);
      if (width == U_EA_FULLWIDTH || width == U_EA_HALFWIDTH)
        got = unorm2_getRawDecomposition (nfkc, c, to + n, ROOM - n, &code);
      if (got >= 0)
        n += got;
      else
        U16_APPEND_UNSAFE (to, n, c);
    }
  to[n] = 0;
  return U_SUCCESS (code);
}

static gboolean
has_compatibility (UChar32 c)
{
  UErrorCode code = U_ZERO_ERROR;
  const UNormalizer2 *nfkc = unorm2_getNFKCInstance (&code);
  UChar one[3] = { 0 }, other[ROOM];
  int32_t n = 0;

  U16_APPEND_UNSAFE (one, n, c);
  return !normalize (nfkc, one, other) || u_strcmp (one, other) != 0;
}

/* RFC 8264's IdentifierClass, without what only a context would allow, and without "@": that is for addresses. */
static gboolean
is_identifier (UChar32 c)
{
  int hangul = u_getIntPropertyValue (c, UCHAR_HANGUL_SYLLABLE_TYPE);

  if (c < 0x80)
    return c > 0x20 && c < 0x7f && c != '@';
  if (u_hasBinaryProperty (c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || u_hasBinaryProperty (c, UCHAR_NONCHARACTER_CODE_POINT) ||
      hangul == U_HST_LEADING_JAMO || hangul == U_HST_VOWEL_JAMO || hangul == U_HST_TRAILING_JAMO || has_compatibility (c))
    return FALSE;
  switch (u_charType (c))
    {
    case U_LOWERCASE_LETTER:
    case U_UPPERCASE_LETTER:
    case U_OTHER_LETTER:
    case U_MODIFIER_LETTER:
    case U_DECIMAL_DIGIT_NUMBER:
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
      return TRUE;
    default:
      return FALSE;
    }
}

/* RFC 5893's rule, in the simple form that suits names: one direction in a name, and digits not in front of letters
 * that go the other way. */
static gboolean
is_one_direction (const UChar *name)
{
  UChar32 first;
  gboolean right;
  int32_t length = u_strlen (name), i = 0;

  U16_NEXT (name, i, length, first);
  right = u_charDirection (first) == U_RIGHT_TO_LEFT || u_charDirection (first) == U_RIGHT_TO_LEFT_ARABIC;
  while (i < length)
    {
      UCharDirection direction;
      UChar32 c;

      U16_NEXT (name, i, length, c);
      direction = u_charDirection (c);
      if (right ? direction == U_LEFT_TO_RIGHT
                : direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC || direction == U_ARABIC_NUMBER)
        return FALSE;
    }
  return TRUE;
}

/* Letters of one script, or of those that are written together (Japanese and such). */
static gboolean
is_one_script (const UChar *name)
{
  UErrorCode code = U_ZERO_ERROR;
  USpoofChecker *checker = uspoof_open (&code);
  int32_t faults;

  uspoof_setRestrictionLevel (checker, USPOOF_HIGHLY_RESTRICTIVE);
  uspoof_setChecks (checker, USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS | USPOOF_INVISIBLE, &code);
  faults = uspoof_check2 (checker, name, -1, NULL, &code);
  uspoof_close (checker);
  return U_SUCCESS (code) && faults == 0;
}

static gboolean
is_allowed (const UChar *name)
{
  int32_t length = u_strlen (name), n = 0;

  for (int32_t i = 0; i < length; n++)
    {
      UChar32 c;

      U16_NEXT (name, i, length, c);
      if (!is_identifier (c) || (n == 0 && u_getCombiningClass (c) != 0))
        return FALSE;
    }
  return n > 0 && n <= LONGEST && is_one_direction (name) && is_one_script (name);
}

static char *
to_utf8 (const UChar *text)
{
  return g_utf16_to_utf8 ((const gunichar2 *) text, -1, NULL, NULL, NULL);
}

/* A user name as it is kept; NULL when it is none. */
char *
portal_name_prepare (const char *name)
{
  UErrorCode code = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance (&code);
  UChar wide[ROOM], mapped[ROOM], lower[ROOM], normal[ROOM];
  int32_t n;

  if (name == NULL || !g_utf8_validate (name, -1, NULL) || strlen (name) > 4 * LONGEST)
    return NULL;
  u_strFromUTF8 (wide, ROOM, &n, name, -1, &code);
  if (U_FAILURE (code) || n == 0 || n >= ROOM || !map_width (wide, mapped))
    return NULL;
  n = u_strToLower (lower, ROOM, mapped, -1, "", &code);
  if (U_FAILURE (code) || n >= ROOM || !normalize (nfc, lower, normal) || !is_allowed (normal))
    return NULL;
  return to_utf8 (normal);
}

/* The same for two names that look the same. */
char *
portal_name_skeleton (const char *name)
{
  UErrorCode code = U_ZERO_ERROR;
  USpoofChecker *checker = uspoof_open (&code);
  UChar wide[ROOM], skeleton[ROOM];
  int32_t n;

  u_strFromUTF8 (wide, ROOM, &n, name, -1, &code);
  n = uspoof_getSkeleton (checker, 0, wide, -1, skeleton, ROOM, &code);
  uspoof_close (checker);
  return U_SUCCESS (code) && n < ROOM ? to_utf8 (skeleton) : g_strdup (name);
}
