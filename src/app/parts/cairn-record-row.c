/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One record in a list: icon, title, date, value with unit, how it stands to the
 * usual. GTK 4.8 has no list sections, so the row also holds the heading of the group that it begins.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-facts.h"
#include "fhir/cairn-value.h"
#include "parts/cairn-highlight.h"
#include "parts/cairn-level-label.h"
#include "parts/cairn-record-row.h"

/* A value of more characters is words, not a figure; of many more, a sentence for the line below. */
#define FIGURE_MAX 13
#define WORDS_MAX 16
/* A unit is never cut; this much is no unit but words. */
#define UNIT_MAX 20

struct _CairnRecordRow
{
  GtkBox parent_instance;

  GtkWidget       *cell;
  GtkWidget       *chevron;
  GtkLabel        *heading;
  GtkImage        *icon;
  CairnLevelLabel *level;
  GtkWidget       *figure;
  GtkLabel        *subtitle;
  GtkLabel        *title;
  GtkLabel        *unit;
  GtkLabel        *value;

  CairnRecord     *record;
  gulong           notify;
  char            *search;     /* words that are marked; NULL for none */
  GtkWidget       *fold;       /* the button for that, made when first needed */
  GtkWidget       *more;       /* the button for what is folded away after it, made when first needed */
  gboolean         narrow;
  gboolean         folds;      /* results stand under it, or would */
  gboolean         unfolded;
};

G_DEFINE_FINAL_TYPE (CairnRecordRow, cairn_record_row, GTK_TYPE_BOX)

static void
set_class (GtkWidget  *widget,
           const char *css_class,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static gboolean
is_figure (const char *value)
{
  return g_utf8_strlen (value, -1) <= FIGURE_MAX && strpbrk (value, "0123456789") != NULL;
}

/* The value as a list says it, with its unit if that is wanted; NULL when there is none. */
static char *
dup_value (CairnRecord *record,
           gboolean     with_unit)
{
  g_autofree char *value = cairn_value_dup_shown (cairn_record_get_value (record));
  g_autofree char *unit = with_unit ? cairn_unit_dup_shown (cairn_record_get_unit (record)) : NULL;

  if (value == NULL || unit == NULL)
    return g_steal_pointer (&value);
  return g_strdup_printf ("%s %s", value, unit);
}

/* Whether the value has no room beside the title. */
static gboolean
has_sentence (CairnRecord *record)
{
  g_autofree char *value = dup_value (record, FALSE);

  return value != NULL && g_utf8_strlen (value, -1) > WORDS_MAX;
}

/* "12 results" of a report, "3 messages" of a thread; NULL when it stands for itself alone. */
static char *
dup_results (CairnRecord *record)
{
  guint n = cairn_record_get_n_parts (record, NULL), n_messages = cairn_record_get_n_messages (record);

  if (n_messages > 1)
    return g_strdup_printf (ngettext ("%u message", "%u messages", n_messages), n_messages);
  return n > 0 ? g_strdup_printf (ngettext ("%u result", "%u results", n), n) : NULL;
}

static char *
dup_unusual (CairnRecord *record)
{
  guint n_unusual = 0;

  if (cairn_record_get_n_parts (record, &n_unusual) == 0 || n_unusual == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%u outside the usual", "%u outside the usual", n_unusual), n_unusual);
}

static char *
dup_subtitle (CairnRecord *record)
{
  gboolean appointment = g_strcmp0 (cairn_record_get_kind (record), "appointment") == 0;
  g_autofree char *day = cairn_words_moment (cairn_record_get_date (record), appointment, cairn_date_now ());
  const char *flags = cairn_words_flags (cairn_record_get_flags (record));
  g_autofree char *value = dup_value (record, TRUE);
  g_autofree char *results = dup_results (record);
  const char *parts[7];
  guint n = 0;

  if (cairn_record_get_is_new (record))
    /* Translators: of a record, since the last look */
    parts[n++] = C_("record", "New");

  /* What is asked for looks like a result that is missing. */
  if (flags == NULL && g_strcmp0 (cairn_record_get_kind (record), "order") == 0)
    parts[n++] = _("Ordered");
  if (*day != '\0')
    parts[n++] = day;
  if (flags != NULL)
    parts[n++] = flags;
  if (results != NULL)
    parts[n++] = results;
  if (has_sentence (record))
    parts[n++] = value;
  parts[n] = NULL;
  return g_strjoinv (" · ", (char **) parts);
}

static CairnLevel
get_level (CairnRecord *record)
{
  const char *code = cairn_record_get_interpretation (record);

  return code != NULL ? cairn_level_from_code (code) : CAIRN_LEVEL_UNKNOWN;
}

/* What a screen reader says of the row, as one sentence. */
static void
update_accessible (CairnRecordRow *self)
{
  GString *text = g_string_new (cairn_record_get_title (self->record));
  g_autofree char *value = dup_value (self->record, TRUE);
  g_autofree char *unusual = dup_unusual (self->record);
  const char *subtitle = gtk_label_get_text (self->subtitle);
  CairnLevel level = get_level (self->record);

  if (value != NULL && !has_sentence (self->record))
    g_string_append_printf (text, ", %s", value);
  if (level != CAIRN_LEVEL_UNKNOWN)
    g_string_append_printf (text, ", %s", cairn_level_get_words (level));
  if (*subtitle != '\0')
    g_string_append_printf (text, ", %s", subtitle);
  if (unusual != NULL)
    g_string_append_printf (text, ", %s", unusual);
  if (self->folds)
    g_string_append_printf (text, ", %s", self->unfolded ? _("its results follow") : _("its results are folded away"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
  g_string_free (text, TRUE);
}

static void
update_value (CairnRecordRow *self)
{
  g_autofree char *value = dup_value (self->record, FALSE);
  g_autofree char *unit = cairn_unit_dup_shown (cairn_record_get_unit (self->record));
  gboolean shown = value != NULL && !has_sentence (self->record);
  gboolean words = unit != NULL && g_utf8_strlen (unit, -1) > UNIT_MAX;

  gtk_widget_set_visible (self->figure, shown);
  if (shown)
    {
      gtk_label_set_text (self->value, value);
      /* A figure is never cut; words may be. */
      gtk_label_set_ellipsize (self->value, is_figure (value) ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
      gtk_label_set_wrap (self->value, !is_figure (value));
      gtk_label_set_lines (self->value, is_figure (value) ? -1 : 2);
      set_class (GTK_WIDGET (self->value), "words", !is_figure (value));
    }
  gtk_label_set_text (self->unit, unit != NULL ? unit : "");
  gtk_label_set_ellipsize (self->unit, words ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->unit), unit != NULL);
}

static void
mark (CairnRecordRow *self,
      GtkLabel       *label)
{
  g_autoptr(PangoAttrList) attributes = cairn_highlight_create (gtk_label_get_text (label), self->search);

  gtk_label_set_attributes (label, attributes);
}

static void
update (CairnRecordRow *self)
{
  const CairnKind *kind = cairn_kind_lookup (cairn_record_get_kind (self->record));
  CairnFlags flags = cairn_record_get_flags (self->record);
  g_autofree char *subtitle = NULL;
  g_autofree char *unusual = NULL;

  if (!cairn_record_get_loaded (self->record))
    {
      gtk_label_set_text (self->title, "");
      gtk_label_set_text (self->subtitle, "");
      gtk_image_clear (self->icon);
      gtk_widget_set_visible (self->figure, FALSE);
      cairn_level_label_set_level (self->level, CAIRN_LEVEL_UNKNOWN);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loading"), -1);
      return;
    }

  subtitle = dup_subtitle (self->record);
  unusual = dup_unusual (self->record);
  gtk_image_set_from_icon_name (self->icon, kind != NULL ? kind->icon : "x-office-document-symbolic");
  gtk_label_set_text (self->title, cairn_record_get_title (self->record));
  gtk_label_set_text (self->subtitle, subtitle);
  mark (self, self->title);
  mark (self, self->subtitle);
  set_class (GTK_WIDGET (self->title), "struck", flags & CAIRN_FLAG_ENTERED_IN_ERROR);
  set_class (GTK_WIDGET (self->title), "new", cairn_record_get_is_new (self->record));
  update_value (self);
  set_class (GTK_WIDGET (self->value), "struck", flags & CAIRN_FLAG_ENTERED_IN_ERROR);
  if (flags & CAIRN_FLAG_ENTERED_IN_ERROR)
    cairn_level_label_set_notice (self->level, _("Not valid"));
  else if (unusual != NULL)
    cairn_level_label_set_level_words (self->level, CAIRN_LEVEL_UNUSUAL, unusual);
  else
    cairn_level_label_set_level (self->level, get_level (self->record));
  update_accessible (self);
}

static void
cairn_record_row_dispose (GObject *object)
{
  CairnRecordRow *self = CAIRN_RECORD_ROW (object);

  cairn_record_row_set_record (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_RECORD_ROW);

  G_OBJECT_CLASS (cairn_record_row_parent_class)->dispose (object);
}

static void
cairn_record_row_finalize (GObject *object)
{
  g_free (CAIRN_RECORD_ROW (object)->search);

  G_OBJECT_CLASS (cairn_record_row_parent_class)->finalize (object);
}

static void
cairn_record_row_class_init (CairnRecordRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_record_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_record_row_finalize;

  g_type_ensure (CAIRN_TYPE_LEVEL_LABEL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-record-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, cell);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, chevron);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, figure);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, heading);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, level);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, title);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, unit);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordRow, value);
}

static void
cairn_record_row_init (CairnRecordRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* A figure and its unit read from left to right everywhere. */
  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    {
      gtk_widget_set_direction (self->figure, GTK_TEXT_DIR_LTR);
      gtk_widget_set_halign (self->figure, GTK_ALIGN_START);
    }
}

GtkWidget *
cairn_record_row_new (void)
{
  return g_object_new (CAIRN_TYPE_RECORD_ROW, NULL);
}

CairnRecord *
cairn_record_row_get_record (CairnRecordRow *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD_ROW (self), NULL);

  return self->record;
}

void
cairn_record_row_set_record (CairnRecordRow *self,
                             CairnRecord    *record)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  if (self->record == record)
    return;
  if (self->record != NULL)
    g_clear_signal_handler (&self->notify, self->record);
  g_set_object (&self->record, record);
  if (record == NULL)
    return;
  self->notify = g_signal_connect_swapped (record, "notify::loaded", G_CALLBACK (update), self);
  update (self);
}

/* Where it stands in its list: under a heading of its own, first or last of its group; top is the
 * very first row, which needs no room above its heading. */
void
cairn_record_row_set_place (CairnRecordRow *self,
                            const char     *heading,
                            gboolean        top,
                            gboolean        first,
                            gboolean        last)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->heading), heading != NULL);
  if (heading != NULL)
    gtk_label_set_text (self->heading, heading);
  gtk_widget_set_margin_top (GTK_WIDGET (self->heading), top ? 6 : 24);
  set_class (self->cell, "first", first);
  set_class (self->cell, "last", last);
}

/* Few rows are reports, so few rows have the button. */
static void
ensure_fold (CairnRecordRow *self)
{
  if (self->fold != NULL)
    return;
  self->fold = gtk_button_new ();
  gtk_widget_set_valign (self->fold, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->fold, "flat");
  gtk_widget_add_css_class (self->fold, "circular");
  gtk_box_append (GTK_BOX (self->cell), self->fold);
}

static void
update_end (CairnRecordRow *self)
{
  if (self->fold != NULL)
    gtk_widget_set_visible (self->fold, self->folds);
  gtk_widget_set_visible (self->chevron, !self->narrow && !self->folds);
}

/* A report under which results stand, once it is unfolded, or one of those results. */
void
cairn_record_row_set_fold (CairnRecordRow *self,
                           gboolean        folds,
                           gboolean        unfolded,
                           gboolean        part)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  set_class (self->cell, "part", part);
  if (self->record == NULL || (!folds && !self->folds))
    return;
  self->folds = folds;
  self->unfolded = unfolded;
  if (folds)
    ensure_fold (self);
  update_end (self);
  if (folds)
    {
      const char *words = unfolded ? _("Hide Results") : _("Show Results");

      gtk_button_set_icon_name (GTK_BUTTON (self->fold), unfolded ? "pan-down-symbolic" : "pan-end-symbolic");
      gtk_widget_set_tooltip_text (self->fold, words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_STATE_EXPANDED, unfolded, -1);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->fold), "s", cairn_record_get_reference (self->record));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->fold), "timeline.toggle");
    }
  update_accessible (self);
}

/* So many rows that are folded away would stand after it. */
void
cairn_record_row_set_more (CairnRecordRow *self,
                           guint           n)
{
  g_autofree char *words = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  if (n == 0 && self->more == NULL)
    return;
  if (self->more == NULL)
    {
      self->more = gtk_button_new ();
      gtk_widget_add_css_class (self->more, "flat");
      gtk_widget_add_css_class (self->more, "cell");
      gtk_widget_add_css_class (self->more, "last");
      gtk_widget_add_css_class (self->more, "more");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->more), "timeline.show-later");
      gtk_box_append (GTK_BOX (self), self->more);
    }
  gtk_widget_set_visible (self->more, n > 0);
  if (n == 0)
    return;
  words = g_strdup_printf (ngettext ("%u more", "%u more", n), n);
  name = g_strdup_printf (ngettext ("Show %u more that is coming up", "Show %u more that are coming up", n), n);
  gtk_button_set_label (GTK_BUTTON (self->more), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
}

/* Without its icon, in a list that is all of one kind. */
void
cairn_record_row_hide_icon (CairnRecordRow *self)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->icon), FALSE);
}

/* Marks words that somebody searches for; NULL for none. */
void
cairn_record_row_set_search (CairnRecordRow *self,
                             const char     *search)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  if (g_strcmp0 (self->search, search) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (search);
  if (self->record != NULL)
    update (self);
}

/* On a phone the second line may wrap, and the whole row is the way on. */
void
cairn_record_row_set_narrow (CairnRecordRow *self,
                             gboolean        narrow)
{
  g_return_if_fail (CAIRN_IS_RECORD_ROW (self));

  self->narrow = narrow;
  update_end (self);
  gtk_label_set_wrap (self->subtitle, narrow);
  /* Without wrapping, two lines would be drawn in the room of one. */
  gtk_label_set_lines (self->subtitle, narrow ? 2 : -1);
}
