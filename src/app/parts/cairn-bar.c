/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bar under the header that says what stands in the way, with at most one button. AdwBanner came
 * after the floor.
 */

#include "config.h"

#include "parts/cairn-bar.h"

struct _CairnBar
{
  AdwBin parent_instance;

  GtkWidget *bar;
  GtkButton *button;
  GtkImage  *icon;
  GtkLabel  *label;
  GtkWidget *revealer;
};

G_DEFINE_FINAL_TYPE (CairnBar, cairn_bar, ADW_TYPE_BIN)

enum
{
  PROP_ACTION = 1,
  PROP_ATTENTION,
  PROP_BUTTON,
  PROP_ICON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Folded away it must not be read out either. */
static void
revealed_cb (CairnBar *self)
{
  if (!gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)) &&
      !gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer)))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
cairn_bar_dispose (GObject *object)
{
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_BAR);

  G_OBJECT_CLASS (cairn_bar_parent_class)->dispose (object);
}

static void
cairn_bar_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  CairnBar *self = CAIRN_BAR (object);

  switch (id)
    {
    case PROP_ACTION:
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), g_value_get_string (value));
      break;
    case PROP_ATTENTION:
      if (g_value_get_boolean (value))
        gtk_widget_add_css_class (self->bar, "attention");
      break;
    case PROP_BUTTON:
      gtk_button_set_label (self->button, g_value_get_string (value));
      gtk_widget_set_visible (GTK_WIDGET (self->button), TRUE);
      break;
    case PROP_ICON:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_bar_class_init (CairnBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = cairn_bar_dispose;
  object_class->set_property = cairn_bar_set_property;

  properties[PROP_ACTION] = g_param_spec_string ("action", NULL, NULL, NULL, flags);
  properties[PROP_ATTENTION] = g_param_spec_boolean ("attention", NULL, NULL, FALSE, flags);
  properties[PROP_BUTTON] = g_param_spec_string ("button", NULL, NULL, NULL, flags);
  properties[PROP_ICON] = g_param_spec_string ("icon", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnBar, bar);
  gtk_widget_class_bind_template_child (widget_class, CairnBar, button);
  gtk_widget_class_bind_template_child (widget_class, CairnBar, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnBar, label);
  gtk_widget_class_bind_template_child (widget_class, CairnBar, revealer);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
}

static void
cairn_bar_init (CairnBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cairn_bar_show (CairnBar   *self,
                const char *text)
{
  g_return_if_fail (CAIRN_IS_BAR (self));

  gtk_label_set_text (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
}

void
cairn_bar_hide (CairnBar *self)
{
  g_return_if_fail (CAIRN_IS_BAR (self));

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}
