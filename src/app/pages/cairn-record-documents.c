/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Joins a record page with the documents of its record. Nothing is made for a record without any.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "pages/cairn-record-documents.h"
#include "parts/cairn-document-list.h"
#include "parts/cairn-document-view.h"
#include "parts/cairn-document-words.h"
#include "parts/cairn-long-text.h"
#include "parts/cairn-report-card.h"

struct _CairnRecordDocuments
{
  CairnFramePage    *page;
  AdwViewStack      *views;
  AdwBin            *place;
  GtkBox            *list;
  GtkBox            *words;
  CairnDocumentView *view;
  GtkWidget         *card;
  GtkLabel          *text;
  char              *reference;
  char              *title;
  char              *date;
  char              *version;
  guint              number;        /* of the one that is open */
  GPtrArray         *attachments;   /* copies */
  char              *shown;         /* what is open, and of which version */
  gboolean           decided;       /* which view comes first */
};

CairnRecordDocuments *
cairn_record_documents_new (CairnFramePage *page,
                            AdwViewStack   *views,
                            AdwBin         *place,
                            GtkBox         *list,
                            GtkBox         *words)
{
  CairnRecordDocuments *self = g_new0 (CairnRecordDocuments, 1);

  self->page = page;
  self->views = views;
  self->place = place;
  self->list = list;
  self->words = words;
  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_attachment_free);
  return self;
}

static gboolean
is_on_page (CairnRecordDocuments *self)
{
  return self->view != NULL && g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "page") == 0;
}

/* Searching is for the pages only. */
static void
update_search (CairnRecordDocuments *self)
{
  gboolean searchable, on;

  g_object_get (self->view, "searchable", &searchable, NULL);
  g_object_set (self->page, "searchable", searchable && is_on_page (self), NULL);
  g_object_get (self->page, "search-mode", &on, NULL);
  if (on && !(searchable && is_on_page (self)))
    g_object_set (self->page, "search-mode", FALSE, NULL);
}

static void
search_mode_cb (CairnRecordDocuments *self)
{
  gboolean on;

  g_object_get (self->page, "search-mode", &on, NULL);
  cairn_document_view_search (self->view, on);
}

static void
text_cb (CairnRecordDocuments *self)
{
  const char *text = cairn_document_view_get_text (self->view);

  gtk_widget_set_visible (GTK_WIDGET (self->words), text != NULL);
  cairn_long_text_set (self->text, text != NULL ? text : "");
}

void
cairn_record_documents_free (CairnRecordDocuments *self)
{
  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      g_signal_handlers_disconnect_by_data (self->views, self);
      g_signal_handlers_disconnect_by_data (self->page, self);
    }
  g_ptr_array_unref (self->attachments);
  g_free (self->reference);
  g_free (self->title);
  g_free (self->date);
  g_free (self->version);
  g_free (self->shown);
  g_free (self);
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* The words of the pages, for who can't see them or has no room for them. */
static void
create_words (CairnRecordDocuments *self)
{
  GtkWidget *text = create_label ("", "body");
  GtkWidget *note = create_label (_("Read from the pages by this computer. If the two differ, the pages count."), "caption");
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_margin_start (text, 12);
  gtk_widget_set_margin_end (text, 12);
  gtk_widget_set_margin_top (text, 12);
  gtk_widget_set_margin_bottom (text, 12);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (note, "dim-label");
  gtk_box_append (GTK_BOX (card), text);
  gtk_box_append (self->words, create_label (_("Words of the document"), "heading"));
  gtk_box_append (self->words, card);
  gtk_box_append (self->words, note);
  self->text = GTK_LABEL (text);
}

static void
create_view (CairnRecordDocuments *self)
{
  self->view = g_object_new (CAIRN_TYPE_DOCUMENT_VIEW, NULL);
  self->card = cairn_report_card_new ();
  cairn_document_view_set_header (self->view, self->card);
  adw_bin_set_child (self->place, GTK_WIDGET (self->view));
  create_words (self);
  g_signal_connect_swapped (self->view, "notify::text", G_CALLBACK (text_cb), self);
  g_signal_connect_swapped (self->view, "notify::searchable", G_CALLBACK (update_search), self);
  g_signal_connect_swapped (self->views, "notify::visible-child", G_CALLBACK (update_search), self);
  g_signal_connect_swapped (self->page, "notify::search-mode", G_CALLBACK (search_mode_cb), self);
}

static CairnSession *
get_session (CairnRecordDocuments *self)
{
  return cairn_frame_page_get_session (self->page);
}

/* A text inside the record is said on the record's own page. */
static gboolean
has_pages (const CairnAttachment *attachment)
{
  return !(attachment->inside && cairn_document_is_words (attachment->type));
}

static void
show_list (CairnRecordDocuments *self,
           const CairnFacts     *facts)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);
  gtk_box_append (self->list, cairn_document_list_new (get_session (self), facts));
}

static void
open_number (CairnRecordDocuments *self,
             guint                 number)
{
  const CairnAttachment *attachment = g_ptr_array_index (self->attachments, number);
  g_autofree char *key = g_strdup_printf ("%u\n%s\n%s\n%s", number, self->version, attachment->url, attachment->hash);

  self->number = number;
  if (g_strcmp0 (key, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&key);
  gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
  cairn_document_view_show (self->view, get_session (self), self->reference, attachment,
                            attachment->title != NULL ? attachment->title : self->title, self->date);
}

/* Pages come first where there is room for them, words where there is not. */
static void
decide (CairnRecordDocuments *self,
        gboolean              shown)
{
  if (self->decided)
    return;
  self->decided = TRUE;
  adw_view_stack_set_visible_child_name (self->views, shown && !cairn_frame_page_get_narrow (self->page) ? "page" : "text");
}

static guint
find_first (CairnRecordDocuments *self,
            gboolean             *shown)
{
  guint first = self->attachments->len;

  for (guint i = self->attachments->len; i > 0; i--)
    if (has_pages (g_ptr_array_index (self->attachments, i - 1)))
      first = i - 1;
  for (guint i = 0; i < self->attachments->len; i++)
    if (cairn_document_view_can_show (get_session (self), g_ptr_array_index (self->attachments, i)))
      {
        *shown = TRUE;
        return i;
      }
  *shown = FALSE;
  return first;
}

void
cairn_record_documents_set_facts (CairnRecordDocuments *self,
                                  const char           *reference,
                                  const CairnFacts     *facts)
{
  GPtrArray *attachments = facts->report != NULL ? facts->report->attachments : NULL;
  gboolean shown = FALSE;
  guint first;

  g_ptr_array_set_size (self->attachments, 0);
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    g_ptr_array_add (self->attachments, cairn_attachment_copy (g_ptr_array_index (attachments, i)));
  first = find_first (self, &shown);
  gtk_widget_set_visible (GTK_WIDGET (self->list), first < self->attachments->len);
  cairn_frame_page_set_views (self->page, first < self->attachments->len ? self->views : NULL);
  if (first >= self->attachments->len)
    {
      adw_view_stack_set_visible_child_name (self->views, "text");
      return;
    }
  g_free (self->reference);
  g_free (self->title);
  g_free (self->date);
  self->reference = g_strdup (reference);
  self->title = g_strdup (facts->summary->title);
  self->date = g_strdup (facts->summary->date);
  g_free (self->version);
  self->version = g_strdup (facts->summary->version);
  if (self->view == NULL)
    create_view (self);
  cairn_report_card_set_facts (CAIRN_REPORT_CARD (self->card), facts, TRUE);
  show_list (self, facts);
  decide (self, shown);
  open_number (self, self->shown != NULL && self->number < self->attachments->len ? self->number : first);
}

void
cairn_record_documents_open (CairnRecordDocuments *self,
                             guint                 number)
{
  if (number >= self->attachments->len || self->view == NULL)
    return;
  open_number (self, number);
  adw_view_stack_set_visible_child_name (self->views, "page");
}

/* Returns whether a document is looked at, and so is what is to be saved. */
gboolean
cairn_record_documents_save (CairnRecordDocuments *self)
{
  if (!is_on_page (self))
    return FALSE;
  cairn_document_view_save (self->view);
  return TRUE;
}

/* The pages that are looked at, NULL when there are none. */
CairnPaper *
cairn_record_documents_get_paper (CairnRecordDocuments *self)
{
  return is_on_page (self) ? cairn_document_view_get_paper (self->view) : NULL;
}
