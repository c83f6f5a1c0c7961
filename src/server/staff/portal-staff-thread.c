/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff do with a thread: read, answer, hand over, close. A part of portal-staff.c, on the writer's thread;
 * patients hear of it as they do of what comes over HTTP. */
#include "portal-staff-private.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "server/messages/portal-messages.h"
#include "server/messages/portal-notice.h"
#include "server/messages/portal-recipients.h"
#include "server/messages/portal-thread.h"
#include "server/store/portal-text.h"

static const char *const anybody[] = { PORTAL_ANYBODY, NULL };

static void
message_free (gpointer data)
{
  DeskMessage *message = data;

  g_free (message->id);
  g_clear_pointer (&message->text, g_bytes_unref);
  g_free (message);
}

void
desk_thread_clear (DeskThread *thread)
{
  g_free (thread->id);
  g_free (thread->patient);
  g_clear_pointer (&thread->head, g_bytes_unref);
  g_clear_pointer (&thread->messages, g_ptr_array_unref);
}

static void
add_message (DeskThread *thread, const PortalRow *row)
{
  g_autofree char *sent = cairn_json_dup_text_at (row->text, "sent"), *sender = cairn_json_dup_text_at (row->text, "sender.reference");
  DeskMessage *message = g_new0 (DeskMessage, 1);
  CairnDate date;

  message->id = g_strdup (row->id);
  message->sent = sent != NULL && cairn_date_parse (sent, &date) ? date.start : row->updated;
  message->patients = sender != NULL && (g_str_has_prefix (sender, "Patient/") || g_str_has_prefix (sender, "RelatedPerson/"));
  message->received = cairn_json_member (row->text, "received").text != NULL;
  if (thread->with_text)
    message->text = g_bytes_new (row->text.text, row->text.length);
  g_ptr_array_add (thread->messages, message);
}

static gboolean
take_head (const PortalRow *row, gpointer data)
{
  DeskThread *thread = data;
  g_autofree char *subject = cairn_json_dup_text_at (row->text, "subject.reference"), *type = NULL;

  /* Of what follows in a thread only where it begins is looked at */
  if (row->deleted || (portal_thread_is_head (row->text) ? !portal_view_sees (thread->desk->work->view, row, PORTAL_OPERATION_READ)
                                                          : !portal_view_may (thread->desk->work->view, "Communication", PORTAL_OPERATION_READ)))
    return FALSE;
  thread->version = row->version;
  thread->updated = row->updated;
  thread->head = g_bytes_new (row->text.text, row->text.length);
  if (subject != NULL && cairn_reference_split (subject, &type, &thread->patient) && !g_str_equal (type, "Patient"))
    g_clear_pointer (&thread->patient, g_free);
  add_message (thread, row);
  return FALSE;
}

static gboolean
take_message (const PortalRow *row, gpointer data)
{
  DeskThread *thread = data;

  if (portal_view_sees (thread->desk->work->view, row, PORTAL_OPERATION_READ))
    add_message (thread, row);
  return TRUE;
}

/* As they came; what was imported together, as it was sent. */
static int
compare_made (gconstpointer a, gconstpointer b)
{
  const DeskMessage *one = *(const DeskMessage *const *) a, *other = *(const DeskMessage *const *) b;

  if (one->made != other->made)
    return one->made > other->made ? 1 : -1;
  return (one->sent > other->sent) - (one->sent < other->sent);
}

/* By the id of its first message; head stays NULL when there is none to see. */
gboolean
desk_thread_load (DeskThread *thread, const char *id, GError **error)
{
  CairnConnection *db = thread->desk->db;

  thread->id = g_strdup (id);
  thread->messages = g_ptr_array_new_with_free_func (message_free);
  if (!portal_store_find_seen (db, anybody, "Communication", id, 0, take_head, thread, error))
    return FALSE;
  if (thread->head == NULL || !portal_thread_is_head (cairn_json_from_bytes (thread->head)))
    return TRUE;
  if (!portal_store_list_referring (db, anybody, "Communication", "part-of", "Communication", id, take_message, thread, error))
    return FALSE;
  for (guint i = 0; i < thread->messages->len; i++)
    {
      DeskMessage *message = g_ptr_array_index (thread->messages, i);

      if (!portal_store_get_made (db, "Communication", message->id, &message->made, error))
        return FALSE;
    }
  g_ptr_array_sort (thread->messages, compare_made);
  return TRUE;
}

/* By the id of any of its messages. */
static gboolean
find_thread (DeskThread *thread, GError **error)
{
  g_autofree char *reference = NULL, *type = NULL, *id = NULL;

  if (!desk_thread_load (thread, thread->desk->id, error))
    return FALSE;
  if (thread->head != NULL && !portal_thread_is_head (cairn_json_from_bytes (thread->head)))
    {
      DeskThread whole = { thread->desk, thread->with_text };

      reference = portal_thread_dup_head (cairn_json_from_bytes (thread->head));
      if (reference == NULL || !cairn_reference_split (reference, &type, &id) || !desk_thread_load (&whole, id, error))
        {
          desk_thread_clear (&whole);
          return *error == NULL ? portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "It is part of no thread") : FALSE;
        }
      desk_thread_clear (thread);
      *thread = whole;
    }
  return thread->head != NULL || portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "There is no such message to see");
}

static const char *
state_of (const DeskThread *thread)
{
  const DeskMessage *last = g_ptr_array_index (thread->messages, thread->messages->len - 1);

  if (portal_thread_is_closed (cairn_json_from_bytes (thread->head)))
    return "closed";
  return last->patients ? "waiting" : "answered";
}

static gboolean
add_quoted (CairnJson reference, gpointer data)
{
  GString *out = data;

  g_string_append (out, out->len > 0 ? "," : "");
  g_string_append_len (out, reference.text, reference.length);
  return TRUE;
}

static gboolean
add_plain (CairnJson reference, gpointer data)
{
  GString *out = data;

  g_string_append (out, out->len > 0 ? "," : "");
  cairn_json_append_text (out, reference);
  return TRUE;
}

/* An open object as JSON, a line otherwise. */
void
desk_thread_describe (const DeskThread *thread)
{
  Desk *desk = thread->desk;
  CairnJson head = cairn_json_from_bytes (thread->head);
  const DeskMessage *last = g_ptr_array_index (thread->messages, thread->messages->len - 1);
  g_autofree char *title = cairn_json_dup_text_at (head, "topic.text"), *updated = cairn_date_dup_instant (thread->updated);
  g_autofree char *when = cairn_date_dup_instant (last->sent);
  g_autoptr(GString) who = g_string_new (NULL);
  guint unread = 0;

  for (guint i = 0; i < thread->messages->len; i++)
    {
      const DeskMessage *message = g_ptr_array_index (thread->messages, i);

      unread += message->patients && !message->received;
    }
  if (!desk->work->json)
    {
      cairn_json_foreach (head, "recipient.reference", add_plain, who);
      g_string_append_printf (desk->out, "Communication/%s\t%s\tPatient/%s\t%s\t%s\t%s\n", thread->id, when,
                              thread->patient != NULL ? thread->patient : "", state_of (thread), who->str,
                              title != NULL ? title : "");
      return;
    }
  g_string_append_printf (desk->out, "{\"type\":\"Communication\",\"id\":\"%s\",\"version\":\"%" G_GINT64_FORMAT "\"", thread->id,
                          thread->version);
  portal_desk_add_text (desk->out, "updated", updated);
  portal_desk_add_text (desk->out, "patient", thread->patient);
  portal_desk_add_text (desk->out, "title", title);
  portal_desk_add_text (desk->out, "state", state_of (thread));
  portal_desk_add_text (desk->out, "last", when);
  cairn_json_foreach (head, "recipient.reference", add_quoted, who);
  g_string_append_printf (desk->out, ",\"messages\":%u,\"unread\":%u,\"recipients\":[%s]", thread->messages->len, unread, who->str);
}

static void
print_message (Desk *desk, const DeskMessage *message)
{
  CairnJson text = cairn_json_from_bytes (message->text);
  g_autofree char *when = cairn_date_dup_instant (message->sent), *sender = cairn_json_dup_text_at (text, "sender.display");
  g_autofree char *reference = cairn_json_dup_text_at (text, "sender.reference");
  CairnJsonIter iter;
  CairnJson one;

  g_string_append_printf (desk->out, "\n%s  %s\n", when, sender != NULL ? sender : reference != NULL ? reference : "");
  cairn_json_iter_init (&iter, cairn_json_member (text, "payload"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *words = cairn_json_dup_text_at (one, "contentString");
      g_autofree char *file = cairn_json_dup_text_at (one, "contentAttachment.title"), *url = cairn_json_dup_text_at (one, "contentAttachment.url");

      if (words != NULL)
        g_string_append_printf (desk->out, "%s\n", words);
      else if (url != NULL)
        g_string_append_printf (desk->out, "[%s] %s\n", file != NULL ? file : "", url);
    }
}

static void
print_thread (const DeskThread *thread)
{
  Desk *desk = thread->desk;

  desk_thread_describe (thread);
  if (!desk->work->json)
    {
      for (guint i = 0; i < thread->messages->len; i++)
        print_message (desk, g_ptr_array_index (thread->messages, i));
      return;
    }
  g_string_append (desk->out, ",\"resource\":");
  g_string_append_len (desk->out, g_bytes_get_data (thread->head, NULL), g_bytes_get_size (thread->head));
  g_string_append (desk->out, ",\"thread\":[");
  for (guint i = 0; i < thread->messages->len; i++)
    {
      const DeskMessage *message = g_ptr_array_index (thread->messages, i);

      if (i > 0)
        g_string_append_c (desk->out, ',');
      g_string_append_len (desk->out, g_bytes_get_data (message->text, NULL), g_bytes_get_size (message->text));
    }
  g_string_append (desk->out, "]}\n");
}

/* The patient sees that it was read. */
static gboolean
mark_received (DeskThread *thread, PortalWrite *write, GError **error)
{
  g_autofree char *now = cairn_date_dup_instant (cairn_date_now ());
  PortalThreadChange change = { .received = now };

  for (guint i = 0; i < thread->messages->len; i++)
    {
      const DeskMessage *message = g_ptr_array_index (thread->messages, i);
      g_autofree char *reference = g_strconcat ("Communication/", message->id, NULL);

      if (message->patients && !message->received &&
          !portal_thread_change (write, thread->desk->db, reference, &change, error))
        return FALSE;
    }
  return TRUE;
}

static void
append_reference (GString *out, const char *reference, const char *display)
{
  g_string_append (out, "{\"reference\":");
  cairn_json_append_string (out, reference);
  if (display != NULL)
    portal_desk_add_text (out, "display", display);
  g_string_append_c (out, '}');
}

static gboolean
add_sender (Desk *desk, GString *out, GError **error)
{
  g_autofree char *me = g_strconcat ("Practitioner/", desk->work->view->practitioner, NULL), *name = NULL;

  if (!portal_recipients_dup_name (desk->db, me, &name, error))
    return FALSE;
  g_string_append (out, ",\"sender\":");
  append_reference (out, me, name);
  return TRUE;
}

/* The answer as a resource; NULL with an error. */
static char *
make_reply (DeskThread *thread, const char *id, GError **error)
{
  const DeskMessage *last = g_ptr_array_index (thread->messages, thread->messages->len - 1);
  g_autofree char *now = cairn_date_dup_instant (cairn_date_now ()), *patient = g_strconcat ("Patient/", thread->patient, NULL);
  g_autofree char *head = g_strconcat ("Communication/", thread->id, NULL), *answered = g_strconcat ("Communication/", last->id, NULL);
  g_autoptr(GString) out = g_string_new ("{\"resourceType\":\"Communication\"");

  portal_desk_add_text (out, "id", id);
  g_string_append (out, ",\"partOf\":[");
  append_reference (out, head, NULL);
  g_string_append (out, "],\"inResponseTo\":[");
  append_reference (out, answered, NULL);
  g_string_append (out, "],\"status\":\"completed\",\"subject\":");
  append_reference (out, patient, NULL);
  portal_desk_add_text (out, "sent", now);
  g_string_append (out, ",\"recipient\":[");
  append_reference (out, patient, NULL);
  g_string_append (out, "]");
  if (!add_sender (thread->desk, out, error))
    return NULL;
  g_string_append (out, ",\"payload\":[{\"contentString\":");
  cairn_json_append_string (out, thread->desk->work->text);
  g_string_append (out, "}]}");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
reply (DeskThread *thread, PortalWrite *write, GError **error)
{
  Desk *desk = thread->desk;
  g_autofree char *id = cairn_random_uuid (), *text = NULL, *compact = NULL, *head = g_strconcat ("Communication/", thread->id, NULL);
  PortalThreadChange open = { .status = PORTAL_THREAD_OPEN };
  CairnJson resource;
  PortalChange change;
  const char *refusal;

  if (desk->work->text == NULL || *desk->work->text == '\0' || strlen (desk->work->text) > (gsize) desk->work->config->words)
    {
      g_autofree char *why = g_strdup_printf ("A reply needs its words, up to %d bytes, by --text-stdin", desk->work->config->words);

      return portal_desk_fail (error, CAIRN_ERROR_USAGE, why);
    }
  if (thread->patient == NULL)
    return portal_desk_fail (error, CAIRN_ERROR_CONFLICT, "The thread is no patient's");
  text = make_reply (thread, id, error);
  if (text == NULL)
    return FALSE;
  resource.text = compact = portal_text_compact ((CairnJson) { text, strlen (text) }, &resource.length);
  refusal = portal_view_refuses (desk->work->view, PORTAL_OPERATION_CREATE, "Communication", CAIRN_JSON_NONE, resource);
  if (refusal != NULL)
    return portal_desk_fail (error, CAIRN_ERROR_FORBIDDEN, refusal);
  portal_view_note_write (desk->work->view, "Communication", resource);
  return mark_received (thread, write, error) &&
         (!portal_thread_is_closed (cairn_json_from_bytes (thread->head)) ||
          portal_thread_change (write, desk->db, head, &open, error)) &&
         portal_write_put (write, "Communication", id, resource, 0, &change, error) &&
         portal_notice_patient (desk->db, desk->work->config, thread->patient, thread->id, error);
}

/* The new one, and the patient where the thread is written to them. */
static char *
make_recipients (DeskThread *thread, const char *name)
{
  CairnJsonIter iter;
  CairnJson one;
  GString *out = g_string_new ("[");

  append_reference (out, thread->desk->work->to, name);
  cairn_json_iter_init (&iter, cairn_json_member (cairn_json_from_bytes (thread->head), "recipient"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *reference = cairn_json_dup_text_at (one, "reference");

      if (reference == NULL || (!g_str_has_prefix (reference, "Patient/") && !g_str_has_prefix (reference, "RelatedPerson/")))
        continue;
      g_string_append_c (out, ',');
      g_string_append_len (out, one.text, one.length);
    }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

/* By the rules for who writes over HTTP. */
static gboolean
may_manage (Desk *desk, GError **error)
{
  return portal_view_may (desk->work->view, "Communication", PORTAL_OPERATION_UPDATE) ||
         portal_desk_fail (error, CAIRN_ERROR_FORBIDDEN, "This role doesn't answer messages");
}

static gboolean
assign (DeskThread *thread, PortalWrite *write, GError **error)
{
  Desk *desk = thread->desk;
  g_autofree char *head = g_strconcat ("Communication/", thread->id, NULL), *name = NULL, *recipients = NULL;
  PortalThreadChange change = { 0 };
  const char *to = desk->work->to;

  if (to == NULL || (!g_str_has_prefix (to, "Practitioner/") && !g_str_has_prefix (to, "HealthcareService/")))
    return portal_desk_fail (error, CAIRN_ERROR_USAGE, "assign needs --to Practitioner/ID or HealthcareService/ID");
  if (!portal_recipients_dup_name (desk->db, to, &name, error))
    return FALSE;
  if (name == NULL)
    return portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "There is nobody of that name in the directory");
  change.recipients = recipients = make_recipients (thread, name);
  return portal_thread_change (write, desk->db, head, &change, error) &&
         portal_notice_team (desk->db, desk->work->config, cairn_json_from_string (recipients), thread->id, error);
}

static gboolean
close_thread (DeskThread *thread, PortalWrite *write, GError **error)
{
  g_autofree char *head = g_strconcat ("Communication/", thread->id, NULL);
  PortalThreadChange change = { .status = PORTAL_THREAD_CLOSED, .reason = thread->desk->work->reason };

  if (portal_thread_is_closed (cairn_json_from_bytes (thread->head)))
    return portal_desk_fail (error, CAIRN_ERROR_CONFLICT, "It is closed already");
  return portal_thread_change (write, thread->desk->db, head, &change, error);
}

static gboolean
change (DeskThread *thread, GError **error)
{
  Desk *desk = thread->desk;
  const char *verb = desk->work->verb;
  g_autoptr(PortalWrite) write = portal_write_begin (desk->db, error);
  gboolean done;

  if (write == NULL)
    return FALSE;
  if (g_str_equal (verb, "show"))
    done = !portal_view_may (desk->work->view, "Communication", PORTAL_OPERATION_UPDATE) || mark_received (thread, write, error);
  else if (g_str_equal (verb, "reply"))
    done = reply (thread, write, error);
  else
    done = g_str_equal (verb, "assign") ? assign (thread, write, error) : close_thread (thread, write, error);
  if (done && portal_write_commit (write, error))
    return TRUE;
  cairn_connection_rollback (desk->db);
  return FALSE;
}

/* show, reply, assign, close; tells how it stands then. */
gboolean
portal_desk_work_thread (Desk *desk, GError **error)
{
  g_auto(DeskThread) thread = { desk }, after = { desk, TRUE };

  if ((!g_str_equal (desk->work->verb, "show") && !may_manage (desk, error)) || !find_thread (&thread, error) || !change (&thread, error) ||
      !desk_thread_load (&after, thread.id, error))
    return FALSE;
  if (after.head == NULL)
    return portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "There is no such message to see");
  print_thread (&after);
  return TRUE;
}
