/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a password would do, by libpwquality's dictionary and score. On workers, one at a time: cracklib has static buffers. */
#include "client/cairn-strength.h"

#include "common/cairn-crypto.h"

#include <pwquality.h>
#include <string.h>

#define LEAST_REST 8      /* characters beside one's own words */
#define SHORTEST_WORD 4   /* shorter ones are in every password by chance */
#define GOOD_SCORE 50
#define STRONG_SCORE 85

typedef struct
{
  char *password;
  char **words;
  guint least;
} Measure;

static void
measure_free (gpointer data)
{
  Measure *measure = data;

  cairn_secret_clear (measure->password);
  g_strfreev (measure->words);
  g_free (measure);
}

static char *
fold (const char *text)
{
  char *plain = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  char *folded = plain != NULL ? g_utf8_casefold (plain, -1) : g_strdup ("");

  cairn_secret_clear (plain);
  return folded;
}

static gboolean
leans_on (const char *folded, const char *word)
{
  g_autofree char *part = fold (word);
  GString *rest;
  gboolean leans;

  if (g_utf8_strlen (part, -1) < SHORTEST_WORD)
    return FALSE;
  rest = g_string_new (folded);
  leans = g_string_replace (rest, part, "", 0) > 0 && g_utf8_strlen (rest->str, -1) < LEAST_REST;
  cairn_secret_clear (g_string_free (rest, FALSE));
  return leans;
}

/* 0 to 100, or less than 0 when it is among those that are tried first. */
static int
find_score (const char *password)
{
  static GMutex mutex;
  pwquality_settings_t *settings = pwquality_default_settings ();
  void *aux = NULL;
  int score;

  if (settings == NULL)
    return 0;
  pwquality_set_int_value (settings, PWQ_SETTING_MIN_LENGTH, LEAST_REST);
  pwquality_set_int_value (settings, PWQ_SETTING_DIG_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_UP_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_LOW_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_OTH_CREDIT, 0);
  pwquality_set_int_value (settings, PWQ_SETTING_DICT_CHECK, 1);
  g_mutex_lock (&mutex);
  score = pwquality_check (settings, password, NULL, NULL, &aux);
  g_mutex_unlock (&mutex);
  if (score < 0)
    {
      char buffer[PWQ_MAX_ERROR_MESSAGE_LEN];

      pwquality_strerror (buffer, sizeof buffer, score, aux);   /* frees what aux holds */
    }
  pwquality_free_settings (settings);
  return score;
}

static void
measure_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Measure *measure = data;
  CairnStrength *strength = g_new0 (CairnStrength, 1);
  char *folded = fold (measure->password);
  int score = find_score (measure->password);

  strength->long_enough = g_utf8_strlen (measure->password, -1) >= measure->least;
  strength->uncommon = score >= 0;
  strength->impersonal = TRUE;
  for (guint i = 0; measure->words != NULL && measure->words[i] != NULL; i++)
    strength->impersonal = strength->impersonal && !leans_on (folded, measure->words[i]);
  if (!strength->uncommon || !strength->impersonal)
    strength->level = 1;
  else if (!strength->long_enough)
    strength->level = score >= GOOD_SCORE ? 2 : 1;
  else
    strength->level = score >= STRONG_SCORE ? 4 : score >= GOOD_SCORE ? 3 : 2;
  cairn_secret_clear (folded);
  g_task_return_pointer (task, strength, g_free);
}

/**
 * cairn_strength_measure_async:
 * @password: what was typed
 * @least: how many characters the clinic asks for
 * @words: (nullable): the person's own words, such as user name and names
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Measures a password on a worker; the copy is wiped. Errors: only that it was cancelled.
 */
void
cairn_strength_measure_async (const char          *password,
                              guint                least,
                              const char *const   *words,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Measure *measure = g_new0 (Measure, 1);

  g_task_set_source_tag (task, cairn_strength_measure_async);
  measure->password = g_strdup (password);
  measure->words = g_strdupv ((char **) words);
  measure->least = least;
  g_task_set_task_data (task, measure, measure_free);
  if (*password != '\0')
    g_task_run_in_thread (task, measure_thread);
  else
    g_task_return_pointer (task, g_new0 (CairnStrength, 1), g_free);
}

/**
 * cairn_strength_measure_finish:
 * @result: what the callback got
 * @strength: (out): how well it would do
 * @error: return location
 *
 * Returns: whether it was measured
 */
gboolean
cairn_strength_measure_finish (GAsyncResult *result, CairnStrength *strength, GError **error)
{
  g_autofree CairnStrength *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found != NULL)
    *strength = *found;
  return found != NULL;
}
