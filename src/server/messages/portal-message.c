/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message on its way into the store, in its transaction: is it for somebody whom the patient may write to, does it
 * belong where it says, isn't it too much; then who is told of it, and a closed thread is open again. */
#include "portal-message.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "portal-messages.h"
#include "portal-notice.h"
#include "portal-recipients.h"
#include "portal-thread.h"

typedef struct
{
  PortalEdit    *edit;
  PortalEditing *editing;
  CairnJson      message;
  char          *patient;     /* whose record it is in */
  char          *head_id;     /* NULL when it carries a thread itself */
  GBytes        *head;
} Settling;

static void
settling_clear (Settling *self)
{
  g_free (self->patient);
  g_free (self->head_id);
  g_clear_pointer (&self->head, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settling, settling_clear)

static gboolean
refuse (Settling *self, const char *detail, const char *why)
{
  portal_edit_refuse (self->edit, 422, "business-rule", why);
  self->edit->detail = detail;
  return TRUE;
}

static gboolean
take_head (const PortalRow *row, gpointer data)
{
  Settling *self = data;

  if (row->state == PORTAL_STATE_LIVE && !row->deleted && portal_view_sees (self->editing->call->view, row, PORTAL_OPERATION_READ))
    self->head = g_bytes_new (row->text.text, row->text.length);
  return FALSE;
}

/* The thread that it says it is part of is the same patient's, and is one. */
static gboolean
find_head (Settling *self, GError **error)
{
  g_autofree char *reference = portal_thread_dup_head (self->message), *type = NULL, *subject = NULL, *own = NULL;
  PortalAudiences audiences;

  if (portal_thread_is_head (self->message))
    return TRUE;
  if (reference == NULL || !cairn_reference_split (reference, &type, &self->head_id) || !g_str_equal (type, "Communication"))
    return refuse (self, "thread", "It is part of nothing that is a message");
  portal_view_get_audiences (self->editing->call->view, "Communication", audiences);
  if (!portal_store_find_seen (self->editing->db, audiences, "Communication", self->head_id, 0, take_head, self, error))
    return FALSE;
  if (self->head == NULL || !portal_thread_is_head (cairn_json_from_bytes (self->head)))
    return refuse (self, "thread", "It is part of no thread that you see");
  subject = cairn_json_dup_text_at (self->message, "subject.reference");
  own = cairn_json_dup_text_at (cairn_json_from_bytes (self->head), "subject.reference");
  if (own != NULL && g_strcmp0 (subject, own) != 0)
    return refuse (self, "thread", "It is part of a thread about somebody else");
  return TRUE;
}

static gboolean
note_words (CairnJson words, gpointer data)
{
  g_autofree char *text = cairn_json_dup_string (words);

  *(gsize *) data += text != NULL ? strlen (text) : words.length;
  return TRUE;
}

static gboolean
note_attachment (CairnJson attachment, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

static gboolean
check_size (Settling *self)
{
  const PortalConfig *config = self->editing->call->service->config;
  gsize words = 0;
  guint attachments = 0;

  cairn_json_foreach (self->message, "payload.contentString", note_words, &words);
  cairn_json_foreach (self->message, "payload.contentAttachment", note_attachment, &attachments);
  cairn_json_foreach (self->message, "payload.contentReference", note_attachment, &attachments);
  if (words > (gsize) config->words)
    return refuse (self, "words", "It has more words than a message may have here");
  if (attachments > (guint) config->attachments)
    return refuse (self, "attachments", "It has more files than a message may have here");
  return TRUE;
}

/* The clinic itself may always be written to. */
static gboolean
is_clinic (Settling *self, const char *reference, gboolean *clinic, GError **error)
{
  g_autofree char *me = g_strconcat ("Patient/", self->patient, NULL);
  g_autoptr(GBytes) text = NULL;

  *clinic = FALSE;
  if (!portal_recipients_load (self->editing->db, self->patient, me, &text, error))
    return FALSE;
  *clinic = text != NULL && cairn_json_equals (cairn_json_get (cairn_json_from_bytes (text), "managingOrganization.reference"), reference);
  return TRUE;
}

static gboolean
may_be_written_to (Settling *self, GPtrArray *known, const char *reference, gboolean *may, GError **error)
{
  PortalAudiences audiences;

  *may = portal_recipients_find (known, reference) != NULL;
  if (*may)
    return TRUE;
  portal_view_get_audiences (self->editing->call->view, "Communication", audiences);
  if (self->head != NULL && !portal_thread_has_person (self->editing->db, audiences, cairn_json_from_bytes (self->head), self->head_id,
                                                       reference, may, error))
    return FALSE;
  return *may || is_clinic (self, reference, may, error);
}

static gboolean
check_recipients (Settling *self, GError **error)
{
  CairnJson recipients = cairn_json_member (self->message, "recipient"), one;
  g_autoptr(GPtrArray) known = NULL;
  CairnJsonIter iter;

  if (recipients.text == NULL)
    return TRUE;
  if (cairn_json_count (recipients) > PORTAL_MOST_RECIPIENTS)
    return refuse (self, "recipient", "A message has up to five recipients");
  known = portal_recipients_list (self->editing->db, self->editing->call->service->config, self->patient, error);
  if (known == NULL)
    return FALSE;
  cairn_json_iter_init (&iter, recipients);
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *reference = cairn_json_dup_text_at (one, "reference");
      gboolean may;

      if (reference == NULL)
        continue;
      if (!may_be_written_to (self, known, reference, &may, error))
        return FALSE;
      if (!may)
        return refuse (self, "recipient", "A recipient is nobody whom you may write to");
    }
  return TRUE;
}

/* A patient's words open a closed thread again, and reach who has it; the care team's reach the patient. */
static gboolean
pass_on (Settling *self, GError **error)
{
  PortalCall *call = self->editing->call;
  CairnJson head = self->head != NULL ? cairn_json_from_bytes (self->head) : self->message;
  const char *thread = self->head_id != NULL ? self->head_id : self->edit->id;
  g_autofree char *reference = g_strconcat ("Communication/", thread, NULL);
  g_autofree char *me = g_strconcat ("Patient/", self->patient, NULL);
  CairnJson recipients = cairn_json_member (head, "recipient");
  PortalThreadChange open = { .status = PORTAL_THREAD_OPEN };

  call->letters = TRUE;
  if (call->view->role != NULL)
    return portal_notice_patient (self->editing->db, call->service->config, self->patient, thread, error);
  if (self->head != NULL && portal_thread_is_closed (head) &&
      !portal_thread_change (self->editing->write, self->editing->db, reference, &open, error))
    return FALSE;
  /* Of a thread that the care team began, its recipient is the patient: who is answered is told */
  if (cairn_json_equals (cairn_json_get (head, "recipient.0.reference"), me))
    recipients = cairn_json_member (self->message, "recipient");
  return portal_notice_team (self->editing->db, call->service->config, recipients, thread, error);
}

/* Of what its own sender writes; edit->status says whether it was refused. */
gboolean
portal_message_settle (PortalEdit *edit, PortalEditing *editing, CairnJson message, GError **error)
{
  const PortalView *view = editing->call->view;
  g_auto(Settling) self = { edit, editing, message };
  g_autofree char *subject = cairn_json_dup_text_at (message, "subject.reference"), *type = NULL;
  g_autofree char *me = view->role != NULL ? g_strconcat ("Practitioner/", view->practitioner, NULL)
                                           : g_strconcat ("Patient/", view->patient, NULL);

  if (!cairn_json_equals (cairn_json_get (message, "sender.reference"), me))
    return TRUE;
  if (view->patient != NULL)
    self.patient = g_strdup (view->patient);
  else if (subject == NULL || !cairn_reference_split (subject, &type, &self.patient) || !g_str_equal (type, "Patient"))
    return TRUE;
  if (!find_head (&self, error) || edit->status >= 400 || !check_size (&self) || edit->status >= 400)
    return edit->status >= 400;
  if (view->role == NULL && (!check_recipients (&self, error) || edit->status >= 400))
    return edit->status >= 400;
  return !edit->make || pass_on (&self, error);
}
