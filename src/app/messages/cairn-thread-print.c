/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation on paper, or as a PDF: every message with who wrote it and when, the newest thousand of them.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-print.h"
#include "cairn-save.h"
#include "cairn-words.h"
#include "client/cairn-file.h"
#include "fhir/cairn-date.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-thread-print.h"
#include "print/cairn-sheet.h"

#define MAX_MESSAGES 1000

typedef struct
{
  CairnSession      *session;
  AdwToastOverlay   *toasts;
  GCancellable      *cancellable;
  GPtrArray         *messages;      /* CairnMessage, oldest first */
  guint              n_older;
  char              *topic;
  char              *name;
  char              *clinic;
  gboolean           prints;
} Job;

static void
job_free (Job *job)
{
  for (guint i = 0; i < job->messages->len; i++)
    g_signal_handlers_disconnect_by_data (job->messages->pdata[i], job);
  g_signal_handlers_disconnect_by_data (job->cancellable, job);
  g_ptr_array_unref (job->messages);
  g_object_unref (job->session);
  g_object_unref (job->toasts);
  g_object_unref (job->cancellable);
  g_free (job->topic);
  g_free (job->name);
  g_free (job->clinic);
  g_free (job);
}

static void
add_message (CairnSheet   *sheet,
             CairnMessage *message,
             CairnSession *session,
             gint64        now)
{
  GListModel *files = cairn_message_get_files (message);
  CairnMessageStand stand = cairn_message_words_stand (message, now);
  const char *me = cairn_session_get_patient_name (session), *flag = cairn_words_flags (cairn_message_get_flags (message));
  g_autofree char *from = cairn_message_words_dup_from (message, now);
  g_autofree char *clock = cairn_words_clock (cairn_message_get_sent (message));
  /* Translators: %1$s is a person, %2$s a time of day */
  g_autofree char *own = g_strdup_printf (_("%1$s, %2$s"), me != NULL ? me : _("You"), clock);
  GString *words = g_string_new (NULL);

  if (flag != NULL)
    g_string_append_printf (words, "%s: ", flag);
  g_string_append (words, cairn_message_get_words (message));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (files, i);

      /* Translators: %s is the name of a file */
      g_string_append_printf (words, words->len > 0 ? "\n%s" : "%s", _("Attachment"));
      if (cairn_file_get_title (file) != NULL)
        g_string_append_printf (words, ": %s", cairn_file_get_title (file));
    }
  if (cairn_message_get_own (message) && stand < CAIRN_MESSAGE_SENT)
    g_string_append_printf (words, "\n(%s)", _("Not sent yet"));
  cairn_sheet_add_row (sheet, cairn_message_get_own (message) ? own : from, words->str);
  g_string_free (words, TRUE);
}

static CairnSheet *
create_sheet (const Job *job)
{
  const char *birth = cairn_session_get_patient_birth_date (job->session);
  g_autofree char *born = birth != NULL ? cairn_words_birth (birth) : NULL;
  g_autoptr(GDateTime) today = g_date_time_new_now_local ();
  /* Translators: the day of printing, such as "24 November 2026" */
  g_autofree char *printed = g_date_time_format (today, C_("date", "%-e %B %Y"));
  CairnSheetHead head = { .clinic = job->clinic, .patient = cairn_session_get_patient_name (job->session), .born = born,
                          .printed = printed, .rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL };
  CairnSheet *sheet = cairn_sheet_new (&head);
  gint64 now = cairn_date_now (), before = 0;

  cairn_sheet_add_title (sheet, job->topic, job->name);
  if (job->n_older > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("%u older message is not on these pages.",
                                                          "%u older messages are not on these pages.", job->n_older),
                                                job->n_older);

      cairn_sheet_add_text (sheet, words);
    }
  for (guint i = 0; i < job->messages->len; i++)
    {
      CairnMessage *message = job->messages->pdata[i];
      gint64 sent = cairn_message_get_sent (message);

      if (i == 0 || !cairn_message_words_same_day (before, sent))
        {
          g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (sent / 1000);
          g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
          g_autofree char *day = local != NULL && sent != 0 ? g_date_time_format (local, C_("date", "%-e %B %Y"))
                                                            : g_strdup (_("Without a date"));

          cairn_sheet_add_heading (sheet, day);
        }
      add_message (sheet, message, job->session, now);
      before = sent;
    }
  return sheet;
}

static void
go (Job *job)
{
  CairnSheet *sheet = create_sheet (job);

  if (job->prints)
    cairn_print_sheet (job->toasts, job->topic, sheet);
  else
    {
      g_autofree char *name = cairn_save_dup_name (job->topic, NULL, "application/pdf");
      g_autoptr(GBytes) pdf = NULL;
      double width, height;

      cairn_print_get_paper_size (&width, &height);
      pdf = cairn_sheet_dup_pdf (sheet, job->topic, width, height);
      cairn_save_bytes (job->toasts, name, pdf);
      cairn_sheet_free (sheet);
    }
  job_free (job);
}

static void
clinic_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Job *job = data;

  job->clinic = cairn_session_load_clinic_finish (CAIRN_SESSION (source), result, NULL);
  if (g_cancellable_is_cancelled (job->cancellable))
    job_free (job);
  else
    go (job);
}

static gboolean
is_loaded (const Job *job)
{
  for (guint i = 0; i < job->messages->len; i++)
    if (!cairn_message_get_loaded (job->messages->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
changed_cb (Job *job)
{
  if (g_cancellable_is_cancelled (job->cancellable))
    {
      job_free (job);
      return;
    }
  if (!is_loaded (job))
    return;
  for (guint i = 0; i < job->messages->len; i++)
    g_signal_handlers_disconnect_by_data (job->messages->pdata[i], job);
  g_signal_handlers_disconnect_by_data (job->cancellable, job);
  cairn_session_load_clinic_async (job->session, NULL, clinic_cb, job);
}

/* Messages come as they are asked for; it goes on when the last one has. */
void
cairn_thread_print_start (CairnFramePage    *page,
                          AdwToastOverlay   *toasts,
                          CairnConversation *conversation,
                          const char        *topic,
                          const char        *name,
                          gboolean           prints)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));
  Job *job;

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (page));

  if (n == 0)
    return;
  job = g_new0 (Job, 1);
  job->session = g_object_ref (cairn_frame_page_get_session (page));
  job->toasts = g_object_ref (toasts);
  job->cancellable = g_object_ref (cairn_frame_page_get_cancellable (page));
  job->messages = g_ptr_array_new_with_free_func (g_object_unref);
  job->topic = g_strdup (topic);
  job->name = g_strdup (name);
  job->prints = prints;
  job->n_older = n > MAX_MESSAGES ? n - MAX_MESSAGES : 0;
  for (guint i = job->n_older; i < n; i++)
    g_ptr_array_add (job->messages, g_list_model_get_item (G_LIST_MODEL (conversation), i));
  for (guint i = 0; i < job->messages->len; i++)
    if (!cairn_message_get_loaded (job->messages->pdata[i]))
      g_signal_connect_swapped (job->messages->pdata[i], "changed", G_CALLBACK (changed_cb), job);
  g_signal_connect_swapped (job->cancellable, "cancelled", G_CALLBACK (changed_cb), job);
  changed_cb (job);
}
