/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Base of the pages that come before a session. One call at a time runs; going back or leaving ends it, and its answer is
 * not heard any more.
 */

#include "config.h"

#include "pages/cairn-door-page.h"

typedef struct
{
  GCancellable *cancellable;   /* of what runs */
  gboolean      gone;
} CairnDoorPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CairnDoorPage, cairn_door_page, ADW_TYPE_BIN)

static void
update (CairnDoorPage *self)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  if (!priv->gone)
    CAIRN_DOOR_PAGE_GET_CLASS (self)->update (self);
}

static void
next (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnDoorPage *self = CAIRN_DOOR_PAGE (widget);
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  if (priv->cancellable == NULL)
    CAIRN_DOOR_PAGE_GET_CLASS (self)->next (self);
}

static void
back (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnDoorPage *self = CAIRN_DOOR_PAGE (widget);
  CairnDoorPageClass *klass = CAIRN_DOOR_PAGE_GET_CLASS (self);

  cairn_door_page_stop (self);
  if (g_str_equal (action, "door.leave") && klass->leave != NULL)
    klass->leave (self);
  else
    klass->back (self);
}

static void
cairn_door_page_dispose (GObject *object)
{
  CairnDoorPage *self = CAIRN_DOOR_PAGE (object);
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  priv->gone = TRUE;
  cairn_door_page_stop (self);

  G_OBJECT_CLASS (cairn_door_page_parent_class)->dispose (object);
}

static void
cairn_door_page_class_init (CairnDoorPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_door_page_dispose;

  gtk_widget_class_install_action (widget_class, "door.back", NULL, back);
  gtk_widget_class_install_action (widget_class, "door.leave", NULL, back);
  gtk_widget_class_install_action (widget_class, "door.next", NULL, next);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "door.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "door.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Back, 0, "door.back", NULL);
}

static void
cairn_door_page_init (CairnDoorPage *self)
{
}

/* Something begins to run. Returns what ends it, borrowed. */
GCancellable *
cairn_door_page_begin (CairnDoorPage *self)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_DOOR_PAGE (self), NULL);

  g_clear_object (&priv->cancellable);
  priv->cancellable = g_cancellable_new ();
  update (self);
  return priv->cancellable;
}

/* It has ended. FALSE when nobody wants to know how: it was stopped, or the page is gone. */
gboolean
cairn_door_page_end (CairnDoorPage *self,
                     const GError  *error)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_DOOR_PAGE (self), FALSE);

  if (priv->gone || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_clear_object (&priv->cancellable);
  update (self);
  return TRUE;
}

void
cairn_door_page_stop (CairnDoorPage *self)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_DOOR_PAGE (self));

  g_cancellable_cancel (priv->cancellable);
  g_clear_object (&priv->cancellable);
  update (self);
}

gboolean
cairn_door_page_is_busy (CairnDoorPage *self)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_DOOR_PAGE (self), FALSE);

  return priv->cancellable != NULL;
}

/* As if the suggested button was pressed, if it can be. */
void
cairn_door_page_go_on (CairnDoorPage *self)
{
  g_return_if_fail (CAIRN_IS_DOOR_PAGE (self));

  gtk_widget_activate_action (GTK_WIDGET (self), "door.next", NULL);
}

/* Whether one can go on: all that is asked for is there, and nothing runs. Returns whether something runs. */
gboolean
cairn_door_page_update (CairnDoorPage *self,
                        gboolean       filled)
{
  CairnDoorPagePrivate *priv = cairn_door_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_DOOR_PAGE (self), FALSE);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "door.next", filled && priv->cancellable == NULL);
  return priv->cancellable != NULL;
}

/* Shows a step from its top. A field that is about to go must lose the focus first. */
void
cairn_door_page_show (CairnDoorPage *self,
                      GtkStack      *stack,
                      const char    *step)
{
  GtkWidget *scroller;

  g_return_if_fail (CAIRN_IS_DOOR_PAGE (self));

  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_stack_set_visible_child_name (stack, step);
  scroller = gtk_widget_get_ancestor (GTK_WIDGET (stack), GTK_TYPE_SCROLLED_WINDOW);
  if (scroller != NULL)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)), 0);
}

/* The focus, where everybody sees it: a key would switch what looks like nothing. */
void
cairn_door_page_point_at (CairnDoorPage *self,
                          GtkWidget     *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  g_return_if_fail (CAIRN_IS_DOOR_PAGE (self));

  gtk_widget_grab_focus (widget);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_focus_visible (GTK_WINDOW (root), TRUE);
}
