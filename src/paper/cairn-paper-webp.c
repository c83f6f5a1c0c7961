/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WebP pictures, for which gdk-pixbuf has no loader of its own, in the drawing process. Of one that moves the first
 * frame is shown. The size is known before a pixel is decoded.
 */
#include "cairn-paper-webp.h"

#include <webp/decode.h>
#include <webp/demux.h>

/* Its decoder holds the canvas three times. */
#define MAX_MOVING (CAIRN_PAPER_MAX_PICTURE / 3)

static void
free_cb (guchar *pixels, gpointer data)
{
  WebPFree (pixels);
}

static GdkPixbuf *
decode_still (const guint8 *data, gsize size)
{
  int width, height;
  guint8 *pixels = WebPDecodeRGBA (data, size, &width, &height);

  if (pixels == NULL)
    return NULL;
  return gdk_pixbuf_new_from_data (pixels, GDK_COLORSPACE_RGB, TRUE, 8, width, height, width * 4, free_cb, NULL);
}

static GdkPixbuf *
decode_first (const guint8 *data, gsize size)
{
  WebPData file = { data, size };
  WebPAnimDecoderOptions options;
  WebPAnimDecoder *decoder;
  WebPAnimInfo info;
  GdkPixbuf *picture = NULL;
  guint8 *frame;
  int time;

  if (!WebPAnimDecoderOptionsInit (&options))
    return NULL;
  options.color_mode = MODE_RGBA;
  options.use_threads = 0;
  decoder = WebPAnimDecoderNew (&file, &options);
  if (decoder == NULL)
    return NULL;
  if (WebPAnimDecoderGetInfo (decoder, &info) && WebPAnimDecoderGetNext (decoder, &frame, &time))
    {
      g_autoptr(GdkPixbuf) borrowed = gdk_pixbuf_new_from_data (frame, GDK_COLORSPACE_RGB, TRUE, 8, (int) info.canvas_width,
                                                                (int) info.canvas_height, (int) info.canvas_width * 4, NULL, NULL);

      picture = gdk_pixbuf_copy (borrowed);
    }
  WebPAnimDecoderDelete (decoder);
  return picture;
}

/* @fault says why it is NULL. */
GdkPixbuf *
cairn_paper_webp_decode (GBytes *bytes, CairnPaperFault *fault)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  WebPBitstreamFeatures features;
  GdkPixbuf *picture;

  *fault = CAIRN_PAPER_BROKEN;
  if (WebPGetFeatures (data, size, &features) != VP8_STATUS_OK || features.width < 1 || features.height < 1)
    return NULL;
  if ((gint64) features.width * features.height > (features.has_animation ? MAX_MOVING : CAIRN_PAPER_MAX_PICTURE))
    {
      *fault = CAIRN_PAPER_TOO_LARGE;
      return NULL;
    }
  picture = features.has_animation ? decode_first (data, size) : decode_still (data, size);
  if (picture != NULL)
    *fault = CAIRN_PAPER_GOOD;
  return picture;
}
