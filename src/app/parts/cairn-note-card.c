/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A comment on a record. Most have an author; one without is called what the record calls such comments.
 */

#include "config.h"

#include <adwaita.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-long-text.h"
#include "parts/cairn-note-card.h"

struct _CairnNoteCard
{
  GtkWidget parent_instance;

  AdwAvatar *avatar;
  GtkLabel  *author;
  GtkImage  *icon;
  GtkLabel  *text;
  GtkLabel  *time;
};

G_DEFINE_FINAL_TYPE (CairnNoteCard, cairn_note_card, GTK_TYPE_WIDGET)

static void
cairn_note_card_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_NOTE_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_note_card_parent_class)->dispose (object);
}

static void
cairn_note_card_class_init (CairnNoteCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_note_card_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-note-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnNoteCard, author);
  gtk_widget_class_bind_template_child (widget_class, CairnNoteCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, CairnNoteCard, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnNoteCard, text);
  gtk_widget_class_bind_template_child (widget_class, CairnNoteCard, time);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cairn_note_card_init (CairnNoteCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @fact: one that is a comment. */
GtkWidget *
cairn_note_card_new (const CairnFact *fact)
{
  CairnNoteCard *self = g_object_new (CAIRN_TYPE_NOTE_CARD, NULL);
  const CairnNote *note = fact->note;
  g_autofree char *time = cairn_words_date (note->time, cairn_date_now ());

  gtk_widget_set_visible (GTK_WIDGET (self->avatar), note->author != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), note->author == NULL);
  adw_avatar_set_text (self->avatar, note->author);
  cairn_long_text_set (self->author, note->author != NULL ? note->author : fact->label);
  cairn_long_text_set (self->text, note->text);
  gtk_label_set_text (self->time, time);
  gtk_widget_set_visible (GTK_WIDGET (self->time), *time != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, fact->label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, fact->text, -1);
  return GTK_WIDGET (self);
}
