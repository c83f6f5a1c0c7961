/* SPDX-License-Identifier: GPL-3.0-or-later */
/* E-mail addresses and telephone numbers as people write them. No state. */
#include "client/cairn-contact.h"

#include <string.h>

#define FEWEST_DIGITS 7   /* of a number with its country */

/**
 * cairn_contact_is_phone:
 * @text: what a person wrote
 *
 * Returns: whether it is meant as a telephone number
 */
gboolean
cairn_contact_is_phone (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return strchr (text, '@') == NULL && (*text == '+' || *text == '(' || g_ascii_isdigit (*text));
}

static CairnContactKind
read_phone (const char *text)
{
  gboolean country = *text == '+';
  guint digits = 0;

  for (text += country; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      digits++;
    else if (strchr (" ()-./", *text) == NULL)
      return CAIRN_CONTACT_UNREADABLE;
  if (!country)
    return CAIRN_CONTACT_NO_COUNTRY;
  return digits >= FEWEST_DIGITS ? CAIRN_CONTACT_PHONE : CAIRN_CONTACT_UNREADABLE;
}

/* A mailbox on the open net has a domain with a dot in it; an address within brackets is none that patients have. */
static CairnContactKind
read_email (const char *text)
{
  const char *at = strrchr (text, '@'), *dot = strrchr (at, '.');
  gsize length = strlen (text);

  if (at == text || at[1] == '\0' || at[1] == '.' || strchr (text, ' ') != NULL || strstr (at, "..") != NULL)
    return CAIRN_CONTACT_UNREADABLE;
  return dot == NULL || dot + 2 > text + length - 1 ? CAIRN_CONTACT_NO_ENDING : CAIRN_CONTACT_EMAIL;
}

/**
 * cairn_contact_read:
 * @text: what a person wrote
 *
 * Returns: what it can be
 */
CairnContactKind
cairn_contact_read (const char *text)
{
  g_autofree char *clean = g_strstrip (g_strdup (text));

  if (cairn_contact_is_phone (clean))
    return read_phone (clean);
  return strchr (clean, '@') != NULL ? read_email (clean) : CAIRN_CONTACT_UNREADABLE;
}
