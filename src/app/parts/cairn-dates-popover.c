/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for a span of time: two dates, each as precise as one likes (2024, 2024-03, 2024-03-15), or none. It goes when
 * it is closed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "fhir/cairn-date.h"
#include "parts/cairn-dates-popover.h"

struct _CairnDatesPopover
{
  GtkPopover parent_instance;

  GtkWidget     *apply;
  GtkEditable   *since;
  GtkLabel      *trouble;
  GtkEditable   *until;

  CairnDatesFunc func;
  gpointer       data;
};

G_DEFINE_FINAL_TYPE (CairnDatesPopover, cairn_dates_popover, GTK_TYPE_POPOVER)

/* The date in a field; "" for an empty one, NULL for what is no date. */
static char *
dup_date (GtkEditable *field,
          CairnDate   *date)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (field)));

  if (*text == '\0')
    return g_steal_pointer (&text);
  return cairn_date_parse (text, date) && date->precision <= CAIRN_DATE_DAY ? g_steal_pointer (&text) : NULL;
}

static void
mark (GtkEditable *field,
      gboolean     wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (field), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (field), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
apply_cb (CairnDatesPopover *self)
{
  CairnDate first = { 0 }, last = { 0 };
  g_autofree char *since = dup_date (self->since, &first);
  g_autofree char *until = dup_date (self->until, &last);
  gboolean turned = since != NULL && until != NULL && *since != '\0' && *until != '\0' && first.start >= last.end;

  mark (self->since, since == NULL);
  mark (self->until, until == NULL || turned);
  gtk_label_set_text (self->trouble, turned ? _("This ends before it begins.")
                                            : _("A date is a year, a month or a day: 2024, 2024-03, 2024-03-15."));
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), since == NULL || until == NULL || turned);
  if (since == NULL || until == NULL || turned)
    {
      gtk_widget_grab_focus (GTK_WIDGET (since == NULL ? self->since : self->until));
      return;
    }
  gtk_popover_popdown (GTK_POPOVER (self));
  self->func (since, until, self->data);
}

static gboolean
unparent_cb (gpointer data)
{
  GtkWidget *self = data;

  if (gtk_widget_get_parent (self) != NULL)
    gtk_widget_unparent (self);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkPopover *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_cb, g_object_ref (popover), g_object_unref);
}

/* The button that it hangs on would take the keyboard to itself. */
static void
cairn_dates_popover_move_focus (GtkWidget        *widget,
                                GtkDirectionType  direction)
{
  gtk_widget_child_focus (widget, direction);
}

static void
cairn_dates_popover_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_DATES_POPOVER);

  G_OBJECT_CLASS (cairn_dates_popover_parent_class)->dispose (object);
}

static void
cairn_dates_popover_class_init (CairnDatesPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_dates_popover_dispose;
  widget_class->move_focus = cairn_dates_popover_move_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-dates-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnDatesPopover, apply);
  gtk_widget_class_bind_template_child (widget_class, CairnDatesPopover, since);
  gtk_widget_class_bind_template_child (widget_class, CairnDatesPopover, trouble);
  gtk_widget_class_bind_template_child (widget_class, CairnDatesPopover, until);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
}

static void
cairn_dates_popover_init (CairnDatesPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_dates_popover_new (const char *since,
                         const char *until)
{
  CairnDatesPopover *self = g_object_new (CAIRN_TYPE_DATES_POPOVER, NULL);

  gtk_editable_set_text (self->since, since != NULL ? since : "");
  gtk_editable_set_text (self->until, until != NULL ? until : "");
  return GTK_WIDGET (self);
}

void
cairn_dates_popover_set_func (CairnDatesPopover *self,
                              CairnDatesFunc     func,
                              gpointer           data)
{
  g_return_if_fail (CAIRN_IS_DATES_POPOVER (self));

  self->func = func;
  self->data = data;
}

/* Opens it at a widget, which owns it until it is closed. */
void
cairn_dates_popover_popup (CairnDatesPopover *self,
                           GtkWidget         *parent)
{
  g_return_if_fail (CAIRN_IS_DATES_POPOVER (self));

  gtk_widget_set_parent (GTK_WIDGET (self), parent);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->since));
}
