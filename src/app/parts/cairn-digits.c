/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A field for a code: nothing but digits gets in while its input purpose is a PIN, however they are typed or pasted.
 */

#include "config.h"

#include "parts/cairn-digits.h"

static void
insert_cb (GtkEditable *text,
           const char  *added,
           int          length,
           int         *position,
           GtkEntry    *entry)
{
  g_autoptr(GString) digits = g_string_new (NULL);
  const char *end = added + (length >= 0 ? (gsize) length : strlen (added));

  if (gtk_entry_get_input_purpose (entry) != GTK_INPUT_PURPOSE_PIN)
    return;
  for (const char *at = added; at < end; at = g_utf8_next_char (at))
    {
      int digit = g_unichar_digit_value (g_utf8_get_char (at));

      if (digit >= 0)
        g_string_append_c (digits, (char) ('0' + digit));
    }
  if (digits->len == (gsize) (end - added))
    return;
  g_signal_stop_emission_by_name (text, "insert-text");
  if (digits->len > 0)
    gtk_editable_insert_text (text, digits->str, (int) digits->len, position);
  else
    gtk_widget_error_bell (GTK_WIDGET (text));
}

void
cairn_digits_only (GtkEntry *entry)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry));

  g_return_if_fail (GTK_IS_ENTRY (entry));

  g_signal_connect_object (text, "insert-text", G_CALLBACK (insert_cb), entry, 0);
}
