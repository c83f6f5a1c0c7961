/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FRAME_PAGE (cairn_frame_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (CairnFramePage, cairn_frame_page, CAIRN, FRAME_PAGE, AdwBin)

/**
 * CairnFramePageClass:
 * @own_header: whether the page brings header bars of its own, of several panes
 * @focus: puts the keyboard where a person would go on; the default is the page's first widget
 * @go_back: goes back within the page; %FALSE when there is nowhere to
 * @take_bars: a page with header bars of its own: puts what the frame has to say under one of them
 * @get_unkept: says what would be lost if the page went now; %NULL for nothing
 * @save: writes what the page shows into a file that a person chooses
 * @print: prints what the page shows
 *
 * What stands beside the sidebar: a title, a subtitle and a body, about one session.
 *
 * Properties "can-save" and "can-print" offer what the class can do; "views", an AdwViewStack, has several
 * views of the same thing, which the header then switches.
 */
struct _CairnFramePageClass
{
  AdwBinClass parent_class;

  gboolean own_header;
  void     (*focus)     (CairnFramePage *self);
  gboolean (*go_back)   (CairnFramePage *self);
  const char *(*get_unkept) (CairnFramePage *self);
  void     (*take_bars) (CairnFramePage *self, GtkWidget *bars);
  void     (*save)      (CairnFramePage *self);
  void     (*print)     (CairnFramePage *self);
};

CairnSession *cairn_frame_page_get_session   (CairnFramePage *self);
GCancellable *cairn_frame_page_get_cancellable (CairnFramePage *self);
const char   *cairn_frame_page_get_title     (CairnFramePage *self);
void          cairn_frame_page_set_title     (CairnFramePage *self, const char *title);
const char   *cairn_frame_page_get_subtitle  (CairnFramePage *self);
void          cairn_frame_page_set_subtitle  (CairnFramePage *self, const char *subtitle);
gboolean      cairn_frame_page_get_narrow    (CairnFramePage *self);
void          cairn_frame_page_set_narrow    (CairnFramePage *self, gboolean narrow);
const char   *cairn_frame_page_get_place     (CairnFramePage *self);
void          cairn_frame_page_set_place     (CairnFramePage *self, const char *place);
void          cairn_frame_page_open          (CairnFramePage *self, CairnFramePage *other);
AdwViewStack *cairn_frame_page_get_views     (CairnFramePage *self);
void          cairn_frame_page_set_views     (CairnFramePage *self, AdwViewStack *views);
gboolean      cairn_frame_page_go_back       (CairnFramePage *self);
const char   *cairn_frame_page_get_unkept    (CairnFramePage *self);
void          cairn_frame_page_save          (CairnFramePage *self);
void          cairn_frame_page_print         (CairnFramePage *self);
void          cairn_frame_page_take_focus    (CairnFramePage *self);

G_END_DECLS
