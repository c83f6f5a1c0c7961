/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys of a document that is read, for a scrollable widget with the actions of CairnPaperView.
 */

#include "config.h"

#include <math.h>

#include "parts/cairn-paper-keys.h"

/* Pages, lines and ends by the keyboard, as in every reader. */
static gboolean
scroll (GtkWidget *widget,
        GVariant  *arguments,
        gpointer   data)
{
  GtkAdjustment *adjustment;
  GtkOrientation orientation;
  double amount;

  g_variant_get (arguments, "(id)", &orientation, &amount);
  adjustment = orientation == GTK_ORIENTATION_VERTICAL ? gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget))
                                                       : gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (widget));
  if (adjustment == NULL)
    return FALSE;
  if (fabs (amount) >= 1000)
    gtk_adjustment_set_value (adjustment, amount > 0 ? gtk_adjustment_get_upper (adjustment) : 0);
  else if (fabs (amount) < 2)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + 
                              amount * gtk_adjustment_get_page_increment (adjustment));
  else
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + amount);
  return TRUE;
}

static void
add_scroll_key (GtkWidgetClass *widget_class,
                guint           key,
                GdkModifierType modifiers,
                GtkOrientation  orientation,
                double          amount)
{
  gtk_widget_class_add_binding (widget_class, key, modifiers, scroll, "(id)", orientation, amount);
}

void
cairn_paper_keys_add (GtkWidgetClass *widget_class)
{
  static const struct { guint key; GdkModifierType modifiers; const char *action; } keys[] = {
    { GDK_KEY_plus, GDK_CONTROL_MASK, "paper.zoom-in" }, { GDK_KEY_equal, GDK_CONTROL_MASK, "paper.zoom-in" },
    { GDK_KEY_KP_Add, GDK_CONTROL_MASK, "paper.zoom-in" }, { GDK_KEY_minus, GDK_CONTROL_MASK, "paper.zoom-out" },
    { GDK_KEY_KP_Subtract, GDK_CONTROL_MASK, "paper.zoom-out" }, { GDK_KEY_0, GDK_CONTROL_MASK, "paper.zoom-fit" },
    { GDK_KEY_KP_0, GDK_CONTROL_MASK, "paper.zoom-fit" }, { GDK_KEY_Page_Down, GDK_CONTROL_MASK, "paper.next" },
    { GDK_KEY_Page_Up, GDK_CONTROL_MASK, "paper.previous" }, { GDK_KEY_n, 0, "paper.next" }, { GDK_KEY_p, 0, "paper.previous" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
  add_scroll_key (widget_class, GDK_KEY_Page_Down, 0, GTK_ORIENTATION_VERTICAL, 1);
  add_scroll_key (widget_class, GDK_KEY_Page_Up, 0, GTK_ORIENTATION_VERTICAL, -1);
  add_scroll_key (widget_class, GDK_KEY_space, 0, GTK_ORIENTATION_VERTICAL, 1);
  add_scroll_key (widget_class, GDK_KEY_space, GDK_SHIFT_MASK, GTK_ORIENTATION_VERTICAL, -1);
  add_scroll_key (widget_class, GDK_KEY_Down, 0, GTK_ORIENTATION_VERTICAL, CAIRN_PAPER_LINE);
  add_scroll_key (widget_class, GDK_KEY_Up, 0, GTK_ORIENTATION_VERTICAL, -CAIRN_PAPER_LINE);
  add_scroll_key (widget_class, GDK_KEY_Right, 0, GTK_ORIENTATION_HORIZONTAL, CAIRN_PAPER_LINE);
  add_scroll_key (widget_class, GDK_KEY_Left, 0, GTK_ORIENTATION_HORIZONTAL, -CAIRN_PAPER_LINE);
  add_scroll_key (widget_class, GDK_KEY_Home, 0, GTK_ORIENTATION_VERTICAL, -1000);
  add_scroll_key (widget_class, GDK_KEY_End, 0, GTK_ORIENTATION_VERTICAL, 1000);
}
