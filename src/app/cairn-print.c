/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Printing, with the desktop's own dialog: a sheet that Cairn has put together, or the pages of a
 * document, which the drawing process draws one by one as the printer asks for them.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "cairn-print.h"

/* A long sheet is laid out in slices of this, between which the window goes on. */
#define SLICE_USEC 12000

/* Fine enough for small print, and a page of A4 stays under the limit of the drawing process. */
#define DOTS_AN_INCH 200.0

typedef struct
{
  AdwToastOverlay   *toasts;
  CairnSheet        *sheet;
  CairnPaper        *paper;
  GtkPrintOperation *operation;
  GtkPrintContext   *context;
  GCancellable      *cancellable;
} Printing;

static void
printing_free (Printing *printing)
{
  g_cancellable_cancel (printing->cancellable);
  g_object_unref (printing->toasts);
  g_clear_pointer (&printing->sheet, cairn_sheet_free);
  g_clear_object (&printing->paper);
  g_clear_object (&printing->context);
  g_clear_object (&printing->cancellable);
  g_free (printing);
}

/* What the country prints on, in points. */
void
cairn_print_get_paper_size (double *width,
                            double *height)
{
  GtkPaperSize *size = gtk_paper_size_new (NULL);

  *width = gtk_paper_size_get_width (size, GTK_UNIT_POINTS);
  *height = gtk_paper_size_get_height (size, GTK_UNIT_POINTS);
  gtk_paper_size_free (size);
}

static void
begin_cb (Printing        *printing,
          GtkPrintContext *context)
{
  if (printing->sheet != NULL)
    cairn_sheet_begin_layout (printing->sheet, gtk_print_context_get_width (context), gtk_print_context_get_height (context));
  else
    gtk_print_operation_set_n_pages (printing->operation, (int) cairn_paper_get_n_pages (printing->paper));
}

static gboolean
paginate_cb (Printing        *printing,
             GtkPrintContext *context)
{
  guint n;

  if (printing->sheet == NULL)
    return TRUE;
  if (!cairn_sheet_continue_layout (printing->sheet, SLICE_USEC, &n))
    return FALSE;
  gtk_print_operation_set_n_pages (printing->operation, (int) n);
  return TRUE;
}

/* As large as the paper allows, in its middle, turned when that fits better. */
static void
draw_picture (GtkPrintContext         *context,
              const CairnPaperPicture *picture)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double width = gtk_print_context_get_width (context), height = gtk_print_context_get_height (context);
  gboolean turned = (picture->width > picture->height) != (width > height);
  double across = turned ? picture->height : picture->width, down = turned ? picture->width : picture->height;
  double scale = MIN (width / across, height / down);
  guchar *pixels = g_memdup2 (g_bytes_get_data (picture->pixels, NULL), g_bytes_get_size (picture->pixels));
  cairo_surface_t *surface = cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_ARGB32, (int) picture->width,
                                                                  (int) picture->height, (int) picture->width * 4);
  static const cairo_user_data_key_t key;

  cairo_surface_set_user_data (surface, &key, pixels, g_free);
  cairo_save (cr);
  cairo_translate (cr, (width - across * scale) / 2, (height - down * scale) / 2);
  cairo_scale (cr, scale, scale);
  if (turned)
    {
      cairo_translate (cr, picture->height, 0);
      cairo_rotate (cr, G_PI / 2);
    }
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GtkPrintOperation) operation = data;
  g_autoptr(CairnPaperPicture) picture = cairn_paper_draw_finish (CAIRN_PAPER (source), result, NULL);
  Printing *printing = g_object_get_data (G_OBJECT (operation), "printing");

  if (printing == NULL || printing->context == NULL)
    return;
  if (picture != NULL)
    draw_picture (printing->context, picture);
  g_clear_object (&printing->context);
  gtk_print_operation_draw_page_finish (operation);
}

static void
draw_cb (Printing        *printing,
         GtkPrintContext *context,
         int              page)
{
  double width, height;

  if (printing->sheet != NULL)
    {
      cairn_sheet_draw (printing->sheet, gtk_print_context_get_cairo_context (context), (guint) page);
      return;
    }
  cairn_paper_get_size (printing->paper, (guint) page, &width, &height);
  g_set_object (&printing->context, context);
  gtk_print_operation_set_defer_drawing (printing->operation);
  cairn_paper_draw_async (printing->paper, (guint) page, (guint) (width / 72 * DOTS_AN_INCH), printing->cancellable, drawn_cb,
                          g_object_ref (printing->operation));
}

static void
done_cb (Printing                *printing,
         GtkPrintOperationResult  result)
{
  g_autoptr(GError) error = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;
  gtk_print_operation_get_error (printing->operation, &error);
  g_message ("Printing: %s", error != NULL ? error->message : "failed");
  adw_toast_overlay_add_toast (printing->toasts, adw_toast_new (_("It could not be printed.")));
}

static void
run (AdwToastOverlay *toasts,
     const char      *title,
     CairnSheet      *sheet,
     CairnPaper      *paper)
{
  g_autoptr(GtkPrintOperation) operation = gtk_print_operation_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (toasts));
  Printing *printing = g_new0 (Printing, 1);

  printing->toasts = g_object_ref (toasts);
  printing->sheet = sheet;
  printing->paper = paper != NULL ? g_object_ref (paper) : NULL;
  printing->operation = operation;
  printing->cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (operation), "printing", printing, (GDestroyNotify) printing_free);
  gtk_print_operation_set_job_name (operation, title);
  gtk_print_operation_set_use_full_page (operation, sheet != NULL);   /* a sheet has margins of its own */
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_swapped (operation, "begin-print", G_CALLBACK (begin_cb), printing);
  g_signal_connect_swapped (operation, "paginate", G_CALLBACK (paginate_cb), printing);
  g_signal_connect_swapped (operation, "draw-page", G_CALLBACK (draw_cb), printing);
  g_signal_connect_swapped (operation, "done", G_CALLBACK (done_cb), printing);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL);
}

/* Takes the sheet. */
void
cairn_print_sheet (AdwToastOverlay *toasts,
                   const char      *title,
                   CairnSheet      *sheet)
{
  run (toasts, title, sheet, NULL);
}

void
cairn_print_paper (AdwToastOverlay *toasts,
                   const char      *title,
                   CairnPaper      *paper)
{
  run (toasts, title, NULL, paper);
}
