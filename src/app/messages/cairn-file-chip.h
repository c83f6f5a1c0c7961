/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-file.h"
#include "client/cairn-recipients.h"

G_BEGIN_DECLS

/**
 * CairnFileChip:
 *
 * A file of a message: how it looks, what it is called, how large it is, how far it has come. Pressed, it opens inside
 * the window.
 */
#define CAIRN_TYPE_FILE_CHIP (cairn_file_chip_get_type ())
G_DECLARE_FINAL_TYPE (CairnFileChip, cairn_file_chip, CAIRN, FILE_CHIP, AdwBin)

GtkWidget *cairn_file_chip_new  (CairnSession *session, CairnFile *file, CairnRecipients *limits);

/* A box that has a chip for each file of a list, or of none. */
void       cairn_file_chips_set (GtkBox *box, CairnSession *session, GListModel *files, CairnRecipients *limits);

G_END_DECLS
