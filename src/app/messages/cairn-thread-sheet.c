/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation of any length put together for paper: every message with who wrote it and when. Messages are put into
 * words in slices on the main thread; the PDF is made on a thread of its own.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-file.h"
#include "fhir/cairn-date.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-thread-sheet.h"

/* Messages are put into words in slices of this, between which the window goes on. */
#define SLICE_USEC 8000
/* So many are read ahead. */
#define AHEAD 128
/* What stands on paper of a message, and the day above the first one of it */
typedef struct
{
  char *day;
  char *from;
  char *words;
} Line;

struct _CairnThreadSheet
{
  int                n_uses;        /* atomic */
  CairnConversation *conversation;
  GPtrArray         *ahead;         /* CairnMessage that come next, held so that they are read */
  GPtrArray         *lines;
  guint              next;          /* the message that comes next */
  gint64             before;        /* when the one before it was sent */
  guint              idle;
  char              *topic;
  char              *name;
  char              *patient;
  char              *born;
  char              *printed;
  char              *clinic;
  gboolean           rtl;
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->day);
  g_free (line->from);
  g_free (line->words);
  g_free (line);
}

static char *
dup_words (CairnMessage *message,
           gint64        now)
{
  GListModel *files = cairn_message_get_files (message);
  const char *flag = cairn_words_flags (cairn_message_get_flags (message));
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
  if (cairn_message_get_own (message) && cairn_message_words_stand (message, now) < CAIRN_MESSAGE_SENT)
    g_string_append_printf (words, "\n(%s)", _("Not sent yet"));
  return g_string_free (words, FALSE);
}

static char *
dup_from (const CairnThreadSheet *self,
          CairnMessage           *message,
          gint64                  now)
{
  g_autofree char *clock = cairn_words_clock (cairn_message_get_sent (message));

  if (!cairn_message_get_own (message))
    return cairn_message_words_dup_from (message, now);
  /* Translators: %1$s is a person, %2$s a time of day */
  return g_strdup_printf (_("%1$s, %2$s"), self->patient != NULL ? self->patient : _("You"), clock);
}

static char *
dup_day (gint64 sent)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (sent / 1000);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (local == NULL || sent == 0)
    return g_strdup (_("Without a date"));
  return g_date_time_format (local, C_("date", "%-e %B %Y"));
}

static void
add_line (CairnThreadSheet *self,
          CairnMessage     *message)
{
  gint64 now = cairn_date_now (), sent = cairn_message_get_sent (message);
  Line *line = g_new0 (Line, 1);

  if (self->lines->len == 0 || !cairn_message_words_same_day (self->before, sent))
    line->day = dup_day (sent);
  line->from = dup_from (self, message, now);
  line->words = dup_words (message, now);
  g_ptr_array_add (self->lines, line);
  self->before = sent;
}

static void
forget_ahead (GTask *task)
{
  CairnThreadSheet *self = g_task_get_task_data (task);

  for (guint i = 0; i < self->ahead->len; i++)
    g_signal_handlers_disconnect_by_data (self->ahead->pdata[i], task);
  g_ptr_array_set_size (self->ahead, 0);
}

static gboolean step_cb (gpointer data);

static void
go_on (GTask *task)
{
  CairnThreadSheet *self = g_task_get_task_data (task);

  if (self->idle == 0)
    self->idle = g_idle_add (step_cb, task);
}

/* The message that comes next, once it was read; those behind it are asked for. */
static CairnMessage *
dup_next (GTask *task)
{
  CairnThreadSheet *self = g_task_get_task_data (task);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  g_autoptr(CairnMessage) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), self->next);

  if (message == NULL || cairn_message_get_loaded (message))
    return g_steal_pointer (&message);
  forget_ahead (task);
  for (guint i = self->next; i < n && i < self->next + AHEAD; i++)
    g_ptr_array_add (self->ahead, g_list_model_get_item (G_LIST_MODEL (self->conversation), i));
  g_signal_connect_swapped (message, "changed", G_CALLBACK (go_on), task);
  return NULL;
}

/* Takes the task's own reference. */
static void
finish (GTask *task)
{
  g_autoptr(GTask) mine = task;

  forget_ahead (task);
  if (g_task_get_cancellable (task) != NULL)
    g_signal_handlers_disconnect_by_data (g_task_get_cancellable (task), task);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static gboolean
step_cb (gpointer data)
{
  GTask *task = data;
  CairnThreadSheet *self = g_task_get_task_data (task);
  gint64 end = g_get_monotonic_time () + SLICE_USEC;

  while (!g_cancellable_is_cancelled (g_task_get_cancellable (task)) &&
         self->next < g_list_model_get_n_items (G_LIST_MODEL (self->conversation)))
    {
      g_autoptr(CairnMessage) message = NULL;

      if (g_get_monotonic_time () > end)
        return G_SOURCE_CONTINUE;
      message = dup_next (task);
      if (message == NULL)
        {
          self->idle = 0;
          return G_SOURCE_REMOVE;
        }
      add_line (self, message);
      self->next++;
    }
  self->idle = 0;
  finish (task);
  return G_SOURCE_REMOVE;
}

static void
clinic_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  GTask *task = data;
  CairnThreadSheet *self = g_task_get_task_data (task);

  self->clinic = cairn_session_load_clinic_finish (CAIRN_SESSION (source), result, NULL);
  if (g_task_get_cancellable (task) != NULL)
    g_signal_connect_swapped (g_task_get_cancellable (task), "cancelled", G_CALLBACK (go_on), task);
  go_on (task);
}

static CairnThreadSheet *
cairn_thread_sheet_new (CairnConversation *conversation,
                        const char        *topic,
                        const char        *name)
{
  CairnThreadSheet *self = g_new0 (CairnThreadSheet, 1);
  g_autoptr(GDateTime) today = g_date_time_new_now_local ();
  g_autoptr(CairnSession) session = NULL;
  const char *birth;

  g_object_get (conversation, "session", &session, NULL);
  birth = cairn_session_get_patient_birth_date (session);
  self->conversation = g_object_ref (conversation);
  self->ahead = g_ptr_array_new_with_free_func (g_object_unref);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->topic = g_strdup (topic);
  self->name = g_strdup (name);
  self->patient = g_strdup (cairn_session_get_patient_name (session));
  self->born = birth != NULL ? cairn_words_birth (birth) : NULL;
  /* Translators: the day of printing, such as "24 November 2026" */
  self->printed = g_date_time_format (today, C_("date", "%-e %B %Y"));
  self->rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
  self->n_uses = 1;
  return self;
}

CairnThreadSheet *
cairn_thread_sheet_ref (CairnThreadSheet *self)
{
  g_atomic_int_inc (&self->n_uses);
  return self;
}

void
cairn_thread_sheet_unref (CairnThreadSheet *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_uses))
    return;
  g_ptr_array_unref (self->ahead);
  g_ptr_array_unref (self->lines);
  g_object_unref (self->conversation);
  g_free (self->topic);
  g_free (self->name);
  g_free (self->patient);
  g_free (self->born);
  g_free (self->printed);
  g_free (self->clinic);
  g_free (self);
}

/* Reads all of a conversation. */
void
cairn_thread_sheet_gather_async (CairnConversation   *conversation,
                                 const char          *topic,
                                 const char          *name,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task;
  g_autoptr(CairnSession) session = NULL;

  g_return_if_fail (topic != NULL);

  task = g_task_new (conversation, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_thread_sheet_gather_async);
  g_task_set_task_data (task, cairn_thread_sheet_new (conversation, topic, name), (GDestroyNotify) cairn_thread_sheet_unref);
  g_object_get (conversation, "session", &session, NULL);
  cairn_session_load_clinic_async (session, NULL, clinic_cb, task);
}

/* The caller's; NULL: it was cancelled. */
CairnThreadSheet *
cairn_thread_sheet_gather_finish (GAsyncResult  *result,
                                  GError       **error)
{
  CairnThreadSheet *self = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? cairn_thread_sheet_ref (self) : NULL;
}

guint
cairn_thread_sheet_get_n_messages (CairnThreadSheet *self)
{
  return self->lines->len;
}

/* The caller's, to be laid out; on any thread. */
CairnSheet *
cairn_thread_sheet_create (CairnThreadSheet *self)
{
  CairnSheetHead head = { .clinic = self->clinic, .patient = self->patient, .born = self->born, .printed = self->printed,
                          .rtl = self->rtl };
  CairnSheet *sheet = cairn_sheet_new (&head);

  cairn_sheet_set_limit (sheet, G_MAXUINT);
  cairn_sheet_add_title (sheet, self->topic, self->name);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = self->lines->pdata[i];

      if (line->day != NULL)
        cairn_sheet_add_heading (sheet, line->day);
      cairn_sheet_add_row (sheet, line->from, line->words);
    }
  return sheet;
}

typedef struct
{
  CairnThreadSheet *sheet;
  double            width, height;
} Paper;

static void
paper_free (gpointer data)
{
  Paper *paper = data;

  cairn_thread_sheet_unref (paper->sheet);
  g_free (paper);
}

/* Pango's font map is one a thread, so all of the sheet is made here. */
static void
make_pdf (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  const Paper *paper = data;
  g_autoptr(CairnSheet) sheet = cairn_thread_sheet_create (paper->sheet);

  g_task_return_pointer (task, cairn_sheet_dup_pdf (sheet, paper->sheet->topic, paper->width, paper->height),
                         (GDestroyNotify) g_bytes_unref);
}

/* As a PDF for paper of that size, in points. */
void
cairn_thread_sheet_make_pdf_async (CairnThreadSheet    *self,
                                   double               width,
                                   double               height,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Paper *paper = g_new (Paper, 1);

  *paper = (Paper) { cairn_thread_sheet_ref (self), width, height };
  g_task_set_source_tag (task, cairn_thread_sheet_make_pdf_async);
  g_task_set_task_data (task, paper, paper_free);
  g_task_run_in_thread (task, make_pdf);
}

GBytes *
cairn_thread_sheet_make_pdf_finish (GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
