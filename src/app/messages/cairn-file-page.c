/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of a message inside the window: fetched when it must be, shown, saved, printed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-print.h"
#include "cairn-save.h"
#include "messages/cairn-file-page.h"
#include "parts/cairn-document-view.h"
#include "parts/cairn-states.h"

struct _CairnFilePage
{
  CairnFramePage parent_instance;

  CairnStates       *states;
  AdwToastOverlay   *toasts;
  CairnDocumentView *view;

  CairnFile         *file;
};

G_DEFINE_FINAL_TYPE (CairnFilePage, cairn_file_page, CAIRN_TYPE_FRAME_PAGE)

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnFilePage) self = data;
  g_autoptr(GError) error = NULL;
  CairnDocument *document = cairn_session_open_file_finish (CAIRN_SESSION (source), result, &error);

  if (document == NULL && (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    return;
  if (self->states == NULL)
    {
      cairn_document_free (document);
      return;
    }
  if (document == NULL)
    {
      cairn_states_set_failure (self->states, _("This file could not be fetched"), error);
      return;
    }
  cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
  cairn_document_view_show_document (self->view, document, cairn_frame_page_get_title (CAIRN_FRAME_PAGE (self)));
}

static void
fetch (CairnFilePage *self)
{
  cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  cairn_session_open_file_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), self->file,
                                 cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), opened_cb, g_object_ref (self));
}

static void
cairn_file_page_save (CairnFramePage *page)
{
  CairnFilePage *self = CAIRN_FILE_PAGE (page);

  cairn_save_file (self->toasts, cairn_frame_page_get_session (page), self->file);
}

static void
cairn_file_page_print (CairnFramePage *page)
{
  CairnFilePage *self = CAIRN_FILE_PAGE (page);
  CairnPaper *paper = cairn_document_view_get_paper (self->view);

  if (paper != NULL)
    cairn_print_paper (self->toasts, cairn_frame_page_get_title (page), paper);
}

/* What has pages can be printed; of those, what has words can be searched. */
static void
shown_cb (CairnFilePage *self)
{
  gboolean searchable;

  g_object_get (self->view, "searchable", &searchable, NULL);
  g_object_set (self, "can-print", cairn_document_view_get_paper (self->view) != NULL, "searchable", searchable, NULL);
}

static void
search_mode_cb (CairnFilePage *self)
{
  gboolean on;

  g_object_get (self, "search-mode", &on, NULL);
  cairn_document_view_search (self->view, on);
}

static void
cairn_file_page_dispose (GObject *object)
{
  CairnFilePage *self = CAIRN_FILE_PAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FILE_PAGE);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (cairn_file_page_parent_class)->dispose (object);
}

static void
cairn_file_page_class_init (CairnFilePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_file_page_dispose;
  CAIRN_FRAME_PAGE_CLASS (klass)->print = cairn_file_page_print;
  CAIRN_FRAME_PAGE_CLASS (klass)->save = cairn_file_page_save;

  g_type_ensure (CAIRN_TYPE_DOCUMENT_VIEW);
  g_type_ensure (CAIRN_TYPE_STATES);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-file-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFilePage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnFilePage, toasts);
  gtk_widget_class_bind_template_child (widget_class, CairnFilePage, view);
  gtk_widget_class_bind_template_callback (widget_class, fetch);
}

static void
cairn_file_page_init (CairnFilePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->view, "notify::searchable", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::search-mode", G_CALLBACK (search_mode_cb), NULL);
}

CairnFramePage *
cairn_file_page_new (CairnSession *session,
                     CairnFile    *file)
{
  const char *title = cairn_file_get_title (file);
  CairnFilePage *self = g_object_new (CAIRN_TYPE_FILE_PAGE,
                                      "session", session,
                                      "title", title != NULL && *title != '\0' ? title : _("Attachment"),
                                      "can-save", TRUE,
                                      NULL);

  self->file = g_object_ref (file);
  fetch (self);
  return CAIRN_FRAME_PAGE (self);
}
