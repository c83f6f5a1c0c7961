/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnNoteCard:
 *
 * What somebody of the care team wrote about a record, with their name and when.
 */
#define CAIRN_TYPE_NOTE_CARD (cairn_note_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnNoteCard, cairn_note_card, CAIRN, NOTE_CARD, GtkWidget)

GtkWidget *cairn_note_card_new (const CairnFact *fact);

G_END_DECLS
