/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Subscription (FHIR R4 §2.46) asks for: everything of one type in one patient's record, which is its key in
 * the table of who is told. On the thread of the connection that it gets. */
#include "portal-subscription.h"

#include <string.h>

#include "common/cairn-json-edit.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define LONGEST_MS (30 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* What a table finds those by who watch a type in an audience. */
char *
portal_subscription_make_key (const char *type, const char *audience)
{
  return g_strconcat (type, " ", audience, NULL);
}

/* "Type?patient=id" in two; FALSE for any other search. */
static gboolean
split_criteria (const char *criteria, char **type, char **patient)
{
  static const char *const names[] = { "patient=", "subject=" };
  const char *mark = strchr (criteria, '?');
  const char *value = NULL;

  if (mark == NULL)
    return FALSE;
  for (guint i = 0; value == NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (mark + 1, names[i]))
      value = mark + 1 + strlen (names[i]);
  if (value != NULL && g_str_has_prefix (value, "Patient/"))
    value += strlen ("Patient/");
  if (value == NULL || !cairn_id_is_legal (value))
    return FALSE;
  *type = g_strndup (criteria, mark - criteria);
  *patient = g_strdup (value);
  return TRUE;
}

/* NULL when the caller may not watch that, or not any more; end is when it is over, in ms. */
char *
portal_subscription_dup_key (const PortalView *view, CairnJson resource, gint64 *end)
{
  g_autofree char *criteria = cairn_json_dup_text_at (resource, "criteria");
  g_autofree char *over = cairn_json_dup_text_at (resource, "end");
  g_autofree char *type = NULL, *patient = NULL;
  CairnDate date;

  *end = over != NULL && cairn_date_parse (over, &date) ? date.start : 0;
  if (*end <= cairn_date_now () || criteria == NULL || !split_criteria (criteria, &type, &patient) ||
      !portal_view_may_watch (view, type, patient))
    return NULL;
  return portal_subscription_make_key (type, patient);
}

static const char *
find_fault (PortalEditing *editing, CairnJson resource, gint64 *end)
{
  g_autofree char *criteria = cairn_json_dup_text_at (resource, "criteria");
  g_autofree char *over = cairn_json_dup_text_at (resource, "end");
  g_autofree char *type = NULL, *patient = NULL;
  gint64 now = cairn_date_now ();
  CairnDate date;

  *end = now + LONGEST_MS;
  if (criteria == NULL || !split_criteria (criteria, &type, &patient))
    return "The criteria of a subscription are TYPE?patient=ID, and no more";
  if (!portal_view_may_watch (editing->call->view, type, patient))
    return "These criteria reach beyond what the token's bearer may see";
  if (over == NULL)
    return NULL;
  if (!cairn_date_parse (over, &date) || date.start <= now)
    return "A subscription ends in the future";
  *end = MIN (*end, date.start);
  return NULL;
}

/* Takes a new one in, or refuses it: it is active from now on, and always has an end. */
gboolean
portal_subscription_settle (PortalEdit *edit, PortalEditing *editing, char **text, gsize *length, GError **error)
{
  CairnJson resource = { *text, *length };
  const char *own[] = { editing->call->view->own, NULL };
  PortalRange all = PORTAL_RANGE_ALL;
  g_autoptr(CairnJsonEdit) changes = NULL;
  g_autofree char *instant = NULL, *quoted = NULL, *settled = NULL;
  const char *fault;
  gint64 end, n;

  fault = find_fault (editing, resource, &end);
  if (fault != NULL)
    {
      portal_edit_refuse (edit, 422, "not-supported", fault);
      return TRUE;
    }
  if (!portal_store_count (editing->db, own, "Subscription", &all, &n, error))
    return FALSE;
  if (n >= PORTAL_MOST_SUBSCRIPTIONS)
    {
      portal_edit_refuse (edit, 422, "too-costly", "There are as many subscriptions as one may have; delete one first");
      return TRUE;
    }
  instant = cairn_date_dup_instant (end);
  quoted = g_strdup_printf ("\"%s\"", instant);
  changes = cairn_json_edit_new (resource);
  cairn_json_edit_set_member (changes, resource, "status", "\"active\"");
  cairn_json_edit_set_member (changes, resource, "end", quoted);
  settled = cairn_json_edit_apply (changes, length);
  g_free (*text);
  *text = g_steal_pointer (&settled);
  return TRUE;
}
