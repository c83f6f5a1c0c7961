/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of a document: of its pages, or of a text that has none. Nothing is read on the main thread.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-reflow.h"
#include "fhir/cairn-value.h"
#include "parts/cairn-document-text.h"

#define MAX_PAGES 30
#define MAX_TEXT (48 * 1024)

typedef struct
{
  char    *type;
  GBytes  *bytes;
  GString *text;
  guint    page;
} Reading;

static void read_pages (GTask *task);

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->type);
  g_bytes_unref (reading->bytes);
  g_string_free (reading->text, TRUE);
  g_free (reading);
}

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autofree char *text = cairn_paper_read_text_finish (CAIRN_PAPER (source), result, NULL);
  g_autofree char *flowing = text != NULL ? cairn_reflow (g_strstrip (text)) : NULL;

  if (flowing != NULL && *flowing != '\0')
    {
      if (reading->text->len > 0)
        g_string_append (reading->text, "\n\n");
      g_string_append (reading->text, flowing);
    }
  reading->page++;
  if (!g_task_return_error_if_cancelled (task))
    read_pages (task);
}

/* One after the other, so that pages that are looked at are drawn in between. */
static void
read_pages (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  CairnPaper *paper = g_task_get_source_object (task);
  gboolean all = reading->page >= cairn_paper_get_n_pages (paper);

  if (!all && reading->page < MAX_PAGES && reading->text->len < MAX_TEXT)
    {
      cairn_paper_read_text_async (paper, reading->page, g_task_get_cancellable (task), page_cb, g_object_ref (task));
      return;
    }
  if (!all)
    g_string_append_printf (reading->text, "\n\n%s", _("The rest is on the pages."));
  g_task_return_pointer (task, g_strdup (reading->text->str), g_free);
}

static void
words_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  Reading *reading = data;
  gsize length = MIN (g_bytes_get_size (reading->bytes), CAIRN_ATTACHMENT_MAX_TEXT);
  g_autofree char *text = g_utf8_make_valid (g_bytes_get_data (reading->bytes, NULL), (gssize) length);

  if (g_str_equal (reading->type, "text/html"))
    {
      char *words = cairn_narrative_dup_text (text);

      g_task_return_pointer (task, words != NULL ? words : g_strdup (""), g_free);
    }
  else
    g_task_return_pointer (task, g_steal_pointer (&text), g_free);
}

/* @paper: the document's open pages, NULL for plain text and HTML. */
void
cairn_document_text_read_async (const CairnDocument *document,
                                CairnPaper          *paper,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (paper, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  g_task_set_source_tag (task, cairn_document_text_read_async);
  reading->type = g_strdup (document->type);
  reading->bytes = g_bytes_ref (document->bytes);
  reading->text = g_string_new (NULL);
  g_task_set_task_data (task, reading, reading_free);
  if (paper == NULL)
    g_task_run_in_thread (task, words_thread);
  else
    read_pages (task);
}

/* The caller's; empty when there are no words, as in a scan or a picture. */
char *
cairn_document_text_read_finish (GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
