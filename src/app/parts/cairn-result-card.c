/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one result says at a glance: the figure with its unit, how it stands to the usual in words, when,
 * and where it stands on the usual range. Beside a wide figure the date has room at the end; on a phone it
 * stands below.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-value.h"
#include "parts/cairn-level-label.h"
#include "parts/cairn-range-bar.h"
#include "parts/cairn-result-card.h"

/* What fits in one line of a phone: a digit of the figure takes the room of three letters of the unit. */
#define FIGURE_MAX 30
#define UNIT_MAX 20

struct _CairnResultCard
{
  GtkWidget parent_instance;

  GtkLabel        *date;
  GtkBox          *figure;
  CairnLevelLabel *level;
  CairnRangeBar   *range;
  GtkLabel        *range_text;
  GtkLabel        *unit;
  GtkLabel        *value;
};

G_DEFINE_FINAL_TYPE (CairnResultCard, cairn_result_card, GTK_TYPE_WIDGET)

static const char *
get_level_words (CairnLevel level)
{
  switch (level)
    {
    case CAIRN_LEVEL_USUAL:
      return _("Within the usual range");
    case CAIRN_LEVEL_LOW:
      return _("Below the usual range");
    case CAIRN_LEVEL_HIGH:
      return _("Above the usual range");
    case CAIRN_LEVEL_VERY_LOW:
      return _("Well below the usual range");
    case CAIRN_LEVEL_VERY_HIGH:
      return _("Well above the usual range");
    case CAIRN_LEVEL_UNUSUAL:
    case CAIRN_LEVEL_UNKNOWN:
    default:
      return NULL;
    }
}

static gboolean
is_figure (const char *value,
           const char *unit)
{
  return 3 * g_utf8_strlen (value, -1) + g_utf8_strlen (unit, -1) <= FIGURE_MAX &&
         strpbrk (value, "0123456789") != NULL;
}

static void
show_value (CairnResultCard  *self,
            const CairnFacts *facts)
{
  g_autofree char *value = cairn_value_dup_shown (facts->value.text);
  g_autofree char *shown_unit = cairn_unit_dup_shown (facts->value.unit);
  const char *unit = shown_unit != NULL ? shown_unit : "";
  gboolean mistaken = facts->summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR;
  gboolean figure = value != NULL && is_figure (value, unit);

  gtk_widget_set_visible (GTK_WIDGET (self->figure), value != NULL);
  if (value == NULL)
    return;
  gtk_label_set_text (self->value, value);
  gtk_label_set_text (self->unit, unit);
  gtk_widget_set_visible (GTK_WIDGET (self->unit), *unit != '\0');
  /* A figure and its unit stand in one line; a unit is not broken either when the value is words. */
  gtk_label_set_wrap (self->value, !figure);
  gtk_label_set_wrap (self->unit, g_utf8_strlen (unit, -1) > UNIT_MAX);
  if (figure)
    gtk_widget_remove_css_class (GTK_WIDGET (self->value), "words");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->value), "words");
  if (mistaken)
    gtk_widget_add_css_class (GTK_WIDGET (self->value), "struck");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->value), "struck");
}

static void
show_range (CairnResultCard  *self,
            const CairnFacts *facts)
{
  const CairnRange *range = facts->range;
  gboolean drawn = facts->value.has_number && cairn_range_bar_set (self->range, facts->value.number, range, facts->level);
  gboolean words = range != NULL && range->text != NULL && !drawn;

  gtk_widget_set_visible (GTK_WIDGET (self->range), drawn);
  gtk_widget_set_visible (GTK_WIDGET (self->range_text), words);
  if (words)
    {
      /* Translators: %s is a range such as "4.0 to 5.6 %" */
      g_autofree char *text = g_strdup_printf (_("Usual range: %s"), range->text);

      gtk_label_set_text (self->range_text, text);
    }
}

static void
cairn_result_card_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_RESULT_CARD);
  g_clear_pointer (&child, gtk_widget_unparent);

  G_OBJECT_CLASS (cairn_result_card_parent_class)->dispose (object);
}

static void
cairn_result_card_class_init (CairnResultCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_result_card_dispose;

  g_type_ensure (CAIRN_TYPE_LEVEL_LABEL);
  g_type_ensure (CAIRN_TYPE_RANGE_BAR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-result-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, date);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, figure);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, level);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, range);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, range_text);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, unit);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, value);
}

static void
cairn_result_card_init (CairnResultCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* A figure and its unit read from left to right everywhere. */
  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    {
      gtk_widget_set_direction (GTK_WIDGET (self->figure), GTK_TEXT_DIR_LTR);
      gtk_widget_set_halign (GTK_WIDGET (self->figure), GTK_ALIGN_END);
    }
}

/* Whether there is anything that the card would show. */
gboolean
cairn_result_card_has_result (const CairnFacts *facts)
{
  return facts->value.text != NULL || facts->range != NULL || facts->level != CAIRN_LEVEL_UNKNOWN;
}

/* Hidden when there is nothing to show. */
void
cairn_result_card_set_facts (CairnResultCard  *self,
                             const CairnFacts *facts)
{
  g_autofree char *date = NULL;

  g_return_if_fail (CAIRN_IS_RESULT_CARD (self));

  date = cairn_words_date (facts->summary->date, cairn_date_now ());
  gtk_widget_set_visible (GTK_WIDGET (self), cairn_result_card_has_result (facts));
  show_value (self, facts);
  show_range (self, facts);
  if (facts->summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR)
    cairn_level_label_set_notice (self->level, _("Not valid"));
  else
    cairn_level_label_set_level_words (self->level, facts->level, get_level_words (facts->level));
  gtk_label_set_text (self->date, *date != '\0' ? date : _("Without a date"));
}
