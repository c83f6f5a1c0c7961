/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card of Home: a head that leads to all of a kind, and below it a few lines that lead to a record each.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "parts/cairn-home-card.h"
#include "parts/cairn-record-row.h"

/* A medicine that lasts no longer than this asks for attention. */
#define SOON_DAYS 7
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))

struct _CairnHomeCard
{
  AdwBin parent_instance;

  GtkListBox *list;
  GtkWidget  *head;
  GtkLabel   *title;
  GtkWidget  *badge;   /* made when there is first something to count */
};

G_DEFINE_FINAL_TYPE (CairnHomeCard, cairn_home_card, ADW_TYPE_BIN)

static void
cairn_home_card_class_init (CairnHomeCardClass *klass)
{
}

static void
cairn_home_card_init (CairnHomeCard *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
set_margins (GtkWidget *widget,
             int        vertical)
{
  gtk_widget_set_margin_start (widget, 15);
  gtk_widget_set_margin_end (widget, 15);
  gtk_widget_set_margin_top (widget, vertical);
  gtk_widget_set_margin_bottom (widget, vertical);
}

static GtkWidget *
create_head (CairnHomeCard *self,
             const char    *icon,
             const char    *title,
             const char    *kind)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_widget_add_css_class (image, "dim-label");
  self->title = GTK_LABEL (create_label (title, "heading"));
  set_margins (box, 11);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  if (kind == NULL)
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      return row;
    }
  image = gtk_image_new_from_icon_name ("go-next-symbolic");
  gtk_widget_add_css_class (image, "dim-label");
  gtk_widget_set_hexpand (image, TRUE);
  gtk_widget_set_halign (image, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), image);
  return row;
}

/* The head leads to all records of a kind, or nowhere. */
GtkWidget *
cairn_home_card_new (const char *icon,
                     const char *title,
                     const char *kind)
{
  CairnHomeCard *self = g_object_new (CAIRN_TYPE_HOME_CARD, NULL);

  self->head = create_head (self, icon, title, kind);
  gtk_list_box_append (self->list, self->head);
  if (g_strcmp0 (kind, "message") == 0)
    cairn_home_card_set_way (self, "win.page", "messages");
  else if (kind != NULL)
    cairn_home_card_set_way (self, "win.show-kind", kind);
  cairn_home_card_set_title (self, title, 0);
  return GTK_WIDGET (self);
}

/* With how many of its records are new or unread. */
void
cairn_home_card_set_title (CairnHomeCard *self,
                           const char    *title,
                           guint          n_new)
{
  g_autofree char *count = g_strdup_printf ("%u", n_new);
  g_autofree char *name = n_new > 0 ? g_strdup_printf ("%s, %u", title, n_new) : g_strdup (title);

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  gtk_label_set_text (self->title, title);
  if (n_new > 0 && self->badge == NULL)
    {
      self->badge = gtk_label_new (NULL);
      gtk_widget_add_css_class (self->badge, "badge");
      gtk_widget_set_valign (self->badge, GTK_ALIGN_CENTER);
      gtk_widget_insert_after (self->badge, gtk_widget_get_parent (GTK_WIDGET (self->title)), GTK_WIDGET (self->title));
    }
  if (self->badge != NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->badge), count);
      gtk_widget_set_visible (self->badge, n_new > 0);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->head), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/* Where the head leads: an action that takes a word. */
void
cairn_home_card_set_way (CairnHomeCard *self,
                         const char    *action,
                         const char    *target)
{
  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->head), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->head), action);
}

/* Leaves the head alone. */
void
cairn_home_card_clear (CairnHomeCard *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  while ((row = gtk_list_box_get_row_at_index (self->list, 1)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

void
cairn_home_card_add_row (CairnHomeCard *self,
                         GtkWidget     *row)
{
  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  gtk_list_box_append (self->list, row);
}

static void
append (CairnHomeCard *self,
        GtkWidget     *child,
        CairnRecord   *record,
        const char    *name)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), child);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), record != NULL);
  if (record != NULL)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", cairn_record_get_reference (record));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (row), g_str_has_prefix (cairn_record_get_reference (record), "Communication/")
                                                            ? "win.open-thread" : "win.open-record");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_list_box_append (self->list, row);
}

/* A record as lists show it. */
void
cairn_home_card_add_record (CairnHomeCard *self,
                            CairnRecord   *record)
{
  GtkWidget *line = cairn_record_row_new ();

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));
  g_return_if_fail (CAIRN_IS_RECORD (record));

  set_margins (line, 8);
  cairn_record_row_hide_icon (CAIRN_RECORD_ROW (line));
  cairn_record_row_set_narrow (CAIRN_RECORD_ROW (line), TRUE);
  cairn_record_row_set_record (CAIRN_RECORD_ROW (line), record);
  append (self, line, record, cairn_record_get_title (record));
}

/* A record in words: what, a line about it, and a note at the end that may ask for attention. */
void
cairn_home_card_add_lines (CairnHomeCard *self,
                           CairnRecord   *record,
                           const char    *title,
                           const char    *text,
                           const char    *note,
                           gboolean       attention)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *head = create_label (title, NULL);
  GString *name = g_string_new (title);

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  set_margins (box, 8);
  gtk_label_set_wrap (GTK_LABEL (head), TRUE);
  gtk_label_set_lines (GTK_LABEL (head), 2);
  gtk_box_append (GTK_BOX (box), head);
  if (text != NULL && *text != '\0')
    {
      GtkWidget *label = create_label (text, "dim-label");

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_lines (GTK_LABEL (label), 2);
      gtk_box_append (GTK_BOX (box), label);
      g_string_append_printf (name, ", %s", text);
    }
  if (note != NULL && *note != '\0')
    {
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

      gtk_widget_add_css_class (line, "status");
      if (attention)
        {
          GtkWidget *icon = gtk_image_new_from_icon_name ("alarm-symbolic");

          gtk_widget_add_css_class (icon, "warning");
          gtk_box_append (GTK_BOX (line), icon);
        }
      gtk_box_append (GTK_BOX (line), create_label (note, attention ? "caption-heading" : "caption"));
      gtk_widget_add_css_class (gtk_widget_get_last_child (line), attention ? "warning" : "dim-label");
      gtk_box_append (GTK_BOX (box), line);
      g_string_append_printf (name, ", %s", note);
    }
  append (self, box, record, name->str);
  g_string_free (name, TRUE);
}

/* What an empty card will have. */
void
cairn_home_card_add_words (CairnHomeCard *self,
                           const char    *words)
{
  GtkWidget *label = create_label (words, "dim-label");

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  set_margins (label, 11);
  append (self, label, NULL, words);
}

/* "5 days left", "Supply ended 14 October", "Lasts until 3 March"; NULL when nobody knows. */
static char *
dup_supply (const CairnHomeLine *line,
            gint64               now,
            gboolean            *soon)
{
  g_autofree char *day = cairn_words_instant (line->day, now);
  int days = (int) ((line->day - now) / DAY_MS);

  *soon = line->has_day && line->day < now + SOON_DAYS * DAY_MS;
  if (!line->has_day)
    return line->refills >= 0 ? g_strdup_printf (ngettext ("%d refill allowed", "%d refills allowed", line->refills),
                                                 line->refills)
                              : NULL;
  if (line->day < now)
    /* Translators: %s is a day; of a medicine */
    return g_strdup_printf (_("Supply ended %s"), day);
  if (*soon)
    return days == 0 ? g_strdup (_("Runs out today")) : g_strdup_printf (ngettext ("%d day left", "%d days left", days), days);
  /* Translators: %s is a day; of a medicine */
  return g_strdup_printf (_("Lasts until %s"), day);
}

/* A medicine and how long it lasts. */
void
cairn_home_card_add_medicine (CairnHomeCard       *self,
                              const CairnHomeLine *line,
                              gint64               now)
{
  gboolean soon = FALSE;
  g_autofree char *note = NULL;

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));
  g_return_if_fail (line != NULL);

  note = dup_supply (line, now, &soon);
  cairn_home_card_add_lines (self, line->record, cairn_record_get_title (line->record), cairn_record_get_value (line->record),
                             note, soon);
}

/* A thing to do and when it is due, or a visit that asks for an answer. */
void
cairn_home_card_add_task (CairnHomeCard       *self,
                          const CairnHomeLine *line,
                          gint64               now)
{
  const char *title = cairn_record_get_title (line->record);
  g_autofree char *day = NULL;
  g_autofree char *note = NULL;

  g_return_if_fail (CAIRN_IS_HOME_CARD (self));
  g_return_if_fail (line != NULL);

  if (line->kind == CAIRN_HOME_LINE_ANSWER)
    {
      day = cairn_words_moment (cairn_record_get_date (line->record), TRUE, now);
      cairn_home_card_add_lines (self, line->record, title, day, _("Needs your answer"), TRUE);
      return;
    }
  day = line->has_day ? cairn_words_instant (line->day, now) : NULL;
  if (day != NULL && line->kind == CAIRN_HOME_LINE_CARE && line->day < now)
    /* Translators: of preventive care; %s is a day */
    note = g_strdup_printf (_("Due since %s"), day);
  else if (day != NULL)
    /* Translators: %s is a day */
    note = g_strdup_printf (_("Due %s"), day);
  cairn_home_card_add_lines (self, line->record, title, line->kind == CAIRN_HOME_LINE_CARE ? _("Preventive care") : NULL, note,
                             line->has_day && line->day < now);
}
