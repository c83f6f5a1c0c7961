/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What to call a document, and what to say when it can't be shown. No state.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "common/cairn-error.h"
#include "parts/cairn-document-words.h"

static const struct
{
  const char *type;
  const char *name;
  const char *icon;
} types[] = {
  { "application/pdf", N_("PDF"), "x-office-document-symbolic" },
  { "application/rtf", N_("RTF text"), "x-office-document-symbolic" },
  { "application/xml", N_("XML, made for other programs"), "x-office-document-symbolic" },
  { "application/hl7-sda+xml", N_("XML, made for other programs"), "x-office-document-symbolic" },
  { "application/dicom", N_("DICOM, pictures for medical programs"), "image-x-generic-symbolic" },
  { "application/msword", N_("Word document"), "x-office-document-symbolic" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", N_("Word document"), "x-office-document-symbolic" },
  { "image/", N_("Picture"), "image-x-generic-symbolic" },
  { "text/html", N_("Web page"), "x-office-document-symbolic" },
  { "text/", N_("Text"), "x-office-document-symbolic" },
};

/* Words for a media type; the type itself when there are none. */
const char *
cairn_document_words_type (const char *type)
{
  if (type == NULL)
    return _("Document");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_prefix (type, types[i].type))
      return _(types[i].name);
  return type;
}

const char *
cairn_document_words_icon (const char *type)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (types); i++)
    if (g_str_has_prefix (type, types[i].type))
      return types[i].icon;
  return "x-office-document-symbolic";
}

/* Whether its words can be read without pages. */
gboolean
cairn_document_is_words (const char *type)
{
  return g_strcmp0 (type, "text/plain") == 0 || g_strcmp0 (type, "text/html") == 0;
}

const char *
cairn_document_words_error (const GError *error)
{
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK))
    return _("There is no connection, and this document was not opened on this computer before.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS))
    return _("This document asks for a password. Save it, and open it with another program.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE))
    return _("This document is too large to be shown here.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA))
    return _("This document is damaged, or is not what the clinic says it is.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND) || g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_GONE))
    return _("The clinic's portal does not have this document any more.");
  return cairn_words_error (error);
}
