/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Has a new code sent, but not before the portal would: until then it counts down.
 *
 * Signal "clicked".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-resend-button.h"

struct _CairnResendButton
{
  AdwBin parent_instance;

  GtkButton *button;
  gint64     ready;   /* monotonic */
  guint      timer;
};

G_DEFINE_FINAL_TYPE (CairnResendButton, cairn_resend_button, ADW_TYPE_BIN)

enum
{
  CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
tick_cb (gpointer data)
{
  CairnResendButton *self = data;
  int left = (int) ((self->ready - g_get_monotonic_time () + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND);
  g_autofree char *words = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->button), left <= 0);
  if (left > 0)
    {
      /* Translators: minutes and seconds until it can be done */
      words = g_strdup_printf (_("Send a New Code in %d:%02d"), left / 60, left % 60);
      gtk_button_set_label (self->button, words);
      return G_SOURCE_CONTINUE;
    }
  gtk_button_set_label (self->button, _("Send a New Code"));
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
clicked_cb (CairnResendButton *self)
{
  g_signal_emit (self, signals[CLICKED], 0);
}

static void
cairn_resend_button_dispose (GObject *object)
{
  g_clear_handle_id (&CAIRN_RESEND_BUTTON (object)->timer, g_source_remove);

  G_OBJECT_CLASS (cairn_resend_button_parent_class)->dispose (object);
}

static void
cairn_resend_button_class_init (CairnResendButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_resend_button_dispose;

  signals[CLICKED] = g_signal_new ("clicked", CAIRN_TYPE_RESEND_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
cairn_resend_button_init (CairnResendButton *self)
{
  self->button = GTK_BUTTON (gtk_button_new_with_label (_("Send a New Code")));
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
}

/* After how many seconds it can be pressed; less than 0 for never, then it hides. */
void
cairn_resend_button_wait (CairnResendButton *self,
                          int                seconds)
{
  g_return_if_fail (CAIRN_IS_RESEND_BUTTON (self));

  gtk_widget_set_visible (GTK_WIDGET (self), seconds >= 0);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->ready = g_get_monotonic_time () + MAX (seconds, 0) * G_TIME_SPAN_SECOND;
  if (tick_cb (self))
    self->timer = g_timeout_add_seconds (1, tick_cb, self);
}
