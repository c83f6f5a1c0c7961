/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new password: shown or hidden, with its strength in a bar and a word and what the clinic asks of it as icons and
 * words, all of it as it is typed. The portal has the last word.
 *
 * Signals: "changed"; "activate" when Enter was pressed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "client/cairn-strength.h"
#include "parts/cairn-caps-lock.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-password-field.h"

struct _CairnPasswordField
{
  AdwBin parent_instance;

  GtkLabel        *advice;
  GtkWidget       *common_row;
  CairnFieldError *error;
  GtkWidget       *long_row;
  GtkLevelBar     *meter;
  GtkWidget       *own_row;
  GtkEditable     *password;
  GtkLabel        *word;

  char           **words;
  guint            least;
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (CairnPasswordField, cairn_password_field, ADW_TYPE_BIN)

enum
{
  ACTIVATE,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A criterion: icon, words, and both to a screen reader. */
static void
show_criterion (GtkWidget  *row,
                gboolean    typed,
                gboolean    met,
                const char *words)
{
  GtkWidget *icon = gtk_widget_get_first_child (row);
  GtkWidget *label = gtk_widget_get_next_sibling (icon);
  g_autofree char *spoken = NULL;

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), !typed ? "content-loading-symbolic"
                                                  : met ? "emblem-ok-symbolic" : "dialog-warning-symbolic");
  gtk_widget_remove_css_class (icon, "success");
  gtk_widget_remove_css_class (icon, "warning");
  gtk_widget_remove_css_class (icon, "dim-label");
  gtk_widget_add_css_class (icon, !typed ? "dim-label" : met ? "success" : "warning");
  gtk_label_set_text (GTK_LABEL (label), words);
  /* Translators: a rule for passwords and whether it is kept */
  spoken = !typed ? g_strdup (words) : g_strdup_printf (met ? _("%s: done") : _("%s: not yet"), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
show_criteria (CairnPasswordField  *self,
               const CairnStrength *strength)
{
  gboolean typed = strength->level > 0;
  g_autofree char *least = g_strdup_printf (ngettext ("At least %u character", "At least %u characters", self->least),
                                            self->least);

  show_criterion (self->long_row, typed, strength->long_enough, least);
  show_criterion (self->common_row, typed, strength->uncommon, _("Not among the passwords that are tried first"));
  show_criterion (self->own_row, typed, strength->impersonal, _("More than your name, your address or your user name"));
}

static const char *
find_advice (const CairnStrength *strength)
{
  if (strength->level == 0)
    return _("Type, and see how long it would hold out.");
  if (strength->level == 1)
    return _("Would be guessed soon.");
  if (!strength->long_enough)
    return _("A little longer, and it will do.");
  if (strength->level == 4)
    return _("Would hold out for a very long time.");
  return _("Would hold out for years. Another word would make it stronger still.");
}

static void
show_strength (CairnPasswordField  *self,
               const CairnStrength *strength)
{
  static const char *const classes[] = { NULL, "weak", "fair", "good", "good" };
  const char *words[] = { "", C_("password", "Weak"), C_("password", "Fair"), C_("password", "Good"),
                          C_("password", "Strong") };
  static const char *const colours[] = { NULL, "error", "warning", "success", "success" };

  for (guint i = 1; i < G_N_ELEMENTS (classes); i++)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->meter), classes[i]);
      gtk_widget_remove_css_class (GTK_WIDGET (self->word), colours[i]);
    }
  if (strength->level > 0)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->meter), classes[strength->level]);
      gtk_widget_add_css_class (GTK_WIDGET (self->word), colours[strength->level]);
    }
  gtk_level_bar_set_value (self->meter, strength->level);
  gtk_label_set_text (self->word, words[strength->level]);
  gtk_label_set_text (self->advice, find_advice (strength));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->meter), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words[strength->level],
                                  -1);
  show_criteria (self, strength);
}

static void
measured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(CairnPasswordField) self = data;
  CairnStrength strength = { 0 };

  if (cairn_strength_measure_finish (result, &strength, NULL) && self->meter != NULL)
    show_strength (self, &strength);
}

static void
measure (CairnPasswordField *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  cairn_strength_measure_async (gtk_editable_get_text (self->password), self->least, (const char *const *) self->words,
                                self->cancellable, measured_cb, g_object_ref (self));
}

static void
changed_cb (CairnPasswordField *self)
{
  cairn_field_error_clear (self->error);
  measure (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
activated_cb (CairnPasswordField *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
cairn_password_field_dispose (GObject *object)
{
  CairnPasswordField *self = CAIRN_PASSWORD_FIELD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_PASSWORD_FIELD);

  G_OBJECT_CLASS (cairn_password_field_parent_class)->dispose (object);
}

static void
cairn_password_field_finalize (GObject *object)
{
  g_strfreev (CAIRN_PASSWORD_FIELD (object)->words);

  G_OBJECT_CLASS (cairn_password_field_parent_class)->finalize (object);
}

static void
cairn_password_field_class_init (CairnPasswordFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_password_field_dispose;
  object_class->finalize = cairn_password_field_finalize;

  signals[ACTIVATE] = g_signal_new ("activate", CAIRN_TYPE_PASSWORD_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", CAIRN_TYPE_PASSWORD_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  g_type_ensure (CAIRN_TYPE_CAPS_LOCK);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-password-field.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, advice);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, common_row);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, error);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, long_row);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, meter);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, own_row);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, password);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordField, word);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
cairn_password_field_init (CairnPasswordField *self)
{
  const CairnStrength nothing = { 0 };

  self->least = 15;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_FULL);
  show_strength (self, &nothing);
}

/* How many characters at least, and the words that alone would not do. */
void
cairn_password_field_set_rules (CairnPasswordField *self,
                                guint               least,
                                const char *const  *words)
{
  g_return_if_fail (CAIRN_IS_PASSWORD_FIELD (self));

  g_strfreev (self->words);
  self->words = g_strdupv ((char **) words);
  self->least = least;
  measure (self);
}

const char *
cairn_password_field_get_text (CairnPasswordField *self)
{
  g_return_val_if_fail (CAIRN_IS_PASSWORD_FIELD (self), NULL);

  return gtk_editable_get_text (self->password);
}

void
cairn_password_field_clear (CairnPasswordField *self)
{
  GtkEditable *text;

  g_return_if_fail (CAIRN_IS_PASSWORD_FIELD (self));

  text = gtk_editable_get_delegate (self->password);
  gtk_editable_set_text (self->password, "");
  /* The row's own button looks at its text. */
  if (GTK_IS_TEXT (text))
    gtk_text_set_visibility (GTK_TEXT (text), FALSE);
}

/* What is wrong with it, with the focus on it. */
void
cairn_password_field_say (CairnPasswordField *self,
                          const char         *words)
{
  g_return_if_fail (CAIRN_IS_PASSWORD_FIELD (self));

  cairn_field_error_show (self->error, GTK_WIDGET (self->password), words);
}

void
cairn_password_field_take_focus (CairnPasswordField *self)
{
  g_return_if_fail (CAIRN_IS_PASSWORD_FIELD (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}
