/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_SAMPLE (cairn_sample_get_type ())
G_DECLARE_FINAL_TYPE (CairnSample, cairn_sample, CAIRN, SAMPLE, GObject)

gboolean     cairn_sample_is_available (void);
CairnSample *cairn_sample_new          (void);
void         cairn_sample_start_async  (CairnSample          *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     cairn_sample_start_finish (CairnSample          *self,
                                        GAsyncResult         *result,
                                        char                **address,
                                        char                **username,
                                        char                **password,
                                        GError              **error);
void         cairn_sample_stop         (CairnSample          *self);

G_END_DECLS
