/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-attachment.h"

G_BEGIN_DECLS

/**
 * CairnReport:
 * @conclusion: (nullable): what its author concludes, in the author's words; plain text, may have line breaks
 * @author: (nullable): who wrote it; a person rather than an organization
 * @usual: whether the conclusion's code says that nothing unusual was found
 * @attachments: (element-type CairnAttachment): its documents and pictures, in order
 *
 * What somebody wrote for others to read: a report, a letter, a picture.
 */
typedef struct
{
  char      *conclusion;
  char      *author;
  gboolean   usual;
  GPtrArray *attachments;
} CairnReport;

/**
 * CairnReportResolver:
 * @reference: "Type/id"
 * @value: (out) (optional) (transfer full) (nullable): its value, which isn't asked for
 * @data: the caller's
 *
 * Returns: (transfer full) (nullable): what to call the resource that a reference points at
 */
typedef char *(*CairnReportResolver) (const char *reference, char **value, gpointer data);

CairnReport *cairn_report_new  (CairnJson resource, CairnReportResolver resolver, gpointer data);
void         cairn_report_free (CairnReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnReport, cairn_report_free)

G_END_DECLS
