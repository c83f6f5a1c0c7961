/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document from asking for it to reading it. What came is opened in a process of its own
 * (paper/cairn-paper); only plain text is read here, on a worker.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-compat.h"
#include "cairn-save.h"
#include "cairn-words.h"
#include "parts/cairn-document-text.h"
#include "parts/cairn-document-view.h"
#include "parts/cairn-document-words.h"
#include "parts/cairn-paper-search.h"

#define PATIENCE 500
/* A larger one is fetched when somebody says so. */
#define UNASKED_BYTES (5 * 1024 * 1024)

struct _CairnDocumentView
{
  AdwBin parent_instance;

  GtkLabel         *found;
  AdwStatusPage    *message;
  GtkLabel         *page;
  GtkWidget        *pager;
  CairnPaperView   *paper_view;
  GtkLabel         *percent;
  GtkButton        *primary;
  GtkProgressBar   *progress;
  GtkWidget        *save;
  GtkEditable      *search;
  GtkSearchBar     *search_bar;
  GtkStack         *stack;
  GtkLabel         *wait_text;
  GtkTextView      *words;
  GtkWidget        *zoom_fit;

  CairnSession     *session;
  char             *reference;
  CairnAttachment  *attachment;
  char             *title;
  char             *date;
  char             *address;
  CairnDocument    *document;
  CairnPaper       *paper;
  CairnPaperSearch *finder;
  char             *text;
  GCancellable     *cancellable;
  guint             patience;
  gboolean          wants_save;
};

G_DEFINE_FINAL_TYPE (CairnDocumentView, cairn_document_view, ADW_TYPE_BIN)

enum
{
  PROP_SEARCHABLE = 1,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
show_page (CairnDocumentView *self,
           const char        *name)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->pager, g_str_equal (name, "paper"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHABLE]);
}

/* @action: what the button does, NULL for none. */
static void
show_message (CairnDocumentView *self,
              const char        *title,
              const char        *words,
              const char        *button,
              const char        *action,
              gboolean           may_save)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  adw_status_page_set_icon_name (self->message, cairn_document_words_icon (self->attachment->type));
  adw_status_page_set_title (self->message, title);
  adw_status_page_set_description (self->message, escaped);
  gtk_widget_set_visible (GTK_WIDGET (self->primary), action != NULL);
  if (action != NULL)
    {
      gtk_button_set_label (self->primary, button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->primary), action);
    }
  gtk_widget_set_visible (self->save, may_save);
  show_page (self, "message");
}

static void
show_error (CairnDocumentView *self,
            const GError      *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_message ("A document: %s", error->message);
  show_message (self, _("This document can't be shown"), cairn_document_words_error (error),
                self->document == NULL ? _("Try Again") : NULL, self->document == NULL ? "document.open" : NULL,
                self->document != NULL);
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnDocumentView) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = cairn_document_text_read_finish (result, &error);

  if (text == NULL || (gpointer) self->paper != (gpointer) source)
    return;
  if (self->paper == NULL)
    {
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->words), text, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title, -1);
      show_page (self, "words");
    }
  g_free (self->text);
  self->text = g_steal_pointer (&text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
read_text (CairnDocumentView *self)
{
  cairn_document_text_read_async (self->document, self->paper, self->cancellable, text_cb, g_object_ref (self));
}

/* Keys turn pages at once, unless somebody is at something else on the page already. */
static void
take_focus (CairnDocumentView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && (focus == NULL || page == NULL || !gtk_widget_is_ancestor (focus, page)))
    gtk_widget_grab_focus (GTK_WIDGET (self->paper_view));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnDocumentView) self = data;
  g_autoptr(GError) error = NULL;
  gboolean good = cairn_paper_open_finish (CAIRN_PAPER (source), result, &error);

  if (self->paper != CAIRN_PAPER (source))
    return;
  if (!good)
    {
      g_clear_object (&self->paper);
      show_error (self, error);
      return;
    }
  cairn_paper_view_set_name (self->paper_view, self->title);
  cairn_paper_view_set_paper (self->paper_view, self->paper);
  cairn_paper_search_set_paper (self->finder, self->paper);
  show_page (self, "paper");
  take_focus (self);
  read_text (self);
}

static void
show_unknown (CairnDocumentView *self,
              const char        *type)
{
  /* Translators: %s is a kind of document, such as "RTF text" */
  g_autofree char *words = g_strdup_printf (_("Cairn has no view for this kind: %s. You can save it."), cairn_document_words_type (type));

  show_message (self, self->title, words, NULL, NULL, TRUE);
}

static void
save_document (CairnDocumentView *self)
{
  g_autofree char *name = cairn_save_dup_name (self->title, self->date, self->document->type);
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  self->wants_save = FALSE;
  cairn_save_bytes (ADW_TOAST_OVERLAY (toasts), name, self->document->bytes);
}

static void
show_document (CairnDocumentView *self)
{
  g_autofree char *program = cairn_compat_dup_paper_program ();

  if (cairn_paper_can_show (self->document->type))
    {
      self->paper = cairn_paper_new (program, self->document->type, self->document->bytes);
      cairn_paper_open_async (self->paper, self->cancellable, opened_cb, g_object_ref (self));
    }
  else if (cairn_document_is_words (self->document->type))
    read_text (self);
  else
    show_unknown (self, self->document->type);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(CairnDocumentView) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnDocument) document = cairn_session_open_document_finish (CAIRN_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
    return;
  if (document == NULL)
    {
      self->wants_save = FALSE;
      show_error (self, error);
      return;
    }
  self->document = g_steal_pointer (&document);
  show_document (self);
  if (self->wants_save)
    save_document (self);
}

static void
progress_cb (gsize    done,
             gpointer data)
{
  CairnDocumentView *self = data;

  if (self->attachment->size > 0)
    gtk_progress_bar_set_fraction (self->progress, MIN (1.0, (double) done / (double) self->attachment->size));
  else
    gtk_progress_bar_pulse (self->progress);
}

static gboolean
patience_cb (gpointer data)
{
  CairnDocumentView *self = data;
  g_autofree char *size = self->attachment->size > 0 ? g_format_size ((guint64) self->attachment->size) : NULL;
  /* Translators: %s is a size such as "1.2 MB" */
  g_autofree char *words = size != NULL ? g_strdup_printf (_("Fetching the document (%s)"), size) : NULL;

  self->patience = 0;
  gtk_label_set_text (self->wait_text, words != NULL ? words : _("Fetching the document"));
  show_page (self, "wait");
  return G_SOURCE_REMOVE;
}

static void
fetch (CairnDocumentView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->progress, 0);
  show_page (self, "blank");
  self->patience = g_timeout_add (PATIENCE, patience_cb, self);
  cairn_session_open_document_async (self->session, self->reference, self->attachment, progress_cb, self, self->cancellable,
                                     fetched_cb, g_object_ref (self));
}

static void
do_action (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  CairnDocumentView *self = CAIRN_DOCUMENT_VIEW (widget);

  if (g_str_equal (action, "document.open"))
    fetch (self);
  else if (g_str_equal (action, "document.save"))
    cairn_document_view_save (self);
  else
    {
      g_cancellable_cancel (self->cancellable);
      self->wants_save = FALSE;
      show_message (self, self->title, _("It was not fetched."), _("Open"), "document.open", FALSE);
    }
}

/* What lies elsewhere goes to the browser, which has no token of ours; its address stands beside the button. */
static void
browse_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  CairnDocumentView *self = CAIRN_DOCUMENT_VIEW (widget);

  if (self->address != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), self->address, GDK_CURRENT_TIME);
}

/* The pager's buttons, for the pages. */
static void
pager_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  g_autofree char *name = g_strconcat ("paper.", action + strlen ("document."), NULL);

  gtk_widget_activate_action (GTK_WIDGET (CAIRN_DOCUMENT_VIEW (widget)->paper_view), name, NULL);
}

static void
update_pager (CairnDocumentView *self)
{
  guint n = self->paper != NULL ? cairn_paper_get_n_pages (self->paper) : 0, page, percent;
  g_autofree char *where = NULL, *size = NULL, *name = NULL, *isolated = NULL;

  g_object_get (self->paper_view, "page", &page, "percent", &percent, NULL);
  /* Translators: the page that is shown, of how many */
  where = g_strdup_printf (_("%1$u of %2$u"), MIN (page + 1, n), n);
  /* Translators: a zoom, such as "100 %" */
  size = g_strdup_printf (_("%u %%"), percent);
  /* Translators: %s is a zoom, such as "100 %" */
  name = g_strdup_printf (_("Fit the width, now %s"), size);
  gtk_label_set_text (self->page, where);
  isolated = cairn_words_isolate (size);
  gtk_label_set_text (self->percent, isolated);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->zoom_fit), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.previous", page > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.next", page + 1 < n);
}

static void
search_changed_cb (CairnDocumentView *self)
{
  cairn_paper_search_set_words (self->finder, gtk_editable_get_text (self->search));
}

static void
find_next (CairnDocumentView *self)
{
  cairn_paper_search_move (self->finder, 1);
}

static void
find_previous (CairnDocumentView *self)
{
  cairn_paper_search_move (self->finder, -1);
}

/* Whoever switched the search on switches it off. */
static void
stop_search (CairnDocumentView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.search", NULL);
}

static void
forget (CairnDocumentView *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->paper != NULL)
    cairn_paper_close (self->paper);
  g_clear_object (&self->paper);
  g_clear_pointer (&self->document, cairn_document_free);
  g_clear_pointer (&self->attachment, cairn_attachment_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->reference, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->date, g_free);
  g_clear_pointer (&self->text, g_free);
  self->wants_save = FALSE;
}

static void
cairn_document_view_dispose (GObject *object)
{
  CairnDocumentView *self = CAIRN_DOCUMENT_VIEW (object);

  forget (self);
  g_clear_pointer (&self->finder, cairn_paper_search_free);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_DOCUMENT_VIEW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_document_view_parent_class)->dispose (object);
}

static void
cairn_document_view_get_property (GObject    *object,
                                  guint       id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  CairnDocumentView *self = CAIRN_DOCUMENT_VIEW (object);

  if (id == PROP_TEXT)
    g_value_set_string (value, cairn_document_view_get_text (self));
  else if (id == PROP_SEARCHABLE)
    g_value_set_boolean (value, self->paper != NULL && g_strcmp0 (self->document->type, "application/pdf") == 0);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, found);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, message);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, page);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, pager);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, paper_view);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, percent);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, primary);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, progress);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, save);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, search);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, wait_text);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, words);
  gtk_widget_class_bind_template_child (widget_class, CairnDocumentView, zoom_fit);
  gtk_widget_class_bind_template_callback (widget_class, find_next);
  gtk_widget_class_bind_template_callback (widget_class, find_previous);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search);
}

static void
cairn_document_view_class_init (CairnDocumentViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  static const char *const pager[] = { "document.zoom-in", "document.zoom-out", "document.zoom-fit", "document.next", "document.previous" };

  object_class->dispose = cairn_document_view_dispose;
  object_class->get_property = cairn_document_view_get_property;

  properties[PROP_SEARCHABLE] = g_param_spec_boolean ("searchable", NULL, NULL, FALSE, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_PAPER_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-document-view.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "document.browse", NULL, browse_action);
  gtk_widget_class_install_action (widget_class, "document.cancel", NULL, do_action);
  gtk_widget_class_install_action (widget_class, "document.open", NULL, do_action);
  gtk_widget_class_install_action (widget_class, "document.save", NULL, do_action);
  for (guint i = 0; i < G_N_ELEMENTS (pager); i++)
    gtk_widget_class_install_action (widget_class, pager[i], NULL, pager_action);
}

static void
cairn_document_view_init (CairnDocumentView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->finder = cairn_paper_search_new (self->paper_view, self->found);
  gtk_search_bar_connect_entry (self->search_bar, self->search);
  g_signal_connect_object (self->paper_view, "notify::page", G_CALLBACK (update_pager), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->paper_view, "notify::percent", G_CALLBACK (update_pager), self, G_CONNECT_SWAPPED);
}

/* Whether it is shown in the window, not only saved. */
gboolean
cairn_document_view_can_show (CairnSession          *session,
                              const CairnAttachment *attachment)
{
  CairnDocumentPlace place = cairn_session_locate_document (session, attachment, NULL);

  return (place == CAIRN_DOCUMENT_INSIDE || place == CAIRN_DOCUMENT_PORTAL) &&
         (cairn_paper_can_show (attachment->type) ||
          (cairn_document_is_words (attachment->type) && place == CAIRN_DOCUMENT_PORTAL));
}

/* Stands above the first page and moves with it. */
void
cairn_document_view_set_header (CairnDocumentView *self,
                                GtkWidget         *header)
{
  g_return_if_fail (CAIRN_IS_DOCUMENT_VIEW (self));

  cairn_paper_view_set_header (self->paper_view, header);
}

/* Opens an attachment, or says why not and what can be done instead. */
void
cairn_document_view_show (CairnDocumentView     *self,
                          CairnSession          *session,
                          const char            *reference,
                          const CairnAttachment *attachment,
                          const char            *title,
                          const char            *date)
{
  CairnDocumentPlace place;

  g_return_if_fail (CAIRN_IS_DOCUMENT_VIEW (self));

  forget (self);
  g_set_object (&self->session, session);
  self->reference = g_strdup (reference);
  self->attachment = cairn_attachment_copy (attachment);
  self->title = g_strdup (title);
  self->date = g_strdup (date);
  place = cairn_session_locate_document (session, attachment, &self->address);
  if (place == CAIRN_DOCUMENT_NOWHERE)
    show_message (self, title, _("The clinic has not sent this document along."), NULL, NULL, FALSE);
  else if (place == CAIRN_DOCUMENT_ELSEWHERE)
    {
      g_autofree char *words =
        /* Translators: %s is a web address */
        g_strdup_printf (_("This document is not at your clinic's portal but at %s. It opens in the browser."), self->address);

      show_message (self, title, words, _("Open in Browser"), "document.browse", FALSE);
    }
  else if (attachment->type != NULL && !cairn_paper_can_show (attachment->type) && !cairn_document_is_words (attachment->type))
    show_unknown (self, attachment->type);
  else if (place == CAIRN_DOCUMENT_PORTAL && attachment->size > UNASKED_BYTES)
    {
      g_autofree char *size = g_format_size ((guint64) attachment->size);
      /* Translators: %s is a size such as "12 MB" */
      g_autofree char *words = g_strdup_printf (_("This document has %s."), size);

      show_message (self, title, words, _("Open"), "document.open", FALSE);
    }
  else
    fetch (self);
}

/* Takes one that was fetched elsewhere. */
void
cairn_document_view_show_document (CairnDocumentView *self,
                                   CairnDocument     *document,
                                   const char        *title)
{
  forget (self);
  self->attachment = cairn_attachment_copy (&(CairnAttachment) { .type = document->type, .size = -1 });
  self->title = g_strdup (title);
  self->document = document;
  show_document (self);
}

/* As it came from the clinic; fetched first when it must be. */
void
cairn_document_view_save (CairnDocumentView *self)
{
  g_return_if_fail (CAIRN_IS_DOCUMENT_VIEW (self));

  if (self->document != NULL)
    save_document (self);
  else if (self->attachment != NULL)
    {
      self->wants_save = TRUE;
      fetch (self);
    }
}

void
cairn_document_view_search (CairnDocumentView *self,
                            gboolean           on)
{
  g_return_if_fail (CAIRN_IS_DOCUMENT_VIEW (self));

  gtk_search_bar_set_search_mode (self->search_bar, on);
  if (on)
    gtk_widget_grab_focus (GTK_WIDGET (self->search));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->paper_view));
  gtk_editable_set_text (self->search, "");
}

const char *
cairn_document_view_get_text (CairnDocumentView *self)
{
  g_return_val_if_fail (CAIRN_IS_DOCUMENT_VIEW (self), NULL);

  return self->text != NULL && *self->text != '\0' ? self->text : NULL;
}

CairnPaper *
cairn_document_view_get_paper (CairnDocumentView *self)
{
  g_return_val_if_fail (CAIRN_IS_DOCUMENT_VIEW (self), NULL);

  return self->paper != NULL && cairn_paper_get_n_pages (self->paper) > 0 ? self->paper : NULL;
}
