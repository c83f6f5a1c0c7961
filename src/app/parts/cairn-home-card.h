/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-home.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_HOME_CARD (cairn_home_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnHomeCard, cairn_home_card, CAIRN, HOME_CARD, AdwBin)

GtkWidget *cairn_home_card_new        (const char    *icon,
                                       const char    *title,
                                       const char    *kind);
void       cairn_home_card_set_title  (CairnHomeCard *self,
                                       const char    *title,
                                       guint          n_new);
void       cairn_home_card_set_way    (CairnHomeCard *self,
                                       const char    *action,
                                       const char    *target);
void       cairn_home_card_clear      (CairnHomeCard *self);
void       cairn_home_card_add_row    (CairnHomeCard *self,
                                       GtkWidget     *row);
void       cairn_home_card_add_record (CairnHomeCard *self,
                                       CairnRecord   *record);
void       cairn_home_card_add_lines  (CairnHomeCard *self,
                                       CairnRecord   *record,
                                       const char    *title,
                                       const char    *text,
                                       const char    *note,
                                       gboolean       attention);
void       cairn_home_card_add_medicine (CairnHomeCard       *self,
                                         const CairnHomeLine *line,
                                         gint64               now);
void       cairn_home_card_add_task   (CairnHomeCard *self,
                                       const CairnHomeLine *line,
                                       gint64         now);
void       cairn_home_card_add_words  (CairnHomeCard *self,
                                       const char    *words);

G_END_DECLS
