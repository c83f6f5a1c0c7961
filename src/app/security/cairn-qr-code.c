/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A QR code, black on white in every theme, because telephones read it best so; the same both ways of writing.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "client/cairn-qr.h"
#include "security/cairn-qr-code.h"

#define QUIET 4          /* modules around it (ISO/IEC 18004 §5.3.8) */
#define LEAST_MODULE 4
#define SIDE 216

struct _CairnQrCode
{
  GtkWidget parent_instance;

  GBytes *cells;
  guint   size;
};

G_DEFINE_FINAL_TYPE (CairnQrCode, cairn_qr_code, GTK_TYPE_WIDGET)

static void
cairn_qr_code_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  CairnQrCode *self = CAIRN_QR_CODE (widget);
  int side = (int) (self->size + 2 * QUIET) * LEAST_MODULE;

  *minimum = *natural = MAX (side, SIDE);
}

static void
append_rectangle (GtkSnapshot *snapshot,
                  float        x,
                  float        y,
                  float        width,
                  float        height,
                  const char  *color)
{
  GdkRGBA rgba;

  gdk_rgba_parse (&rgba, color);
  gtk_snapshot_append_color (snapshot, &rgba, &GRAPHENE_RECT_INIT (x, y, width, height));
}

/* Whole pixels a module, and a run of dark ones as one rectangle: no hair lines between them. */
static void
cairn_qr_code_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  CairnQrCode *self = CAIRN_QR_CODE (widget);
  int side = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  guint size = self->size, all = size + 2 * QUIET;
  float module = (float) (side / (int) all), left, top;
  const guint8 *cells;

  if (self->cells == NULL || module < 1)
    return;
  cells = g_bytes_get_data (self->cells, NULL);
  left = (float) (int) (((float) gtk_widget_get_width (widget) - module * (float) all) / 2);
  top = (float) (int) (((float) gtk_widget_get_height (widget) - module * (float) all) / 2);
  append_rectangle (snapshot, left, top, module * (float) all, module * (float) all, "white");
  for (guint y = 0; y < size; y++)
    for (guint x = 0, run; x < size; x += run)
      {
        for (run = 1; x + run < size && cells[y * size + x + run] == cells[y * size + x];)
          run++;
        if (cells[y * size + x] != 0)
          append_rectangle (snapshot, left + module * (float) (x + QUIET), top + module * (float) (y + QUIET),
                            module * (float) run, module, "black");
      }
}

static void
cairn_qr_code_finalize (GObject *object)
{
  g_clear_pointer (&CAIRN_QR_CODE (object)->cells, g_bytes_unref);

  G_OBJECT_CLASS (cairn_qr_code_parent_class)->finalize (object);
}

static void
cairn_qr_code_class_init (CairnQrCodeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cairn_qr_code_finalize;
  widget_class->measure = cairn_qr_code_measure;
  widget_class->snapshot = cairn_qr_code_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cairn_qr_code_init (CairnQrCode *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Code for your telephone's camera"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("The key below says the same, to be typed."), -1);
}

/* NULL takes it away. A text that is too long for a code leaves nothing to be seen. */
void
cairn_qr_code_set_text (CairnQrCode *self,
                        const char  *text)
{
  g_return_if_fail (CAIRN_IS_QR_CODE (self));

  g_clear_pointer (&self->cells, g_bytes_unref);
  self->size = 0;
  if (text != NULL)
    self->cells = cairn_qr_encode (text, &self->size);
  gtk_widget_set_visible (GTK_WIDGET (self), self->cells != NULL);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
