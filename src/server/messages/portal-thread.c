/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread (FHIR R4 §13.1): its first message carries it, and the others are part of that. Its status says whether it
 * is closed, its recipients who has it. On the connection's thread. */
#include "portal-thread.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "server/store/portal-text.h"

/* "Communication/id" of the message that a message is part of; NULL for one that carries a thread. */
char *
portal_thread_dup_head (CairnJson message)
{
  return cairn_json_dup_text_at (message, "partOf.0.reference");
}

gboolean
portal_thread_is_head (CairnJson message)
{
  return cairn_json_member (message, "partOf").text == NULL;
}

gboolean
portal_thread_is_closed (CairnJson head)
{
  return cairn_json_equals (cairn_json_member (head, "status"), PORTAL_THREAD_CLOSED);
}

static void
append_string (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  cairn_json_append_string (out, value);
}

/* What the change has a new value for is left out, and put at the end. */
static char *
apply (CairnJson message, const PortalThreadChange *change)
{
  GString *out = g_string_new ("{\"resourceType\":\"Communication\"");
  gboolean received = change->received != NULL && cairn_json_member (message, "received").text == NULL;
  CairnJson name, value;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, message);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      if (cairn_json_equals (name, "resourceType") ||
          (change->status != NULL && (cairn_json_equals (name, "status") || cairn_json_equals (name, "statusReason"))) ||
          (change->recipients != NULL && cairn_json_equals (name, "recipient")))
        continue;
      g_string_append_c (out, ',');
      g_string_append_len (out, name.text, name.length);
      g_string_append_c (out, ':');
      g_string_append_len (out, value.text, value.length);
    }
  if (change->status != NULL)
    append_string (out, "status", change->status);
  if (change->status != NULL && change->reason != NULL)
    {
      g_string_append (out, ",\"statusReason\":{\"text\":");
      cairn_json_append_string (out, change->reason);
      g_string_append_c (out, '}');
    }
  if (change->recipients != NULL)
    g_string_append_printf (out, ",\"recipient\":%s", change->recipients);
  if (received)
    append_string (out, "received", change->received);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* Writes a new version of a message, in the transaction that is open; nothing when it is that already. */
gboolean
portal_thread_change (PortalWrite               *write,
                      CairnConnection           *db,
                      const char                *reference,
                      const PortalThreadChange  *change,
                      GError                   **error)
{
  g_autofree char *type = NULL, *id = NULL, *text = NULL, *compact = NULL;
  PortalChange what;
  PortalRow row;
  gboolean found;
  gsize length;

  if (!cairn_reference_split (reference, &type, &id) || !portal_store_get_current (db, type, id, &row, &found, error))
    return FALSE;
  if (!found || row.deleted)
    return TRUE;
  text = apply (row.text, change);
  compact = portal_text_compact ((CairnJson) { text, strlen (text) }, &length);
  return portal_write_put (write, type, id, (CairnJson) { compact, length }, 0, &what, error);
}

typedef struct
{
  const char *reference;
  gboolean    has;
} Person;

static gboolean
note_person (CairnJson reference, gpointer data)
{
  Person *person = data;

  person->has |= cairn_json_equals (reference, person->reference);
  return !person->has;
}

static gboolean
note_message (const PortalRow *row, gpointer data)
{
  Person *person = data;

  cairn_json_foreach (row->text, "sender.reference", note_person, data);
  return !person->has;
}

/* Whether somebody was written to or wrote in a thread. */
gboolean
portal_thread_has_person (CairnConnection    *db,
                          const char *const  *audiences,
                          CairnJson           head,
                          const char         *head_id,
                          const char         *reference,
                          gboolean           *has,
                          GError            **error)
{
  Person person = { reference, FALSE };
  gboolean done = TRUE;

  cairn_json_foreach (head, "sender.reference", note_person, &person);
  cairn_json_foreach (head, "recipient.reference", note_person, &person);
  if (!person.has)
    done = portal_store_list_referring (db, audiences, "Communication", "part-of", "Communication", head_id, note_message,
                                        &person, error);
  *has = person.has;
  return done;
}
