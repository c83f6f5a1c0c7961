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
#include "parts/cairn-long-text.h"
#include "parts/cairn-range-bar.h"
#include "parts/cairn-result-card.h"

#define NARROWEST_WORDS 6   /* letters, large as they are, on a phone with large text */

/* What fits in one line of a phone: a digit of the figure takes the room of three letters of the unit. */
#define FIGURE_MAX 30
#define UNIT_MAX 20

struct _CairnResultCard
{
  GtkWidget parent_instance;

  GtkLabel        *below;        /* date and change where there is no room beside the figure */
  GtkWidget       *beside;
  GtkLabel        *change;
  GtkLabel        *date;
  GtkBox          *figure;
  CairnLevelLabel *level;
  CairnRangeBar   *range;
  GtkLabel        *range_text;
  GtkLabel        *unit;
  GtkLabel        *value;

  char            *change_words;
  char            *date_words;
  gboolean         is_figure;
  gboolean         narrow;
};

G_DEFINE_FINAL_TYPE (CairnResultCard, cairn_result_card, GTK_TYPE_WIDGET)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

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

  self->is_figure = figure;
  gtk_widget_set_visible (GTK_WIDGET (self->figure), value != NULL);
  if (value == NULL)
    return;
  cairn_long_text_set (self->value, value);
  gtk_label_set_text (self->unit, unit);
  gtk_widget_set_visible (GTK_WIDGET (self->unit), *unit != '\0');
  /* A figure and its unit stand in one line; a unit is not broken either when the value is words. */
  gtk_label_set_wrap (self->value, !figure);
  gtk_label_set_width_chars (self->value, figure ? -1 : NARROWEST_WORDS);
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
  cairn_long_text_set (self->range_text, "");
  gtk_widget_set_visible (GTK_WIDGET (self->range_text), words);
  if (words)
    {
      /* Translators: %s is a range such as "4.0 to 5.6 %" */
      g_autofree char *text = g_strdup_printf (_("Usual range: %s"), range->text);

      cairn_long_text_set (self->range_text, text);
    }
}

/* When, and how it stands to the result before. */
static void
show_date (CairnResultCard *self)
{
  gboolean beside = self->is_figure && !self->narrow;
  g_autofree char *both = NULL;

  gtk_widget_set_visible (self->beside, beside);
  gtk_widget_set_visible (GTK_WIDGET (self->below), !beside);
  gtk_widget_set_visible (GTK_WIDGET (self->change), self->change_words != NULL);
  gtk_label_set_text (self->date, self->date_words != NULL ? self->date_words : "");
  gtk_label_set_text (self->change, self->change_words != NULL ? self->change_words : "");
  if (self->change_words != NULL)
    both = g_strdup_printf ("%s · %s", self->date_words, self->change_words);
  gtk_label_set_text (self->below, both != NULL ? both : self->date_words != NULL ? self->date_words : "");
}

static void
cairn_result_card_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, CAIRN_RESULT_CARD (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_result_card_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  CairnResultCard *self = CAIRN_RESULT_CARD (object);

  if (id != PROP_NARROW)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (self->narrow != g_value_get_boolean (value))
    {
      self->narrow = g_value_get_boolean (value);
      show_date (self);
      g_object_notify_by_pspec (object, pspec);
    }
}

static void
cairn_result_card_finalize (GObject *object)
{
  g_free (CAIRN_RESULT_CARD (object)->change_words);
  g_free (CAIRN_RESULT_CARD (object)->date_words);

  G_OBJECT_CLASS (cairn_result_card_parent_class)->finalize (object);
}

static void
cairn_result_card_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_RESULT_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_result_card_parent_class)->dispose (object);
}

static void
cairn_result_card_class_init (CairnResultCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_result_card_dispose;
  object_class->finalize = cairn_result_card_finalize;
  object_class->get_property = cairn_result_card_get_property;
  object_class->set_property = cairn_result_card_set_property;

  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_LEVEL_LABEL);
  g_type_ensure (CAIRN_TYPE_RANGE_BAR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-result-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, below);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, beside);
  gtk_widget_class_bind_template_child (widget_class, CairnResultCard, change);
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
  g_free (self->date_words);
  self->date_words = *date != '\0' ? g_steal_pointer (&date) : g_strdup (_("Without a date"));
  show_date (self);
}

/* How the value stands to the one before it: "0.1 lower than in May"; NULL when there is none. */
void
cairn_result_card_set_change (CairnResultCard *self,
                              const char      *change)
{
  g_return_if_fail (CAIRN_IS_RESULT_CARD (self));

  if (g_strcmp0 (self->change_words, change) == 0)
    return;
  g_free (self->change_words);
  self->change_words = g_strdup (change);
  show_date (self);
}
