/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which passwords will do (NIST SP 800-63B-4): long enough, and not what a guesser tries first. No rules on which
 * characters. The blocklist is libpwquality's dictionary, and the words that belong to this account. */
#include "portal-passphrase.h"

#include <pwquality.h>
#include <string.h>

#include "server/store/portal-values.h"

#define LEAST_WITH_FACTOR 8
#define SHORTEST_WORD 4   /* shorter ones are in every password by chance */

/* How many characters it takes. */
int
portal_passphrase_least (const PortalConfig *config, gboolean factor)
{
  return factor ? MIN (LEAST_WITH_FACTOR, config->password_min) : config->password_min;
}

/* What is left of a password when a word of the account's is taken out of it. */
static gboolean
leans_on (const char *password, const char *word, gsize least)
{
  g_autofree char *plain = portal_fold (password), *part = portal_fold (word);
  g_autoptr(GString) rest = NULL;

  if (g_utf8_strlen (part, -1) < SHORTEST_WORD)
    return FALSE;
  rest = g_string_new (plain);
  return g_string_replace (rest, part, "", 0) > 0 && (gsize) g_utf8_strlen (rest->str, -1) < least;
}

/* cracklib works in static buffers. */
static gboolean
is_in_dictionary (const char *password)
{
  static GMutex mutex;
  pwquality_settings_t *settings = pwquality_default_settings ();
  void *aux = NULL;
  int result;

  if (settings == NULL)
    return FALSE;
  pwquality_set_int_value (settings, PWQ_SETTING_MIN_LENGTH, LEAST_WITH_FACTOR);
  pwquality_set_int_value (settings, PWQ_SETTING_DIG_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_UP_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_LOW_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_OTH_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_DICT_CHECK, 1);
  g_mutex_lock (&mutex);
  result = pwquality_check (settings, password, NULL, NULL, &aux);
  g_mutex_unlock (&mutex);
  if (result < 0)
    {
      char buffer[PWQ_MAX_ERROR_MESSAGE_LEN];

      pwquality_strerror (buffer, sizeof buffer, result, aux);   /* frees what aux holds */
      if (result == PWQ_ERROR_CRACKLIB_CHECK && strstr (buffer, "loading dictionary") != NULL)
        g_warning_once ("The dictionary of weak passwords is missing (Debian: cracklib-runtime)");
    }
  pwquality_free_settings (settings);
  return result < 0;
}

/* A code for why not, with words in @detail; NULL when it will do. @username and @email may be NULL. */
const char *
portal_passphrase_refuses (const PortalConfig  *config,
                           const char          *password,
                           const char          *username,
                           const char          *email,
                           gboolean             factor,
                           const char         **detail)
{
  const char *at = email != NULL ? strchr (email, '@') : NULL;
  g_autofree char *local = at != NULL ? g_strndup (email, at - email) : NULL;
  const char *const words[] = { username, email, local, config->name, "cairn", "portal" };

  *detail = "This has fewer characters than the clinic asks for";
  if (!g_utf8_validate (password, -1, NULL) || g_utf8_strlen (password, -1) < portal_passphrase_least (config, factor))
    return "password_short";
  *detail = "This is longer than the portal can take";
  if (strlen (password) > PORTAL_PASSPHRASE_LONGEST)
    return "password_long";
  *detail = "This is little more than your name, your address or the clinic's";
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i] != NULL && leans_on (password, words[i], LEAST_WITH_FACTOR))
      return "password_personal";
  *detail = "This is among the first that a guesser tries";
  if (is_in_dictionary (password))
    return "password_common";
  *detail = NULL;
  return NULL;
}
