/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose chart somebody's is: the one, if there is just one, with the same family and given name, the same birth date, and
 * on file the very contact that was verified. Anything less waits for staff. On the writer's thread. */
#include "portal-match.h"

#include <string.h>

#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "server/sign-in/portal-accounts.h"
#include "server/store/portal-values.h"

#define LEAST_DIGITS 9   /* of a number without its country */

typedef struct
{
  const PortalRegistration *who;
  char                     *family;
  char                     *given;
  char                     *patient;
  guint                     n;
  gboolean                  fits;   /* of the one that is looked at */
} Match;

/* Letters and digits only: "Anne-Marie" and "Anne Marie" are one name. */
static char *
fold_name (const char *name)
{
  g_autofree char *folded = portal_fold (name);
  g_autoptr(GString) bare = g_string_new (NULL);

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_isalnum (g_utf8_get_char (at)))
      g_string_append_unichar (bare, g_utf8_get_char (at));
  return g_string_free (g_steal_pointer (&bare), FALSE);
}

static gboolean
is_name (CairnJson value, const char *wanted)
{
  g_autofree char *text = cairn_json_dup_string (value), *folded = NULL;

  folded = text != NULL ? fold_name (text) : NULL;
  return folded != NULL && *folded != '\0' && g_str_equal (folded, wanted);
}

/* The first given name alone, or all of them as they are written. */
static gboolean
given_fits (CairnJson name, const char *wanted)
{
  CairnJson given = cairn_json_member (name, "given"), value, unused;
  g_autoptr(GString) all = g_string_new (NULL);
  CairnJsonIter iter;
  gboolean first = TRUE;

  if (!cairn_json_is_array (given))
    return FALSE;
  cairn_json_iter_init (&iter, given);
  while (cairn_json_iter_next (&iter, &unused, &value))
    {
      g_autofree char *text = cairn_json_dup_string (value);
      g_autofree char *folded = text != NULL ? fold_name (text) : g_strdup ("");

      if (first && is_name (value, wanted))
        return TRUE;
      g_string_append (all, folded);
      first = FALSE;
    }
  return all->len > 0 && g_str_equal (all->str, wanted);
}

static gboolean
look_at_name (CairnJson name, gpointer data)
{
  Match *match = data;

  match->fits = is_name (cairn_json_member (name, "family"), match->family) && given_fits (name, match->given);
  return !match->fits;
}

static gboolean
same_number (const char *on_file, const char *verified)
{
  g_autoptr(GString) digits = g_string_new (NULL);

  for (const char *at = on_file; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      g_string_append_c (digits, *at);
  if (digits->len < LEAST_DIGITS)
    return FALSE;
  return g_str_has_prefix (on_file, "+") ? g_str_equal (digits->str, verified + 1)
                                         : g_str_has_suffix (verified, digits->str + (*digits->str == '0' ? 1 : 0));
}

static gboolean
look_at_contact (CairnJson contact, gpointer data)
{
  Match *match = data;
  g_autofree char *value = cairn_json_dup_text_at (contact, "value"), *key = NULL;
  CairnJson system = cairn_json_member (contact, "system");

  if (value == NULL || cairn_json_equals (cairn_json_member (contact, "use"), "old") ||
      cairn_json_get (contact, "period.end").text != NULL)
    return TRUE;
  key = portal_account_key (value);
  if (match->who->email != NULL)
    match->fits = cairn_json_equals (system, "email") && g_str_equal (key, match->who->contact_key);
  else
    match->fits = (cairn_json_equals (system, "phone") || cairn_json_equals (system, "sms")) &&
                  same_number (value, match->who->phone);
  return !match->fits;
}

static gboolean
look_at_chart (const PortalRow *row, gpointer data)
{
  Match *match = data;

  match->fits = FALSE;
  if (row->deleted || !cairn_json_boolean (cairn_json_member (row->text, "active"), TRUE))
    return TRUE;
  cairn_json_foreach (row->text, "name", look_at_name, match);
  if (!match->fits)
    return TRUE;
  match->fits = FALSE;
  cairn_json_foreach (row->text, "telecom", look_at_contact, match);
  if (!match->fits)
    return TRUE;
  g_free (match->patient);
  match->patient = g_strdup (row->id);
  match->n++;
  return TRUE;
}

/* @patient: NULL when staff have to look. A chart that somebody has already isn't given away. */
gboolean
portal_match_chart (CairnConnection *db, const PortalRegistration *who, char **patient, GError **error)
{
  Match match = { .who = who };
  CairnDate birth;
  gboolean done, taken = FALSE;

  *patient = NULL;
  if (who->birth == NULL || who->family == NULL || who->given == NULL || !cairn_date_parse (who->birth, &birth))
    return TRUE;
  match.family = fold_name (who->family);
  match.given = fold_name (who->given);
  done = portal_store_list_born (db, birth.start, birth.end, look_at_chart, &match, error) &&
         (match.n != 1 || portal_store_chart_is_taken (db, match.patient, &taken, error));
  if (done && match.n == 1 && !taken)
    *patient = g_steal_pointer (&match.patient);
  g_free (match.patient);
  g_free (match.family);
  g_free (match.given);
  return done;
}
