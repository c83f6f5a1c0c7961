/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation to the printer, or saved as a PDF.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-print.h"
#include "cairn-save.h"
#include "messages/cairn-thread-print.h"
#include "messages/cairn-thread-sheet.h"

/* A longer conversation takes a while, which is said. */
#define LONG 500

typedef struct
{
  AdwToastOverlay *toasts;
  GCancellable    *cancellable;
  char            *topic;
  gboolean         prints;
} Job;

static void
job_free (Job *job)
{
  g_object_unref (job->toasts);
  g_object_unref (job->cancellable);
  g_free (job->topic);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(Job) job = data;
  g_autoptr(GBytes) pdf = cairn_thread_sheet_make_pdf_finish (result, NULL);
  g_autofree char *name = cairn_save_dup_name (job->topic, NULL, "application/pdf");

  if (pdf != NULL)
    cairn_save_bytes (job->toasts, name, pdf);
}

static void
gathered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Job) job = data;
  g_autoptr(CairnThreadSheet) sheet = cairn_thread_sheet_gather_finish (result, NULL);
  double width, height;

  if (sheet == NULL)
    return;
  if (job->prints)
    {
      cairn_print_sheet (job->toasts, job->topic, cairn_thread_sheet_create (sheet));
      return;
    }
  cairn_print_get_paper_size (&width, &height);
  cairn_thread_sheet_make_pdf_async (sheet, width, height, job->cancellable, made_cb, g_steal_pointer (&job));
}

/* All of its messages; the newest are near, the others are read for this. */
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
  job->toasts = g_object_ref (toasts);
  job->cancellable = g_object_ref (cairn_frame_page_get_cancellable (page));
  job->topic = g_strdup (topic);
  job->prints = prints;
  if (n > LONG)
    adw_toast_overlay_add_toast (toasts, adw_toast_new (_("The pages are being put together…")));
  cairn_thread_sheet_gather_async (conversation, topic, name, job->cancellable, gathered_cb, job);
}
