/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of a message as a small tile, and boxes of such.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "messages/cairn-file-chip.h"
#include "messages/cairn-file-page.h"
#include "messages/cairn-thumbnails.h"
#include "parts/cairn-document-words.h"

struct _CairnFileChip
{
  AdwBin parent_instance;

  GtkWidget      *open;
  GtkImage       *icon;
  GtkPicture     *picture;
  GtkProgressBar *progress;
  GtkWidget      *remove;
  GtkLabel       *title;
  GtkLabel       *words;

  CairnSession    *session;
  CairnFile       *file;
  CairnRecipients *limits;     /* NULL: it is not to be sent */
};

G_DEFINE_FINAL_TYPE (CairnFileChip, cairn_file_chip, ADW_TYPE_BIN)

static char *
dup_kinds (const char *const *types)
{
  static const struct { const char *type, *name; } names[] = {
    { "image/jpeg", "JPEG" }, { "image/png", "PNG" }, { "image/webp", "WebP" }, { "application/pdf", "PDF" },
    { "text/plain", N_("Text") },
  };
  g_autoptr(GPtrArray) kinds = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strv_contains (types, names[i].type))
      g_ptr_array_add (kinds, (gpointer) _(names[i].name));
  g_ptr_array_add (kinds, NULL);
  /* Translators: between kinds of files in a list */
  list = g_strjoinv (_(", "), (char **) kinds->pdata);
  /* Translators: %s is a list of kinds of files such as "JPEG, PNG, PDF" */
  return g_strdup_printf (_("Only these kinds of files can be sent: %s."), list);
}

/* What the clinic takes less than this program would send. */
static char *
dup_limit (CairnFileChip *self)
{
  g_autofree char *size = NULL;
  guint most;

  if (self->limits == NULL)
    return NULL;
  switch ((int) cairn_file_get_problem (self->file))
    {
    case CAIRN_FILE_KIND:
      return dup_kinds (cairn_recipients_get_file_types (self->limits));
    case CAIRN_FILE_TOO_LARGE:
      size = g_format_size ((guint64) cairn_recipients_get_max_file_bytes (self->limits));
      /* Translators: %s is a size such as "10 MB" */
      return g_strdup_printf (_("Larger than %s, too large to be sent."), size);
    case CAIRN_FILE_TOO_MANY:
      most = cairn_recipients_get_max_files (self->limits);
      if (most == 0)
        return g_strdup (_("The clinic takes no files with messages."));
      return g_strdup_printf (ngettext ("A message takes %u file. Send the rest in another one.",
                                        "A message takes %u files. Send the rest in another one.", most), most);
    default:
      return NULL;
    }
}

/* Before anything is sent: why it would not go. */
static const char *
get_problem (CairnFile *file)
{
  switch (cairn_file_get_problem (file))
    {
    case CAIRN_FILE_KIND:
      return _("This kind of file can not be sent.");
    case CAIRN_FILE_EMPTY:
      return _("There is nothing in this file.");
    case CAIRN_FILE_TOO_LARGE:
      return _("Too large to be sent.");
    case CAIRN_FILE_TOO_MANY:
      return _("Too many files for one message. Send the rest in another one.");
    case CAIRN_FILE_UNREADABLE:
      return _("This file can not be read.");
    case CAIRN_FILE_BROKEN:
      return _("This picture is damaged: what says where it was taken can not be removed from it.");
    case CAIRN_FILE_STORAGE:
      return _("There is no room for it on this computer's disk.");
    case CAIRN_FILE_UNWANTED:
      return _("The clinic's portal did not take it.");
    case CAIRN_FILE_MISSING:
      return _("It could not be fetched. Press to try again.");
    case CAIRN_FILE_FINE:
    default:
      return NULL;
    }
}

static char *
dup_size (CairnFile *file)
{
  gint64 size = cairn_file_get_size (file);
  const char *type = cairn_file_get_media_type (file);
  g_autofree char *bytes = size >= 0 ? g_format_size ((guint64) size) : NULL;

  if (type == NULL)
    return bytes != NULL ? g_steal_pointer (&bytes) : g_strdup ("");
  if (bytes == NULL)
    return g_strdup (cairn_document_words_type (type));
  /* Translators: %1$s is a kind of file such as "PDF", %2$s its size */
  return g_strdup_printf (_("%1$s, %2$s"), cairn_document_words_type (type), bytes);
}

static char *
dup_words (CairnFileChip *self)
{
  CairnFile *file = self->file;
  g_autofree char *limit = dup_limit (self);
  int percent = (int) (cairn_file_get_progress (file) * 100);

  if (limit != NULL)
    return g_steal_pointer (&limit);
  if (get_problem (file) != NULL)
    return g_strdup (get_problem (file));
  switch (cairn_file_get_state (file))
    {
    case CAIRN_FILE_READING:
      return g_strdup (_("Being checked…"));
    case CAIRN_FILE_SENDING:
      return g_strdup_printf (_("Sending, %d %%"), percent);
    case CAIRN_FILE_FETCHING:
      return g_strdup_printf (_("Fetching, %d %%"), percent);
    case CAIRN_FILE_HERE:
    case CAIRN_FILE_SENT:
    case CAIRN_FILE_PORTAL:
    case CAIRN_FILE_KEPT:
    case CAIRN_FILE_REFUSED:
    default:
      return dup_size (file);
    }
}

static void
set_class (gpointer    widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

static void
update (CairnFileChip *self)
{
  CairnFileState state = cairn_file_get_state (self->file);
  GdkTexture *texture = cairn_thumbnails_get (cairn_thumbnails_of (self->session), self->file);
  const char *title = cairn_file_get_title (self->file);
  g_autofree char *words = dup_words (self);
  g_autofree char *name = NULL;
  gboolean bad = get_problem (self->file) != NULL, moving = state == CAIRN_FILE_SENDING || state == CAIRN_FILE_FETCHING;

  if (title == NULL || *title == '\0')
    title = _("Attachment");
  name = g_strdup_printf ("%s, %s", title, words);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->words, words);
  gtk_image_set_from_icon_name (self->icon, bad ? "dialog-warning-symbolic"
                                                : cairn_document_words_icon (cairn_file_get_media_type (self->file)));
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), texture != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), texture == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), moving);
  gtk_progress_bar_set_fraction (self->progress, cairn_file_get_progress (self->file));
  set_class (self->words, "error", bad);
  set_class (self->words, "dim-label", !bad);
  gtk_widget_set_sensitive (self->open, state != CAIRN_FILE_READING && state != CAIRN_FILE_REFUSED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
ready_cb (CairnFileChip *self,
          CairnFile     *file)
{
  if (file == self->file)
    update (self);
}

static void
open_cb (CairnFileChip *self)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), CAIRN_TYPE_FRAME_PAGE);

  if (page != NULL)
    cairn_frame_page_open (CAIRN_FRAME_PAGE (page), cairn_file_page_new (self->session, self->file));
}

static void
remove_cb (CairnFileChip *self)
{
  cairn_outbox_detach (cairn_session_get_outbox (self->session), self->file);
}

static void
cairn_file_chip_dispose (GObject *object)
{
  CairnFileChip *self = CAIRN_FILE_CHIP (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FILE_CHIP);
  g_clear_object (&self->file);
  g_clear_object (&self->limits);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_file_chip_parent_class)->dispose (object);
}

static void
cairn_file_chip_class_init (CairnFileChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_file_chip_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-file-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, open);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, picture);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, progress);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, remove);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, title);
  gtk_widget_class_bind_template_child (widget_class, CairnFileChip, words);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
cairn_file_chip_init (CairnFileChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_file_chip_new (CairnSession    *session,
                     CairnFile       *file,
                     CairnRecipients *limits)
{
  CairnFileChip *self = g_object_new (CAIRN_TYPE_FILE_CHIP, NULL);
  g_autofree char *words = NULL;

  self->session = g_object_ref (session);
  self->file = g_object_ref (file);
  g_set_object (&self->limits, limits);
  /* Translators: %s is the name of a file */
  words = g_strdup_printf (_("Remove %s"), cairn_file_get_title (file));
  gtk_widget_set_visible (self->remove, limits != NULL);
  gtk_widget_set_tooltip_text (self->remove, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_signal_connect_object (file, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_thumbnails_of (session), "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

typedef struct
{
  GtkBox       *box;
  CairnSession *session;
  GListModel   *files;
  CairnRecipients *limits;
} Chips;

static void
chips_cb (Chips *chips)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (chips->box))) != NULL)
    gtk_box_remove (chips->box, child);
  for (guint i = 0; i < g_list_model_get_n_items (chips->files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (chips->files, i);

      gtk_box_append (chips->box, cairn_file_chip_new (chips->session, file, chips->limits));
    }
  gtk_widget_set_visible (GTK_WIDGET (chips->box), gtk_widget_get_first_child (GTK_WIDGET (chips->box)) != NULL);
}

static void
chips_free (gpointer data)
{
  Chips *chips = data;

  g_signal_handlers_disconnect_by_data (chips->files, chips);
  g_object_unref (chips->files);
  g_clear_object (&chips->limits);
  g_object_unref (chips->session);
  g_free (chips);
}

/* Follows the list from now on; NULL: there are none. */
void
cairn_file_chips_set (GtkBox       *box,
                      CairnSession *session,
                      GListModel   *files,
                      CairnRecipients *limits)
{
  Chips *old = g_object_get_data (G_OBJECT (box), "chips"), *chips;
  GtkWidget *child;

  if (old != NULL && old->files == files)
    return;
  g_object_set_data (G_OBJECT (box), "chips", NULL);
  if (files == NULL)
    {
      while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
        gtk_box_remove (box, child);
      gtk_widget_set_visible (GTK_WIDGET (box), FALSE);
      return;
    }
  chips = g_new0 (Chips, 1);
  chips->box = box;
  chips->session = g_object_ref (session);
  chips->files = g_object_ref (files);
  g_set_object (&chips->limits, limits);
  g_object_set_data_full (G_OBJECT (box), "chips", chips, chips_free);
  g_signal_connect_swapped (files, "items-changed", G_CALLBACK (chips_cb), chips);
  chips_cb (chips);
}
